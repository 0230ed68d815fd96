#include "engine/neighbours.hpp"

#include "wire/checksum.hpp"

#include <algorithm>
#include <numeric>

namespace engine {
namespace {

wire::MacAddress wire_mac(const base::MacAddress& mac) {
  return wire::MacAddress{mac.bytes};
}

wire::Ipv4Address wire_ipv4(const base::Ipv4Address& address) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : address.bytes)
    value = value << 8 | byte;
  return wire::Ipv4Address{value};
}

wire::Ipv6Address wire_ipv6(const base::Ipv6Address& address) {
  return wire::Ipv6Address{address.bytes};
}

/// 0: untagged, or tagged for its priority only.
std::uint16_t vlan_of(const wire::ParsedFrame& parsed) {
  return parsed.vlan_count == 0 ? std::uint16_t{0} : parsed.vlan[0].vlan_id();
}

/// The ICMP or ICMPv6 message, as far as it is in `head`.
std::span<const std::byte> message_in(std::span<const std::byte> head, const wire::ParsedFrame& parsed) {
  if (parsed.l4_offset >= head.size()) return {};
  const auto rest = head.subspan(parsed.l4_offset);
  return rest.first(std::min<std::size_t>(rest.size(), parsed.payload_length));
}

/// Of a neighbour message, the link-layer address in an option of this type.
std::optional<wire::MacAddress> option_of(std::span<const std::byte> message, std::uint8_t type) {
  std::size_t at = sizeof(wire::NeighborMessage);
  while (const auto option = wire::read_at<wire::LinkLayerOption>(message, at)) {
    if (option->length_in_8_bytes == 0) return std::nullopt;
    if (option->type == type) return option->mac;
    at += std::size_t{option->length_in_8_bytes} * 8;
  }
  return std::nullopt;
}

}  // namespace

Neighbours::Neighbours(const plan::Plan& plan, plan::QueueId queue, const NeighbourOptions& options)
    : options_{options},
      macs_(plan.endpoints.size()),
      ipv4s_(plan.endpoints.size()),
      ipv6s_(plan.endpoints.size()),
      free_at_{options.starts},
      round_at_{options.starts} {
  for (const plan::EndpointId id : plan.queues[queue].endpoints)
    add_own(plan, id);
  sayings_.resize(own_.size());
  std::iota(sayings_.begin(), sayings_.end(), 0U);
  const auto by_place = [](const Own& a, const Own& b) { return a.place < b.place; };
  std::stable_sort(own_.begin(), own_.end(), by_place);
  const auto by_endpoint = [this](std::uint32_t a, std::uint32_t b) {
    return own_[a].endpoint < own_[b].endpoint;
  };
  std::stable_sort(sayings_.begin(), sayings_.end(), by_endpoint);
  // Whoever answers for the port's hosts also asks for their gateways.
  if (own_.empty()) return;
  for (const plan::Flow& flow : plan.flows) {
    if (plan.endpoints[flow.source].port == plan.queues[queue].port && plan::needs_gateway(plan, flow)) {
      add_gateway(plan, flow);
    }
  }
  for (Gateway& gateway : gateways_) {
    std::sort(gateway.users.begin(), gateway.users.end());
    gateway.users.erase(std::unique(gateway.users.begin(), gateway.users.end()), gateway.users.end());
  }
}

void Neighbours::add_own(const plan::Plan& plan, plan::EndpointId id) {
  const plan::Endpoint& endpoint = plan.endpoints[id];
  const std::uint16_t vlan = endpoint.vlan.value_or(0);
  macs_[id] = wire_mac(endpoint.mac);
  if (endpoint.ipv4) {
    ipv4s_[id] = wire_ipv4(endpoint.ipv4->address);
    own_.push_back({.place = {.address = ipv4s_[id], .vlan = vlan}, .endpoint = id});
  }
  if (endpoint.ipv6) {
    ipv6s_[id] = wire_ipv6(endpoint.ipv6->address);
    own_.push_back({.place = {.address = ipv6s_[id], .vlan = vlan}, .endpoint = id});
  }
}

void Neighbours::add_gateway(const plan::Plan& plan, const plan::Flow& flow) {
  const plan::Endpoint& source = plan.endpoints[flow.source];
  const wire::IpAddress address = flow.ipv6 ? wire::IpAddress{wire_ipv6(*source.gateway_ipv6)}
                                            : wire::IpAddress{wire_ipv4(*source.gateway_ipv4)};
  const Place place{.address = address, .vlan = source.vlan.value_or(0)};
  auto found = std::find_if(gateways_.begin(), gateways_.end(),
                            [&](const Gateway& gateway) { return gateway.place == place; });
  if (found == gateways_.end()) {
    gateways_.push_back({.place = place, .asker = flow.source, .ask_at = options_.starts});
    found = gateways_.end() - 1;
  }
  found->users.push_back(flow.source);
}

