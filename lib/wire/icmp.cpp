#include "wire/icmp.hpp"

#include "wire/bytes.hpp"
#include "wire/checksum.hpp"
#include "wire/ip.hpp"

namespace wire {
namespace {

NeighborMessageWithOption finished(NeighborMessageWithOption packet, const Ipv6Address& source,
                                   const Ipv6Address& destination) {
  packet.message.header.checksum = transport_checksum(
      {.source = source, .destination = destination, .protocol = kProtocolIcmpv6}, bytes_of(packet));
  return packet;
}

}  // namespace

NeighborMessageWithOption make_neighbor_solicitation(const SolicitationFields& fields) {
  return finished({.message = {.header = {.type = kNeighborSolicitation}, .target = fields.wanted},
                   .option = {.type = LinkLayerOption::kSource, .mac = fields.source_mac}},
                  fields.source, solicited_node(fields.wanted));
}

NeighborMessageWithOption make_neighbor_advertisement(const AdvertisementFields& fields) {
  const std::uint32_t flags =
      NeighborMessage::kOverrideFlag | (fields.solicited ? NeighborMessage::kSolicitedFlag : 0U);
  return finished({.message = {.header = {.type = kNeighborAdvertisement},
                               .flags = base::Be32{flags},
                               .target = fields.target},
                   .option = {.type = LinkLayerOption::kTarget, .mac = fields.target_mac}},
                  fields.target, fields.destination);
}

}  // namespace wire
