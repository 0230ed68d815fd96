/// \file
/// CRC-32 as Ethernet, zlib and the ICRC use it, as a *register*: no complement at either end.
///
///     std::uint32_t crc = roce::crc_update(roce::kCrcInitial, header);
///     crc = roce::crc_update(crc, payload);
///     const std::uint32_t zlib_style = ~crc;
///
/// The register form makes parts chain and is what the algebra of crc_algebra.hpp works on.
/// Cost: crc_update is ISA-L's, about 85..130 cycles for 1 KiB; crc_update_plain 8 steps a bit-serial byte.
/// Thread: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace roce {

/// x^32 + x^26 + ... + 1 without x^32, reflected: bit 31 is the coefficient of x^0.
inline constexpr std::uint32_t kCrcPolynomial = 0xedb8'8320;
inline constexpr std::uint32_t kCrcInitial = 0xffff'ffff;

/// The register after one more byte.
[[nodiscard]] constexpr std::uint32_t crc_step(std::uint32_t crc, std::byte byte) {
  crc ^= std::to_integer<std::uint32_t>(byte);
  for (int bit = 0; bit < 8; ++bit) {
    crc = (crc >> 1) ^ ((crc & 1) != 0 ? kCrcPolynomial : 0);
  }
  return crc;
}

/// The definition, bit by bit: for constants, set-up and as the twin in tests.
[[nodiscard]] constexpr std::uint32_t crc_update_plain(std::uint32_t crc, std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes)
    crc = crc_step(crc, byte);
  return crc;
}

/// The same, fast.
[[nodiscard]] std::uint32_t crc_update(std::uint32_t crc, std::span<const std::byte> bytes);

}  // namespace roce
