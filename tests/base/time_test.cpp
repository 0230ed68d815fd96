#include "base/time.hpp"
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace {

base::Duration duration(const char* text) {
  base::Duration out{-1};
  EXPECT_TRUE(base::parse_duration(text, out)) << text;
  return out;
}

TEST(Time, AddsSpansToPoints) {
  const base::Time start{1000};
  EXPECT_EQ((start + base::nanoseconds(2)).ps(), 3000);
  EXPECT_EQ((start + base::nanoseconds(2)) - start, base::nanoseconds(2));
  EXPECT_LT(start, base::Time::never());
  EXPECT_TRUE(base::Time::never().is_never());
}

TEST(Duration, ReadsUnitsExactly) {
  EXPECT_EQ(duration("250 us"), base::microseconds(250));
  EXPECT_EQ(duration("1.5ms"), base::microseconds(1500));
  EXPECT_EQ(duration("2 h"), base::seconds(7200));
  EXPECT_EQ(duration("0.001 ns"), base::picoseconds(1));
}

TEST(Duration, RefusesWhatItCannotHold) {
  base::Duration out;
  for (const char* text : {"", "5", "5 sec", "0.5 ps", "-1 s", "1 s 5 ms", "200 d"}) {
    EXPECT_FALSE(base::parse_duration(text, out)) << text;
  }
}

TEST(Duration, PrintsWhatItReads) {
  for (const std::int64_t ps : {0LL, 1LL, 999LL, 1'500LL, 250'000'000LL, 60'000'000'000'000LL}) {
    EXPECT_EQ(duration(base::to_text(base::Duration{ps}).c_str()).ps(), ps);
  }
  EXPECT_EQ(base::to_text(base::milliseconds(-20)), "-20 ms");
}

TEST(ManualClock, MovesOnlyWhenTold) {
  base::ManualClock clock;
  EXPECT_EQ(clock.now(), base::Time{});
  clock.advance(base::nanoseconds(5));
  EXPECT_EQ(clock.now().ps(), 5000);
}

}  // namespace
