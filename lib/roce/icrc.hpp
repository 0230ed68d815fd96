/// \file
/// The invariant CRC: what guards a RoCEv2 packet from end to end, over everything that no router may change.
///
///     if (!roce::icrc_good(ip_packet)) ++port.icrc_bad;                    // received, contiguous
///     roce::store_icrc(trailer, roce::icrc(ip_packet_without_icrc));       // sent, the slow way
///     const auto head = roce::icrc_head(first_bytes);                      // received in pieces
///     std::uint32_t crc = roce::crc_update(head.crc, first_bytes.subspan(head.bytes));
///     crc = roce::crc_update(crc, second_piece);
///     good = crc == roce::kIcrcResidue;
///
/// SPEC: IBTA vol 1, 7.8.1 and A17.3.3: CRC-32 over eight bytes of ones (for the LRH that RoCEv2 lacks), the
/// IP header, UDP, BTH and all behind it to the last pad byte, with these taken as ones: IPv4 DSCP+ECN, TTL
/// and header checksum; IPv6 traffic class, flow label and hop limit; the UDP checksum; byte 4 of the BTH
/// (FECN, BECN). Stored least significant byte first. Ethernet and VLAN are not part of it.
///
/// An `ip_packet` here starts at the IP header and ends where the UDP length says, never at the frame's end:
/// the MAC pads short frames. IPv4 options are covered as they are; IPv6 extension headers are not read.
/// Cost: ISA-L's CRC of the bytes, and about 25 cycles more (icrc_good) or 60 (icrc, icrc_head). Thread:
/// pure.
#pragma once

#include "roce/crc.hpp"
#include "wire/parse.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace roce {

inline constexpr std::size_t kIcrcBytes = 4;
/// The register behind the eight bytes of ones: where the CRC over the IP header starts.
inline constexpr std::uint32_t kIcrcStart = 0xdebb'20e3;
/// The register behind the packet and its own, right ICRC. That both constants are equal is no accident: the
/// complemented ICRC and the initial register are both four bytes of ones.
inline constexpr std::uint32_t kIcrcResidue = 0xdebb'20e3;

/// The register behind the masked IP header, UDP and BTH.
struct IcrcHead {
  std::uint32_t crc = 0;
  std::size_t bytes = 0;  ///< how many were read; 0: there is no IP, UDP and BTH in these bytes
};
[[nodiscard]] IcrcHead icrc_head(std::span<const std::byte> ip_packet);

/// The ICRC of a packet whose last byte is the last pad byte; its UDP and IP lengths count the ICRC already.
/// The bytes must hold IP, UDP and BTH.
[[nodiscard]] std::uint32_t icrc(std::span<const std::byte> ip_packet_without_icrc);

/// The same from the definition: masks a copy, prepends the ones, goes bit by bit. The twin in tests.
[[nodiscard]] std::uint32_t icrc_plain(std::span<const std::byte> ip_packet_without_icrc);

/// Whether the last four bytes are the ICRC of all before them. False for bytes that hold no IP, UDP and BTH.
[[nodiscard]] bool icrc_good(std::span<const std::byte> ip_packet);

/// The same for a parsed frame of kind kRoce that is contiguous as a whole. False for any other.
[[nodiscard]] bool icrc_good(std::span<const std::byte> frame, const wire::ParsedFrame& parsed);

/// As it lies in the packet: least significant byte first.
constexpr void store_icrc(std::byte* at, std::uint32_t icrc) {
  for (std::size_t i = 0; i < kIcrcBytes; ++i) {
    at[i] = static_cast<std::byte>(icrc >> (8 * i));
  }
}
[[nodiscard]] constexpr std::uint32_t load_icrc(const std::byte* at) {
  std::uint32_t icrc = 0;
  for (std::size_t i = 0; i < kIcrcBytes; ++i) {
    icrc |= std::to_integer<std::uint32_t>(at[i]) << (8 * i);
  }
  return icrc;
}

}  // namespace roce
