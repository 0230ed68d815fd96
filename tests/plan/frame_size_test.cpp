#include "plan/frame_size.hpp"

#include <gtest/gtest.h>
#include <array>

namespace plan {
namespace {

profile::Traffic write_of(std::uint32_t path_mtu) {
  profile::Traffic traffic;
  traffic.path_mtu = path_mtu;
  return traffic;
}

// SPEC: rocev2-facts section 1.6: 14 + 20 + 8 + 12 + extensions + payload + pad + 4, with FCS 4 more, on the
// line 20 more again.
TEST(FrameSize, WriteOfThreePacketsHasRethInTheFirst) {
  const std::array<std::uint32_t, 1> sizes{3 * 1024};
  const MessageTotals totals = message_totals(write_of(1024), {}, sizes);
  EXPECT_EQ(totals.messages, 1u);
  EXPECT_EQ(totals.frames, 3u);
  EXPECT_EQ(totals.payload_bytes, 3072u);
  EXPECT_EQ(totals.layer2_bytes, (1086u + 16) + 1086u + 1086u);
  EXPECT_EQ(totals.wire_bytes, totals.layer2_bytes + 3 * 20);
  EXPECT_EQ(totals.frame_bytes_min, 1086u);
  EXPECT_EQ(totals.frame_bytes_max, 1102u);
  EXPECT_EQ(totals.ip_bytes_max, 20u + 8 + 12 + 16 + 1024 + 4);
  EXPECT_EQ(totals.payload_bytes_min, 1024u);
}

TEST(FrameSize, LastPacketHoldsTheRestAndIsPadded) {
  const std::array<std::uint32_t, 1> sizes{4096 + 33};
  const MessageTotals totals = message_totals(write_of(4096), {}, sizes);
  EXPECT_EQ(totals.frames, 2u);
  EXPECT_EQ(totals.payload_bytes, 4129u);
  EXPECT_EQ(totals.payload_bytes_min, 33u);
  EXPECT_EQ(totals.frame_bytes_min, 62u + 36);
  EXPECT_EQ(totals.frame_bytes_max, 62u + 16 + 4096);
}

TEST(FrameSize, EmptySendIsPaddedByTheMac) {
  profile::Traffic traffic = write_of(1024);
  traffic.verb = profile::Verb::kSend;
  const std::array<std::uint32_t, 1> sizes{0};
  const MessageTotals totals = message_totals(traffic, {}, sizes);
  EXPECT_EQ(totals.frames, 1u);
  EXPECT_EQ(totals.layer2_bytes, 64u) << "58 bytes become 60, and the FCS";
  EXPECT_EQ(totals.wire_bytes, 84u);
}

TEST(FrameSize, UdCarriesDethAndImmediateInEveryMessage) {
  profile::Traffic traffic = write_of(1024);
  traffic.verb = profile::Verb::kSendWithImmediate;
  traffic.framing = profile::Framing::kUd;
  const std::array<std::uint32_t, 1> sizes{100};
  const MessageTotals totals = message_totals(traffic, {.vlan = true, .ipv6 = true}, sizes);
  EXPECT_EQ(totals.layer2_bytes, 14u + 4 + 40 + 8 + 12 + 8 + 4 + 100 + 4 + 4);
}

TEST(FrameSize, ReadRequestCarriesNothingWhateverItAsksFor) {
  profile::Traffic traffic = write_of(4096);
  traffic.verb = profile::Verb::kRead;
  const std::array<std::uint32_t, 1> sizes{1 << 20};
  const MessageTotals totals = message_totals(traffic, {}, sizes);
  EXPECT_EQ(totals.frames, 1u);
  EXPECT_EQ(totals.payload_bytes, 0u);
  EXPECT_EQ(totals.layer2_bytes, 78u);
}

TEST(FrameSize, SumsOverSeveralSizes) {
  const std::array<std::uint32_t, 2> sizes{64, 4096 * 2};
  const MessageTotals totals = message_totals(write_of(4096), {}, sizes);
  EXPECT_EQ(totals.messages, 2u);
  EXPECT_EQ(totals.frames, 3u);
  EXPECT_EQ(totals.layer2_bytes, (78u + 64) + (78u + 4096) + (62u + 4096));
}

TEST(FrameSize, LastPacketOfAMessageHasWhatIsLeft) {
  static_assert(last_payload_of(0, 1024) == 0);
  static_assert(last_payload_of(1024, 1024) == 1024);
  static_assert(last_payload_of(1025, 1024) == 1);
}

}  // namespace
}  // namespace plan
