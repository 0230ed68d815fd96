#include "inspect/link_layer.hpp"

#include "wire/bytes.hpp"
#include "wire/ethernet.hpp"

#include <algorithm>

namespace inspect {
namespace {

/// SPEC: LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of https://www.tcpdump.org/linktypes.html.
struct Cooked {
  std::size_t header_bytes;
  std::size_t protocol_offset;
  std::size_t packet_type_offset;  ///< its least significant byte
};
constexpr Cooked kSll{.header_bytes = 16, .protocol_offset = 14, .packet_type_offset = 1};
constexpr Cooked kSll2{.header_bytes = 20, .protocol_offset = 0, .packet_type_offset = 10};
constexpr std::uint8_t kPacketTypeOutgoing = 4;

EthernetView with_header(std::span<const std::byte> packet, std::size_t length, base::Be16 ether_type,
                         std::vector<std::byte>& scratch) {
  scratch.resize(sizeof(wire::EthernetHeader) + packet.size());
  wire::store(scratch.data(), wire::EthernetHeader{.ether_type = ether_type});
  std::copy(packet.begin(), packet.end(), scratch.begin() + sizeof(wire::EthernetHeader));
  return {.bytes = scratch, .length = sizeof(wire::EthernetHeader) + length};
}

EthernetView from_raw_ip(std::span<const std::byte> packet, std::size_t length,
                         std::vector<std::byte>& scratch) {
  const bool is_v6 = !packet.empty() && std::to_integer<unsigned>(packet.front()) >> 4 == 6;
  return with_header(packet, length, base::Be16{is_v6 ? wire::kEtherTypeIpv6 : wire::kEtherTypeIpv4},
                     scratch);
}

EthernetView from_cooked(std::span<const std::byte> packet, std::size_t length, const Cooked& cooked,
                         std::vector<std::byte>& scratch) {
  if (packet.size() < cooked.header_bytes) return {.bytes = {}, .length = length};
  const auto ether_type = wire::load<base::Be16>(packet.data() + cooked.protocol_offset);
  EthernetView view =
      with_header(packet.subspan(cooked.header_bytes), length - cooked.header_bytes, ether_type, scratch);
  const auto packet_type = std::to_integer<std::uint8_t>(packet[cooked.packet_type_offset]);
  view.direction =
      packet_type == kPacketTypeOutgoing ? capture::Direction::kSent : capture::Direction::kReceived;
  return view;
}

}  // namespace

std::optional<EthernetView> ethernet_view(const capture::Record& record, std::vector<std::byte>& scratch) {
  const std::size_t original = std::max<std::size_t>(record.original_length, record.captured.size());
  const std::size_t length = original - std::min<std::size_t>(original, record.fcs_bytes);
  const auto bytes = record.captured.first(std::min(record.captured.size(), length));
  EthernetView view;
  switch (record.link_type) {
    case capture::LinkType::kEthernet:
      view = {.bytes = bytes, .length = length};
      break;
    case capture::LinkType::kRawIp:
    case capture::LinkType::kRawIpBsd:
    case capture::LinkType::kIpv4:
    case capture::LinkType::kIpv6:
      view = from_raw_ip(bytes, length, scratch);
      break;
    case capture::LinkType::kLinuxSll:
      view = from_cooked(bytes, length, kSll, scratch);
      break;
    case capture::LinkType::kLinuxSll2:
      view = from_cooked(bytes, length, kSll2, scratch);
      break;
    default:
      return std::nullopt;
  }
  if (record.direction != capture::Direction::kUnknown) view.direction = record.direction;
  return view;
}

}  // namespace inspect
