/// \file
/// The ICRC of a frame from what changed in it, at the same cost for any payload length.
///
/// CRC-32 is linear: the register after a message is the register after the message with some fields zero,
/// xor what those fields alone would give. A flow keeps one register per kind of packet, taken at the end of
/// the probe tag with PSN, tag and length fields zero (the *base*). Per packet there are
///
///     ICRC = ~( base * F_base  +  PSN word * F_psn  +  tag words * F_check, F_sequence, ..  +  rest )
///
/// (products without carry, modulo P) where the factors F carry a register or a word of 32 bits to the ICRC's
/// place, over all bytes between, and `rest` is what the primed payload, the pad and the length fields add.
/// Factors and rest depend on the payload's length and stand in a table. A word costs one multiplication,
/// the sum two more, whatever the length; no payload byte is read.
///
///     WordSum sum;
///     sum.add(base, row.base_factor);
///     sum.add(psn_word_as_it_lies, row.psn_factor);
///     const std::uint32_t icrc = sum.value() ^ row.rest;
///
/// Words of 32 bits times factors of 32 bits are 63 bits: Barrett's reduction alone brings them to 32, where
/// roce::CrcSum, which takes words of 64 bits, folds first. Reflected as there (roce/crc_fold.hpp): bit s of
/// the sum is the coefficient of x^(63-s), so a factor lacks one power of x. SPEC: rocev2-facts 2.1 (IBTA vol
/// 1, 7.8.1 and A17.3.3). Cost: 3 instructions a word, 7 for `value`. Thread: pure.
#pragma once

#include "roce/crc_fold.hpp"

namespace frame {

/// The factor of a 32-bit word (as it lies, loaded little-endian) whose last byte stands `bytes_behind` bytes
/// before the place for which the sum is made.
[[nodiscard]] constexpr std::uint32_t word_factor(std::size_t bytes_behind) {
  return roce::power_of_x(static_cast<std::int64_t>(31 + 8 * bytes_behind));
}

/// The factor of a CRC register that stands `bytes_behind` bytes before that place.
[[nodiscard]] constexpr std::uint32_t register_factor(std::size_t bytes_behind) {
  return roce::power_of_x(static_cast<std::int64_t>(8 * bytes_behind) - 1);
}

/// A sum of products in a vector register, of which the low 64 bits count.
class WordSum {
 public:
  WordSum() : bits_{_mm_setzero_si128()} {}

  void add(std::uint32_t word, std::uint32_t factor) {
    bits_ =
        _mm_xor_si128(bits_, _mm_clmulepi64_si128(_mm_cvtsi32_si128(static_cast<std::int32_t>(word)),
                                                  _mm_cvtsi32_si128(static_cast<std::int32_t>(factor)), 0));
  }

  [[nodiscard]] std::uint32_t value() const {
    const __m128i mask = _mm_cvtsi32_si128(-1);
    const __m128i constants = _mm_set_epi64x(static_cast<std::int64_t>(roce::detail::kPoly),
                                             static_cast<std::int64_t>(roce::detail::kBarrett));
    const __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(bits_, mask), constants, 0x00);
    const __m128i back = _mm_clmulepi64_si128(_mm_and_si128(quotient, mask), constants, 0x10);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(bits_, back), 1));
  }

 private:
  __m128i bits_;
};

}  // namespace frame
