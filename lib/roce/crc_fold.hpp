/// \file
/// CRC-32 by carry-less multiplication: what changed words of a message add to its CRC, without reading the
/// rest.
///
///     roce::CrcSum sum{0};                                        // or the register at the reference point
///     sum.add(old_word ^ new_word, roce::word_factor(bytes_to_the_reference_point));
///     const roce::ShiftFactors shift = roce::shift_factors(bytes_behind_it);    // set-up: keep these
///     const std::uint32_t change = sum.shifted_by(shift.low, shift.high);
///
/// Numbers here are *reflected*, as the CRC is: bit 0 of an n-bit number is the coefficient of x^(n-1). The
/// sum is kept in 95 bits: bit s is the coefficient of x^(94-s). Why this is the CRC: crc_algebra.hpp. Cost:
/// one multiplication a word, five for `shifted_by`, about 25 cycles from the last word to the register.
/// Needs PCLMULQDQ, which the whole program is compiled for. Thread: pure.
#pragma once

#include "roce/crc_algebra.hpp"

#include <emmintrin.h>
#include <smmintrin.h>
#include <wmmintrin.h>
#include <cstddef>
#include <cstdint>

namespace roce {

/// The factor of a 64-bit word (loaded little-endian from the message) whose last byte stands `bytes_behind`
/// bytes before the reference point (0: the word ends there). A 32-bit word is shifted left by 32 first.
[[nodiscard]] constexpr std::uint32_t word_factor(std::size_t bytes_behind) {
  return power_of_x(static_cast<std::int64_t>(32 + 8 * bytes_behind));
}

/// What carries a sum over the `n` bytes that follow the reference point.
struct ShiftFactors {
  std::uint32_t low = 0;   ///< x^(8n + 31): for the sum's low 64 bits
  std::uint32_t high = 0;  ///< x^(8n - 33): for the 31 bits above
};
[[nodiscard]] constexpr ShiftFactors shift_factors(std::size_t n) {
  const auto bits = static_cast<std::int64_t>(8 * n);
  return {.low = power_of_x(bits + 31), .high = power_of_x(bits - 33)};
}

namespace detail {

inline constexpr std::uint64_t kFold63 = power_of_x(63);
inline constexpr std::uint64_t kBarrett = 0x1'f701'1641;  // floor(x^64 / P)
inline constexpr std::uint64_t kPoly = 0x1'db71'0641;     // P

}  // namespace detail

/// A sum of products, 95 bits in a vector register.
class CrcSum {
 public:
  /// The sum that equals a CRC register at the reference point.
  explicit CrcSum(std::uint32_t register_at_reference)
      : bits_{_mm_set_epi64x(
            static_cast<std::int64_t>(register_at_reference >> 1),
            static_cast<std::int64_t>(static_cast<std::uint64_t>(register_at_reference) << 63))} {}

  void add(std::uint64_t word, std::uint32_t factor) {
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<std::int64_t>(word)),
                                                 _mm_cvtsi32_si128(static_cast<std::int32_t>(factor)), 0);
    bits_ = _mm_xor_si128(bits_, product);
  }

  /// The CRC register `n` zero bytes after the reference point.
  [[nodiscard]] std::uint32_t shifted_by(std::uint32_t factor_low, std::uint32_t factor_high) const {
    const __m128i low =
        _mm_clmulepi64_si128(bits_, _mm_cvtsi32_si128(static_cast<std::int32_t>(factor_low)), 0x00);
    const __m128i high =
        _mm_clmulepi64_si128(bits_, _mm_cvtsi32_si128(static_cast<std::int32_t>(factor_high)), 0x01);
    return reduced(_mm_xor_si128(low, high));
  }

  /// The CRC register at the reference point.
  [[nodiscard]] std::uint32_t value() const { return reduced(bits_); }

 private:
  /// 95 bits to 32: the 32 highest powers are folded down by 63, then Barrett's two multiplications.
  [[nodiscard]] static std::uint32_t reduced(__m128i sum) {
    const __m128i mask = _mm_cvtsi32_si128(-1);
    const __m128i fold = _mm_cvtsi64_si128(static_cast<std::int64_t>(detail::kFold63));
    const __m128i constants =
        _mm_set_epi64x(static_cast<std::int64_t>(detail::kPoly), static_cast<std::int64_t>(detail::kBarrett));
    const __m128i top = _mm_clmulepi64_si128(_mm_and_si128(sum, mask), fold, 0x00);
    // Bits 32..94 of the sum and the product (63 bits), as a 64-bit reflected number.
    const __m128i rest = _mm_slli_epi64(_mm_xor_si128(_mm_srli_si128(sum, 4), top), 1);
    const __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(rest, mask), constants, 0x00);
    const __m128i back = _mm_clmulepi64_si128(_mm_and_si128(quotient, mask), constants, 0x10);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(rest, back), 1));
  }

  __m128i bits_;
};

}  // namespace roce
