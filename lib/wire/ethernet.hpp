/// \file
/// The Ethernet header and the VLAN tags in front of the EtherType.
///
///     const wire::EthernetHeader ethernet{.destination = peer, .source = own,
///                                         .ether_type = base::Be16{wire::kEtherTypeIpv4}};
///     const auto tag = wire::make_vlan_tag({.pcp = 3, .vlan_id = 100}, wire::kEtherTypeIpv4);
///
/// A tagged frame has the tag's own type (802.1Q or 802.1ad) where the EtherType was, then the tag, which
/// carries the EtherType behind it. Thread: plain values.
#pragma once

#include "base/big_endian.hpp"
#include "wire/address.hpp"

#include <cstdint>

namespace wire {

inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeVlan = 0x8100;         ///< 802.1Q, customer tag
inline constexpr std::uint16_t kEtherTypeServiceVlan = 0x88a8;  ///< 802.1ad, service tag
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEtherTypeMacControl = 0x8808;  ///< pause and PFC
inline constexpr std::uint16_t kEtherTypeLldp = 0x88cc;

struct EthernetHeader {
  MacAddress destination{};
  MacAddress source{};
  base::Be16 ether_type{};
};
static_assert(sizeof(EthernetHeader) == 14);

/// What stands behind the tag's type: priority and VLAN, then the EtherType of what follows.
struct VlanTag {
  base::Be16 control{};
  base::Be16 ether_type{};

  [[nodiscard]] constexpr std::uint8_t pcp() const {
    return static_cast<std::uint8_t>(control.value() >> 13);
  }
  [[nodiscard]] constexpr bool drop_eligible() const { return (control.value() & 0x1000) != 0; }
  [[nodiscard]] constexpr std::uint16_t vlan_id() const { return control.value() & 0x0fff; }

  friend constexpr bool operator==(const VlanTag&, const VlanTag&) = default;
};
static_assert(sizeof(VlanTag) == 4);

struct VlanFields {
  std::uint8_t pcp = 0;        ///< 0..7
  bool drop_eligible = false;  ///< DEI
  std::uint16_t vlan_id = 0;   ///< 0 (priority only) .. 4094
};

[[nodiscard]] constexpr VlanTag make_vlan_tag(VlanFields fields, std::uint16_t ether_type) {
  const unsigned control =
      (fields.pcp & 7U) << 13 | (fields.drop_eligible ? 0x1000U : 0U) | (fields.vlan_id & 0xfffU);
  return {.control = base::Be16{static_cast<std::uint16_t>(control)}, .ether_type = base::Be16{ether_type}};
}

}  // namespace wire
