// The housekeeping thread over devices that count.
#include "port/samplers.hpp"

#include "frames.hpp"

namespace {

using engine::PayloadSource;

/// A clock that began now.
port::TscClock clock_from_now() {
  return {test::shared_eal().tsc(), port::read_tsc()};
}

/// Of what was sampled; -1 where there is no such series.
std::int64_t sum_of(const std::vector<measure::SeriesResult>& all, std::string_view port,
                    std::string_view name) {
  for (const measure::SeriesResult& series : all) {
    if (series.place.port != port || series.name != name) continue;
    std::int64_t sum = 0;
    for (const std::int64_t value : series.values)
      sum += value == measure::SeriesResult::kNoValue ? 0 : value;
    return sum;
  }
  return -1;
}

TEST(Housekeeper, ItsSeriesAddUpToWhatTheDeviceCounted) {
  const auto set =
      test::opened({.devices = {test::ring("a"), test::ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  auto samplers = port::samplers_of(*set);
  ASSERT_EQ(samplers.size(), 4U);  // counters and link of each
  samplers.push_back(port::stolen_time_sampler({0}));
  port::Housekeeper housekeeper{std::move(samplers), base::milliseconds(1)};
  housekeeper.start(clock_from_now());
  test::TxFrames out;
  test::RxFrames in;
  for (std::uint32_t round = 0; round < 500; ++round) {
    ASSERT_EQ(set->queue(0, 0).take(PayloadSource::kFree, out), engine::kBurst);
    for (std::uint32_t i = 0; i < engine::kBurst; ++i)
      test::lay(out[i], {.header_bytes = 60}, i);
    ASSERT_EQ(set->queue(0, 0).send(0, out), engine::kBurst);
    ASSERT_EQ(set->queue(1, 0).receive(in), engine::kBurst);
    set->queue(1, 0).release(in);
    static_cast<void>(set->counters(0));  // the control thread shows progress meanwhile
  }
  const std::vector<measure::SeriesResult> series = housekeeper.stop();
  EXPECT_EQ(housekeeper.silent(), 0U);
  EXPECT_EQ(sum_of(series, "a", "tx_good_packets"), 16'000);
  EXPECT_EQ(sum_of(series, "b", "rx_good_packets"), 16'000);
  EXPECT_EQ(sum_of(series, "a", "rx_good_packets"), -1) << "what never moved takes no room";
  EXPECT_GT(sum_of(series, "a", "link_up"), 0);
  test::close_whole(*set);
}

TEST(StolenTime, OfACpuThatIsNotThereIsSilent) {
  const auto sampler = port::stolen_time_sampler({9999});
  EXPECT_EQ(sampler->infos().front().place.subject, "cpu:9999");
  EXPECT_FALSE(sampler->read().has_value());
  EXPECT_TRUE(port::stolen_time_sampler({0})->read().has_value());
}

}  // namespace
