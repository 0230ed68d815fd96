/// \file
/// Exponentially distributed times by integers alone: what Poisson arrivals are spaced by.
///
///     const base::Duration gap = engine::exponential(mean, rng.next());
///
/// -ln(u) for u in (0, 1]: the leading zeros of a 64-bit random number give the powers of two, a table of
/// ln(1 + i/256) with linear interpolation gives the rest. A gap is right to 3e-6 of the mean, the mean
/// itself to 1e-6 (tested against the library's logarithm), and every compiler gives the same numbers. Cost:
/// about 15 instructions, 1 KiB of table. Thread: pure.
#pragma once

#include "base/int128.hpp"
#include "base/time.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace engine {

namespace detail {

inline constexpr int kLogBits = 24;                ///< fraction bits of a logarithm
inline constexpr std::uint64_t kLn2 = 11'629'080;  ///< ln 2 * 2^24, rounded

/// ln((256 + i) / 256) * 2^24 by the series of artanh(z), z = i / (512 + i): 2 (z + z^3/3 + z^5/5 + ...).
constexpr std::array<std::uint32_t, 257> make_log_table() {
  std::array<std::uint32_t, 257> table{};
  for (std::uint64_t i = 0; i <= 256; ++i) {
    const std::uint64_t z = (i << 40) / (512 + i);
    std::uint64_t power = z;
    std::uint64_t sum = 0;
    for (std::uint64_t odd = 1; odd < 60; odd += 2) {
      sum += power / odd;
      power = static_cast<std::uint64_t>((static_cast<base::Uint128>(power) * z) >> 40);
      power = static_cast<std::uint64_t>((static_cast<base::Uint128>(power) * z) >> 40);
    }
    table[i] = static_cast<std::uint32_t>((2 * sum + (1 << 15)) >> 16);
  }
  return table;
}
inline constexpr std::array<std::uint32_t, 257> kLogTable = make_log_table();
static_assert(kLogTable[0] == 0 && kLogTable[256] == kLn2);

}  // namespace detail

/// -ln((random + 1) / 2^64) * 2^24, at least 0.
[[nodiscard]] constexpr std::uint64_t minus_log_q24(std::uint64_t random) {
  const int zeros = std::countl_zero(random | 1);
  const std::uint64_t mantissa = (random | 1) << zeros;  // 1.xxx in the top bits
  const std::uint64_t index = (mantissa >> 55) & 0xff;
  const std::uint64_t between = (mantissa >> 39) & 0xffff;
  const std::uint64_t low = detail::kLogTable[index];
  const std::uint64_t high = detail::kLogTable[index + 1];
  const std::uint64_t log_of_mantissa = low + (((high - low) * between) >> 16);
  return (static_cast<std::uint64_t>(zeros) + 1) * detail::kLn2 - log_of_mantissa;
}

[[nodiscard]] constexpr base::Duration exponential(base::Duration mean, std::uint64_t random) {
  const auto product =
      static_cast<base::Uint128>(static_cast<std::uint64_t>(mean.ps())) * minus_log_q24(random);
  return base::Duration{static_cast<std::int64_t>(product >> detail::kLogBits)};
}

}  // namespace engine
