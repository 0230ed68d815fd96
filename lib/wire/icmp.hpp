/// \file
/// ICMP and ICMPv6 as far as an endpoint must speak them: echo, neighbour and router discovery.
///
///     auto reply = wire::load<wire::IcmpEcho>(at);             // ping: turn the type, correct the checksum
///     const auto na = wire::make_neighbor_advertisement({.target = own_ip, .target_mac = own_mac,
///                                                        .solicited = true, .destination = asker});
///
/// Checksums: ICMP over the message alone (`internet_checksum`), ICMPv6 under the IPv6 pseudo header
/// (`transport_checksum`); the makers below return finished messages. Thread: pure.
#pragma once

#include "base/big_endian.hpp"
#include "wire/address.hpp"

#include <cstdint>

namespace wire {

inline constexpr std::uint8_t kIcmpEchoReply = 0;
inline constexpr std::uint8_t kIcmpEchoRequest = 8;

inline constexpr std::uint8_t kIcmpv6EchoRequest = 128;
inline constexpr std::uint8_t kIcmpv6EchoReply = 129;
inline constexpr std::uint8_t kRouterSolicitation = 133;
inline constexpr std::uint8_t kRouterAdvertisement = 134;
inline constexpr std::uint8_t kNeighborSolicitation = 135;
inline constexpr std::uint8_t kNeighborAdvertisement = 136;
inline constexpr std::uint8_t kRedirect = 137;

/// What every ICMP and ICMPv6 message opens with.
struct IcmpHeader {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  base::Be16 checksum{};
};
static_assert(sizeof(IcmpHeader) == 4);

/// Echo request and reply of both versions; data follows.
struct IcmpEcho {
  IcmpHeader header{};
  base::Be16 identifier{};
  base::Be16 sequence{};
};
static_assert(sizeof(IcmpEcho) == 8);

/// SPEC: RFC 4861 section 4.6.1: an option that carries a link-layer address.
struct LinkLayerOption {
  static constexpr std::uint8_t kSource = 1;
  static constexpr std::uint8_t kTarget = 2;

  std::uint8_t type = kSource;
  std::uint8_t length_in_8_bytes = 1;
  MacAddress mac{};
};
static_assert(sizeof(LinkLayerOption) == 8);

/// SPEC: RFC 4861 sections 4.3 and 4.4. Solicitation and advertisement differ in the flags only.
struct NeighborMessage {
  static constexpr std::uint32_t kRouterFlag = 0x8000'0000;
  static constexpr std::uint32_t kSolicitedFlag = 0x4000'0000;
  static constexpr std::uint32_t kOverrideFlag = 0x2000'0000;

  IcmpHeader header{};
  base::Be32 flags{};
  Ipv6Address target{};
};
static_assert(sizeof(NeighborMessage) == 24);

/// A message with the option that goes with it: what is sent.
struct NeighborMessageWithOption {
  NeighborMessage message{};
  LinkLayerOption option{};
};
static_assert(sizeof(NeighborMessageWithOption) == 32);

/// SPEC: RFC 4861 section 4.2; options follow.
struct RouterAdvertisement {
  IcmpHeader header{};
  std::uint8_t hop_limit = 0;
  std::uint8_t flags = 0;
  base::Be16 lifetime_s{};
  base::Be32 reachable_ms{};
  base::Be32 retransmit_ms{};
};
static_assert(sizeof(RouterAdvertisement) == 16);

/// SPEC: RFC 4861 section 7.1: a hop limit of 255 proves that no router forwarded the message.
inline constexpr std::uint8_t kDiscoveryHopLimit = 255;

/// ff02::1:ffXX:XXXX: the group that the owner of `address` listens to.
[[nodiscard]] constexpr Ipv6Address solicited_node(const Ipv6Address& address) {
  return Ipv6Address::from_halves(0xff02'0000'0000'0000,
                                  0x0000'0001'ff00'0000 | (address.lower() & 0xff'ffff));
}
/// 33:33 and the group's last four bytes.
[[nodiscard]] constexpr MacAddress multicast_mac(const Ipv6Address& group) {
  return MacAddress::from_value(0x3333'0000'0000 | (group.lower() & 0xffff'ffff));
}
/// ff02::1
inline constexpr Ipv6Address kAllNodes = Ipv6Address::from_halves(0xff02'0000'0000'0000, 1);
/// fe80::/64 with the modified EUI-64 of the MAC (universal bit turned over). SPEC: RFC 4291 appendix A.
[[nodiscard]] constexpr Ipv6Address link_local_of(const MacAddress& mac) {
  const std::uint64_t v = mac.value();
  const std::uint64_t eui = (v >> 24) << 40 | 0xff'fe00'0000 | (v & 0xff'ffff);
  return Ipv6Address::from_halves(0xfe80'0000'0000'0000, eui ^ 0x0200'0000'0000'0000);
}

struct SolicitationFields {
  Ipv6Address source{};
  MacAddress source_mac{};
  Ipv6Address wanted{};
};
/// To be sent to solicited_node(wanted).
[[nodiscard]] NeighborMessageWithOption make_neighbor_solicitation(const SolicitationFields& fields);

struct AdvertisementFields {
  Ipv6Address target{};  ///< the address that is told, and the sender
  MacAddress target_mac{};
  bool solicited = false;               ///< an answer; false: an announcement
  Ipv6Address destination = kAllNodes;  ///< who asked, or all
};
[[nodiscard]] NeighborMessageWithOption make_neighbor_advertisement(const AdvertisementFields& fields);

}  // namespace wire
