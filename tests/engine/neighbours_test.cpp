#include "engine/neighbours.hpp"

#include "engine/small_plan.hpp"
#include "wire/checksum.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

using wire::FrameKind;
using Bytes = std::vector<std::byte>;

constexpr auto kPeerMac = wire::MacAddress::from_value(0x0200'0000'00aa);
constexpr auto kPeerIp = wire::Ipv4Address{0xc612'00aa};  // 198.18.0.170
const auto kPeerIp6 = wire::Ipv6Address::from_halves(0x2001'0002'0000'0000, 0xaa);
constexpr auto kOwnMac = wire::MacAddress::from_value(0x0200'0000'0001);
constexpr auto kOwnIp = wire::Ipv4Address{0xc612'0001};
const auto kOwnIp6 = wire::Ipv6Address::from_halves(0x2001'0002'0000'0000, 1);

base::Time at_ms(std::int64_t ms) {
  return base::Time{} + base::milliseconds(ms);
}

Bytes bytes_of(const engine::ControlFrame& frame) {
  return {frame.bytes().begin(), frame.bytes().end()};
}

wire::ParsedFrame parse(std::span<const std::byte> bytes) {
  return wire::parse_any(bytes, base::FrameBytes{bytes.size()});
}

template <class H>
H at(std::span<const std::byte> bytes, std::size_t offset) {
  const auto header = wire::read_at<H>(bytes, offset);
  EXPECT_TRUE(header.has_value());
  return header.value_or(H{});
}

/// A story with one port's Neighbours and the frames that a peer sends it.
struct Story {
  explicit Story(const engine::NeighbourOptions& options = {}) : neighbours{plan(), 0, options} {}
  Story(const plan::Plan& planned, const engine::NeighbourOptions& options)
      : neighbours{planned, 0, options} {}

  static plan::Plan plan(std::optional<std::uint16_t> vlan = {}) {
    test::SmallPlan small;
    small.plan.endpoints[0].vlan = vlan;
    return small.plan;
  }
  std::optional<Bytes> hear(const Bytes& frame) {
    const auto reply = neighbours.answer(frame, parse(frame));
    if (!reply) return std::nullopt;
    return bytes_of(*reply);
  }

  engine::Neighbours neighbours;
};

Bytes arp_request(wire::Ipv4Address wanted, std::optional<std::uint16_t> vlan = {}) {
  engine::ControlFrame frame;
  frame.put_link({.destination = wire::kBroadcastMac, .source = kPeerMac, .vlan = vlan}, wire::kEtherTypeArp);
  frame.put(wire::make_arp_request({.mac = kPeerMac, .ip = kPeerIp}, wanted));
  return bytes_of(frame);
}

Bytes solicitation(const wire::Ipv6Address& source, const wire::Ipv6Address& wanted) {
  const auto group = wire::solicited_node(wanted);
  engine::ControlFrame frame;
  frame.put_link({.destination = wire::multicast_mac(group), .source = kPeerMac, .vlan = {}},
                 wire::kEtherTypeIpv6);
  frame.put_ipv6(source, group, sizeof(wire::NeighborMessageWithOption), wire::kDiscoveryHopLimit);
  frame.put(wire::make_neighbor_solicitation({.source = source, .source_mac = kPeerMac, .wanted = wanted}));
  return bytes_of(frame);
}

Bytes ping(bool ipv6, std::size_t data) {
  Bytes message(sizeof(wire::IcmpEcho) + data, std::byte{0x5a});
  wire::IcmpEcho echo{.header = {.type = ipv6 ? wire::kIcmpv6EchoRequest : wire::kIcmpEchoRequest},
                      .identifier = base::Be16{77},
                      .sequence = base::Be16{3}};
  wire::store(message.data(), echo);
  echo.header.checksum =
      ipv6 ? wire::transport_checksum(
                 {.source = kPeerIp6, .destination = kOwnIp6, .protocol = wire::kProtocolIcmpv6}, message)
           : wire::internet_checksum(message);
  wire::store(message.data(), echo);
  engine::ControlFrame frame;
  frame.put_link({.destination = kOwnMac, .source = kPeerMac, .vlan = {}},
                 ipv6 ? wire::kEtherTypeIpv6 : wire::kEtherTypeIpv4);
  if (ipv6) {
    frame.put_ipv6(kPeerIp6, kOwnIp6, message.size(), 64);
  } else {
    frame.put_ipv4(kPeerIp, kOwnIp, message.size());
  }
  Bytes bytes = bytes_of(frame);  // the data may be longer than a control frame
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

TEST(Neighbours, AnswersAnArpRequestForItsHostOnly) {
  Story story;
  const auto reply = story.hear(arp_request(kOwnIp));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->size(), 42U);
  const auto ethernet = at<wire::EthernetHeader>(*reply, 0);
  EXPECT_EQ(ethernet.destination, kPeerMac);
  EXPECT_EQ(ethernet.source, kOwnMac);
  const auto arp = at<wire::ArpPacket>(*reply, 14);
  EXPECT_EQ(arp.operation.value(), wire::kArpReply);
  EXPECT_EQ(arp.sender_mac, kOwnMac);
  EXPECT_EQ(arp.sender_ip, kOwnIp);
  EXPECT_EQ(arp.target_mac, kPeerMac);
  EXPECT_EQ(arp.target_ip, kPeerIp);

  EXPECT_FALSE(story.hear(arp_request(kOwnIp.plus(1)))) << "a host behind the other port";
  EXPECT_FALSE(story.hear(arp_request(kOwnIp, 100))) << "in a VLAN where it is not";
  EXPECT_EQ(story.neighbours.counts().arp_answered, 1U);
  EXPECT_EQ(story.neighbours.counts().ignored, 2U);
}

TEST(Neighbours, AnswersInItsHostsVlan) {
  Story story{Story::plan(100), {}};
  const auto reply = story.hear(arp_request(kOwnIp, 100));
  ASSERT_TRUE(reply);
  const auto parsed = parse(*reply);
  EXPECT_EQ(parsed.kind, FrameKind::kArp);
  ASSERT_EQ(parsed.vlan_count, 1);
  EXPECT_EQ(parsed.vlan[0].vlan_id(), 100);
  EXPECT_FALSE(story.hear(arp_request(kOwnIp)));
  EXPECT_FALSE(story.hear(arp_request(kOwnIp, 101)));
}

TEST(Neighbours, AnswersASolicitationAndAProbeForADuplicate) {
  Story story;
  for (const bool has_address : {true, false}) {
    const auto source = has_address ? kPeerIp6 : wire::Ipv6Address{};
    const auto reply = story.hear(solicitation(source, kOwnIp6));
    ASSERT_TRUE(reply);
    const auto parsed = parse(*reply);
    EXPECT_EQ(parsed.kind, FrameKind::kNd);
    EXPECT_EQ(parsed.ttl, 255);
    const auto ip = at<wire::Ipv6Header>(*reply, 14);
    EXPECT_EQ(ip.source, kOwnIp6);
    EXPECT_EQ(ip.destination, has_address ? kPeerIp6 : wire::kAllNodes);
    EXPECT_EQ(at<wire::EthernetHeader>(*reply, 0).destination,
              has_address ? kPeerMac : wire::multicast_mac(wire::kAllNodes));
    const auto advertisement = at<wire::NeighborMessageWithOption>(*reply, 54);
    EXPECT_EQ(advertisement.message.header.type, wire::kNeighborAdvertisement);
    EXPECT_EQ(advertisement.message.target, kOwnIp6);
    EXPECT_EQ(advertisement.option.mac, kOwnMac);
    EXPECT_EQ((advertisement.message.flags.value() & wire::NeighborMessage::kSolicitedFlag) != 0,
              has_address);
    const wire::PseudoHeader pseudo{
        .source = ip.source, .destination = ip.destination, .protocol = wire::kProtocolIcmpv6};
    EXPECT_EQ(wire::transport_checksum(pseudo, std::span{*reply}.subspan(54)).value(), 0);
  }
  Bytes routed = solicitation(kPeerIp6, kOwnIp6);
  routed[14 + 7] = std::byte{254};  // a router forwarded it
  EXPECT_FALSE(story.hear(routed));
  Bytes damaged = solicitation(kPeerIp6, kOwnIp6);
  damaged[60] ^= std::byte{1};
  EXPECT_FALSE(story.hear(damaged));
  EXPECT_EQ(story.neighbours.counts().nd_answered, 2U);
}

TEST(Neighbours, TurnsAPingAround) {
  for (const bool ipv6 : {false, true}) {
    Story story;
    const Bytes asked = ping(ipv6, 56);
    const auto reply = story.hear(asked);
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->size(), asked.size());
    const auto parsed = parse(*reply);
    EXPECT_EQ(parsed.kind, ipv6 ? FrameKind::kIcmpv6 : FrameKind::kIcmp);
    const auto echo = at<wire::IcmpEcho>(*reply, parsed.l4_offset);
    EXPECT_EQ(echo.header.type, ipv6 ? wire::kIcmpv6EchoReply : wire::kIcmpEchoReply);
    EXPECT_EQ(echo.identifier.value(), 77);
    EXPECT_EQ(echo.sequence.value(), 3);
    EXPECT_EQ(reply->back(), std::byte{0x5a});
    const auto message = std::span{*reply}.subspan(parsed.l4_offset);
    const wire::PseudoHeader pseudo{
        .source = kOwnIp6, .destination = kPeerIp6, .protocol = wire::kProtocolIcmpv6};
    EXPECT_EQ((ipv6 ? wire::transport_checksum(pseudo, message) : wire::internet_checksum(message)).value(),
              0);
    EXPECT_EQ(at<wire::EthernetHeader>(*reply, 0).destination, kPeerMac);

    EXPECT_FALSE(story.hear(ping(ipv6, 400)));
    EXPECT_EQ(story.neighbours.counts().echo_too_long, 1U);
    Bytes elsewhere = asked;
    elsewhere[5] = std::byte{9};  // flooded to us, meant for another MAC
    EXPECT_FALSE(story.hear(elsewhere));
    Bytes damaged = asked;
    damaged.back() ^= std::byte{1};
    EXPECT_FALSE(story.hear(damaged));
    EXPECT_EQ(story.neighbours.counts().echo_answered, 1U);
    EXPECT_EQ(story.neighbours.counts().ignored, 2U);
  }
}

/// What it says unasked until `end`, with the time of each frame.
std::vector<std::pair<base::Time, Bytes>> listen(engine::Neighbours& neighbours, base::Time end) {
  std::vector<std::pair<base::Time, Bytes>> heard;
  for (base::Time now = neighbours.next_due(); now < end; now = neighbours.next_due())
    heard.emplace_back(now, bytes_of(neighbours.next(now)));
  return heard;
}

TEST(Neighbours, AnnouncesAllHostsPacedAndAgainEachPeriod) {
  test::SmallPlan small;
  small.plan.queues[0].endpoints.clear();
  for (std::uint8_t i = 0; i < 50; ++i) {
    plan::Endpoint host = small.plan.endpoints[0];
    host.mac.bytes[5] = host.ipv4->address.bytes[3] = host.ipv6->address.bytes[15] =
        static_cast<std::uint8_t>(100 + i);
    small.plan.queues[0].endpoints.push_back(static_cast<plan::EndpointId>(small.plan.endpoints.size()));
    small.plan.endpoints.push_back(host);
  }
  engine::Neighbours neighbours{
      small.plan, 0, {.starts = at_ms(10), .announce_every = base::milliseconds(500)}};
  EXPECT_FALSE(neighbours.has_announced());
  const auto heard = listen(neighbours, at_ms(1200));
  EXPECT_TRUE(neighbours.has_announced());
  ASSERT_EQ(heard.size(), 300U) << "rounds at 10, 510 and 1010 ms";
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    EXPECT_EQ(heard[i].first, at_ms(10 + index / 100 * 500 + index % 100));
    const auto& bytes = heard[i].second;
    const bool is_arp = i % 2 == 0;
    EXPECT_EQ(parse(bytes).kind, is_arp ? FrameKind::kArp : FrameKind::kNd);
    EXPECT_EQ(at<wire::EthernetHeader>(bytes, 0).source.value() & 0xff, 100 + i % 100 / 2);
    if (is_arp) {
      EXPECT_EQ(at<wire::ArpPacket>(bytes, 14).sender_ip, at<wire::ArpPacket>(bytes, 14).target_ip);
    }
  }
}

TEST(Neighbours, AnnouncesOnceWhereNoPeriodIsGiven) {
  Story story;
  EXPECT_EQ(listen(story.neighbours, at_ms(1'000'000)).size(), 2U);
  EXPECT_TRUE(story.neighbours.next_due().is_never());
}

/// Two hosts, one in a VLAN, each with a gateway of both versions that its flows need.
plan::Plan behind_gateways() {
  test::SmallPlan small;
  plan::Endpoint& host = small.plan.endpoints[0];
  host.gateway_ipv4 = base::Ipv4Address{{198, 18, 0, 170}};
  host.gateway_ipv6 = base::Ipv6Address{{0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xaa}};
  small.plan.endpoints[1].ipv4->address.bytes = {10, 0, 0, 1};
  small.plan.endpoints[1].ipv6->address.bytes[1] = 9;
  small.add({.flows = 3});
  small.add({.ipv6 = true});
  return small.plan;
}

TEST(Neighbours, AsksForEachGatewayUntilItAnswersAndSendsThere) {
  const plan::Plan planned = behind_gateways();
  Story story{planned, {.retry = base::milliseconds(100), .attempts = 3}};
  EXPECT_FALSE(story.neighbours.is_resolved());
  auto heard = listen(story.neighbours, at_ms(150));
  ASSERT_EQ(heard.size(), 2U + 2U + 2U) << "two questions, two announcements, the questions again";
  const auto question = at<wire::ArpPacket>(heard[0].second, 14);
  EXPECT_EQ(question.target_ip, kPeerIp);
  EXPECT_EQ(question.sender_ip, kOwnIp);
  const auto nd = at<wire::NeighborMessage>(heard[1].second, 54);
  EXPECT_EQ(nd.header.type, wire::kNeighborSolicitation);
  EXPECT_EQ(nd.target, kPeerIp6);
  EXPECT_EQ(heard[4].first, at_ms(100));

  engine::ControlFrame arp;
  arp.put_link({.destination = kOwnMac, .source = kPeerMac, .vlan = {}}, wire::kEtherTypeArp);
  arp.put(wire::make_arp_reply({.mac = kPeerMac, .ip = kPeerIp}, {.mac = kOwnMac, .ip = kOwnIp}));
  EXPECT_FALSE(story.hear(bytes_of(arp)));
  EXPECT_FALSE(story.neighbours.is_resolved());
  ASSERT_EQ(story.neighbours.silent().size(), 1U);
  EXPECT_EQ(story.neighbours.silent()[0].address, wire::IpAddress{kPeerIp6});

  engine::ControlFrame na;
  na.put_link({.destination = kOwnMac, .source = kPeerMac, .vlan = {}}, wire::kEtherTypeIpv6);
  na.put_ipv6(kPeerIp6, kOwnIp6, sizeof(wire::NeighborMessageWithOption), wire::kDiscoveryHopLimit);
  na.put(wire::make_neighbor_advertisement(
      {.target = kPeerIp6, .target_mac = kPeerMac, .solicited = true, .destination = kOwnIp6}));
  EXPECT_FALSE(story.hear(bytes_of(na)));
  EXPECT_TRUE(story.neighbours.is_resolved());
  EXPECT_TRUE(story.neighbours.silent().empty());
  EXPECT_EQ(story.neighbours.counts().learned, 2U);
  EXPECT_EQ(story.neighbours.counts().ignored, 0U);

  const auto hops = story.neighbours.next_hops();
  ASSERT_EQ(hops.size(), 2U);
  const auto state = engine::make_send_state({.plan = planned, .queue = 0, .next_hops = hops});
  for (std::size_t i = 1; i < state.headers.size(); ++i) {
    // The longest part's header ends with the block: its Ethernet header stands before all that.
    const auto longest = state.layouts[i == 4 ? 1 : 0]->longest_header_bytes();
    EXPECT_EQ(at<wire::EthernetHeader>(state.headers[i].bytes, frame::kCopyBytes - longest).destination,
              kPeerMac);
  }
}

TEST(Neighbours, GivesUpOnASilentGatewayAfterItsAttempts) {
  Story story{behind_gateways(), {.retry = base::milliseconds(100), .attempts = 3}};
  const auto heard = listen(story.neighbours, at_ms(10'000));
  EXPECT_EQ(heard.size(), 2U * 3U + 2U);
  EXPECT_FALSE(story.neighbours.is_settled(at_ms(250))) << "the last question is still out";
  EXPECT_TRUE(story.neighbours.is_settled(at_ms(302)));
  EXPECT_FALSE(story.neighbours.is_resolved());
  EXPECT_EQ(story.neighbours.silent().size(), 2U);
}

}  // namespace
