#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Rng, GivesThePublishedSequence) {
  base::Rng rng{1234567};  // test vector of splitmix64.c by S. Vigna
  EXPECT_EQ(rng.next(), 6457827717110365317ULL);
  EXPECT_EQ(rng.next(), 3203168211198807973ULL);
  EXPECT_EQ(rng.next(), 9817491932198370423ULL);
}

TEST(Rng, StreamsDependOnSeedNameAndIndexOnly) {
  EXPECT_EQ(base::seed_for(1, "flow", 7), base::seed_for(1, "flow", 7));
  EXPECT_NE(base::seed_for(1, "flow", 7), base::seed_for(1, "flow", 8));
  EXPECT_NE(base::seed_for(1, "flow", 7), base::seed_for(2, "flow", 7));
  EXPECT_NE(base::seed_for(1, "flow", 7), base::seed_for(1, "wolf", 7));
}

TEST(Rng, BelowReachesEveryValueAndNoOther) {
  base::Rng rng{9};
  unsigned seen = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto value = rng.below(8);
    ASSERT_LT(value, 8u);
    seen |= 1u << value;
  }
  EXPECT_EQ(seen, 0xffu);
}

}  // namespace
