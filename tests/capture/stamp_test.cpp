#include "capture/stamp.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace {

using capture::Stamp;
using capture::TickScale;

constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kUint64Max = std::numeric_limits<std::uint64_t>::max();

TEST(TickScale, ReadsDecimalTicksExactly) {
  EXPECT_EQ(TickScale::decimal(6).stamp(1'700'000'000'000'123, 0), (Stamp{1'700'000'000, 123'000'000}));
  EXPECT_EQ(TickScale::decimal(9).stamp(2'000'000'007, -1), (Stamp{1, 7'000}));
  EXPECT_EQ(TickScale::decimal(0).stamp(42, 0), (Stamp{42, 0}));
  EXPECT_EQ(TickScale::decimal(12).stamp(1'000'000'000'001, 0), (Stamp{1, 1}));
  EXPECT_EQ(TickScale::decimal(15).stamp(1'999, 0), (Stamp{0, 1})) << "cut off below a picosecond";
  EXPECT_EQ(TickScale::decimal(127).stamp(kUint64Max, 5), (Stamp{5, 0}));
}

TEST(TickScale, ReadsBinaryTicksExactly) {
  EXPECT_EQ(TickScale::binary(10).stamp(3 * 1024 + 512, 0), (Stamp{3, 500'000'000'000}));
  EXPECT_EQ(TickScale::binary(63).stamp(kUint64Max, 0).seconds, 1);
  EXPECT_EQ(TickScale::binary(64).stamp(std::uint64_t{1} << 63, 0), (Stamp{0, 500'000'000'000}));
  EXPECT_EQ(TickScale::binary(127).stamp(kUint64Max, 0), (Stamp{0, 0}));
}

TEST(TickScale, SaturatesInsteadOfWrapping) {
  EXPECT_EQ(TickScale::decimal(0).stamp(kUint64Max, 0).seconds, kInt64Max);
  EXPECT_EQ(TickScale::decimal(6).stamp(0, std::numeric_limits<std::int64_t>::min()).seconds,
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(TickScale::decimal(9).ticks(Stamp{kInt64Max, 0}), kUint64Max);
  EXPECT_EQ(TickScale::decimal(9).ticks(Stamp{-1, 5}), 0u);
}

TEST(TickScale, GivesTheTicksBackThatItRead) {
  constexpr std::uint64_t kSeed = 20;
  base::Rng rng{kSeed};
  for (int i = 0; i < 10'000; ++i) {
    const auto exponent = static_cast<std::uint8_t>(rng.below(13));
    const std::uint64_t ticks = rng.next() >> (1 + rng.below(40));
    const auto scale = TickScale::decimal(exponent);
    ASSERT_EQ(scale.ticks(scale.stamp(ticks, 0)), ticks) << "seed " << kSeed << " exponent " << int{exponent};
  }
}

TEST(Stamp, TellsTheSpanBetweenTwo) {
  EXPECT_EQ((Stamp{2, 1}) - (Stamp{1, 999'999'999'999}), base::picoseconds(2));
  EXPECT_EQ((Stamp{1, 0}) - (Stamp{2, 0}), base::seconds(-1));
  EXPECT_EQ((Stamp{kInt64Max, 0}) - (Stamp{0, 0}), base::Duration{kInt64Max});
  EXPECT_EQ((Stamp{-kInt64Max, 0}) - (Stamp{kInt64Max, 0}),
            base::Duration{std::numeric_limits<std::int64_t>::min()});
}

TEST(Stamp, OfARunIsItsStartPlusTheTime) {
  EXPECT_EQ(capture::stamp_at({100, 999'999'999'999}, base::Time{1}), (Stamp{101, 0}));
  EXPECT_EQ(capture::stamp_at({100, 0}, base::Time{-1}), (Stamp{99, 999'999'999'999}));
}

}  // namespace
