#include "roce/crc.hpp"

#include "base/rng.hpp"
#include "roce/crc_algebra.hpp"
#include "roce/crc_fold.hpp"
#include "support/random.hpp"

#include <gtest/gtest.h>
#include <cstring>
#include <string_view>

namespace {

using support::random_bytes;

constexpr std::uint64_t kSeed = 0x1c2c;

TEST(Crc, OfTheCheckStringIsThePublishedOne) {
  constexpr std::string_view kText = "123456789";
  EXPECT_EQ(~roce::crc_update_plain(roce::kCrcInitial, std::as_bytes(std::span{kText})), 0xcbf43926U);
  EXPECT_EQ(~roce::crc_update(roce::kCrcInitial, std::as_bytes(std::span{kText})), 0xcbf43926U);
}

TEST(Crc, FastOneEqualsThePlainOneFromAnyRegisterAndAlignment) {
  base::Rng rng{kSeed};
  const auto bytes = random_bytes(rng, 5000);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t first = rng.below(64);
    const std::size_t count = rng.below(round % 10 == 0 ? 4900 : 200);
    const auto part = std::span{bytes}.subspan(first, count);
    const auto start = static_cast<std::uint32_t>(rng.next());
    ASSERT_EQ(roce::crc_update(start, part), roce::crc_update_plain(start, part))
        << "seed " << kSeed << " round " << round << " bytes " << count;
  }
}

TEST(Crc, PartsChain) {
  base::Rng rng{kSeed};
  const auto bytes = random_bytes(rng, 300);
  const std::span all{bytes};
  for (std::size_t cut = 0; cut <= all.size(); cut += 7) {
    const std::uint32_t first = roce::crc_update(roce::kCrcInitial, all.first(cut));
    EXPECT_EQ(roce::crc_update(first, all.subspan(cut)), roce::crc_update(roce::kCrcInitial, all));
  }
}

TEST(CrcAlgebra, PowersOfXFollowFromEachOther) {
  static_assert(roce::power_of_x(0) == roce::kPolynomialOne);
  static_assert(roce::power_of_x(1) == roce::kPolynomialX);
  static_assert(roce::power_of_x(32) == roce::kCrcPolynomial);
  static_assert(roce::power_of_x(0xffff'ffff) == roce::kPolynomialOne);
  std::uint32_t power = roce::kPolynomialOne;
  for (std::int64_t exponent = 0; exponent < 200; ++exponent) {
    EXPECT_EQ(roce::power_of_x(exponent), power) << exponent;
    EXPECT_EQ(roce::crc_multiply(power, roce::power_of_x(-exponent)), roce::kPolynomialOne) << exponent;
    power = roce::crc_multiply(power, roce::kPolynomialX);
  }
}

TEST(CrcAlgebra, ZerosAreAProduct) {
  base::Rng rng{kSeed};
  const std::vector<std::byte> zeros(9000);
  for (int round = 0; round < 500; ++round) {
    const auto crc = static_cast<std::uint32_t>(rng.next());
    const std::size_t count = rng.below(zeros.size());
    const std::uint32_t behind = roce::crc_after_zeros(crc, count);
    ASSERT_EQ(behind, roce::crc_update(crc, std::span{zeros}.first(count))) << "round " << round;
    ASSERT_EQ(roce::crc_before_zeros(behind, count), crc) << "round " << round;
  }
}

TEST(CrcAlgebra, ARegisterOfTwoPartsIsTheFirstMovedOnPlusTheSecondFromZero) {
  base::Rng rng{kSeed};
  for (int round = 0; round < 500; ++round) {
    const auto a = random_bytes(rng, rng.below(100));
    const auto b = random_bytes(rng, rng.below(2000));
    const std::uint32_t first = roce::crc_update(roce::kCrcInitial, a);
    EXPECT_EQ(roce::crc_update(first, b), roce::crc_after_zeros(first, b.size()) ^ roce::crc_update(0, b));
  }
}

TEST(CrcAlgebra, AChangedFieldMovesTheRegisterByItsOwnDelta) {
  base::Rng rng{kSeed};
  for (int round = 0; round < 500; ++round) {
    auto message = random_bytes(rng, 40 + rng.below(1500));
    const std::uint32_t before = roce::crc_update(roce::kCrcInitial, message);
    const std::size_t width = 1 + rng.below(24);
    const std::size_t offset = rng.below(message.size() - width);
    const auto old_field =
        std::vector<std::byte>(message.begin() + static_cast<std::ptrdiff_t>(offset),
                               message.begin() + static_cast<std::ptrdiff_t>(offset + width));
    const auto new_field = random_bytes(rng, width);
    std::ranges::copy(new_field, message.begin() + static_cast<std::ptrdiff_t>(offset));
    const std::uint32_t delta = roce::crc_of_change(old_field, new_field, message.size() - offset - width);
    ASSERT_EQ(before ^ delta, roce::crc_update(roce::kCrcInitial, message))
        << "seed " << kSeed << " round " << round;
  }
}

TEST(CrcSum, OfChangedWordsIsWhatTheyChange) {
  base::Rng rng{kSeed};
  for (int round = 0; round < 2000; ++round) {
    const std::size_t reference = 64 + rng.below(64);
    auto message = random_bytes(rng, reference + rng.below(round % 2 == 0 ? 4200 : 8));
    const std::uint32_t before = roce::crc_update(roce::kCrcInitial, message);
    roce::CrcSum sum{0};
    for (std::size_t words = 1 + rng.below(5); words > 0; --words) {
      const std::size_t offset = rng.below(reference - 7);
      const std::uint64_t change = rng.next();
      std::uint64_t lying = 0;
      std::memcpy(&lying, message.data() + offset, sizeof lying);
      lying ^= change;
      std::memcpy(message.data() + offset, &lying, sizeof lying);
      sum.add(change, roce::word_factor(reference - offset - sizeof lying));
    }
    const auto shift = roce::shift_factors(message.size() - reference);
    ASSERT_EQ(before ^ sum.shifted_by(shift.low, shift.high), roce::crc_update(roce::kCrcInitial, message))
        << "seed " << kSeed << " round " << round;
  }
}

TEST(CrcSum, BeginsAsARegisterAndEndsAsOne) {
  base::Rng rng{kSeed};
  for (int round = 0; round < 1000; ++round) {
    const auto crc = static_cast<std::uint32_t>(rng.next());
    EXPECT_EQ(roce::CrcSum{crc}.value(), crc);
    const std::size_t zeros = rng.below(5000);
    const auto shift = roce::shift_factors(zeros);
    EXPECT_EQ(roce::CrcSum{crc}.shifted_by(shift.low, shift.high), roce::crc_after_zeros(crc, zeros));
  }
}

}  // namespace
