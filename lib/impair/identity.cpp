#include "impair/identity.hpp"

#include "roce/icrc.hpp"
#include "roce/packet.hpp"
#include "wire/bytes.hpp"
#include "wire/parse.hpp"

namespace impair {
namespace {

struct Addresses {
  wire::IpAddress source;
  wire::IpAddress destination;
};

/// `ip_version` is 4 or 6, and the header was read as whole by wire::parse.
Addresses addresses_at(std::span<const std::byte> frame, const wire::ParsedFrame& parsed) {
  const std::byte* const at = frame.data() + parsed.ip_offset;
  if (parsed.ip_version == 4) {
    const auto header = wire::load<wire::Ipv4Header>(at);
    return {header.source, header.destination};
  }
  const auto header = wire::load<wire::Ipv6Header>(at);
  return {header.source, header.destination};
}

}  // namespace

Identified identify(std::span<const std::byte> frame, FlowOf flow_of) {
  const wire::ParsedFrame parsed = wire::parse(frame, base::FrameBytes{frame.size()});
  Identified identified;
  if (parsed.kind == wire::FrameKind::kTruncated || parsed.kind == wire::FrameKind::kMalformed) {
    return identified;
  }
  identified.ip_version = parsed.ip_version;
  identified.layout.ip = parsed.ip_offset;
  if (parsed.kind != wire::FrameKind::kRoce) return identified;

  const auto udp_payload = frame.subspan(parsed.payload_offset, parsed.payload_length);
  const roce::ParsedRoce packet = roce::parse(udp_payload, udp_payload.size());
  if (packet.fault == roce::Fault::kTooShort || packet.fault == roce::Fault::kTruncated) return identified;
  identified.layout = {.ip = parsed.ip_offset,
                       .bth = parsed.payload_offset,
                       .payload = std::size_t{parsed.payload_offset} + packet.payload_offset,
                       .icrc = std::size_t{parsed.payload_offset} + packet.icrc_offset};
  const Addresses addresses = addresses_at(frame, parsed);
  identified.identity = {
      .roce = true,
      .source = addresses.source,
      .destination = addresses.destination,
      .udp_source_port = wire::load<wire::UdpHeader>(frame.data() + parsed.l4_offset).source_port.value(),
      .destination_qp = packet.destination_qpn,
      .psn = packet.psn.value(),
      .opcode = packet.opcode,
      .flow = flow_of != nullptr ? flow_of(udp_payload) : packet.destination_qpn};
  return identified;
}

}  // namespace impair
