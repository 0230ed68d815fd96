#include "measure/time_series.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

using base::milliseconds;
using base::Time;
using measure::CountPoint;
using measure::GaugePoint;
using measure::TimeSeries;

Time at_ms(std::int64_t ms) {
  return Time{} + milliseconds(ms);
}

std::vector<std::uint64_t> counts(const TimeSeries<CountPoint>& series) {
  std::vector<std::uint64_t> out;
  for (const CountPoint& point : series.points())
    out.push_back(point.count);
  return out;
}

TEST(TimeSeries, PutsEachCountIntoTheIntervalThatHoldsIt) {
  TimeSeries<CountPoint> series{{.interval = milliseconds(100), .points_most = 8}};
  series.at(at_ms(0)).count += 1;
  series.at(at_ms(99)).count += 2;
  series.at(at_ms(100)).count += 4;
  series.at(at_ms(399)).count += 8;
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{3, 4, 0, 8}));
}

TEST(TimeSeries, HalvesItsResolutionWhenItIsFull) {
  TimeSeries<CountPoint> series{{.interval = milliseconds(100), .points_most = 4}};
  for (std::int64_t i = 0; i < 5; ++i)
    series.at(at_ms(100 * i)).count += static_cast<std::uint64_t>(1 << i);
  EXPECT_EQ(series.interval(), milliseconds(200));
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{1 + 2, 4 + 8, 16}));
  series.at(at_ms(3'199)).count += 32;
  EXPECT_EQ(series.interval(), milliseconds(800));
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{31, 0, 0, 32}));
}

TEST(TimeSeries, StartsWhereItIsTold) {
  TimeSeries<CountPoint> series{{.start = at_ms(50), .interval = milliseconds(100), .points_most = 4}};
  series.at(at_ms(149)).count = 1;
  series.at(at_ms(150)).count = 2;
  EXPECT_EQ(counts(series), (std::vector<std::uint64_t>{1, 2}));
}

TEST(TimeSeries, GaugesKeepExtremesAndTheLastValueThroughMerges) {
  TimeSeries<GaugePoint> series{{.interval = milliseconds(1), .points_most = 2}};
  series.at(at_ms(0)).set(5);
  series.at(at_ms(1)).set(-7);
  series.at(at_ms(1)).set(3);
  series.at(at_ms(3)).set(4);
  ASSERT_EQ(series.points().size(), 2u);
  const GaugePoint& first = series.points()[0];
  EXPECT_EQ(first.samples, 3u);
  EXPECT_EQ(first.min, -7);
  EXPECT_EQ(first.max, 5);
  EXPECT_EQ(first.sum, 1);
  EXPECT_EQ(first.last, 3);
  EXPECT_EQ(series.points()[1].last, 4);
  EXPECT_EQ(series.points()[1].samples, 1u) << "the interval without a sample left no trace";
}

TEST(TimeSeries, KeepsExactTotalsOverDays) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    const std::size_t points_most = 2 * (1 + rng.below(40));
    TimeSeries<CountPoint> series{{.interval = milliseconds(100), .points_most = points_most}};
    std::vector<std::pair<Time, std::uint64_t>> truth;
    Time now;
    for (int i = 0; i < 300; ++i) {
      now += milliseconds(static_cast<std::int64_t>(rng.next() >> (36 + rng.below(28))));  // up to 3 days
      const std::uint64_t count = rng.below(1000);
      series.at(now).count += count;
      truth.emplace_back(now, count);
    }
    ASSERT_LE(series.points().size(), points_most);
    std::vector<std::uint64_t> expected(series.points().size());
    for (const auto& [time, count] : truth)
      expected.at(static_cast<std::size_t>((time - Time{}) / series.interval())) += count;
    EXPECT_EQ(counts(series), expected);
  }
}

TEST(TimeSeries, AddsWritersOfDifferentLengthAndResolution) {
  TimeSeries<CountPoint> slow{{.interval = milliseconds(100), .points_most = 4}};
  TimeSeries<CountPoint> quick{{.interval = milliseconds(100), .points_most = 4}};
  for (std::int64_t i = 0; i < 7; ++i)
    slow.at(at_ms(100 * i)).count += 1;
  quick.at(at_ms(100)).count += 10;
  quick.at(at_ms(250)).count += 20;
  TimeSeries<CountPoint> sum = quick;
  sum.add(slow);
  EXPECT_EQ(sum.interval(), milliseconds(200));
  EXPECT_EQ(counts(sum), (std::vector<std::uint64_t>{12, 22, 2, 1}));
  slow.add(quick);
  EXPECT_EQ(counts(slow), counts(sum));
  slow.at(at_ms(799)).count += 5;
  EXPECT_EQ(counts(slow), (std::vector<std::uint64_t>{12, 22, 2, 6}));
}

}  // namespace
