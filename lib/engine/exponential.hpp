/// \file
/// Exponentially distributed times by integers alone: what Poisson arrivals are spaced by.
///
///     const base::Duration gap = engine::exponential(mean, rng.next());
///
/// -ln(u) for u in (0, 1]: the leading zeros of a 64-bit random number give the powers of two, a table of
/// ln(1 + i/256) with linear interpolation gives the rest. A gap is right to 3e-6 of the mean, the mean
/// itself to 1e-6 (tested against the library's logarithm), and every compiler gives the same numbers. Cost:
/// about 22 instructions, 2.5 KiB of tables. Thread: pure.
#pragma once

#include "base/int128.hpp"
#include "base/time.hpp"

#include <array>
#include <bit>
#include <cstddef>
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

/// ln at the start of each 256th, and how much it grows over it.
struct LogPiece {
  std::uint32_t low = 0;
  std::uint32_t rise = 0;
};
constexpr std::array<LogPiece, 256> make_log_pieces() {
  std::array<LogPiece, 256> pieces{};
  for (std::size_t i = 0; i < pieces.size(); ++i)
    pieces[i] = {.low = kLogTable[i], .rise = kLogTable[i + 1] - kLogTable[i]};
  return pieces;
}
inline constexpr std::array<LogPiece, 256> kLogPieces = make_log_pieces();

/// -ln of the largest number with so many leading zeros, rounded: (zeros + 1) ln 2.
constexpr std::array<std::uint64_t, 64> make_zeros_table() {
  std::array<std::uint64_t, 64> table{};
  for (std::size_t zeros = 0; zeros < table.size(); ++zeros)
    table[zeros] = (zeros + 1) * kLn2;
  return table;
}
inline constexpr std::array<std::uint64_t, 64> kZerosTable = make_zeros_table();

}  // namespace detail

/// -ln((random + 1) / 2^64) * 2^24, at least 0.
// PERF: tables for what a multiplication or a difference would give, and the leading zeros unsigned, so
// that nothing is widened (tx-poisson).
[[nodiscard]] constexpr std::uint64_t minus_log_q24(std::uint64_t random) {
  const auto zeros = static_cast<std::size_t>(std::countl_zero(random | 1));
  const std::uint64_t mantissa = (random | 1) << zeros;  // 1.xxx in the top bits
  const detail::LogPiece& piece = detail::kLogPieces[(mantissa >> 55) - 256];
  const std::uint64_t between = (mantissa >> 39) & 0xffff;
  return detail::kZerosTable[zeros] - piece.low - ((std::uint64_t{piece.rise} * between) >> 16);
}

/// Fraction bits of a mean in picoseconds that is less than kMeanMost.
inline constexpr int kMeanBits = 10;
inline constexpr std::uint64_t kMeanMost = std::uint64_t{1} << (64 - kMeanBits);  // 5 hours

[[nodiscard]] constexpr base::Duration exponential_of(std::uint64_t mean_q10, std::uint64_t random) {
  const auto product = static_cast<base::Uint128>(mean_q10) * minus_log_q24(random);
  return base::Duration{static_cast<std::int64_t>(product >> (detail::kLogBits + kMeanBits))};
}

[[nodiscard]] constexpr base::Duration exponential(base::Duration mean, std::uint64_t random) {
  const auto product =
      static_cast<base::Uint128>(static_cast<std::uint64_t>(mean.ps())) * minus_log_q24(random);
  return base::Duration{static_cast<std::int64_t>(product >> detail::kLogBits)};
}

}  // namespace engine
