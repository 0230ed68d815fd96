/// \file
/// The ICRC of a frame from what changed in it, at the same cost for any payload length.
///
/// CRC-32 is linear: the register after a message is the register after the message with some fields zero,
/// xor what those fields alone would give. A flow keeps one register per kind of packet, taken at the end of
/// the probe tag with PSN, tag and length fields zero (the *base*). Per packet there are
///
///     X   = base x^0  +  PSN word * K_psn  +  tag words * K_0, K_1, K_2      (products without carry)
///     ICRC = ~( X * x^(8 n) mod P  +  rest[length] )
///
/// where n is the number of bytes between tag and ICRC (payload rest and pad) and rest[length] is what the
/// primed payload, the pad and the length fields add: a table. Nine carry-less multiplications, whatever
/// the length; no payload byte is read.
///
/// Numbers here are *reflected*, as the CRC is: bit 0 of an n-bit number is the coefficient of x^(n-1).
/// The sum X is kept in 95 bits: bit s is the coefficient of x^(94-s).
///
///     IcrcSum sum = icrc_sum_of(base);
///     sum.add(psn_word, kPsnFactor);
///     const std::uint32_t icrc = ~(sum.shifted_by(row.low, row.high) ^ row.rest);
///
/// SPEC: rocev2-facts 2.1 (IBTA vol 1, 7.8.1 and A17.3.3). Cost: about 45 instructions in all. Thread: pure.
#pragma once

#include <emmintrin.h>
#include <smmintrin.h>
#include <wmmintrin.h>
#include "roce/crc_algebra.hpp"

#include <cstddef>
#include <cstdint>

namespace frame {

/// The factor of a 64-bit word (loaded little-endian from the frame) whose last byte stands `bytes_behind`
/// bytes before the reference point (0: the word ends there). A 32-bit word is shifted left by 32 first.
[[nodiscard]] inline std::uint32_t word_factor(std::size_t bytes_behind) {
  return roce::power_of_x(static_cast<std::int64_t>(32 + 8 * bytes_behind));
}

/// What carries a sum over the `n` bytes that follow the reference point.
struct ShiftFactors {
  std::uint32_t low = 0;   ///< x^(8n + 31): for the sum's low 64 bits
  std::uint32_t high = 0;  ///< x^(8n - 33): for the 31 bits above
};
[[nodiscard]] inline ShiftFactors shift_factors(std::size_t n) {
  const auto bits = static_cast<std::int64_t>(8 * n);
  return {.low = roce::power_of_x(bits + 31), .high = roce::power_of_x(bits - 33)};
}

namespace detail {

inline constexpr std::uint64_t kFold63 = 0xb8bc6765;      // x^63 mod P, checked by a test
inline constexpr std::uint64_t kBarrett = 0x1'f701'1641;  // floor(x^64 / P)
inline constexpr std::uint64_t kPoly = 0x1'db71'0641;     // P

}  // namespace detail

/// A sum of products, 95 bits in a vector register.
class IcrcSum {
 public:
  /// The sum that equals a CRC register at the reference point.
  explicit IcrcSum(std::uint32_t register_at_reference)
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

}  // namespace frame
