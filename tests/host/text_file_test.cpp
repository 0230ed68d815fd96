#include "host/text_file.hpp"

#include "host/ethtool.hpp"
#include "host/memory.hpp"
#include "host/raw_clock.hpp"

#include <gtest/gtest.h>
#include <cstring>

namespace {

using Views = std::vector<std::string_view>;

TEST(Text, IsCutIntoWordsAndLines) {
  EXPECT_EQ(host::words("  a\tbc  d \n"), (Views{"a", "bc", "d"}));
  EXPECT_EQ(host::words(" \n"), Views{});
  EXPECT_EQ(host::lines("a\n\nb"), (Views{"a", "", "b"}));
  EXPECT_EQ(host::lines("a\n"), Views{"a"});
  EXPECT_EQ(host::trimmed(" \t x y\n"), "x y");
  EXPECT_EQ(host::trimmed("\n"), "");
}

TEST(Text, IsANumberWhole) {
  EXPECT_EQ(host::number<int>("-1"), -1);
  EXPECT_EQ(host::number<std::uint32_t>("0003", 16), 3U);
  EXPECT_EQ(host::number<int>("12x"), std::nullopt);
  EXPECT_EQ(host::number<int>(""), std::nullopt);
  EXPECT_EQ(host::number<std::uint8_t>("256"), std::nullopt);
}

TEST(Text, OfAMissingFileIsNothing) {
  EXPECT_EQ(host::read_text("/proc/no-such-file"), std::nullopt);
  EXPECT_EQ(host::read_text("/proc/self"), std::nullopt);  // a folder
}

TEST(EthtoolNames, StandInBlocksOf32Bytes) {
  std::vector<char> block(96, '\0');
  std::memcpy(block.data(), "rx_packets", 10);
  std::memcpy(block.data() + 32, "rx_a_name_that_fills_all_32_byte", 32);
  std::memcpy(block.data() + 64, "x\0garbage", 9);
  EXPECT_EQ(host::parse_ethtool_names(block),
            (std::vector<std::string>{"rx_packets", "rx_a_name_that_fills_all_32_byte", "x"}));
  EXPECT_TRUE(host::parse_ethtool_names(std::span{block}.first(31)).empty());
}

TEST(Ethtool, NamesTheInterfaceThatIsMissing) {
  const auto statistics = host::EthtoolStatistics::open("no_such_if");
  ASSERT_FALSE(statistics.has_value());
  EXPECT_EQ(statistics.error().front().where, "no_such_if");
  EXPECT_NE(statistics.error().front().what.find("No such device"), std::string::npos);
}

TEST(Memory, AvailableIsInKibibytes) {
  EXPECT_EQ(host::parse_available("MemTotal: 100 kB\nMemAvailable:   24334932 kB\n"),
            base::Bytes{24'334'932ULL * 1024});
  EXPECT_EQ(host::parse_available("MemTotal: 100 kB\n"), base::Bytes{0});
}

TEST(RawClock, DoesNotGoBackwards) {
  const base::Duration before = host::raw_clock();
  EXPECT_LE(before, host::raw_clock());
}

}  // namespace
