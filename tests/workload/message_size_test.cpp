#include "workload/message_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <map>

namespace {

using workload::MessageSizes;
using workload::SizeKind;
using workload::SizeSource;

constexpr std::uint64_t kDraws = 200'000;

std::vector<std::uint64_t> draw(const SizeSource& source, std::uint64_t seed = 42) {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    sizes.push_back(source.at(seed, i));
    EXPECT_GE(sizes.back(), source.shortest());
    EXPECT_LE(sizes.back(), source.longest());
  }
  return sizes;
}

double mean_of(const std::vector<std::uint64_t>& sizes) {
  double sum = 0;
  for (const std::uint64_t size : sizes)
    sum += static_cast<double>(size);
  return sum / static_cast<double>(sizes.size());
}

TEST(MessageSizes, FixedIsFixed) {
  const SizeSource source{{.kind = SizeKind::kFixed, .fixed = 4096}};
  EXPECT_EQ(source.at(1, 0), 4096u);
  EXPECT_EQ(source.at(2, 99), 4096u);
  EXPECT_EQ(source.mean(), 4096u);
}

TEST(MessageSizes, UniformReachesBothEndsEquallyOften) {
  const SizeSource source{{.kind = SizeKind::kUniform, .min = 10, .max = 19}};
  std::map<std::uint64_t, double> counts;
  for (const std::uint64_t size : draw(source))
    ++counts[size];
  ASSERT_EQ(counts.size(), 10u);
  for (const auto& [size, count] : counts) {
    EXPECT_NEAR(count, kDraws / 10.0, 4 * std::sqrt(kDraws * 0.09)) << size;
  }
  EXPECT_EQ(SizeSource({.kind = SizeKind::kUniform, .min = 7, .max = 7}).at(1, 1), 7u);
}

TEST(MessageSizes, LogNormalHasTheQuantilesOfTheLaw) {
  const MessageSizes sizes{.kind = SizeKind::kLogNormal,
                           .min = 1,
                           .max = 1ULL << 31,
                           .median = 100'000,
                           .sigma_thousandths = 1500};
  const SizeSource source{sizes};
  // Standard normal quantiles, from tables.
  const std::map<double, double> z{{0.5, 0},         {0.75, 0.674490},  {0.9, 1.281552},
                                   {0.99, 2.326348}, {0.999, 3.090232}, {0.01, -2.326348}};
  for (const auto& [p, quantile] : z) {
    const double want = 100'000 * std::exp(1.5 * quantile);
    const auto u = static_cast<std::uint64_t>(p * 0x1p64);
    EXPECT_NEAR(static_cast<double>(source.at_quantile(u)), want, want * 0.002 + 1) << p;
  }
  const double mean = 100'000 * std::exp(1.5 * 1.5 / 2);
  EXPECT_NEAR(static_cast<double>(source.mean()), mean, mean * 0.02);
}

TEST(MessageSizes, LogNormalDrawsFollowTheLaw) {
  const SizeSource source{
      {.kind = SizeKind::kLogNormal, .min = 64, .max = 1'000'000, .median = 8192, .sigma_thousandths = 1000}};
  const auto sizes = draw(source);
  const auto below = [&](double size) {
    return static_cast<double>(std::count_if(
        sizes.begin(), sizes.end(), [&](std::uint64_t s) { return static_cast<double>(s) <= size; }));
  };
  for (const double z : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
    const double p = std::erfc(-z / std::sqrt(2)) / 2;
    EXPECT_NEAR(below(8192 * std::exp(z)), kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)) + 100) << z;
  }
}

TEST(MessageSizes, LogNormalIsCutAtItsRange) {
  const SizeSource source{
      {.kind = SizeKind::kLogNormal, .min = 4096, .max = 8192, .median = 5000, .sigma_thousandths = 4000}};
  EXPECT_EQ(source.at_quantile(0), 4096u);
  EXPECT_EQ(source.at_quantile(~0ULL), 8192u);
}

TEST(MessageSizes, TableSpreadsEvenlyBetweenItsPoints) {
  // 30 % are 64 bytes, 50 % evenly within 65 .. 164, 20 % are 1000.
  const SizeSource source{
      {.kind = SizeKind::kTable,
       .points = {{64, 300'000'000}, {164, 800'000'000}, {1000, 800'000'000}, {1000, 1'000'000'000}}}};
  std::map<std::uint64_t, double> counts;
  for (const std::uint64_t size : draw(source))
    ++counts[size];
  EXPECT_EQ(counts.size(), 102u);
  EXPECT_NEAR(counts[64], kDraws * 0.3, 4 * std::sqrt(kDraws * 0.21));
  EXPECT_NEAR(counts[1000], kDraws * 0.2, 4 * std::sqrt(kDraws * 0.16));
  EXPECT_NEAR(counts[65], kDraws * 0.005, 4 * std::sqrt(kDraws * 0.005));
  EXPECT_NEAR(counts[164], kDraws * 0.005, 4 * std::sqrt(kDraws * 0.005));
  EXPECT_EQ(source.mean(), 276u);  // 0.3 * 64 + 0.5 * 114.5 + 0.2 * 1000 = 276.45
}

TEST(MessageSizes, TheDrawnMeanIsTheStatedOne) {
  for (const MessageSizes& sizes : {MessageSizes{.kind = SizeKind::kUniform, .min = 64, .max = 65'536},
                                    MessageSizes{.kind = SizeKind::kLogNormal,
                                    .min = 1,
                                    .max = 1 << 20,
                                    .median = 4096,
                                    .sigma_thousandths = 1000},
                                    MessageSizes{.kind = SizeKind::kTable,
                                    .points = {{0, 0}, {1000, 500'000'000}, {10'000, 1'000'000'000}}}}) {
    const SizeSource source{sizes};
    EXPECT_NEAR(mean_of(draw(source)) / static_cast<double>(source.mean()), 1, 0.02);
  }
}

TEST(MessageSizes, AreAFunctionOfSeedAndIndexAlone) {
  const SizeSource source{{.kind = SizeKind::kUniform, .min = 0, .max = 1 << 30}};
  EXPECT_EQ(source.at(7, 1000), source.at(7, 1000));
  EXPECT_NE(source.at(7, 1000), source.at(8, 1000));
  EXPECT_NE(source.at(7, 1000), source.at(7, 1001));
}

TEST(MessageSizes, RefusesWhatIsNoDistribution) {
  const auto refusal = [](const MessageSizes& sizes) {
    const auto checked = workload::check_sizes(sizes);
    return checked ? std::string{} : base::to_text(checked.error());
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_THAT(refusal({.kind = SizeKind::kUniform, .min = 10, .max = 9}),
              testing::HasSubstr("`min` of 10 B"));
  EXPECT_THAT(refusal({.kind = SizeKind::kLogNormal, .min = 10, .max = 90, .median = 9}),
              testing::HasSubstr("median"));
  EXPECT_THAT(refusal({.kind = SizeKind::kTable}), testing::HasSubstr("without points"));
  EXPECT_THAT(refusal({.kind = SizeKind::kTable, .points = {{9, 1}, {8, 2}}}), testing::HasSubstr("point 2"));
  EXPECT_THAT(refusal({.kind = SizeKind::kTable, .points = {{9, 1}}}), testing::HasSubstr("all messages"));
  EXPECT_THAT(refusal({.kind = SizeKind::kFixed, .fixed = (1ULL << 31) + 1}),
              testing::HasSubstr("2147483648"));
}

}  // namespace
