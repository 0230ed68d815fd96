/// \file
/// CRC-32 as arithmetic modulo its polynomial P: what makes an ICRC from its parts.
///
///     // The register after a || b, from those of the two and the length of b:
///     const std::uint32_t both = roce::crc_after_zeros(crc_a, b.size()) ^ crc_b_from_zero;
///     // What changing one field changes, whatever stands around it:
///     const std::uint32_t delta = roce::crc_of_change(old_bytes, new_bytes, bytes_behind_the_field);
///
/// A register is a polynomial of degree below 32, reflected: bit 31 is the coefficient of x^0. Feeding n
/// bytes to register r gives r * x^(8n) + (the bytes) * x^32, all modulo P; hence a change of some bytes
/// changes the final register by the change's own CRC (from 0, over zeros to the end), independent of every
/// other byte and of the start value. So for each packet of a template, icrc = icrc(template) xor the deltas
/// of what was patched.
///
/// Everything here is constexpr and slow (32 steps a product): for set-up and tests. What runs per packet is
/// crc_fold.hpp. Thread: pure.
#pragma once

#include "roce/crc.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace roce {

inline constexpr std::uint32_t kPolynomialOne = 0x8000'0000;  ///< x^0
inline constexpr std::uint32_t kPolynomialX = 0x4000'0000;    ///< x^1

/// a * b mod P.
[[nodiscard]] constexpr std::uint32_t crc_multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (int i = 0; i < 32; ++i) {
    if ((b & (kPolynomialOne >> i)) != 0) product ^= a;
    a = (a >> 1) ^ ((a & 1) != 0 ? kCrcPolynomial : 0);
  }
  return product;
}

/// x^exponent mod P; a negative exponent is the inverse power (P is primitive: x has the order 2^32 - 1).
[[nodiscard]] constexpr std::uint32_t power_of_x(std::int64_t exponent) {
  constexpr std::int64_t kOrder = 0xffff'ffff;
  std::int64_t left = exponent % kOrder;
  if (left < 0) left += kOrder;
  std::uint32_t result = kPolynomialOne;
  for (std::uint32_t square = kPolynomialX; left != 0; left >>= 1) {
    if ((left & 1) != 0) result = crc_multiply(result, square);
    square = crc_multiply(square, square);
  }
  return result;
}

/// The register after `bytes` zero bytes.
[[nodiscard]] constexpr std::uint32_t crc_after_zeros(std::uint32_t crc, std::uint64_t bytes) {
  return crc_multiply(crc, power_of_x(static_cast<std::int64_t>(8 * bytes)));
}

/// The register before `bytes` zero bytes: crc_after_zeros undone.
[[nodiscard]] constexpr std::uint32_t crc_before_zeros(std::uint32_t crc, std::uint64_t bytes) {
  return crc_multiply(crc, power_of_x(-static_cast<std::int64_t>(8 * bytes)));
}

/// By how much (xor) the final register changes when a field of a message goes from `before` to `after`, two
/// stretches of one length, with `bytes_behind` more bytes between the field's end and the message's.
[[nodiscard]] constexpr std::uint32_t crc_of_change(std::span<const std::byte> before,
                                                    std::span<const std::byte> after,
                                                    std::uint64_t bytes_behind) {
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    crc = crc_step(crc, before[i] ^ after[i]);
  }
  return crc_after_zeros(crc, bytes_behind);
}

}  // namespace roce
