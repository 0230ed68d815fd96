/// \file
/// One reader of Ethernet, VLAN, IPv4, IPv6 and UDP for every received or captured frame.
///
///     const wire::ParsedFrame frame = wire::parse(view, base::FrameBytes{length});
///     if (frame.kind == wire::FrameKind::kRoce)
///       handle(view.subspan(frame.payload_offset), frame.payload_length);
///
/// `view` is what is contiguous of the frame, 256 bytes are always enough; `length` is the whole frame's (a
/// capture's original length, a packet buffer's data length). Never reads outside `view`, never fails: what
/// cannot be read has a kind of its own. Lengths are believed only after they were checked: for kRoce and
/// kUdp the whole datagram lies inside `length`. Checksums are not looked at. Cost: untagged IPv4/UDP/4791 is
/// read inline, about 25 instructions; all else is one call. Thread: pure.
#pragma once

#include "base/quantity.hpp"
#include "wire/bytes.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wire {

enum class FrameKind : std::uint8_t {
  kRoce,       ///< UDP to port 4791
  kUdp,        ///< other UDP
  kTcp,        ///< TCP
  kIcmp,       ///< ICMP over IPv4
  kIcmpv6,     ///< ICMPv6 but neighbour and router discovery
  kNd,         ///< neighbour and router discovery
  kArp,        ///< ARP
  kPause,      ///< MAC control, global pause
  kPfc,        ///< MAC control, priority flow control
  kLldp,       ///< LLDP
  kFragment,   ///< a part of an IP packet
  kOther,      ///< well-formed as far as we read, and none of the above
  kTruncated,  ///< the view ends inside a header that the frame has
  kMalformed,  ///< a length or version contradicts the frame
};
inline constexpr std::size_t kFrameKinds = 14;

/// "roce", "udp", ...
[[nodiscard]] std::string_view to_text(FrameKind kind);

inline constexpr std::size_t kVlanTagsMax = 2;

/// Offsets count from the frame's first byte. A field of a layer that was not reached is 0.
struct ParsedFrame {
  FrameKind kind = FrameKind::kOther;
  std::uint8_t vlan_count = 0;
  std::uint8_t ip_version = 0;     ///< 4, 6, or 0
  std::uint8_t traffic_class = 0;  ///< DSCP and ECN
  std::uint8_t ttl = 0;            ///< or hop limit
  std::uint8_t ip_protocol = 0;
  std::uint16_t ether_type = 0;              ///< behind the tags
  std::array<VlanTag, kVlanTagsMax> vlan{};  ///< outermost first
  std::uint16_t ip_offset = 0;               ///< of the IP header, or of what ether_type announces
  std::uint16_t l4_offset = 0;               ///< of UDP, TCP, ICMP
  std::uint16_t payload_offset = 0;          ///< kRoce, kUdp: behind the UDP header
  std::uint16_t payload_length = 0;  ///< kRoce, kUdp: by the UDP length; else: bytes from l4_offset by IP

  [[nodiscard]] constexpr Ecn ecn() const { return ecn_of(traffic_class); }
  [[nodiscard]] constexpr std::uint8_t dscp() const { return dscp_of(traffic_class); }
  [[nodiscard]] constexpr bool is_ip() const { return ip_version != 0; }

  friend bool operator==(const ParsedFrame&, const ParsedFrame&) = default;
};

/// The same for every frame, out of line: what `parse` falls back to, and its twin in the tests.
[[nodiscard]] ParsedFrame parse_any(std::span<const std::byte> view, base::FrameBytes length);

[[nodiscard]] inline ParsedFrame parse(std::span<const std::byte> view, base::FrameBytes length) {
  constexpr std::size_t kIpOffset = sizeof(EthernetHeader);
  constexpr std::size_t kUdpOffset = kIpOffset + sizeof(Ipv4Header);
  constexpr std::size_t kPayloadOffset = kUdpOffset + sizeof(UdpHeader);
  if (view.size() < kPayloadOffset) return parse_any(view, length);

  // PERF: fields are loaded one by one, and the result is made where it is returned: of a header copied as a
  // whole, g++ 12 spills 20 bytes and reads them again. This and roce::parse together: 114 instructions and
  // 13 cycles a frame with all fields stored, 191 and 35 before (callgrind; EPYC, warm, 2026-11-22).
  const std::byte* const ip = view.data() + kIpOffset;
  const std::byte* const udp = view.data() + kUdpOffset;
  const unsigned ip_bytes = load<base::Be16>(ip + offsetof(Ipv4Header, total_length)).value();
  const unsigned udp_bytes = load<base::Be16>(udp + offsetof(UdpHeader, length)).value();
  constexpr std::uint16_t kAnyFragment = Ipv4Header::kMoreFragments | Ipv4Header::kFragmentOffsetMask;
  const bool is_plain_roce =
      load<base::Be16>(view.data() + offsetof(EthernetHeader, ether_type)).value() == kEtherTypeIpv4 &&
      load<std::uint8_t>(ip) == Ipv4Header::kVersionAndLengthPlain &&
      load<std::uint8_t>(ip + offsetof(Ipv4Header, protocol)) == kProtocolUdp &&
      (load<base::Be16>(ip + offsetof(Ipv4Header, fragment)).value() & kAnyFragment) == 0 &&
      load<base::Be16>(udp + offsetof(UdpHeader, destination_port)).value() == kRocePort &&
      udp_bytes >= sizeof(UdpHeader) && udp_bytes + sizeof(Ipv4Header) <= ip_bytes &&
      ip_bytes + sizeof(EthernetHeader) <= length.count();
  if (!is_plain_roce) [[unlikely]]
    return parse_any(view, length);  // PERF: keeps the call off the common path

  return {.kind = FrameKind::kRoce,
          .ip_version = 4,
          .traffic_class = load<std::uint8_t>(ip + offsetof(Ipv4Header, traffic_class)),
          .ttl = load<std::uint8_t>(ip + offsetof(Ipv4Header, ttl)),
          .ip_protocol = kProtocolUdp,
          .ether_type = kEtherTypeIpv4,
          .ip_offset = kIpOffset,
          .l4_offset = kUdpOffset,
          .payload_offset = kPayloadOffset,
          .payload_length = static_cast<std::uint16_t>(udp_bytes - sizeof(UdpHeader))};
}

}  // namespace wire
