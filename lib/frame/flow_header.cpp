#include "frame/flow_header.hpp"

#include "base/big_endian.hpp"
#include "base/check.hpp"
#include "roce/headers.hpp"
#include "roce/icrc.hpp"
#include "wire/checksum.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"

#include <cstring>
#include <span>

namespace frame {
namespace {

/// Writes one header after the other.
class Writer {
 public:
  explicit Writer(std::byte* at) : at_{at} {}
  template <class Header>
  std::byte* put(const Header& header) {
    static_assert(alignof(Header) == 1, "a wire header");
    std::memcpy(at_, &header, sizeof header);
    at_ += sizeof header;
    return at_ - sizeof header;
  }

 private:
  std::byte* at_;
};

void put_ip(Writer& writer, const HeaderSpec& spec) {
  const std::uint8_t traffic_class = wire::traffic_class(spec.dscp, spec.ecn);
  if (spec.source_ip.is_v6()) {
    writer.put(wire::Ipv6Header{.version_class_flow = wire::version_class_flow(traffic_class, 0),
                                .hop_limit = spec.ttl,
                                .source = spec.source_ip.v6(),
                                .destination = spec.destination_ip.v6()});
    return;
  }
  // Identification 0 with DF set: RFC 6864 allows it, and it is inside the ICRC.
  wire::Ipv4Header ip{.traffic_class = traffic_class,
                      .ttl = spec.ttl,
                      .source = spec.source_ip.v4(),
                      .destination = spec.destination_ip.v4()};
  ip.checksum = wire::internet_checksum(std::as_bytes(std::span{&ip, 1}));
  writer.put(ip);
}

/// All headers of `part`, with the fields that `lay` patches left zero. Returns where the IP header starts.
std::size_t put_headers(std::byte* at, const HeaderSpec& spec, const Layout& layout, Part which) {
  const LayoutKey& key = layout.key();
  const PartLayout& part = layout.part(which);
  Writer writer{at};
  const std::uint16_t ip_type = key.ipv6 ? wire::kEtherTypeIpv6 : wire::kEtherTypeIpv4;
  writer.put(wire::EthernetHeader{.destination = spec.destination_mac,
                                  .source = spec.source_mac,
                                  .ether_type = base::Be16{key.vlan ? wire::kEtherTypeVlan : ip_type}});
  if (key.vlan) {
    writer.put(wire::make_vlan_tag({.pcp = spec.pcp, .vlan_id = spec.vlan.value_or(0)}, ip_type));
  }
  put_ip(writer, spec);
  writer.put(wire::UdpHeader{
      .source_port = base::Be16{spec.source_port_per_message ? std::uint16_t{0} : spec.udp_source_port},
      .destination_port = base::Be16{wire::kRocePort}});
  writer.put(roce::Bth{.opcode = part.opcode, .destination_qpn = base::Be24{spec.destination_qpn}});
  if (key.framing == profile::Framing::kUd) {
    writer.put(roce::Deth{.queue_key = base::Be32{spec.q_key}, .source_qpn = base::Be24{spec.source_qpn}});
  }
  if (part.has_remote_address) {
    writer.put(roce::Reth{.virtual_address = base::Be64{spec.virtual_address},
                          .remote_key = base::Be32{spec.remote_key},
                          .dma_length = base::Be32{spec.message_bytes}});
  }
  if (part.has_immediate) writer.put(roce::ImmDt{});
  return sizeof(wire::EthernetHeader) + (key.vlan ? sizeof(wire::VlanTag) : 0);
}

}  // namespace

FlowHeader make_header(const HeaderSpec& spec, const Layout& layout) {
  FlowHeader header;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto which = static_cast<Part>(i);
    const PartLayout& part = layout.part(which);
    std::array<std::byte, kCopyBytes + kTagBytes> bytes{};
    const std::size_t ip = put_headers(bytes.data(), spec, layout, which);
    if (part.header_bytes == layout.longest_header_bytes()) {
      std::memcpy(header.bytes.data() + kCopyBytes - part.header_bytes, bytes.data(), part.header_bytes);
    }
    // The head is masked; the rest, and the tag's zeros, follow as they are.
    const std::span<const std::byte> covered{bytes.data() + ip, part.header_bytes + kTagBytes - ip};
    const roce::IcrcHead head = roce::icrc_head(covered);
    CHECK(head.bytes != 0, "a header that we built is not RoCEv2");
    header.base[i] = roce::crc_update_plain(head.crc, covered.subspan(head.bytes));
  }
  return header;
}

}  // namespace frame
