#include "wire/parse.hpp"

#include "wire/arp.hpp"
#include "wire/flow_control.hpp"
#include "wire/icmp.hpp"

namespace wire {
namespace {

/// The frame as far as it was read. Each step returns false when it has given the frame its kind.
class Reader {
 public:
  Reader(std::span<const std::byte> view, base::FrameBytes length) : view_{view}, length_{length.count()} {}

  [[nodiscard]] ParsedFrame read() {
    if (read_link()) read_network();
    return frame_;
  }

 private:
  /// A header at `offset`, or the frame's end: in the view (truncated) or in the frame itself (malformed).
  template <class Header>
  [[nodiscard]] std::optional<Header> header_at(std::size_t offset) {
    auto header = read_at<Header>(view_, offset);
    if (!header) {
      frame_.kind = offset + sizeof(Header) <= length_ ? FrameKind::kTruncated : FrameKind::kMalformed;
    }
    return header;
  }

  bool ends(FrameKind kind) {
    frame_.kind = kind;
    return false;
  }

  bool read_link() {
    const auto ethernet = header_at<EthernetHeader>(0);
    if (!ethernet) return false;
    std::size_t offset = sizeof(EthernetHeader);
    std::uint16_t type = ethernet->ether_type.value();
    while (type == kEtherTypeVlan || type == kEtherTypeServiceVlan) {
      if (frame_.vlan_count == kVlanTagsMax) break;  // a third tag is reported as the EtherType
      const auto tag = header_at<VlanTag>(offset);
      if (!tag) return false;
      frame_.vlan[frame_.vlan_count++] = *tag;
      offset += sizeof(VlanTag);
      type = tag->ether_type.value();
    }
    frame_.ether_type = type;
    frame_.ip_offset = static_cast<std::uint16_t>(offset);
    return true;
  }

  void read_network() {
    switch (frame_.ether_type) {
      case kEtherTypeIpv4:
        if (read_ipv4()) read_transport();
        return;
      case kEtherTypeIpv6:
        if (read_ipv6()) read_transport();
        return;
      case kEtherTypeArp:
        if (header_at<ArpPacket>(frame_.ip_offset)) frame_.kind = FrameKind::kArp;
        return;
      case kEtherTypeLldp:
        frame_.kind = FrameKind::kLldp;
        return;
      case kEtherTypeMacControl:
        read_mac_control();
        return;
      default:
        frame_.kind = FrameKind::kOther;
    }
  }

  void read_mac_control() {
    const auto opcode = header_at<base::Be16>(frame_.ip_offset);
    if (!opcode) return;
    if (opcode->value() == kPauseOpcode) {
      if (header_at<PauseBody>(frame_.ip_offset)) frame_.kind = FrameKind::kPause;
    } else if (opcode->value() == kPfcOpcode) {
      if (header_at<PfcBody>(frame_.ip_offset)) frame_.kind = FrameKind::kPfc;
    } else {
      frame_.kind = FrameKind::kOther;
    }
  }

  bool read_ipv4() {
    const auto ip = header_at<Ipv4Header>(frame_.ip_offset);
    if (!ip) return false;
    const unsigned header_bytes = ip->header_bytes();
    const unsigned total = ip->total_length.value();
    if (ip->version() != 4 || header_bytes < sizeof(Ipv4Header) || total < header_bytes ||
        frame_.ip_offset + total > length_) {
      return ends(FrameKind::kMalformed);
    }
    frame_.ip_version = 4;
    frame_.traffic_class = ip->traffic_class;
    frame_.ttl = ip->ttl;
    frame_.ip_protocol = ip->protocol;
    set_transport(header_bytes, total - header_bytes);
    return ip->is_fragment() ? ends(FrameKind::kFragment) : true;
  }

  bool read_ipv6() {
    const auto ip = header_at<Ipv6Header>(frame_.ip_offset);
    if (!ip) return false;
    const unsigned payload = ip->payload_length.value();
    if (ip->version() != 6 || frame_.ip_offset + sizeof(Ipv6Header) + payload > length_) {
      return ends(FrameKind::kMalformed);
    }
    frame_.ip_version = 6;
    frame_.traffic_class = ip->traffic_class();
    frame_.ttl = ip->hop_limit;
    frame_.ip_protocol = ip->next_header;
    set_transport(sizeof(Ipv6Header), payload);
    // Other extension headers are left alone: RoCEv2 has none, and such packets count as kOther.
    return ip->next_header == kProtocolIpv6Fragment ? ends(FrameKind::kFragment) : true;
  }

  void set_transport(std::size_t ip_header_bytes, std::size_t bytes_behind) {
    frame_.l4_offset = static_cast<std::uint16_t>(frame_.ip_offset + ip_header_bytes);
    frame_.payload_length = static_cast<std::uint16_t>(bytes_behind);
  }

  void read_transport() {
    if (frame_.ip_protocol == kProtocolUdp) return read_udp();
    if (frame_.ip_protocol == kProtocolTcp) {
      frame_.kind = FrameKind::kTcp;
      return;
    }
    if (frame_.ip_protocol == kProtocolIcmp && frame_.ip_version == 4) return read_icmp(FrameKind::kIcmp);
    if (frame_.ip_protocol == kProtocolIcmpv6 && frame_.ip_version == 6) return read_icmp(FrameKind::kIcmpv6);
    frame_.kind = FrameKind::kOther;
  }

  void read_udp() {
    const unsigned behind_ip = frame_.payload_length;
    if (behind_ip < sizeof(UdpHeader)) return malformed();
    const auto udp = header_at<UdpHeader>(frame_.l4_offset);
    if (!udp) return;
    const unsigned udp_bytes = udp->length.value();
    if (udp_bytes < sizeof(UdpHeader) || udp_bytes > behind_ip) return malformed();
    frame_.kind = udp->destination_port.value() == kRocePort ? FrameKind::kRoce : FrameKind::kUdp;
    frame_.payload_offset = static_cast<std::uint16_t>(frame_.l4_offset + sizeof(UdpHeader));
    frame_.payload_length = static_cast<std::uint16_t>(udp_bytes - sizeof(UdpHeader));
  }

  void read_icmp(FrameKind kind) {
    if (frame_.payload_length < sizeof(IcmpHeader)) return malformed();
    const auto icmp = header_at<IcmpHeader>(frame_.l4_offset);
    if (!icmp) return;
    const bool is_discovery =
        kind == FrameKind::kIcmpv6 && icmp->type >= kRouterSolicitation && icmp->type <= kRedirect;
    frame_.kind = is_discovery ? FrameKind::kNd : kind;
  }

  void malformed() { frame_.kind = FrameKind::kMalformed; }

  std::span<const std::byte> view_;
  std::uint64_t length_;
  ParsedFrame frame_;
};

}  // namespace

std::string_view to_text(FrameKind kind) {
  using enum FrameKind;
  switch (kind) {
    case kRoce:
      return "roce";
    case kUdp:
      return "udp";
    case kTcp:
      return "tcp";
    case kIcmp:
      return "icmp";
    case kIcmpv6:
      return "icmpv6";
    case kNd:
      return "nd";
    case kArp:
      return "arp";
    case kPause:
      return "pause";
    case kPfc:
      return "pfc";
    case kLldp:
      return "lldp";
    case kFragment:
      return "fragment";
    case kOther:
      return "other";
    case kTruncated:
      return "truncated";
    case kMalformed:
      return "malformed";
  }
  return "unknown";
}

ParsedFrame parse_any(std::span<const std::byte> view, base::FrameBytes length) {
  return Reader{view, length}.read();
}

}  // namespace wire
