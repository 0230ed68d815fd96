#include "base/fixed_point.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace {

TEST(FixedPoint, LogAgreesWithTheLibrary) {
  base::Rng rng{1};
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t x = (rng.next() >> rng.below(63)) | 1;
    EXPECT_NEAR(static_cast<double>(base::log2_q32(x)) * 0x1p-32, std::log2(static_cast<double>(x)), 0x1p-30)
        << x;
  }
}

TEST(FixedPoint, PowersAgreeWithTheLibrary) {
  base::Rng rng{2};
  for (int i = 0; i < 10'000; ++i) {
    const auto exponent = static_cast<std::int64_t>(rng.below(40ULL << 32)) - (20LL << 32);
    const std::uint64_t got = base::scale_by_exp2(1ULL << 40, exponent);
    const double want = std::exp2(40 + static_cast<double>(exponent) * 0x1p-32);
    EXPECT_NEAR(static_cast<double>(got), want, want * 0x1p-29 + 1) << exponent;
  }
}

TEST(FixedPoint, PowersSaturateAndVanish) {
  EXPECT_EQ(base::scale_by_exp2(~0ULL, 1LL << 32), ~0ULL);
  EXPECT_EQ(base::scale_by_exp2(3, 1000LL << 32), ~0ULL);
  EXPECT_EQ(base::scale_by_exp2(0, 1000LL << 32), 0u);
  EXPECT_EQ(base::scale_by_exp2(~0ULL, -(65LL << 32)), 0u);
  EXPECT_EQ(base::scale_by_exp2(5, -(1LL << 60)), 0u);
}

TEST(FixedPoint, ConstantsAreRight) {
  EXPECT_NEAR(static_cast<double>(base::kLn2Q32) * 0x1p-32, std::log(2.0), 0x1p-32);
  EXPECT_NEAR(static_cast<double>(base::kLog2EQ32) * 0x1p-32, 1 / std::log(2.0), 0x1p-32);
  EXPECT_EQ(base::integer_sqrt(99), 9u);
  EXPECT_EQ(base::integer_sqrt(100), 10u);
}

}  // namespace
