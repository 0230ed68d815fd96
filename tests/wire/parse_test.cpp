#include "wire/parse.hpp"
#include "base/rng.hpp"
#include "support/hex.hpp"
#include "support/vectors.hpp"
#include "wire/flow_control.hpp"

#include <gtest/gtest.h>

namespace {

using base::FrameBytes;
using support::hex;
using wire::FrameKind;

wire::ParsedFrame parse_whole(std::span<const std::byte> frame) {
  return wire::parse(frame, FrameBytes{frame.size()});
}

/// `frame` with tags between the MAC addresses and the EtherType.
std::vector<std::byte> tagged(std::string_view frame, std::string_view tags) {
  auto bytes = hex(frame);
  const auto tag_bytes = hex(tags);
  bytes.insert(bytes.begin() + 12, tag_bytes.begin(), tag_bytes.end());
  return bytes;
}

TEST(Parse, FindsThePayloadOfPlainRoce) {
  const auto frame = parse_whole(hex(support::kCnp));
  EXPECT_EQ(frame.kind, FrameKind::kRoce);
  EXPECT_EQ(frame.ip_version, 4);
  EXPECT_EQ(frame.dscp(), 48);
  EXPECT_EQ(frame.ecn(), wire::Ecn::kEct0);
  EXPECT_EQ(frame.ttl, 64);
  EXPECT_EQ(frame.payload_offset, 42);
  EXPECT_EQ(frame.payload_length, 32);
}

TEST(Parse, FindsThePayloadOfRoceOverIpv6) {
  const auto frame = parse_whole(hex(support::kUcSendIpv6));
  EXPECT_EQ(frame.kind, FrameKind::kRoce);
  EXPECT_EQ(frame.ip_version, 6);
  EXPECT_EQ(frame.traffic_class, 0xe2);
  EXPECT_EQ(frame.ttl, 255);
  EXPECT_EQ(frame.payload_offset, 62);
  EXPECT_EQ(frame.payload_length, 36);
}

TEST(Parse, ReadsUpToTwoTags) {
  const auto one = parse_whole(tagged(support::kCnp, "8100 a064"));
  EXPECT_EQ(one.kind, FrameKind::kRoce);
  ASSERT_EQ(one.vlan_count, 1);
  EXPECT_EQ(one.vlan[0].pcp(), 5);
  EXPECT_EQ(one.vlan[0].vlan_id(), 100);
  EXPECT_EQ(one.ether_type, wire::kEtherTypeIpv4);
  EXPECT_EQ(one.payload_offset, 46);

  const auto two = parse_whole(tagged(support::kUcSendIpv6, "88a8 0001 8100 6002"));
  EXPECT_EQ(two.kind, FrameKind::kRoce);
  ASSERT_EQ(two.vlan_count, 2);
  EXPECT_EQ(two.vlan[0].vlan_id(), 1);
  EXPECT_EQ(two.vlan[1].pcp(), 3);

  const auto three = parse_whole(tagged(support::kCnp, "8100 0001 8100 0002 8100 0003"));
  EXPECT_EQ(three.kind, FrameKind::kOther);
  EXPECT_EQ(three.ether_type, wire::kEtherTypeVlan);
}

TEST(Parse, IgnoresThePaddingOfTheMac) {
  auto bytes = hex(support::kRcAck);
  const auto bare = parse_whole(bytes);
  bytes.resize(bytes.size() + 7);
  EXPECT_EQ(parse_whole(bytes), bare);
  EXPECT_EQ(bare.payload_length, 20);
}

TEST(Parse, TakesIpv4OptionsIntoAccount) {
  auto bytes = hex(support::kCnp);
  bytes[14] = std::byte{0x46};
  bytes[17] = std::byte{64};
  const std::byte options[4]{std::byte{1}, std::byte{1}, std::byte{1}, std::byte{0}};
  bytes.insert(bytes.begin() + 34, std::begin(options), std::end(options));
  const auto frame = parse_whole(bytes);
  EXPECT_EQ(frame.kind, FrameKind::kRoce);
  EXPECT_EQ(frame.payload_offset, 46);
}

TEST(Parse, NamesFragmentsWhateverTheyHold) {
  auto bytes = hex(support::kCnp);
  bytes[20] = std::byte{0x20};  // more fragments
  EXPECT_EQ(parse_whole(bytes).kind, FrameKind::kFragment);
  bytes[20] = std::byte{0x00};
  bytes[21] = std::byte{0x01};  // offset 8
  EXPECT_EQ(parse_whole(bytes).kind, FrameKind::kFragment);
}

TEST(Parse, RefusesLengthsThatTheFrameCannotHold) {
  struct Lie {
    const char* what;
    std::size_t offset;
    std::uint8_t value;
  };
  for (const Lie& lie :
       {Lie{"IPv4 total length beyond the frame", 17, 61}, Lie{"IP version 5", 14, 0x55},
        Lie{"IPv4 header of 16 bytes", 14, 0x44}, Lie{"total length within the header", 17, 19},
        Lie{"UDP length beyond the packet", 39, 41}, Lie{"UDP length of 7", 39, 7},
        Lie{"no room for UDP", 17, 27}}) {
    auto bytes = hex(support::kCnp);
    bytes[lie.offset] = std::byte{lie.value};
    EXPECT_EQ(parse_whole(bytes).kind, FrameKind::kMalformed) << lie.what;
  }
  auto ipv6 = hex(support::kUcSendIpv6);
  ipv6[19] = std::byte{45};
  EXPECT_EQ(parse_whole(ipv6).kind, FrameKind::kMalformed);
}

TEST(Parse, TellsAShortViewFromAShortFrame) {
  const auto bytes = hex(support::kCnp);
  const std::span view{bytes};
  for (std::size_t shown = 0; shown < 42; ++shown) {
    const auto frame = wire::parse(view.first(shown), FrameBytes{bytes.size()});
    EXPECT_EQ(frame.kind, FrameKind::kTruncated) << shown;
    // Cut off on the wire, the same bytes are a frame that lies.
    EXPECT_EQ(parse_whole(view.first(shown)).kind, FrameKind::kMalformed) << shown;
  }
  EXPECT_EQ(wire::parse(view.first(42), FrameBytes{bytes.size()}), parse_whole(bytes));
}

TEST(Parse, NamesEveryOtherKind) {
  struct Case {
    FrameKind kind;
    std::string frame;
  };
  const std::string macs = "0180c2000001 020000000007 ";
  const std::string ipv4 = "45000020 00000000 40";
  const std::string ends4 = " 0000 0a000001 0a000002 ";
  const std::string ipv6_ends = "fd770000000000000000000000000001 fd770000000000000000000000000002 ";
  for (const Case& c : {
           Case{FrameKind::kUdp, macs + "0800" + ipv4 + "11" + ends4 + "12b7 0035 000c 0000 00000000"},
           Case{FrameKind::kTcp, macs + "0800" + ipv4 + "06" + ends4 + "12b7 0035 000c 0000 00000000"},
           Case{FrameKind::kIcmp, macs + "0800" + ipv4 + "01" + ends4 + "0800 f7ff 0000 0000 00000000"},
           Case{FrameKind::kOther, macs + "0800" + ipv4 + "3a" + ends4 + "8700 f7ff 0000 0000 00000000"},
           Case{FrameKind::kNd, macs + "86dd 60000000 0008 3a ff" + ipv6_ends + "8700 0000 00000000"},
           Case{FrameKind::kIcmpv6, macs + "86dd 60000000 0008 3a ff" + ipv6_ends + "8000 0000 00000000"},
           Case{FrameKind::kFragment, macs + "86dd 60000000 0008 2c ff" + ipv6_ends + "1100 0000 00000000"},
           Case{FrameKind::kOther, macs + "86dd 60000000 0008 00 ff" + ipv6_ends + "1100 0000 00000000"},
           Case{FrameKind::kArp,
                macs + "0806 0001 0800 06 04 0001 020000000007 0a000001 000000000000 0a000002"},
           Case{FrameKind::kMalformed,
                macs + "0806 0001 0800 06 04 0001 020000000007 0a000001 000000000000 0a0000"},
           Case{FrameKind::kLldp, macs + "88cc 0207"},
           Case{FrameKind::kOther, macs + "8808 0002"},
           Case{FrameKind::kOther, macs + "0040 4242"},
       }) {
    const auto bytes = hex(c.frame);
    EXPECT_EQ(wire::to_text(parse_whole(bytes).kind), wire::to_text(c.kind)) << c.frame;
  }
  const auto own = wire::MacAddress::from_value(0x0200'0000'0007);
  EXPECT_EQ(parse_whole(wire::make_pause_frame(own, 1)).kind, FrameKind::kPause);
  EXPECT_EQ(parse_whole(wire::make_pfc_frame(own, {.enabled = 1})).kind, FrameKind::kPfc);
}

TEST(Parse, InlinePathAgreesWithTheGeneralOneOnDamagedFrames) {
  constexpr std::uint64_t kSeed = 20261122;
  base::Rng rng{kSeed};
  std::uint64_t roce = 0;
  for (int round = 0; round < 200'000; ++round) {
    auto bytes = hex(round % 2 == 0 ? support::kCnp : support::kUcSendIpv6);
    for (std::uint64_t damage = rng.below(4); damage > 0; --damage) {
      bytes[12 + rng.below(36)] ^= static_cast<std::byte>(1U << rng.below(8));
    }
    bytes.resize(bytes.size() - (rng.below(4) == 0 ? rng.below(40) : 0));
    const std::span view = std::span{bytes}.first(bytes.size() - (rng.below(4) == 0 ? rng.below(35) : 0));
    const auto fast = wire::parse(view, FrameBytes{bytes.size()});
    ASSERT_EQ(fast, wire::parse_any(view, FrameBytes{bytes.size()}))
        << "seed " << kSeed << " round " << round;
    if (fast.kind != FrameKind::kRoce) continue;
    ++roce;
    ASSERT_LE(std::size_t{fast.payload_offset} + fast.payload_length, bytes.size());
  }
  EXPECT_GT(roce, 30'000U);  // the comparison saw enough of the path that matters
}

}  // namespace