const Neighbours::Own* Neighbours::find(const wire::IpAddress& address,
                                        const wire::ParsedFrame& parsed) const {
  const Place place{.address = address, .vlan = vlan_of(parsed)};
  const auto found = std::lower_bound(own_.begin(), own_.end(), place,
                                      [](const Own& own, const Place& wanted) { return own.place < wanted; });
  return found != own_.end() && found->place == place ? &*found : nullptr;
}

ControlFrame::Link Neighbours::link(const Place& place, const wire::MacAddress& source,
                                    const wire::MacAddress& destination) const {
  ControlFrame::Link link{.destination = destination, .source = source, .vlan = {}};
  if (place.vlan != 0) link.vlan = place.vlan;
  return link;
}

bool Neighbours::learn(const wire::IpAddress& address, const wire::ParsedFrame& parsed,
                       const wire::MacAddress& mac) {
  const Place place{.address = address, .vlan = vlan_of(parsed)};
  for (Gateway& gateway : gateways_) {
    if (gateway.place != place) continue;
    gateway.mac = mac;
    ++counts_.learned;
    return true;
  }
  return false;
}

std::optional<ControlFrame> Neighbours::answer(std::span<const std::byte> head,
                                               const wire::ParsedFrame& parsed) {
  const std::uint64_t learned = counts_.learned;
  const std::uint64_t too_long = counts_.echo_too_long;
  std::optional<ControlFrame> reply;
  if (parsed.kind == wire::FrameKind::kArp) reply = answer_arp(head, parsed);
  if (parsed.kind == wire::FrameKind::kNd) reply = answer_nd(head, parsed);
  if (parsed.kind == wire::FrameKind::kIcmp || parsed.kind == wire::FrameKind::kIcmpv6) {
    reply = answer_echo(head, parsed);
  }
  if (!reply && counts_.learned == learned && counts_.echo_too_long == too_long) ++counts_.ignored;
  return reply;
}

std::optional<ControlFrame> Neighbours::answer_arp(std::span<const std::byte> head,
                                                   const wire::ParsedFrame& parsed) {
  const auto arp = wire::read_at<wire::ArpPacket>(head, parsed.ip_offset);
  if (!arp || !wire::is_valid(*arp) || arp->sender_mac.is_multicast()) return std::nullopt;
  // A reply, and a gateway's own announcement or question, tell its address alike.
  const bool told = learn(arp->sender_ip, parsed, arp->sender_mac);
  if (arp->operation.value() != wire::kArpRequest) return std::nullopt;
  const Own* const own = find(arp->target_ip, parsed);
  if (own == nullptr || arp->sender_ip == arp->target_ip) return std::nullopt;
  if (told) --counts_.learned;  // it is counted as a question
  ++counts_.arp_answered;
  const wire::MacAddress& mac = macs_[own->endpoint];
  ControlFrame reply;
  reply.put_link(link(own->place, mac, arp->sender_mac), wire::kEtherTypeArp);
  reply.put(wire::make_arp_reply({.mac = mac, .ip = arp->target_ip},
                                 {.mac = arp->sender_mac, .ip = arp->sender_ip}));
  return reply;
}

