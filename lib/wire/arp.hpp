/// \file
/// ARP for IPv4 over Ethernet: requests, replies and gratuitous announcements.
///
///     const wire::ArpPacket who_has = wire::make_arp_request({.mac = own_mac, .ip = own_ip}, gateway_ip);
///     if (wire::is_valid(packet) && packet.operation.value() == wire::kArpRequest) ...
///
/// Thread: plain values.
#pragma once

#include "base/big_endian.hpp"
#include "wire/address.hpp"
#include "wire/ethernet.hpp"

#include <cstdint>

namespace wire {

inline constexpr std::uint16_t kArpRequest = 1;
inline constexpr std::uint16_t kArpReply = 2;

/// SPEC: RFC 826 with Ethernet and IPv4 filled in.
struct ArpPacket {
  base::Be16 hardware_type{1};
  base::Be16 protocol_type{kEtherTypeIpv4};
  std::uint8_t hardware_bytes = 6;
  std::uint8_t protocol_bytes = 4;
  base::Be16 operation{kArpRequest};
  MacAddress sender_mac{};
  Ipv4Address sender_ip{};
  MacAddress target_mac{};
  Ipv4Address target_ip{};
};
static_assert(sizeof(ArpPacket) == 28);

/// Ethernet and IPv4, the only kind we read.
[[nodiscard]] constexpr bool is_valid(const ArpPacket& packet) {
  return packet.hardware_type.value() == 1 && packet.protocol_type.value() == kEtherTypeIpv4 &&
         packet.hardware_bytes == 6 && packet.protocol_bytes == 4;
}

struct ArpEnd {
  MacAddress mac{};
  Ipv4Address ip{};
};

[[nodiscard]] constexpr ArpPacket make_arp_request(const ArpEnd& sender, Ipv4Address wanted) {
  return {.sender_mac = sender.mac, .sender_ip = sender.ip, .target_ip = wanted};
}
[[nodiscard]] constexpr ArpPacket make_arp_reply(const ArpEnd& sender, const ArpEnd& asker) {
  return {.operation = base::Be16{kArpReply},
          .sender_mac = sender.mac,
          .sender_ip = sender.ip,
          .target_mac = asker.mac,
          .target_ip = asker.ip};
}
/// Tells everybody (and every switch on the way) where an address lives. SPEC: RFC 5227 section 1.1: as a
/// request, which old and new hosts take alike.
[[nodiscard]] constexpr ArpPacket make_gratuitous_arp(const ArpEnd& own) {
  return make_arp_request(own, own.ip);
}

}  // namespace wire
