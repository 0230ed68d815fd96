/// \file
/// A flow's ready header: bytes to copy and the ICRC's base registers, two cache lines in all.
///
///     std::vector<frame::FlowHeader> headers = ...;                    // one a flow, with a guard in front
///     headers[flow] = frame::make_header(spec, layout);
///     frame::lay(slot, headers[flow], layout.part(part), fields);      // lay.hpp
///
/// The header of the part with the longest extension ends at the block's last header byte; the others are
/// prefixes of it, and are copied from a window that starts up to 20 bytes before the block.
/// Cost: 128 bytes a flow. Thread: written at set-up, then read-only.
#pragma once

#include "base/cache_line.hpp"
#include "frame/layout.hpp"
#include "wire/address.hpp"
#include "wire/ip.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace frame {

/// Bytes that are copied for every packet, ending where its header ends.
inline constexpr std::size_t kCopyBytes = 112;

struct alignas(base::kCacheLine) FlowHeader {
  std::array<std::byte, kCopyBytes> bytes{};
  /// CRC register at the end of the tag with PSN word, tag, length fields and per-message fields zero.
  std::array<std::uint32_t, kParts> base{};
};
static_assert(sizeof(FlowHeader) == 2 * base::kCacheLine);

/// Everything of a flow's headers that does not change from packet to packet.
struct HeaderSpec {
  wire::MacAddress source_mac;
  wire::MacAddress destination_mac;  ///< of the peer, or of the gateway
  std::optional<std::uint16_t> vlan;
  std::uint8_t pcp = 0;
  wire::IpAddress source_ip;
  wire::IpAddress destination_ip;
  std::uint8_t dscp = 0;
  wire::Ecn ecn = wire::Ecn::kNotEct;
  std::uint8_t ttl = 64;
  std::uint16_t udp_source_port = 49152;
  bool source_port_per_message = false;  ///< then it is a patch, and zero in the base
  std::uint32_t destination_qpn = 0;
  std::uint32_t source_qpn = 0;  ///< UD
  std::uint32_t q_key = 0;       ///< UD
  std::uint64_t virtual_address = 0;
  std::uint32_t remote_key = 0;
  std::uint32_t message_bytes = 0;  ///< where all messages have one size; else 0, and a patch
};

[[nodiscard]] FlowHeader make_header(const HeaderSpec& spec, const Layout& layout);

}  // namespace frame
