/// \file
/// IPv4, IPv6 and UDP headers, and the ECN and DSCP halves of the traffic class.
///
///     wire::Ipv4Header ip{.traffic_class = wire::traffic_class(26, wire::Ecn::kEct0),
///                         .total_length = base::Be16{60}, .source = a, .destination = b};
///     ip.checksum = wire::header_checksum(ip);
///
/// Thread: plain values.
#pragma once

#include "base/big_endian.hpp"
#include "wire/address.hpp"

#include <cstdint>
#include <string_view>

namespace wire {

/// SPEC: RFC 3168 section 5: the two low bits of the traffic class. ECT(0) is binary 10, ECT(1) is 01.
enum class Ecn : std::uint8_t { kNotEct = 0, kEct1 = 1, kEct0 = 2, kCe = 3 };
inline constexpr std::uint8_t kEcnCodepoints = 4;

[[nodiscard]] constexpr Ecn ecn_of(std::uint8_t traffic_class) {
  return static_cast<Ecn>(traffic_class & 3);
}
[[nodiscard]] constexpr std::uint8_t dscp_of(std::uint8_t traffic_class) {
  return static_cast<std::uint8_t>(traffic_class >> 2);
}
/// `dscp` is 0..63.
[[nodiscard]] constexpr std::uint8_t traffic_class(std::uint8_t dscp, Ecn ecn) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(dscp) << 2 | static_cast<unsigned>(ecn));
}
/// "Not-ECT", "ECT(1)", "ECT(0)", "CE".
[[nodiscard]] constexpr std::string_view to_text(Ecn ecn) {
  constexpr std::string_view kNames[kEcnCodepoints] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE"};
  return kNames[static_cast<std::uint8_t>(ecn) & 3];
}

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolIpv6Fragment = 44;
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;

/// UDP destination port of RoCEv2.
inline constexpr std::uint16_t kRocePort = 4791;

struct Ipv4Header {
  static constexpr std::uint8_t kVersionAndLengthPlain = 0x45;  ///< version 4, no options
  static constexpr std::uint16_t kDontFragment = 0x4000;
  static constexpr std::uint16_t kMoreFragments = 0x2000;
  static constexpr std::uint16_t kFragmentOffsetMask = 0x1fff;

  std::uint8_t version_and_length = kVersionAndLengthPlain;
  std::uint8_t traffic_class = 0;
  base::Be16 total_length{};  ///< this header and all behind it
  base::Be16 identification{};
  base::Be16 fragment{kDontFragment};  ///< flags and offset
  std::uint8_t ttl = 64;
  std::uint8_t protocol = kProtocolUdp;
  base::Be16 checksum{};
  Ipv4Address source{};
  Ipv4Address destination{};

  [[nodiscard]] constexpr unsigned version() const { return version_and_length >> 4; }
  [[nodiscard]] constexpr unsigned header_bytes() const { return (version_and_length & 0xfU) * 4U; }
  [[nodiscard]] constexpr bool is_fragment() const {
    return (fragment.value() & (kMoreFragments | kFragmentOffsetMask)) != 0;
  }
};
static_assert(sizeof(Ipv4Header) == 20);

struct Ipv6Header {
  base::Be32 version_class_flow{0x6000'0000};
  base::Be16 payload_length{};  ///< all behind this header
  std::uint8_t next_header = kProtocolUdp;
  std::uint8_t hop_limit = 64;
  Ipv6Address source{};
  Ipv6Address destination{};

  [[nodiscard]] constexpr unsigned version() const { return version_class_flow.value() >> 28; }
  [[nodiscard]] constexpr std::uint8_t traffic_class() const {
    return static_cast<std::uint8_t>(version_class_flow.value() >> 20);
  }
  [[nodiscard]] constexpr std::uint32_t flow_label() const { return version_class_flow.value() & 0xf'ffff; }
};
static_assert(sizeof(Ipv6Header) == 40);

/// The first word of an IPv6 header; `flow_label` has 20 bits.
[[nodiscard]] constexpr base::Be32 version_class_flow(std::uint8_t traffic_class, std::uint32_t flow_label) {
  return base::Be32{0x6000'0000U | static_cast<std::uint32_t>(traffic_class) << 20 |
                    (flow_label & 0xf'ffffU)};
}

struct UdpHeader {
  base::Be16 source_port{};
  base::Be16 destination_port{};
  base::Be16 length{};    ///< this header and all behind it
  base::Be16 checksum{};  ///< 0: none, which RoCEv2 sends over IPv4 and IPv6
};
static_assert(sizeof(UdpHeader) == 8);

/// The checksum of the 20 bytes, whatever their checksum field holds.
[[nodiscard]] base::Be16 header_checksum(Ipv4Header header);

}  // namespace wire