std::optional<ControlFrame> Neighbours::answer_nd(std::span<const std::byte> head,
                                                  const wire::ParsedFrame& parsed) {
  const auto message = message_in(head, parsed);
  const auto nd = wire::read_at<wire::NeighborMessage>(message, 0);
  const auto ip = wire::read_at<wire::Ipv6Header>(head, parsed.ip_offset);
  const auto ethernet = wire::read_at<wire::EthernetHeader>(head, 0);
  if (!nd || !ip || !ethernet || parsed.ttl != wire::kDiscoveryHopLimit || nd->header.code != 0) {
    return std::nullopt;
  }
  const bool is_whole = message.size() == parsed.payload_length;
  const wire::PseudoHeader pseudo{
      .source = ip->source, .destination = ip->destination, .protocol = wire::kProtocolIcmpv6};
  if (!is_whole || wire::transport_checksum(pseudo, message).value() != 0) return std::nullopt;
  if (nd->header.type == wire::kNeighborAdvertisement) {
    static_cast<void>(learn(nd->target, parsed,
                            option_of(message, wire::LinkLayerOption::kTarget).value_or(ethernet->source)));
    return std::nullopt;
  }
  const Own* const own = find(nd->target, parsed);
  if (nd->header.type != wire::kNeighborSolicitation || own == nullptr) return std::nullopt;
  ++counts_.nd_answered;
  // Who has no address yet asks whether ours is free: all are told.
  const bool has_address = !ip->source.is_zero();
  const wire::Ipv6Address destination = has_address ? ip->source : wire::kAllNodes;
  const wire::MacAddress destination_mac =
      has_address ? option_of(message, wire::LinkLayerOption::kSource).value_or(ethernet->source)
                  : wire::multicast_mac(wire::kAllNodes);
  const wire::MacAddress& mac = macs_[own->endpoint];
  ControlFrame reply;
  reply.put_link(link(own->place, mac, destination_mac), wire::kEtherTypeIpv6);
  reply.put_ipv6(nd->target, destination, sizeof(wire::NeighborMessageWithOption), wire::kDiscoveryHopLimit);
  reply.put(wire::make_neighbor_advertisement(
      {.target = nd->target, .target_mac = mac, .solicited = has_address, .destination = destination}));
  return reply;
}

std::optional<ControlFrame> Neighbours::answer_echo(std::span<const std::byte> head,
                                                    const wire::ParsedFrame& parsed) {
  const bool ipv6 = parsed.kind == wire::FrameKind::kIcmpv6;
  const auto message = message_in(head, parsed);
  const auto echo = wire::read_at<wire::IcmpEcho>(message, 0);
  const auto ethernet = wire::read_at<wire::EthernetHeader>(head, 0);
  const std::uint8_t wanted = ipv6 ? wire::kIcmpv6EchoRequest : wire::kIcmpEchoRequest;
  if (!echo || !ethernet || echo->header.type != wanted) return std::nullopt;
  const auto ip4 = wire::read_at<wire::Ipv4Header>(head, parsed.ip_offset);
  const auto ip6 = wire::read_at<wire::Ipv6Header>(head, parsed.ip_offset);
  if (ipv6 ? !ip6 : !ip4) return std::nullopt;
  const wire::IpAddress asker = ipv6 ? wire::IpAddress{ip6->source} : wire::IpAddress{ip4->source};
  const wire::IpAddress asked = ipv6 ? wire::IpAddress{ip6->destination} : wire::IpAddress{ip4->destination};
  const Own* const own = find(asked, parsed);
  if (own == nullptr || ethernet->destination != macs_[own->endpoint]) return std::nullopt;
  const std::size_t before = sizeof(wire::EthernetHeader) +
                             (own->place.vlan != 0 ? sizeof(wire::VlanTag) : 0) +
                             (ipv6 ? sizeof(wire::Ipv6Header) : sizeof(wire::Ipv4Header));
  if (before + parsed.payload_length > kHeaderMost || message.size() != parsed.payload_length) {
    ++counts_.echo_too_long;
    return std::nullopt;
  }
  const wire::PseudoHeader to_us{.source = asker, .destination = asked, .protocol = wire::kProtocolIcmpv6};
  const base::Be16 sum = ipv6 ? wire::transport_checksum(to_us, message) : wire::internet_checksum(message);
  if (sum.value() != 0) return std::nullopt;
  ++counts_.echo_answered;

  std::array<std::byte, kHeaderMost> turned;
  std::copy(message.begin(), message.end(), turned.begin());
  const auto body = std::span{turned}.first(message.size());
  wire::IcmpHeader header{.type = ipv6 ? wire::kIcmpv6EchoReply : wire::kIcmpEchoReply};
  wire::store(body.data(), header);
  const wire::PseudoHeader from_us{.source = asked, .destination = asker, .protocol = wire::kProtocolIcmpv6};
  header.checksum = ipv6 ? wire::transport_checksum(from_us, body) : wire::internet_checksum(body);
  wire::store(body.data(), header);
  ControlFrame reply;
  reply.put_link(link(own->place, macs_[own->endpoint], ethernet->source),
                 ipv6 ? wire::kEtherTypeIpv6 : wire::kEtherTypeIpv4);
  if (ipv6) {
    reply.put_ipv6(asked.v6(), asker.v6(), body.size(), 64);
  } else {
    reply.put_ipv4(asked.v4(), asker.v4(), body.size());
  }
  reply.put(std::span<const std::byte>{body});
  return reply;
}

