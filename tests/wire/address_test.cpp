#include "wire/address.hpp"
#include "base/rng.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <set>

namespace {

using wire::IpAddress;
using wire::Ipv4Address;
using wire::Ipv6Address;
using wire::MacAddress;

TEST(MacAddress, ReadsAndPrintsSixPairsOfDigits) {
  const auto mac = wire::parse_mac("02:00:5E:10:00:fF");
  ASSERT_TRUE(mac);
  EXPECT_EQ(mac->value(), 0x0200'5e10'00ffU);
  EXPECT_EQ(wire::to_text(*mac), "02:00:5e:10:00:ff");
}

TEST(MacAddress, RefusesOtherTexts) {
  for (const char* text : {"", "02:00:5e:10:00", "02:00:5e:10:00:ff:", "02-00-5e-10-00-ff", "2:0:5e:10:0:ff",
                           "02:00:5e:10:00:fg", "02:00:5e:10:00:f f"}) {
    EXPECT_FALSE(wire::parse_mac(text)) << text;
  }
}

TEST(MacAddress, KnowsGroupsFromStations) {
  EXPECT_TRUE(wire::kBroadcastMac.is_broadcast());
  EXPECT_TRUE(wire::kBroadcastMac.is_multicast());
  EXPECT_TRUE(MacAddress::from_value(0x0180'c200'0001).is_multicast());
  EXPECT_FALSE(MacAddress::from_value(0x0200'0000'0001).is_multicast());
}

TEST(Addresses, CountOnAcrossByteBorders) {
  EXPECT_EQ(MacAddress::from_value(0x0200'0000'ffff).plus(1).value(), 0x0200'0001'0000U);
  EXPECT_EQ(Ipv4Address{0x0a00'00ff}.plus(1).value(), 0x0a00'0100U);
  const auto last = Ipv6Address::from_halves(0x20010db8'00000000, 0xffffffff'ffffffff);
  EXPECT_EQ(last.plus(1), Ipv6Address::from_halves(0x20010db8'00000001, 0));
  EXPECT_EQ(last.plus(0), last);
  EXPECT_EQ(IpAddress{Ipv4Address{0xffff'ffff}}.plus(1), IpAddress{Ipv4Address{0}});
}

TEST(Addresses, AreOrderedAsNumbersAndVersionFourFirst) {
  EXPECT_LT(Ipv4Address{0x0a00'0001}, Ipv4Address{0xc0a8'0001});
  EXPECT_LT(MacAddress::from_value(0x0200'0000'00ff), MacAddress::from_value(0x0200'0000'0100));
  const std::set<IpAddress> sorted{Ipv6Address{}, Ipv4Address{0xffff'ffff}, Ipv4Address{1}};
  EXPECT_EQ(*sorted.begin(), IpAddress{Ipv4Address{1}});
  EXPECT_EQ(*sorted.rbegin(), IpAddress{Ipv6Address{}});
}

TEST(IpAddress, ReadsEitherVersion) {
  const auto v4 = wire::parse_ip("192.168.77.1");
  ASSERT_TRUE(v4 && v4->is_v4());
  EXPECT_EQ(v4->v4().value(), 0xc0a8'4d01U);
  const auto v6 = wire::parse_ip("fd77::1");
  ASSERT_TRUE(v6 && v6->is_v6());
  EXPECT_EQ(v6->v6(), Ipv6Address::from_halves(0xfd77'0000'0000'0000, 1));
  EXPECT_EQ(wire::to_text(*v4), "192.168.77.1");
  EXPECT_EQ(wire::to_text(*v6), "fd77::1");
}

TEST(IpAddress, RefusesOtherTexts) {
  for (const std::string& text :
       {std::string{}, std::string{"10.0.0"}, std::string{"10.0.0.256"}, std::string{"10.0.0.1 "},
        std::string{"fd77::1%eth1"}, std::string{"fd77:::1"}, std::string{"10.0.0.1\0x", 10}}) {
    EXPECT_FALSE(wire::parse_ip(text)) << text;
  }
}

TEST(IpAddress, GidOfVersionFourIsMapped) {
  const IpAddress v4 = Ipv4Address{0x0a09'0002};
  EXPECT_EQ(wire::to_text(v4.gid()), "::ffff:10.9.0.2");
  EXPECT_TRUE(wire::is_v4_mapped(v4.gid()));
  // The mapped address as an IPv6 address is another address than the IPv4 one.
  EXPECT_NE(v4, IpAddress{v4.gid()});
}

TEST(IpAddress, DefaultIsTheZeroAddressOfVersionFour) {
  EXPECT_EQ(IpAddress{}, IpAddress{Ipv4Address{}});
  EXPECT_TRUE(IpAddress{}.is_zero());
}

TEST(Ipv6Address, PrintsTheCanonicalText) {
  // SPEC: RFC 5952 section 4, and its examples.
  for (const char* text :
       {"::", "::1", "1::", "2001:db8::1", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1",
        "fe80::5054:ff:fe77:1", "::ffff:10.9.0.2", "1:2:3:4:5:6:7:8", "0:1:2:3:4:5:6:7", "::2:3:4:5:6:7"}) {
    const auto address = wire::parse_ipv6(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(wire::to_text(*address), text);
  }
}

TEST(Ipv6Address, ReadsWhatTheSystemReads) {
  constexpr std::uint64_t kSeed = 5952;
  constexpr std::string_view kLetters = "0123456789aF:::::..ff";
  base::Rng rng{kSeed};
  int accepted = 0;
  for (int round = 0; round < 400'000; ++round) {
    std::string text = round % 3 == 0   ? "fd77::1:2:3"
                       : round % 3 == 1 ? "1:2:3:4:5:6:7:8"
                                        : "::ffff:10.9.0.2";
    for (std::uint64_t edits = 1 + rng.below(3); edits > 0; --edits) {
      const char letter = kLetters[rng.below(kLetters.size())];
      const std::size_t at = rng.below(text.size());
      if (rng.below(3) == 0) {
        text.erase(at, 1);
      } else if (rng.below(2) == 0) {
        text.insert(at, 1, letter);
      } else {
        text[at] = letter;
      }
    }
    std::array<std::uint8_t, 16> expected{};
    const bool is_read = inet_pton(AF_INET6, text.c_str(), expected.data()) == 1;
    const auto address = wire::parse_ipv6(text);
    ASSERT_EQ(address.has_value(), is_read) << "'" << text << "' seed " << kSeed << " round " << round;
    if (!is_read) continue;
    ++accepted;
    ASSERT_EQ(address->bytes(), expected) << text;
    ASSERT_EQ(wire::parse_ipv6(wire::to_text(*address)), *address) << text;
  }
  EXPECT_GT(accepted, 50'000);
}

}  // namespace
