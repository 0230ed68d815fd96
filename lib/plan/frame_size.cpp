#include "plan/frame_size.hpp"

#include "roce/headers.hpp"
#include "roce/icrc.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"
#include "wire/line.hpp"

#include <algorithm>

namespace plan {
namespace {

constexpr std::uint32_t kEthernetBytes = sizeof(wire::EthernetHeader);
constexpr std::uint32_t kVlanBytes = sizeof(wire::VlanTag);
constexpr std::uint32_t kUdpBytes = sizeof(wire::UdpHeader);
constexpr std::uint32_t kBthBytes = sizeof(roce::Bth);
constexpr std::uint32_t kRethBytes = sizeof(roce::Reth);
constexpr std::uint32_t kDethBytes = sizeof(roce::Deth);
constexpr std::uint32_t kImmediateBytes = sizeof(roce::ImmDt);
constexpr auto kIcrcBytes = static_cast<std::uint32_t>(roce::kIcrcBytes);

/// Bytes of extension headers: in each packet of a message, in its first, in its last; an only packet has
/// all.
struct Extensions {
  std::uint32_t each = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

Extensions extensions_of(const profile::Traffic& traffic) {
  using profile::Verb;
  Extensions extensions;
  if (traffic.framing == profile::Framing::kUd) extensions.each = kDethBytes;
  switch (traffic.verb) {
    case Verb::kWrite:
    case Verb::kRead:
      extensions.first = kRethBytes;
      break;
    case Verb::kWriteWithImmediate:
      extensions.first = kRethBytes;
      extensions.last = kImmediateBytes;
      break;
    case Verb::kSend:
      break;
    case Verb::kSendWithImmediate:
      extensions.last = kImmediateBytes;
      break;
  }
  return extensions;
}

struct Packet {
  std::uint32_t extension_bytes = 0;
  std::uint32_t payload_bytes = 0;
};

void add_packets(MessageTotals& totals, HeaderForm form, const Packet& packet, std::uint64_t count) {
  if (count == 0) return;
  const std::uint32_t padded = (packet.payload_bytes + 3) / 4 * 4;
  const std::uint32_t ip_header = form.ipv6 ? sizeof(wire::Ipv6Header) : sizeof(wire::Ipv4Header);
  const std::uint32_t ip = ip_header + kUdpBytes + kBthBytes + packet.extension_bytes + padded + kIcrcBytes;
  const base::FrameBytes frame{kEthernetBytes + (form.vlan ? kVlanBytes : 0) + ip};
  const auto layer2 = static_cast<std::uint32_t>(wire::layer2_bytes(frame).count());
  const bool first = totals.frames == 0;
  totals.frames += count;
  totals.wire_bytes += wire::on_the_wire(frame).count() * count;
  totals.layer2_bytes += layer2 * count;
  totals.payload_bytes += packet.payload_bytes * count;
  totals.frame_bytes_min = first ? layer2 : std::min(totals.frame_bytes_min, layer2);
  totals.frame_bytes_max = std::max(totals.frame_bytes_max, layer2);
  totals.ip_bytes_max = std::max(totals.ip_bytes_max, ip);
  totals.payload_bytes_min =
      first ? packet.payload_bytes : std::min(totals.payload_bytes_min, packet.payload_bytes);
}

}  // namespace

MessageTotals message_totals(const profile::Traffic& traffic, HeaderForm form,
                             std::span<const std::uint32_t> sizes) {
  const Extensions extensions = extensions_of(traffic);
  const std::uint32_t only = extensions.each + extensions.first + extensions.last;
  MessageTotals totals;
  for (const std::uint32_t size : sizes) {
    ++totals.messages;
    if (traffic.verb == profile::Verb::kRead) {
      add_packets(totals, form, {.extension_bytes = only}, 1);
      continue;
    }
    const std::uint64_t packets = roce::packets_of(size, traffic.path_mtu);
    const auto last_payload = static_cast<std::uint32_t>(last_payload_of(size, traffic.path_mtu));
    if (packets == 1) {
      add_packets(totals, form, {.extension_bytes = only, .payload_bytes = last_payload}, 1);
      continue;
    }
    add_packets(totals, form,
                {.extension_bytes = extensions.each + extensions.first, .payload_bytes = traffic.path_mtu},
                1);
    add_packets(totals, form, {.extension_bytes = extensions.each, .payload_bytes = traffic.path_mtu},
                packets - 2);
    add_packets(totals, form,
                {.extension_bytes = extensions.each + extensions.last, .payload_bytes = last_payload}, 1);
  }
  return totals;
}

}  // namespace plan
