#include "run/live_series.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace {

using Series = measure::TimeSeries<measure::CountPoint>;

base::Time at_ms(std::int64_t ms) {
  return base::Time{} + base::milliseconds(ms);
}

std::vector<std::uint64_t> counts(const Series& series) {
  std::vector<std::uint64_t> counts;
  for (const measure::CountPoint& point : series.points())
    counts.push_back(point.count);
  return counts;
}

TEST(Spread, GivesEachIntervalItsShareOfTheTime) {
  Series series{{.start = base::Time{}, .interval = base::milliseconds(100)}};
  run::spread({.from = at_ms(0), .to = at_ms(50), .count = 7}, series);
  run::spread({.from = at_ms(50), .to = at_ms(350), .count = 600}, series);
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{107, 200, 200, 100}));
}

TEST(Spread, OfNoTimeGoesToItsMoment) {
  Series series{{.start = base::Time{}, .interval = base::milliseconds(100)}};
  run::spread({.from = at_ms(120), .to = at_ms(120), .count = 3}, series);
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{0, 3}));
}

TEST(Spread, OfNothingLeavesNoPoint) {
  Series series{{.start = base::Time{}, .interval = base::milliseconds(100)}};
  run::spread({.from = at_ms(0), .to = at_ms(900), .count = 0}, series);
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{0}));
}

TEST(Spread, KeepsTheSumWhateverTheTimesAndHalvings) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    Series series{{.start = base::Time{}, .interval = base::milliseconds(1), .points_most = 16}};
    base::Time from;
    std::uint64_t given = 0;
    for (int i = 0; i < 60; ++i) {
      const base::Time to = from + base::Duration{static_cast<std::int64_t>(rng.below(5'000'000'000))};
      const std::uint64_t count = rng.below(1'000);
      run::spread({.from = from, .to = to, .count = count}, series);
      given += count;
      from = to;
      const std::vector<std::uint64_t> now = counts(series);
      ASSERT_EQ(std::accumulate(now.begin(), now.end(), std::uint64_t{0}), given);
    }
    EXPECT_GT(series.interval(), base::milliseconds(1)) << "it was never full";
  }
}

}  // namespace
