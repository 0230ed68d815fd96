/// \file
/// Whole RoCEv2 frames for tests, built field by field.
///
///     const auto frame = support::roce_frame({.opcode = 0x04, .psn = 7, .payload_bytes = 100});
///
/// IPv4 unless told; lengths, IPv4 checksum, pad and ICRC are right.
#pragma once

#include "roce/icrc.hpp"
#include "roce/opcode.hpp"
#include "roce/packet.hpp"
#include "wire/bytes.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace support {

using FrameBytes = std::vector<std::byte>;

struct RoceFrame {
  bool ipv6 = false;
  bool vlan = false;
  wire::Ipv4Address source{0x0A000001};  ///< IPv6 addresses are fd00:: and these in the low bits
  wire::Ipv4Address destination{0x0A000002};
  std::uint8_t traffic_class = 0;
  std::uint16_t udp_source_port = 0xC000;
  std::uint8_t opcode = 0x04;  ///< RC SEND_ONLY
  std::uint32_t qp = 0x11;
  std::uint32_t psn = 0;
  std::vector<std::byte> extensions{};  ///< zeros of the right length where empty
  std::size_t payload_bytes = 64;
};

template <class Header>
void append(FrameBytes& frame, const Header& header) {
  const auto bytes = wire::bytes_of(header);
  frame.insert(frame.end(), bytes.begin(), bytes.end());
}

template <class Header>
std::vector<std::byte> header_bytes(const Header& header) {
  const auto bytes = wire::bytes_of(header);
  return {bytes.begin(), bytes.end()};
}

/// Returns where the IP header begins.
inline std::size_t append_link_and_ip(FrameBytes& frame, const RoceFrame& what, std::size_t udp_bytes) {
  const std::uint16_t type = what.ipv6 ? wire::kEtherTypeIpv6 : wire::kEtherTypeIpv4;
  append(frame, wire::EthernetHeader{.destination = wire::MacAddress::from_value(0x020000000002),
                                     .source = wire::MacAddress::from_value(0x020000000001),
                                     .ether_type = base::Be16{what.vlan ? wire::kEtherTypeVlan : type}});
  if (what.vlan) append(frame, wire::make_vlan_tag({.pcp = 3, .vlan_id = 100}, type));
  const std::size_t ip_offset = frame.size();
  if (what.ipv6) {
    constexpr std::uint64_t kPrefix = 0xFD00'0000'0000'0000;
    append(frame, wire::Ipv6Header{
                      .version_class_flow = wire::version_class_flow(what.traffic_class, 0x12345),
                      .payload_length = base::Be16{static_cast<std::uint16_t>(udp_bytes)},
                      .source = wire::Ipv6Address::from_halves(kPrefix, what.source.value()),
                      .destination = wire::Ipv6Address::from_halves(kPrefix, what.destination.value())});
    return ip_offset;
  }
  wire::Ipv4Header ip{
      .traffic_class = what.traffic_class,
      .total_length = base::Be16{static_cast<std::uint16_t>(sizeof(wire::Ipv4Header) + udp_bytes)},
      .source = what.source,
      .destination = what.destination};
  ip.checksum = wire::header_checksum(ip);
  append(frame, ip);
  return ip_offset;
}

inline FrameBytes roce_frame(const RoceFrame& what) {
  const unsigned pad = roce::pad_of(what.payload_bytes);
  const std::size_t extension_bytes =
      what.extensions.empty() ? roce::extension_bytes(what.opcode) : what.extensions.size();
  const std::size_t udp_bytes = sizeof(wire::UdpHeader) + sizeof(roce::Bth) + extension_bytes +
                                what.payload_bytes + pad + roce::kIcrcBytes;
  FrameBytes frame;
  const std::size_t ip_offset = append_link_and_ip(frame, what, udp_bytes);
  append(frame, wire::UdpHeader{.source_port = base::Be16{what.udp_source_port},
                                .destination_port = base::Be16{wire::kRocePort},
                                .length = base::Be16{static_cast<std::uint16_t>(udp_bytes)}});
  append(frame, roce::Bth{.opcode = what.opcode,
                          .flags = roce::bth_flags({.pad = pad}),
                          .destination_qpn = base::Be24{what.qp},
                          .psn_field = base::Be24{what.psn}});
  frame.insert(frame.end(), what.extensions.begin(), what.extensions.end());
  frame.resize(frame.size() + (extension_bytes - what.extensions.size()));
  for (std::size_t i = 0; i < what.payload_bytes; ++i) {
    frame.push_back(static_cast<std::byte>((what.psn + i) & 0xFF));
  }
  frame.resize(frame.size() + pad);
  const std::uint32_t icrc = roce::icrc(std::span{frame}.subspan(ip_offset));
  frame.resize(frame.size() + roce::kIcrcBytes);
  roce::store_icrc(frame.data() + frame.size() - roce::kIcrcBytes, icrc);
  return frame;
}

}  // namespace support
