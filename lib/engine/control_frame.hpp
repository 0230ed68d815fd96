/// \file
/// A frame of control traffic in the making: Ethernet, VLAN tag, IP and what they carry, at most 256 bytes.
///
///     ControlFrame frame;
///     frame.put_link({.destination = asker, .source = own, .vlan = 100}, wire::kEtherTypeArp);
///     frame.put(wire::make_arp_reply(...));
///     send(frame.bytes());
///
/// Cost: a copy of each header. Thread: plain value.
#pragma once

#include "base/check.hpp"
#include "engine/port.hpp"
#include "wire/bytes.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

namespace engine {

class ControlFrame {
 public:
  struct Link {
    wire::MacAddress destination;
    wire::MacAddress source;
    std::optional<std::uint16_t> vlan;
  };

  void put_link(const Link& link, std::uint16_t ether_type) {
    put(wire::EthernetHeader{.destination = link.destination,
                             .source = link.source,
                             .ether_type = base::Be16{link.vlan ? wire::kEtherTypeVlan : ether_type}});
    if (link.vlan) put(wire::make_vlan_tag({.vlan_id = *link.vlan}, ether_type));
  }
  void put_ipv4(wire::Ipv4Address source, wire::Ipv4Address destination, std::size_t bytes_behind) {
    wire::Ipv4Header ip{
        .total_length = base::Be16{static_cast<std::uint16_t>(sizeof(wire::Ipv4Header) + bytes_behind)},
        .protocol = wire::kProtocolIcmp,
        .source = source,
        .destination = destination};
    ip.checksum = wire::header_checksum(ip);
    put(ip);
  }
  void put_ipv6(const wire::Ipv6Address& source, const wire::Ipv6Address& destination,
                std::size_t bytes_behind, std::uint8_t hop_limit) {
    put(wire::Ipv6Header{.payload_length = base::Be16{static_cast<std::uint16_t>(bytes_behind)},
                         .next_header = wire::kProtocolIcmpv6,
                         .hop_limit = hop_limit,
                         .source = source,
                         .destination = destination});
  }
  template <wire::HeaderType H>
  void put(const H& header) {
    put(wire::bytes_of(header));
  }
  void put(std::span<const std::byte> bytes) {
    CHECK(count_ + bytes.size() <= bytes_.size(), "a control frame of {} bytes", count_ + bytes.size());
    std::memcpy(bytes_.data() + count_, bytes.data(), bytes.size());
    count_ += bytes.size();
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span{bytes_}.first(count_); }

 private:
  std::array<std::byte, kHeaderMost> bytes_{};
  std::size_t count_ = 0;
};

}  // namespace engine
