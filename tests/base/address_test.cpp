#include "base/address.hpp"

#include <gtest/gtest.h>

namespace {

TEST(MacAddress, ReadsAndPrints) {
  base::MacAddress mac;
  ASSERT_TRUE(base::parse_mac("02-00:5E:10:00:ff", mac));
  EXPECT_EQ(base::to_text(mac), "02:00:5e:10:00:ff");
  EXPECT_EQ(base::to_text(base::offset_by(mac, 1)), "02:00:5e:10:01:00");
  EXPECT_FALSE(mac.is_multicast());
  for (const char* text : {"", "02:00:5e:10:00", "02:00:5e:10:00:0g", "02:00:5e:10:00:001",
                           "02.00.5e.10.00.01", "+2:00:5e:10:00:01"}) {
    EXPECT_FALSE(base::parse_mac(text, mac)) << text;
  }
}

TEST(Ipv4Address, CountsOverOctets) {
  base::Ipv4Prefix prefix;
  ASSERT_TRUE(base::parse_ipv4_prefix("198.18.0.250/15", prefix));
  EXPECT_EQ(base::to_text(prefix), "198.18.0.250/15");
  EXPECT_EQ(base::to_text(base::offset_by(prefix.address, 65'536 + 6)), "198.19.1.0");
  EXPECT_TRUE(prefix.contains(base::Ipv4Address{{198, 19, 255, 255}}));
  EXPECT_FALSE(prefix.contains(base::Ipv4Address{{198, 20, 0, 0}}));
}

TEST(Ipv4Address, RefusesWhatIsNone) {
  base::Ipv4Prefix prefix;
  for (const char* text :
       {"", "1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/8 ", "::1"}) {
    EXPECT_FALSE(base::parse_ipv4_prefix(text, prefix)) << text;
  }
}

TEST(Ipv6Address, ReadsPrintsAndCounts) {
  base::Ipv6Prefix prefix;
  ASSERT_TRUE(base::parse_ipv6_prefix("2001:DB8:0:0::ffff/64", prefix));
  EXPECT_EQ(base::to_text(prefix), "2001:db8::ffff/64");
  EXPECT_EQ(base::to_text(base::offset_by(prefix.address, 1)), "2001:db8::1:0");
  base::Ipv6Address other;
  ASSERT_TRUE(base::parse_ipv6("2001:db8:0:1::", other));
  EXPECT_FALSE(prefix.contains(other));
  EXPECT_FALSE(base::parse_ipv6("2001:db8::1%eth0", other));
  EXPECT_FALSE(base::parse_ipv6_prefix("2001:db8::1/129", prefix));
}

}  // namespace
