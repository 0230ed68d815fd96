/// \file
/// The Internet checksum (RFC 1071) of IPv4, UDP, ICMP and ICMPv6.
///
///     header.checksum = base::Be16{};
///     header.checksum = wire::internet_checksum(wire::bytes_of(header));
///
/// Sums are kept as 32-bit partial sums in host order, so that a pseudo header and a body add up.
/// Cost: a 16-bit addition each two bytes; set-up, ARP/ND and tests only: RoCEv2 sends a UDP checksum of 0.
/// Thread: pure.
#pragma once

#include "base/big_endian.hpp"
#include "wire/address.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace wire {

/// The sum so far and the bytes' own, not folded. An odd last byte counts as its high half: only the last
/// part of a sum may be odd. Exact for up to 64 KiB.
[[nodiscard]] std::uint32_t checksum_add(std::uint32_t sum, std::span<const std::byte> bytes);

/// Folds and complements.
[[nodiscard]] base::Be16 checksum_finish(std::uint32_t sum);

/// Of one stretch of bytes. Over bytes that hold their own checksum the result is 0 if it is right.
[[nodiscard]] base::Be16 internet_checksum(std::span<const std::byte> bytes);

struct PseudoHeader {
  IpAddress source{};
  IpAddress destination{};  ///< of the same version
  std::uint8_t protocol = 0;
};

/// The checksum of a UDP, ICMPv6 or TCP packet `segment` (its checksum field zero) under its pseudo header.
/// For UDP, a sum of 0 is sent as 0xffff, which this does for protocol 17.
[[nodiscard]] base::Be16 transport_checksum(const PseudoHeader& pseudo, std::span<const std::byte> segment);

}  // namespace wire
