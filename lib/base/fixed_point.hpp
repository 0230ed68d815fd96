/// \file
/// Logarithms and powers of two in integers: what decides what to send may not depend on a libm.
///
///     // 1 / k^s, s in thousandths, in units of 2^-40:
///     const std::uint64_t weight =
///         base::scale_by_exp2(1ULL << 40, -static_cast<std::int64_t>(base::log2_q32(k) * s / 1000));
///
/// "q32" is a number in units of 2^-32. Accuracy: log2 within 2^-32, powers within 2^-30 of the value.
/// Cost: log2 32 multiplications, a power as many at most: set-up, or once a packet at worst. Thread: pure.
#pragma once

#include "base/int128.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace base {

inline constexpr std::uint64_t kOneQ32 = 1ULL << 32;
inline constexpr std::uint64_t kLn2Q32 = 2'977'044'472;    ///< ln 2
inline constexpr std::uint64_t kLog2EQ32 = 6'196'328'019;  ///< 1 / ln 2

/// The largest integer whose square is not above n.
[[nodiscard]] constexpr std::uint64_t integer_sqrt(Uint128 n) {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t trial = root | (1ULL << bit);
    if (static_cast<Uint128>(trial) * trial <= n) root = trial;
  }
  return root;
}

/// log2 of x, rounded down. x is at least 1.
[[nodiscard]] constexpr std::uint64_t log2_q32(std::uint64_t x) {
  const int whole = 63 - std::countl_zero(x);
  std::uint64_t mantissa = x << (63 - whole);  // 1 .. 2 in units of 2^-63
  std::uint64_t log = static_cast<std::uint64_t>(whole) << 32;
  for (std::uint64_t bit = 1ULL << 31; bit != 0; bit >>= 1) {
    const Uint128 square = static_cast<Uint128>(mantissa) * mantissa;  // in units of 2^-126
    if ((square >> 127) != 0) {
      log |= bit;
      mantissa = static_cast<std::uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<std::uint64_t>(square >> 63);
    }
  }
  return log;
}

namespace detail {

/// 2^(1/2), 2^(1/4), ... in units of 2^-62: each the square root of the one before.
[[nodiscard]] constexpr std::array<std::uint64_t, 32> exp2_factors() {
  std::array<std::uint64_t, 32> factors{};
  std::uint64_t value = 1ULL << 63;
  for (std::uint64_t& factor : factors) {
    value = integer_sqrt(static_cast<Uint128>(value) << 62);
    factor = value;
  }
  return factors;
}
inline constexpr std::array<std::uint64_t, 32> kExp2Factors = exp2_factors();

}  // namespace detail

/// value * 2^exponent, rounded down; the largest integer where it does not fit.
[[nodiscard]] constexpr std::uint64_t scale_by_exp2(std::uint64_t value, std::int64_t exponent_q32) {
  const std::int64_t whole = exponent_q32 >> 32;  // rounded down, so that the fraction is 0 .. 1
  const auto fraction = static_cast<std::uint32_t>(exponent_q32);
  std::uint64_t power = 1ULL << 62;  // 2^fraction in units of 2^-62
  for (std::size_t i = 0; i < detail::kExp2Factors.size(); ++i) {
    if (((fraction >> (31 - i)) & 1) == 0) continue;
    power = static_cast<std::uint64_t>((static_cast<Uint128>(power) * detail::kExp2Factors[i]) >> 62);
  }
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const Uint128 product = static_cast<Uint128>(value) * power;
  const std::int64_t shift = 62 - whole;
  if (shift >= 128) return 0;
  if (shift >= 0) {
    const Uint128 shifted = product >> shift;
    return shifted > kMost ? kMost : static_cast<std::uint64_t>(shifted);
  }
  if (product == 0) return 0;
  if (shift <= -64 || product > (static_cast<Uint128>(kMost) >> -shift)) return kMost;
  return static_cast<std::uint64_t>(product << -shift);
}

static_assert(log2_q32(1) == 0 && log2_q32(1ULL << 63) == 63 * kOneQ32);
static_assert(scale_by_exp2(7, 0) == 7 && scale_by_exp2(7, 3LL << 32) == 56);
static_assert(scale_by_exp2(8, -(3LL << 32)) == 1 && scale_by_exp2(1, 64LL << 32) == ~0ULL);

}  // namespace base
