#include "workload/message_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using workload::SizePoint;

TEST(SizePoints, ReadsPercentAndFractions) {
  const auto percent =
      workload::parse_size_points("# web search\n0 0\n10000\t15.5  # small\n\n30000000 100\n", "a.cdf");
  ASSERT_TRUE(percent);
  EXPECT_EQ(*percent, (std::vector<SizePoint>{{0, 0}, {10'000, 155'000'000}, {30'000'000, 1'000'000'000}}));
  const auto fraction = workload::parse_size_points("64 0.25\n4096 1", "b.cdf");
  ASSERT_TRUE(fraction);
  EXPECT_EQ(*fraction, (std::vector<SizePoint>{{64, 250'000'000}, {4096, 1'000'000'000}}));
}

TEST(SizePoints, NamesThePlaceOfEveryFault) {
  const auto points = workload::parse_size_points("64 0.5\nx 0.6\n  80 1.x\n90 0.7 0.8\n4096 1\n", "c.cdf");
  ASSERT_FALSE(points);
  ASSERT_EQ(points.error().size(), 3u);
  EXPECT_EQ(points.error()[0].where, "c.cdf:2:1");
  EXPECT_EQ(points.error()[1].where, "c.cdf:3:6");
  EXPECT_EQ(points.error()[2].where, "c.cdf:4:8");
  EXPECT_THAT(points.error()[0].what, testing::HasSubstr("'x' is no size"));
}

TEST(SizePoints, RefusesAFileThatDoesNotEndAtAll) {
  const auto points = workload::parse_size_points("64 0.5\n128 0.9\n", "d.cdf");
  ASSERT_FALSE(points);
  EXPECT_EQ(points.error()[0].where, "d.cdf");
  EXPECT_FALSE(workload::parse_size_points("", "e.cdf"));
}

}  // namespace
