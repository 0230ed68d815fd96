#include "port/tsc_clock.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace {

TEST(TscClock, CountsFromItsStart) {
  const port::TscClock clock{{.hz = 2'500'000'000}, 1000};
  EXPECT_EQ(clock.at(1000).ps(), 0);
  EXPECT_EQ(clock.at(1005).ps(), 2000);
  EXPECT_EQ(clock.at(995).ps(), -2000);
}

TEST(TscClock, IsExactTheWayItSaysOver104Days) {
  constexpr std::uint64_t kSeed = 4;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  base::Rng rng{kSeed};
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t hz = 1'000'000'000 + rng.below(4'000'000'000);
    const std::uint64_t ticks = rng.below(hz * 9'000'000);
    const auto exact = static_cast<std::int64_t>(base::Uint128{ticks} * 1'000'000'000'000 / hz);
    const std::int64_t told = port::TscClock{{.hz = hz}, 0}.at(ticks).ps();
    ASSERT_LE(told, exact);
    ASSERT_LE(exact - told, static_cast<std::int64_t>(ticks >> 32) + 1) << hz << " Hz, " << ticks << " ticks";
  }
}

TEST(TscRate, IsTicksOverTimeWithTheDoubtOfBothReadings) {
  const port::ClockPair first{.ticks = 500, .raw = base::seconds(7), .doubt = base::nanoseconds(60)};
  const port::ClockPair last{
      .ticks = 500 + 244'543'016, .raw = base::milliseconds(7100), .doubt = base::nanoseconds(40)};
  const port::TscRate rate = port::rate_between(first, last);
  EXPECT_EQ(rate.hz, 2'445'430'160U);
  EXPECT_EQ(rate.error_ppb, 1001U);
}

}  // namespace
