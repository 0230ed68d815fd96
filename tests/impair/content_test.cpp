// What faults do to a frame's bytes.
#include "impair/impairer.hpp"

#include "roce/icrc.hpp"
#include "support/roce_frames.hpp"
#include "wire/parse.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <bit>

namespace {

using impair::Anchor;
using impair::Corrupt;
using impair::Frame;
using impair::Impairer;
using impair::Out;
using support::roce_frame;

/// The one frame that leaves, and the impairer that let it.
struct Result {
  Impairer impairer;
  Out out;
};
Result pass(impair::Action action, const Frame& frame, std::uint64_t seed = 1) {
  auto impairer = Impairer::create({.faults = {{.action = std::move(action)}}, .seed = seed});
  EXPECT_TRUE(impairer) << base::to_text(impairer.error());
  auto out = impairer->offer(base::Time{}, frame);
  EXPECT_EQ(out.size(), 1u);
  return {std::move(*impairer), std::move(out.front())};
}

wire::ParsedFrame parse(const Frame& frame) {
  return wire::parse(frame, base::FrameBytes{frame.size()});
}
bool icrc_good(const Frame& frame) {
  return roce::icrc_good(frame, parse(frame));
}
bool ip_checksum_right(const Frame& frame) {
  const auto ip = wire::load<wire::Ipv4Header>(frame.data() + parse(frame).ip_offset);
  return ip.checksum == wire::header_checksum(ip);
}
std::uint64_t different_bits(const Frame& a, const Frame& b) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    bits += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned>(a[i] ^ b[i])));
  }
  return bits;
}
std::uint8_t class_of(std::uint8_t dscp, unsigned ecn) {
  return wire::traffic_class(dscp, static_cast<wire::Ecn>(ecn));
}

TEST(TrafficClass, EveryRewriteKeepsTheIpv4ChecksumAndTheIcrcRight) {
  for (unsigned before = 0; before < 256; ++before) {
    const auto frame = roce_frame({.traffic_class = static_cast<std::uint8_t>(before)});
    for (unsigned dscp = 0; dscp < 64; ++dscp) {
      const auto [impairer, out] = pass(impair::RewriteDscp{.dscp = static_cast<std::uint8_t>(dscp)}, frame);
      ASSERT_TRUE(ip_checksum_right(out.frame)) << before << " to DSCP " << dscp;
      ASSERT_TRUE(icrc_good(out.frame));
      ASSERT_EQ(parse(out.frame).dscp(), dscp);
      ASSERT_EQ(parse(out.frame).ecn(), wire::ecn_of(static_cast<std::uint8_t>(before)));
      ASSERT_EQ(impairer.record().faults[0].applied, dscp == before >> 2 ? 0u : 1u);
    }
  }
}

TEST(TrafficClass, AWrongChecksumStaysWrong) {
  auto frame = roce_frame({.traffic_class = 2});
  frame[14 + 10] ^= std::byte{0x40};
  EXPECT_FALSE(ip_checksum_right(pass(impair::MarkCe{}, frame).out.frame));
}

TEST(MarkCe, MarksWhatIsEctBehindVlanTagsAndOverIpv6) {
  for (const bool ipv6 : {false, true}) {
    for (const unsigned ecn : {1u, 2u}) {
      const auto frame = roce_frame({.ipv6 = ipv6, .vlan = true, .traffic_class = class_of(26, ecn)});
      const auto [impairer, out] = pass(impair::MarkCe{}, frame);
      EXPECT_EQ(parse(out.frame).ecn(), wire::Ecn::kCe);
      EXPECT_EQ(parse(out.frame).dscp(), 26);
      EXPECT_TRUE(icrc_good(out.frame));
      EXPECT_TRUE(ipv6 || ip_checksum_right(out.frame));
      EXPECT_LE(different_bits(frame, out.frame), 1u + 16u) << "the mark and the checksum, nothing else";
      EXPECT_EQ(impairer.record().events.at(0).amount, class_of(26, ecn)) << "the class before";
    }
  }
}

