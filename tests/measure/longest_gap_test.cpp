#include "measure/longest_gap.hpp"

#include <gtest/gtest.h>

namespace {

using measure::LongestGap;

base::Time at_us(std::int64_t us) {
  return base::Time{} + base::microseconds(us);
}

TEST(LongestGap, NamesStartLengthAndWhatWasLost) {
  LongestGap longest;
  longest.replace({.previous = at_us(10), .now = at_us(60), .next_expected = 5, .missing = 4});
  EXPECT_EQ(longest.start, at_us(10));
  EXPECT_EQ(longest.length, base::microseconds(50));
  EXPECT_EQ(longest.lost, 4u);
}

TEST(LongestGap, WhatComesLateWasNotLostInIt) {
  LongestGap longest;
  longest.replace({.previous = at_us(0), .now = at_us(1), .next_expected = 5, .missing = 4});
  longest.filled(4);
  EXPECT_EQ(longest.lost, 4u);
  longest.filled(5);
  longest.filled(8);
  EXPECT_EQ(longest.lost, 2u);
  longest.filled(9);
  EXPECT_EQ(longest.lost, 2u);
}

TEST(LongestGap, OfASumIsTheLongestOfItsFlows) {
  LongestGap a;
  a.replace({.previous = at_us(0), .now = at_us(3), .next_expected = 5, .missing = 4});
  LongestGap b;
  b.replace({.previous = at_us(7), .now = at_us(9), .next_expected = 1, .missing = 1});
  b.merge(a);
  EXPECT_EQ(b, a);
  a.merge(LongestGap{});
  EXPECT_EQ(b, a);
}

}  // namespace
