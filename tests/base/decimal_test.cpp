#include "base/decimal.hpp"
#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace {

base::Bytes bytes(const char* text) {
  base::Bytes out{~0ULL};
  EXPECT_TRUE(base::parse_bytes(text, out)) << text;
  return out;
}

base::BitsPerSec rate(const char* text) {
  base::BitsPerSec out{~0ULL};
  EXPECT_TRUE(base::parse_bits_per_sec(text, out)) << text;
  return out;
}

TEST(Bytes, TellsThousandsFromPowersOfTwo) {
  EXPECT_EQ(bytes("1 KB").count(), 1000u);
  EXPECT_EQ(bytes("1 KiB").count(), 1024u);
  EXPECT_EQ(bytes("1.5 MiB").count(), 1'572'864u);
  EXPECT_EQ(bytes("4096").count(), 4096u);
  EXPECT_EQ(bytes("4_096 B").count(), 4096u);
}

TEST(Bytes, RefusesWhatIsNotWholeOrNotANumber) {
  base::Bytes out;
  for (const char* text : {"", "KB", "1.0001 KB", "0.5", "-1 KB", "1 kB", "1 KB x", "99999999999999999999",
                           "1..5 KB", "9223372036854775807 KB"}) {
    EXPECT_FALSE(base::parse_bytes(text, out)) << text;
  }
}

TEST(Bytes, PrintsTheShortestExactText) {
  EXPECT_EQ(base::to_text(base::Bytes{1024}), "1 KiB");
  EXPECT_EQ(base::to_text(base::Bytes{1500}), "1.5 KB");
  EXPECT_EQ(base::to_text(base::Bytes{0}), "0 B");
  EXPECT_EQ(base::to_text(base::Bytes{1'048'577}), "1048.577 KB");
}

TEST(BitRate, ReadsTheWritingsThatPeopleUse) {
  EXPECT_EQ(rate("25 Gbit/s").count(), 25'000'000'000u);
  EXPECT_EQ(rate("400G").count(), 400'000'000'000u);
  EXPECT_EQ(rate("10Gbps").count(), 10'000'000'000u);
  EXPECT_EQ(rate("2.5 Mbit/s").count(), 2'500'000u);
}

TEST(BitRate, PrintsWhatItReads) {
  for (const std::uint64_t count :
       {1ULL, 999ULL, 1'000ULL, 2'500'000ULL, 400'000'000'000ULL, 123'456'789ULL}) {
    const base::BitsPerSec before{count};
    EXPECT_EQ(rate(base::to_text(before).c_str()), before);
  }
}

TEST(PacketRate, ReadsMillions) {
  base::PacketsPerSec out;
  ASSERT_TRUE(base::parse_packets_per_sec("1.5 Mpps", out));
  EXPECT_EQ(out.count(), 1'500'000u);
  EXPECT_FALSE(base::parse_packets_per_sec("0.5 pps", out));
}

}  // namespace
