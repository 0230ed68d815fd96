#include "wire/line.hpp"

#include <gtest/gtest.h>

namespace {

using base::BitsPerSec;
using base::FrameBytes;
using base::WireBytes;

constexpr std::uint64_t kGbit = 1'000'000'000;

TEST(OnTheWire, AddsFcsPreambleAndGap) {
  EXPECT_EQ(wire::on_the_wire(FrameBytes{1098}).count(), 1098U + 4 + 8 + 12);
  EXPECT_EQ(wire::layer2_bytes(FrameBytes{1514}).count(), 1518U);
}

TEST(OnTheWire, CountsThePaddingOfShortFrames) {
  EXPECT_EQ(wire::on_the_wire(FrameBytes{58}), wire::on_the_wire(FrameBytes{60}));
  EXPECT_EQ(wire::on_the_wire(FrameBytes{61}).count(), 85U);
}

TEST(WireTime, IsExactAtEveryEthernetSpeed) {
  for (const std::uint64_t gbit : {10U, 25U, 40U, 50U, 100U, 200U, 400U, 800U, 1600U}) {
    const BitsPerSec rate{gbit * kGbit};
    const base::Duration one = wire::wire_time(WireBytes{1}, rate);
    EXPECT_EQ(static_cast<std::uint64_t>(one.ps()) * gbit, 8000U) << gbit;
    EXPECT_EQ(wire::wire_time(WireBytes{9018}, rate), one * 9018) << gbit;
  }
}

TEST(WireTime, RoundsToTheNearestAtOtherRates) {
  EXPECT_EQ(wire::wire_time(WireBytes{1}, BitsPerSec{3 * kGbit}).ps(), 2667);        // 2666.67
  EXPECT_EQ(wire::wire_time(WireBytes{2}, BitsPerSec{3 * kGbit}).ps(), 5333);        // 5333.33
  EXPECT_EQ(wire::wire_time(WireBytes{1}, BitsPerSec{16'000'000'000'000}).ps(), 1);  // 0.5, half up
}

TEST(WireTime, HoldsForADayOfBytes) {
  // 400 Gbit/s for 86,400 s: the product of bytes and picoseconds needs more than 64 bits.
  const WireBytes day{50'000'000'000ULL * 86'400};
  EXPECT_EQ(wire::wire_time(day, BitsPerSec{400 * kGbit}), base::seconds(86'400));
}

}  // namespace
