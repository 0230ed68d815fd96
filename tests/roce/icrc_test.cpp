#include "roce/icrc.hpp"

#include "base/rng.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"
#include "support/vectors.hpp"
#include "wire/parse.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>

namespace {

using support::hex;
using support::random_bytes;

constexpr std::size_t kIp = 14;
constexpr std::string_view kVectors[] = {
    support::kCnp,   support::kUcSendIpv4,    support::kUcSendIpv6,    support::kRcSendOnly,
    support::kRcAck, support::kRcReadRequest, support::kRcReadResponse};

std::vector<std::byte> ip_packet(std::string_view vector) {
  auto frame = hex(vector);
  frame.erase(frame.begin(), frame.begin() + kIp);
  return frame;
}

std::span<const std::byte> without_icrc(const std::vector<std::byte>& packet) {
  return std::span{packet}.first(packet.size() - roce::kIcrcBytes);
}

TEST(Icrc, IsThatOfThePublishedAndCapturedPackets) {
  for (const auto vector : kVectors) {
    const auto packet = ip_packet(vector);
    const std::uint32_t stored = roce::load_icrc(packet.data() + packet.size() - roce::kIcrcBytes);
    EXPECT_EQ(roce::icrc_plain(without_icrc(packet)), stored) << vector;
    EXPECT_EQ(roce::icrc(without_icrc(packet)), stored) << vector;
    EXPECT_TRUE(roce::icrc_good(packet)) << vector;
  }
  const auto cnp = ip_packet(support::kCnp);
  EXPECT_EQ(roce::icrc(without_icrc(cnp)), 0x2a00fd82U);
}

TEST(Icrc, StartAndResidueAreWhatTheDefinitionGives) {
  const std::vector<std::byte> ones(8, std::byte{0xff});
  EXPECT_EQ(roce::crc_update_plain(roce::kCrcInitial, ones), roce::kIcrcStart);
  std::array<std::byte, 4> stored{};
  roce::store_icrc(stored.data(), ~0x1234'5678U);
  EXPECT_EQ(roce::crc_update_plain(0x1234'5678, stored), roce::kIcrcResidue);
}

TEST(Icrc, ExactlyTheFieldsThatRoutersWriteAreLeftOut) {
  struct Case {
    std::string_view vector;
    std::vector<std::size_t> free_bytes;  ///< of the IP packet
    std::vector<std::size_t> free_nibbles;
  };
  // IPv4: DSCP+ECN, TTL, header checksum, UDP checksum, BTH byte 4. IPv6: class, label, hop limit, ...
  for (const Case& c : {Case{support::kRcSendOnly, {1, 8, 10, 11, 26, 27, 32}, {}},
                        Case{support::kUcSendIpv6, {1, 2, 3, 7, 46, 47, 52}, {0}}}) {
    const auto packet = ip_packet(c.vector);
    for (std::size_t bit = 0; bit < 8 * packet.size(); ++bit) {
      auto damaged = packet;
      damaged[bit / 8] ^= static_cast<std::byte>(0x80U >> (bit % 8));
      const bool is_free = std::ranges::count(c.free_bytes, bit / 8) > 0 ||
                           (std::ranges::count(c.free_nibbles, bit / 8) > 0 && bit % 8 >= 4);
      EXPECT_EQ(roce::icrc_good(damaged), is_free) << "byte " << bit / 8 << " bit " << bit % 8;
    }
  }
}

TEST(Icrc, FastEqualsPlainForEveryPayloadLength) {
  constexpr std::uint64_t kSeed = 77;
  base::Rng rng{kSeed};
  for (std::size_t payload = 0; payload <= 4200; payload += payload < 300 ? 1 : 13) {
    auto packet = ip_packet(payload % 2 == 0 ? support::kRcAck : support::kUcSendIpv6);
    const auto behind_bth = random_bytes(rng, payload);
    packet.resize(packet[0] == std::byte{0x45} ? 40 : 60);
    for (std::size_t i = packet.size() - 20; i < packet.size(); ++i) {
      packet[i] = static_cast<std::byte>(rng.next());
    }
    packet.insert(packet.end(), behind_bth.begin(), behind_bth.end());
    const std::uint32_t icrc = roce::icrc(packet);
    ASSERT_EQ(icrc, roce::icrc_plain(packet)) << "seed " << kSeed << " payload " << payload;
    packet.resize(packet.size() + roce::kIcrcBytes);
    roce::store_icrc(packet.data() + packet.size() - roce::kIcrcBytes, icrc);
    // What routers and receivers may write changes nothing.
    const bool is_v4 = packet[0] == std::byte{0x45};
    for (const std::size_t free : is_v4 ? std::array<std::size_t, 7>{1, 8, 10, 11, 26, 27, 32}
                                        : std::array<std::size_t, 7>{1, 2, 3, 7, 46, 47, 52}) {
      packet[free] = static_cast<std::byte>(rng.next());
    }
    ASSERT_TRUE(roce::icrc_good(packet)) << "seed " << kSeed << " payload " << payload;
    packet.back() ^= std::byte{0x10};
    ASSERT_FALSE(roce::icrc_good(packet)) << "payload " << payload;
  }
}

TEST(Icrc, CoversIpv4OptionsAsTheyAre) {
  auto packet = ip_packet(support::kRcAck);
  packet.resize(packet.size() - roce::kIcrcBytes);
  packet[0] = std::byte{0x46};
  packet.insert(packet.begin() + 20, 4, std::byte{1});
  const std::uint32_t icrc = roce::icrc(packet);
  EXPECT_EQ(icrc, roce::icrc_plain(packet));
  packet.resize(packet.size() + roce::kIcrcBytes);
  roce::store_icrc(packet.data() + packet.size() - roce::kIcrcBytes, icrc);
  EXPECT_TRUE(roce::icrc_good(packet));
  // Ten words of options make the header as long as an IPv6 header.
  auto longest = packet;
  longest.resize(longest.size() - roce::kIcrcBytes);
  longest[0] = std::byte{0x4a};
  longest.insert(longest.begin() + 24, 16, std::byte{1});
  const std::uint32_t longest_icrc = roce::icrc_plain(longest);
  longest.resize(longest.size() + roce::kIcrcBytes);
  roce::store_icrc(longest.data() + longest.size() - roce::kIcrcBytes, longest_icrc);
  EXPECT_TRUE(roce::icrc_good(longest));
}

TEST(Icrc, MayBeReadInPieces) {
  const auto packet = ip_packet(support::kRcReadResponse);
  const auto head = roce::icrc_head(std::span{packet}.first(60));
  ASSERT_EQ(head.bytes, 40U);
  std::uint32_t crc = roce::crc_update(head.crc, std::span{packet}.subspan(head.bytes, 20));
  crc = roce::crc_update(crc, std::span{packet}.subspan(60));
  EXPECT_EQ(crc, roce::kIcrcResidue);
}

TEST(Icrc, IsFoundByTheUdpLengthAndNotByTheFramesEnd) {
  auto frame = hex(support::kRcAck);
  frame.resize(frame.size() + 9);
  const auto parsed = wire::parse(frame, base::FrameBytes{frame.size()});
  EXPECT_TRUE(roce::icrc_good(frame, parsed));
  frame[50] ^= std::byte{1};
  EXPECT_FALSE(roce::icrc_good(frame, parsed));
}

TEST(Icrc, OfWhatIsNoRocePacketIsNotGood) {
  const auto packet = ip_packet(support::kRcAck);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(roce::icrc_good(std::span{packet}.first(size))) << size;
  }
  auto wrong_version = packet;
  wrong_version[0] = std::byte{0x55};
  EXPECT_FALSE(roce::icrc_good(wrong_version));
  const auto frame = hex(support::kRcAck);
  const auto parsed = wire::parse(std::span{frame}.first(50), base::FrameBytes{frame.size()});
  EXPECT_FALSE(roce::icrc_good(std::span{frame}.first(50), parsed));
}

}  // namespace