const Neighbours::Gateway* Neighbours::next_gateway() const {
  const Gateway* first = nullptr;
  for (const Gateway& gateway : gateways_) {
    if (gateway.mac || gateway.asked == options_.attempts) continue;
    if (first == nullptr || gateway.ask_at < first->ask_at) first = &gateway;
  }
  return first;
}

base::Time Neighbours::next_due() const {
  base::Time due = base::Time::never();
  if (const Gateway* const gateway = next_gateway()) due = gateway->ask_at;
  const bool again = rounds_ == 0 || options_.announce_every.ps() > 0;
  if (!sayings_.empty() && again) due = std::min(due, round_at_);
  return due.is_never() ? due : std::max(due, free_at_);
}

ControlFrame Neighbours::next(base::Time now) {
  free_at_ = now + options_.spacing;
  const Gateway* const due = next_gateway();
  if (due != nullptr && due->ask_at <= now) {
    Gateway& gateway = gateways_[static_cast<std::size_t>(due - gateways_.data())];
    ++gateway.asked;
    gateway.ask_at = now + options_.retry;
    ++counts_.asked;
    return question(gateway);
  }
  const Own& own = own_[sayings_[next_saying_]];
  if (++next_saying_ == sayings_.size()) {
    next_saying_ = 0;
    ++rounds_;
    round_at_ = std::max(round_at_ + options_.announce_every, free_at_);
  }
  ++counts_.announced;
  return announcement(own);
}

ControlFrame Neighbours::announcement(const Own& own) const {
  const wire::MacAddress& mac = macs_[own.endpoint];
  ControlFrame frame;
  if (own.place.address.is_v4()) {
    frame.put_link(link(own.place, mac, wire::kBroadcastMac), wire::kEtherTypeArp);
    frame.put(wire::make_gratuitous_arp({.mac = mac, .ip = own.place.address.v4()}));
    return frame;
  }
  const wire::Ipv6Address& address = own.place.address.v6();
  frame.put_link(link(own.place, mac, wire::multicast_mac(wire::kAllNodes)), wire::kEtherTypeIpv6);
  frame.put_ipv6(address, wire::kAllNodes, sizeof(wire::NeighborMessageWithOption), wire::kDiscoveryHopLimit);
  frame.put(wire::make_neighbor_advertisement({.target = address, .target_mac = mac}));
  return frame;
}

ControlFrame Neighbours::question(const Gateway& gateway) const {
  const wire::MacAddress& mac = macs_[gateway.asker];
  ControlFrame frame;
  if (gateway.place.address.is_v4()) {
    frame.put_link(link(gateway.place, mac, wire::kBroadcastMac), wire::kEtherTypeArp);
    frame.put(
        wire::make_arp_request({.mac = mac, .ip = ipv4s_[gateway.asker].v4()}, gateway.place.address.v4()));
    return frame;
  }
  const wire::Ipv6Address& wanted = gateway.place.address.v6();
  const wire::Ipv6Address group = wire::solicited_node(wanted);
  const wire::Ipv6Address& source = ipv6s_[gateway.asker].v6();
  frame.put_link(link(gateway.place, mac, wire::multicast_mac(group)), wire::kEtherTypeIpv6);
  frame.put_ipv6(source, group, sizeof(wire::NeighborMessageWithOption), wire::kDiscoveryHopLimit);
  frame.put(wire::make_neighbor_solicitation({.source = source, .source_mac = mac, .wanted = wanted}));
  return frame;
}

bool Neighbours::is_resolved() const {
  return std::all_of(gateways_.begin(), gateways_.end(), [](const Gateway& g) { return g.mac.has_value(); });
}

bool Neighbours::is_settled(base::Time now) const {
  return std::all_of(gateways_.begin(), gateways_.end(), [&](const Gateway& gateway) {
    return gateway.mac || (gateway.asked == options_.attempts && gateway.ask_at <= now);
  });
}

std::vector<NextHop> Neighbours::next_hops() const {
  std::vector<NextHop> hops;
  for (const Gateway& gateway : gateways_) {
    if (!gateway.mac) continue;
    for (const plan::EndpointId user : gateway.users) {
      hops.push_back({.endpoint = user, .ipv6 = gateway.place.address.is_v6(), .mac = *gateway.mac});
    }
  }
  return hops;
}

std::vector<SilentGateway> Neighbours::silent() const {
  std::vector<SilentGateway> silent;
  for (const Gateway& gateway : gateways_) {
    if (!gateway.mac) silent.push_back({.asker = gateway.asker, .address = gateway.place.address});
  }
  return silent;
}

}  // namespace engine
