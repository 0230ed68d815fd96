#include "plan/rate.hpp"

#include <gtest/gtest.h>

namespace plan {
namespace {

using profile::RateUnit;

constexpr base::BitsPerSec k100G{100'000'000'000};

RatePoint rate(RateUnit unit, std::uint64_t value) {
  return exactly({.unit = unit, .value = value});
}

TEST(Rate, BitsOfLayer1BecomePicosecondsAByte) {
  const auto pace = pace_of(rate(RateUnit::kBitsL1, 25'000'000'000), {.port_speed = k100G, .flows = 1});
  EXPECT_EQ(pace, (Pace{Pace::Charge::kWireBytes, 320, 1}));
}

TEST(Rate, IsSharedEvenlyByItsFlows) {
  const auto pace = pace_of(rate(RateUnit::kBitsL2, 3'000'000'000), {.port_speed = k100G, .flows = 7});
  EXPECT_EQ(pace, (Pace{Pace::Charge::kFrameBytesWithFcs, 8'000 * 7, 3})) << "8e12 * 7 / 3e9 ps a byte";
}

TEST(Rate, ShareIsOfThePortsSpeed) {
  const auto pace = pace_of(rate(RateUnit::kShareOfPort, 333'333), {.port_speed = k100G, .flows = 1});
  ASSERT_TRUE(pace);
  EXPECT_EQ(pace->ps_numerator, 80'000'000u);
  EXPECT_EQ(pace->ps_denominator, 333'333u);
}

TEST(Rate, ShareOfAnOddSpeedIsTheNearestThatFits) {
  const base::BitsPerSec odd{99'999'999'977};
  const auto pace = pace_of(rate(RateUnit::kShareOfPort, 999'983), {.port_speed = odd, .flows = 16'777'213});
  ASSERT_TRUE(pace);
  // ps a byte = 8e12 * flows * 1e6 / (speed * ppm): about 1.34e9.
  const base::Uint128 numerator = static_cast<base::Uint128>(8'000'000'000'000) * 16'777'213 * 1'000'000;
  const base::Uint128 denominator = static_cast<base::Uint128>(odd.count()) * 999'983;
  EXPECT_EQ(pace->ps_numerator / pace->ps_denominator, static_cast<std::uint64_t>(numerator / denominator));
  // |p/q - n/d| = |p d - n q| / (q d); both products have the same upper bits, so wrap-around does no harm.
  const auto difference = static_cast<base::Int128>(
      static_cast<base::Uint128>(pace->ps_numerator) * denominator - numerator * pace->ps_denominator);
  const base::Uint128 magnitude = static_cast<base::Uint128>(difference < 0 ? -difference : difference);
  EXPECT_TRUE(magnitude < (numerator >> 63) * pace->ps_denominator) << "a part in 2^63";
}

TEST(Rate, PaceOfAShareIsInLowestTerms) {
  EXPECT_EQ(pace_of(rate(RateUnit::kShareOfPort, 1'000'000), {.port_speed = k100G, .flows = 1}),
            (Pace{Pace::Charge::kWireBytes, 80, 1}));
  EXPECT_EQ(line_pace({.port_speed = k100G, .flows = 3}), (Pace{Pace::Charge::kWireBytes, 240, 1}));
}

TEST(Rate, PacketsAndMessagesAreChargedWhole) {
  EXPECT_EQ(pace_of(rate(RateUnit::kPackets, 3'000'000), {.port_speed = k100G, .flows = 2}),
            (Pace{Pace::Charge::kFrame, 2'000'000, 3}));
  EXPECT_EQ(pace_of(rate(RateUnit::kMessages, 1000), {.port_speed = k100G, .flows = 1}),
            (Pace{Pace::Charge::kMessage, 1'000'000'000, 1}));
}

TEST(Rate, OfZeroOrOfAFrameInMonthsHasNoPace) {
  EXPECT_FALSE(pace_of(rate(RateUnit::kBitsL1, 0), {.port_speed = k100G, .flows = 1}));
  EXPECT_FALSE(pace_of(rate(RateUnit::kBitsL1, 1), {.port_speed = k100G, .flows = 16'000'000}));
}

TEST(Rate, StepsOfARampAddUpToTheStraightLine) {
  const profile::Rate first{.unit = RateUnit::kPackets, .value = 1000};
  const profile::Rate last{.unit = RateUnit::kPackets, .value = 4001};
  base::Uint128 doubled_sum = 0;
  for (std::uint64_t step = 0; step < 100; ++step) {
    const RatePoint point = between(first, last, step, 100);
    EXPECT_EQ(point.denominator, 200u);
    doubled_sum += point.numerator;
  }
  EXPECT_TRUE(doubled_sum == static_cast<base::Uint128>(1000 + 4001) * 100 * 100);
}

TEST(Rate, LayersFollowFromTheMessagesBytes) {
  // Frames of 1000 B with FCS: 1020 on the line, 900 of payload.
  const MessageTotals totals{
      .messages = 1, .frames = 10, .wire_bytes = 10'200, .layer2_bytes = 10'000, .payload_bytes = 9'000};
  const LayerRates of_l2 = layer_rates(rate(RateUnit::kBitsL2, 10'000'000'000), k100G, totals);
  EXPECT_EQ(of_l2.l1.count(), 10'200'000'000u);
  EXPECT_EQ(of_l2.l2.count(), 10'000'000'000u);
  EXPECT_EQ(of_l2.payload.count(), 9'000'000'000u);
  const LayerRates of_packets = layer_rates(rate(RateUnit::kPackets, 1'000'000), k100G, totals);
  EXPECT_EQ(of_packets.l1.count(), 8'160'000'000u);
  const LayerRates of_messages = layer_rates(rate(RateUnit::kMessages, 100'000), k100G, totals);
  EXPECT_EQ(of_messages.l1.count(), 8'160'000'000u);
  const LayerRates of_share = layer_rates(rate(RateUnit::kShareOfPort, 1'000'000), k100G, totals);
  EXPECT_EQ(of_share.l1, k100G);
}

}  // namespace
}  // namespace plan
