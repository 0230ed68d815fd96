#include "engine/exponential.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace {

double logarithm(std::uint64_t random) {
  return -std::log((static_cast<double>(random | 1)) / 0x1p64);
}

TEST(Exponential, IsTheLogarithmToThreeMillionths) {
  base::Rng rng{1};
  double worst = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint64_t random = rng.next() >> rng.below(64);
    const double ours = static_cast<double>(engine::minus_log_q24(random)) / 0x1p24;
    worst = std::max(worst, std::abs(ours - logarithm(random)));
  }
  EXPECT_LT(worst, 3e-6);
}

TEST(Exponential, GivesItsEndsWithoutOverflow) {
  EXPECT_LE(engine::minus_log_q24(~0ULL), 1U);
  EXPECT_NEAR(static_cast<double>(engine::minus_log_q24(0)) / 0x1p24, 64 * std::log(2.0), 1e-5);
  // The longest gap of a mean of a month still fits.
  const base::Duration month = base::seconds(30 * 24 * 3600);
  EXPECT_GT(engine::exponential(month, 1LL << 40).ps(), month.ps());
}

TEST(Exponential, HasTheMeanAndTheVarianceOfTheDistribution) {
  base::Rng rng{2};
  constexpr int kCount = 4'000'000;
  const base::Duration mean = base::nanoseconds(137);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const auto gap = static_cast<double>(engine::exponential(mean, rng.next()).ps());
    sum += gap;
    squares += gap * gap;
  }
  const double m = sum / kCount;
  const double sigma_of_mean = 137'000 / std::sqrt(kCount);
  EXPECT_NEAR(m, 137'000, 4 * sigma_of_mean);
  // The second moment is 2 m^2, with a standard deviation of sqrt(20) m^2 a sample.
  EXPECT_NEAR(squares / kCount / (137'000.0 * 137'000.0), 2, 4 * std::sqrt(20.0 / kCount));
}

}  // namespace
