#include "support/hex.hpp"
#include "support/vectors.hpp"
#include "wire/arp.hpp"
#include "wire/bytes.hpp"
#include "wire/checksum.hpp"
#include "wire/ethernet.hpp"
#include "wire/icmp.hpp"
#include "wire/ip.hpp"

#include <gtest/gtest.h>

namespace {

using support::hex;

constexpr std::size_t kIp = 14;

TEST(Ipv4Header, ChecksumIsThatOfTheCapturedFrames) {
  for (const auto vector : {support::kCnp, support::kUcSendIpv4, support::kRcSendOnly}) {
    const auto frame = hex(vector);
    const auto ip = wire::read_at<wire::Ipv4Header>(frame, kIp);
    ASSERT_TRUE(ip);
    EXPECT_EQ(wire::header_checksum(*ip), ip->checksum);
    EXPECT_EQ(wire::internet_checksum(wire::bytes_of(*ip)).value(), 0);
  }
}

TEST(Ipv4Header, DefaultsMakeAPlainUdpHeader) {
  const wire::Ipv4Header ip{.total_length = base::Be16{60},
                            .source = wire::Ipv4Address{0x0a09'0002},
                            .destination = wire::Ipv4Address{0x0a09'0001}};
  const auto expected = hex("4500003c00004000 4011 0000 0a0900020a090001");
  EXPECT_TRUE(std::ranges::equal(wire::bytes_of(ip), expected));
  EXPECT_FALSE(ip.is_fragment());
}

TEST(TransportChecksum, IsThatOfTheCapturedFrames) {
  struct Case {
    std::string_view vector;
    std::size_t ip_bytes;
  };
  for (const auto& [vector, ip_bytes] : {Case{support::kUcSendIpv4, 20}, Case{support::kUcSendIpv6, 40}}) {
    auto frame = hex(vector);
    wire::PseudoHeader pseudo{.source = {}, .destination = {}, .protocol = wire::kProtocolUdp};
    if (ip_bytes == 20) {
      const auto ip = wire::load<wire::Ipv4Header>(frame.data() + kIp);
      pseudo.source = ip.source;
      pseudo.destination = ip.destination;
    } else {
      const auto ip = wire::load<wire::Ipv6Header>(frame.data() + kIp);
      pseudo.source = ip.source;
      pseudo.destination = ip.destination;
    }
    const std::span segment = std::span{frame}.subspan(kIp + ip_bytes);
    auto udp = wire::load<wire::UdpHeader>(segment.data());
    const base::Be16 sent = udp.checksum;
    udp.checksum = base::Be16{};
    wire::store(segment.data(), udp);
    EXPECT_EQ(wire::transport_checksum(pseudo, segment), sent);
  }
}

TEST(InternetChecksum, CountsAnOddLastByteAsTheHighHalf) {
  EXPECT_EQ(wire::internet_checksum(hex("0102 03")).value(), static_cast<std::uint16_t>(~(0x0102 + 0x0300)));
}

TEST(InternetChecksum, FoldsEveryCarry) {
  const std::vector<std::byte> ones(65'534, std::byte{0xff});
  EXPECT_EQ(wire::internet_checksum(ones).value(), 0);
}

TEST(Ipv6Header, KeepsClassAndLabelInTheFirstWord) {
  const auto frame = hex(support::kUcSendIpv6);
  const auto ip = wire::load<wire::Ipv6Header>(frame.data() + kIp);
  EXPECT_EQ(ip.version(), 6U);
  EXPECT_EQ(ip.traffic_class(), 0xe2);
  EXPECT_EQ(ip.flow_label(), 0x1faceU);
  EXPECT_EQ(wire::version_class_flow(0xe2, 0x1face), ip.version_class_flow);
}

TEST(TrafficClass, HoldsDscpAboveEcn) {
  EXPECT_EQ(wire::traffic_class(26, wire::Ecn::kEct0), 106);
  EXPECT_EQ(wire::dscp_of(0xc2), 48);
  EXPECT_EQ(wire::ecn_of(0xc2), wire::Ecn::kEct0);
  EXPECT_EQ(wire::to_text(wire::Ecn::kEct1), "ECT(1)");
  EXPECT_EQ(wire::ecn_of(1), wire::Ecn::kEct1);
}

TEST(VlanTag, HoldsPriorityAndNumber) {
  const auto tag =
      wire::make_vlan_tag({.pcp = 5, .drop_eligible = true, .vlan_id = 0xabc}, wire::kEtherTypeIpv4);
  EXPECT_EQ(tag.control.value(), 0xbabc);
  EXPECT_EQ(tag.pcp(), 5);
  EXPECT_TRUE(tag.drop_eligible());
  EXPECT_EQ(tag.vlan_id(), 0xabc);
  EXPECT_EQ(tag.ether_type.value(), 0x0800);
}

TEST(ArpPacket, RequestAndReplyHaveTheRightEnds) {
  const wire::ArpEnd own{.mac = wire::MacAddress::from_value(0x5254'0000'0001),
                         .ip = wire::Ipv4Address{0x0a09'0001}};
  const wire::ArpEnd peer{.mac = wire::MacAddress::from_value(0x5254'0000'0002),
                          .ip = wire::Ipv4Address{0x0a09'0002}};
  const auto request = wire::make_arp_request(own, peer.ip);
  const auto reply = wire::make_arp_reply(peer, own);
  EXPECT_TRUE(std::ranges::equal(wire::bytes_of(request),
                                 hex("0001 0800 06 04 0001 525400000001 0a090001 000000000000 0a090002")));
  EXPECT_TRUE(std::ranges::equal(wire::bytes_of(reply),
                                 hex("0001 0800 06 04 0002 525400000002 0a090002 525400000001 0a090001")));
  EXPECT_TRUE(wire::is_valid(reply));
  EXPECT_FALSE(wire::is_valid(wire::ArpPacket{.hardware_bytes = 8}));
  EXPECT_EQ(wire::make_gratuitous_arp(own).target_ip, own.ip);
}

TEST(NeighborDiscovery, MessagesSumUpUnderTheirPseudoHeader) {
  const auto own = *wire::parse_ipv6("fd77::1");
  const auto peer = *wire::parse_ipv6("fd77::2");
  const auto mac = wire::MacAddress::from_value(0x5254'0077'0001);
  const auto asks = wire::make_neighbor_solicitation({.source = own, .source_mac = mac, .wanted = peer});
  EXPECT_EQ(wire::transport_checksum(
                {.source = own, .destination = wire::solicited_node(peer), .protocol = wire::kProtocolIcmpv6},
                wire::bytes_of(asks))
                .value(),
            0);
  const auto told = wire::make_neighbor_advertisement(
      {.target = own, .target_mac = mac, .solicited = true, .destination = peer});
  EXPECT_EQ(told.message.flags.value(), 0x6000'0000U);
  EXPECT_EQ(told.option.type, wire::LinkLayerOption::kTarget);
  EXPECT_EQ(wire::transport_checksum({.source = own, .destination = peer, .protocol = wire::kProtocolIcmpv6},
                                     wire::bytes_of(told))
                .value(),
            0);
}

TEST(NeighborDiscovery, GroupsAreMadeOfTheLastThreeBytes) {
  const auto address = *wire::parse_ipv6("fd77::12:3456");
  EXPECT_EQ(wire::to_text(wire::solicited_node(address)), "ff02::1:ff12:3456");
  EXPECT_EQ(wire::to_text(wire::multicast_mac(wire::solicited_node(address))), "33:33:ff:12:34:56");
  EXPECT_EQ(wire::to_text(wire::link_local_of(wire::MacAddress::from_value(0x5254'0077'0001))),
            "fe80::5054:ff:fe77:1");
}

}  // namespace
