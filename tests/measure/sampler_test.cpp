#include "measure/sampler.hpp"

#include <gtest/gtest.h>

namespace {

using Values = std::vector<std::int64_t>;

const measure::SampleInfo kDrops{.name = "drops",
                                 .unit = "frames",
                                 .kind = measure::SeriesKind::kCount,
                                 .place = {.port = "left"},
                                 .source = "xstats"};
const measure::SampleInfo kLink{.name = "link_up",
                                .unit = "1",
                                .kind = measure::SeriesKind::kGauge,
                                .place = {.port = "left"},
                                .source = "ethdev"};

measure::SampledSeries series_of(std::vector<measure::SampleInfo> infos) {
  return {std::move(infos), {.start = base::Time{}, .interval = base::seconds(1), .points_most = 16}};
}

base::Time at_ms(std::int64_t ms) {
  return base::Time{} + base::milliseconds(ms);
}

TEST(SampledSeries, ACountIsItsGrowthAndAGaugeItsLevel) {
  auto series = series_of({kDrops, kLink});
  series.add(at_ms(0), Values{1000, 1});  // what was counted before the start is nobody's
  series.add(at_ms(900), Values{1003, 1});
  series.add(at_ms(1100), Values{1010, 0});
  series.add(at_ms(3500), Values{1010, 1});
  const auto taken = series.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].name, "drops");
  EXPECT_EQ(taken[0].unit, "frames");
  EXPECT_EQ(taken[0].place.port, "left");
  EXPECT_EQ(taken[0].clock, "run");
  EXPECT_EQ(taken[0].source, "xstats");
  EXPECT_EQ(taken[0].interval, base::seconds(1));
  EXPECT_EQ(taken[0].values, (Values{3, 7}));
  EXPECT_EQ(taken[1].values, (Values{1, 0, measure::SeriesResult::kNoValue, 1}));
}

TEST(SampledSeries, CountsThatNeverMoveTakeNoRoom) {
  auto series = series_of({kDrops});
  series.add(at_ms(0), Values{5});
  series.add(at_ms(2000), Values{5});
  EXPECT_TRUE(series.take().empty());
}

TEST(SampledSeries, GrowthWhileTheSourceWasSilentIsNotLost) {
  auto series = series_of({kDrops});
  series.add(at_ms(0), Values{0});
  series.add(at_ms(1000), std::nullopt);
  series.add(at_ms(2000), std::nullopt);
  series.add(at_ms(3000), Values{9});
  EXPECT_EQ(series.silent(), 2U);
  EXPECT_EQ(series.take().front().values, (Values{0, 0, 0, 9}));
}

TEST(SampledSeries, ACounterThatWasSetBackCountsFromThere) {
  auto series = series_of({kDrops});
  series.add(at_ms(0), Values{100});
  series.add(at_ms(500), Values{4});
  EXPECT_EQ(series.take().front().values, (Values{4}));
}

TEST(SampledSeries, ALongRunHalvesItsResolutionAndKeepsTheSum) {
  auto series = series_of({kDrops});
  for (std::int64_t second = 0; second <= 100; ++second)
    series.add(at_ms(second * 1000), Values{second * 2});
  const measure::SeriesResult taken = series.take().front();
  EXPECT_EQ(taken.interval, base::seconds(8));
  std::int64_t sum = 0;
  for (const std::int64_t value : taken.values)
    sum += value;
  EXPECT_EQ(sum, 200);
}

}  // namespace