TEST(MarkCe, LeavesNotEctAndCeAlone) {
  for (const unsigned ecn : {0u, 3u}) {
    const auto frame = roce_frame({.traffic_class = class_of(0, ecn)});
    const auto [impairer, out] = pass(impair::MarkCe{}, frame);
    EXPECT_EQ(out.frame, frame);
    EXPECT_EQ(impairer.record().faults[0],
              (impair::FaultCounts{.matched = 1, .applied = 0, .not_applicable = 1}));
  }
  EXPECT_EQ(parse(pass(impair::MarkCe{.even_not_ect = true}, roce_frame({})).out.frame).ecn(),
            wire::Ecn::kCe);
}

TEST(Corrupt, TurnsTheChosenBitsOverAndTheIcrcTells) {
  const auto frame = roce_frame({.opcode = 0x0A, .payload_bytes = 61});
  const auto [impairer, out] =
      pass(Corrupt{.flips = {{.anchor = Anchor::kPayload, .offset = 8, .mask = 0x81}}}, frame);
  constexpr std::size_t kPayload = 14 + 20 + 8 + 12 + 16;
  EXPECT_EQ(out.frame[kPayload + 8], frame[kPayload + 8] ^ std::byte{0x81});
  EXPECT_EQ(different_bits(frame, out.frame), 2u);
  EXPECT_FALSE(icrc_good(out.frame));
  EXPECT_FALSE(out.bad_fcs);
  EXPECT_EQ(impairer.record().events.at(0).amount, 2u);
}

TEST(Corrupt, CanBeRepairedSoThatNoIcrcTells) {
  for (const bool ipv6 : {false, true}) {
    const auto frame = roce_frame({.ipv6 = ipv6, .vlan = ipv6});
    const Corrupt qpn{.flips = {{.anchor = Anchor::kBth, .offset = 7, .mask = 0x02}}, .repair_icrc = true};
    const auto out = pass(qpn, frame).out;
    EXPECT_TRUE(icrc_good(out.frame));
    EXPECT_EQ(impair::identify(out.frame, nullptr).identity.destination_qp, 0x13u);
  }
}

TEST(Corrupt, OfRandomBitsStaysBetweenBthAndIcrc) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto frame = roce_frame({});
    const auto [impairer, out] = pass(Corrupt{.random_bits = 3, .bad_fcs = true}, frame, seed);
    EXPECT_EQ(different_bits(frame, out.frame), 3u) << "seed " << seed;
    EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + 42, out.frame.begin())) << "headers up to UDP";
    EXPECT_TRUE(out.bad_fcs);
  }
}

TEST(Corrupt, OutsideTheFrameIsNotApplicable) {
  const auto frame = roce_frame({.payload_bytes = 4});
  const auto [impairer, out] = pass(Corrupt{.flips = {{.anchor = Anchor::kPayload, .offset = 8}}}, frame);
  EXPECT_EQ(out.frame, frame) << "four of payload, four of ICRC";
  EXPECT_EQ(impairer.record().faults[0].not_applicable, 1u);
  EXPECT_TRUE(impairer.record().events.empty());
}

TEST(Corrupt, OfTheIpVersionCannotBeRepairedAndDoesNotTry) {
  const auto frame = roce_frame({});
  const Corrupt version{.flips = {{.anchor = Anchor::kFrame, .offset = 14, .mask = 0xF0}},
                        .repair_icrc = true};
  EXPECT_EQ(different_bits(frame, pass(version, frame).out.frame), 4u);
}

TEST(Identify, FindsTheFieldsOfIpv4AndIpv6) {
  for (const bool ipv6 : {false, true}) {
    const auto frame =
        roce_frame({.ipv6 = ipv6, .udp_source_port = 0xC123, .opcode = 0x0A, .qp = 0x123456, .psn = 77});
    const auto identity = impair::identify(frame, nullptr).identity;
    EXPECT_TRUE(identity.roce);
    EXPECT_EQ(to_text(identity.source), ipv6 ? "fd00::a00:1" : "10.0.0.1");
    EXPECT_EQ(to_text(identity.destination), ipv6 ? "fd00::a00:2" : "10.0.0.2");
    EXPECT_EQ(identity.udp_source_port, 0xC123);
    EXPECT_EQ(identity.destination_qp, 0x123456u);
    EXPECT_EQ(identity.psn, 77u);
    EXPECT_EQ(identity.opcode, 0x0A);
  }
}

}  // namespace
