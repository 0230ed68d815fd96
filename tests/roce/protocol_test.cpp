#include "roce/aeth.hpp"
#include "roce/mtu.hpp"
#include "roce/opcode.hpp"
#include "roce/psn.hpp"

#include <gtest/gtest.h>
#include <set>

namespace {

using roce::Psn;

TEST(Psn, WrapsAfter24Bits) {
  EXPECT_EQ(Psn{0xff'ffff} + 1, Psn{0});
  EXPECT_EQ(Psn{0} - 1, Psn{0xff'ffff});
  EXPECT_EQ(Psn{0x8100'0005}.value(), 5U);
}

TEST(Psn, HalfTheCircleIsBehind) {
  for (const std::uint32_t at : {0U, 1U, 0x7f'ffffU, 0x80'0000U, 0xff'ffffU}) {
    const Psn psn{at};
    EXPECT_EQ(roce::distance(psn, psn), 0);
    EXPECT_TRUE(roce::is_after(psn + 1, psn));
    EXPECT_TRUE(roce::is_after(psn + (roce::kPsnWindow - 1), psn));
    EXPECT_FALSE(roce::is_after(psn + roce::kPsnWindow, psn));
    EXPECT_FALSE(roce::is_after(psn, psn));
    EXPECT_EQ(roce::distance(psn, psn - 5), -5);
    EXPECT_EQ(roce::distance(psn, psn + 70'000), 70'000);
  }
}

TEST(Aeth, SyndromesFallIntoKinds) {
  EXPECT_EQ(roce::ack_kind(0x00), roce::AckKind::kAck);
  EXPECT_EQ(roce::ack_kind(0x1f), roce::AckKind::kAck);
  EXPECT_EQ(roce::ack_kind(0x2c), roce::AckKind::kRnrNak);
  EXPECT_EQ(roce::ack_kind(0x40), roce::AckKind::kReserved);
  EXPECT_EQ(roce::ack_kind(0x62), roce::AckKind::kNak);
  EXPECT_EQ(roce::ack_kind(0x80), roce::AckKind::kReserved);
  EXPECT_EQ(roce::ack_kind(0xff), roce::AckKind::kReserved);
  EXPECT_EQ(roce::nak_code(0x62), roce::NakCode::kRemoteAccess);
  EXPECT_EQ(roce::nak_syndrome(roce::NakCode::kRemoteOperation), 0x63);
}

TEST(Aeth, RnrTimersAreThoseOfTheTable) {
  EXPECT_EQ(roce::rnr_wait(0x20), base::microseconds(655'360));
  EXPECT_EQ(roce::rnr_wait(0x21), base::microseconds(10));
  EXPECT_EQ(roce::rnr_wait(0x2c), base::microseconds(640));
  EXPECT_EQ(roce::rnr_wait(0x34), base::microseconds(10'240));
  EXPECT_EQ(roce::rnr_wait(0x3f), base::microseconds(491'520));
  for (std::uint8_t code = 2; code < 32; ++code) {
    EXPECT_GT(roce::rnr_time(code), roce::rnr_time(static_cast<std::uint8_t>(code - 1))) << int{code};
  }
}

TEST(Aeth, RnrCodeIsTheShortestThatWaitsLongEnough) {
  EXPECT_EQ(roce::rnr_code_for(base::microseconds(640)), 12);
  EXPECT_EQ(roce::rnr_code_for(base::microseconds(641)), 13);
  EXPECT_EQ(roce::rnr_code_for(base::Duration{1}), 1);
  EXPECT_EQ(roce::rnr_code_for(base::milliseconds(600)), 0);
}

TEST(Aeth, CreditsAreThoseOfTheTable) {
  // SPEC: rocev2-facts 1.3.
  constexpr std::uint32_t kCredits[] = {0,    1,    2,    3,    4,    6,     8,     12,    16,   24,   32,
                                        48,   64,   96,   128,  192,  256,   384,   512,   768,  1024, 1536,
                                        2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768};
  for (std::uint8_t code = 0; code < 31; ++code) {
    EXPECT_EQ(roce::credits_of(code), kCredits[code]) << int{code};
  }
  EXPECT_FALSE(roce::credits_of(31));
}

TEST(Opcode, HeadersFollowFromTheOperation) {
  EXPECT_EQ(roce::extension_bytes(0x06), 16);  // WRITE_FIRST: RETH
  EXPECT_EQ(roce::extension_bytes(0x0b), 20);  // WRITE_ONLY_IMM: RETH, ImmDt
  EXPECT_EQ(roce::extension_bytes(0x0e), 0);   // READ_RESP_MIDDLE: none
  EXPECT_EQ(roce::extension_bytes(0x11), 4);   // ACK: AETH
  EXPECT_EQ(roce::extension_bytes(0x12), 12);  // ATOMIC_ACK: AETH, AtomicAckETH
  EXPECT_EQ(roce::extension_bytes(0x13), 28);  // CMP_SWAP: AtomicETH
  EXPECT_EQ(roce::extension_bytes(0x17), 4);   // SEND_ONLY_INV: IETH
  EXPECT_EQ(roce::extension_bytes(0x1c), 20);  // FLUSH: FETH, RETH
  EXPECT_EQ(roce::extension_bytes(0x65), 12);  // UD SEND_ONLY_IMM: DETH, ImmDt
  EXPECT_EQ(roce::extension_bytes(0x81), 16);  // CNP
  EXPECT_EQ(roce::extension_offset(0x0b, roce::Extension::kImmDt), 16U);
  EXPECT_EQ(roce::extension_offset(0x1c, roce::Extension::kReth), 4U);
  EXPECT_FALSE(roce::extension_offset(0x0e, roce::Extension::kAeth));
}

TEST(Opcode, UcDoesWhatRcDoesAndNoMore) {
  for (std::uint8_t operation = 0; operation < 32; ++operation) {
    const auto& rc = roce::opcode_info(operation);
    const auto& uc = roce::opcode_info(static_cast<std::uint8_t>(0x20 | operation));
    ASSERT_EQ(uc.known, operation <= 0x0b) << int{operation};
    if (!uc.known) continue;
    EXPECT_EQ(uc.extensions, rc.extensions);
    EXPECT_EQ(uc.payload, rc.payload);
    EXPECT_EQ(uc.position, rc.position);
    EXPECT_EQ(uc.name.substr(3), rc.name.substr(3));
  }
}

TEST(Opcode, NamesAreDistinctAndUnknownOnesHaveNone) {
  std::set<std::string_view> names;
  int known = 0;
  for (int opcode = 0; opcode < 256; ++opcode) {
    const auto& info = roce::opcode_info(static_cast<std::uint8_t>(opcode));
    EXPECT_EQ(info.known, !info.name.empty()) << opcode;
    if (!info.known) continue;
    ++known;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
  }
  EXPECT_EQ(known, 25 + 12 + 2 + 1);
}

TEST(Opcode, PayloadRulesHoldAtTheirBorders) {
  using roce::PayloadRule;
  EXPECT_TRUE(roce::fits(PayloadRule::kMtu, 1024, 1024));
  EXPECT_FALSE(roce::fits(PayloadRule::kMtu, 1023, 1024));
  EXPECT_FALSE(roce::fits(PayloadRule::kOneToMtu, 0, 1024));
  EXPECT_TRUE(roce::fits(PayloadRule::kOneToMtu, 1, 1024));
  EXPECT_TRUE(roce::fits(PayloadRule::kZeroToMtu, 0, 1024));
  EXPECT_FALSE(roce::fits(PayloadRule::kZeroToMtu, 1025, 1024));
  EXPECT_FALSE(roce::fits(PayloadRule::kEmpty, 1, 1024));
  EXPECT_TRUE(roce::fits(PayloadRule::kEight, 8, 1024));
}

TEST(Mtu, MessagesAreCutIntoPackets) {
  EXPECT_EQ(roce::packets_of(0, 1024), 1U);
  EXPECT_EQ(roce::packets_of(1024, 1024), 1U);
  EXPECT_EQ(roce::packets_of(1025, 1024), 2U);
  EXPECT_EQ(roce::packets_of(1U << 30, 4096), 262'144U);
  EXPECT_EQ(roce::path_mtu_of(2048), roce::PathMtu::k2048);
  EXPECT_FALSE(roce::path_mtu_of(1500));
}

TEST(SourcePort, IsAlwaysInTheDynamicRange) {
  for (std::uint32_t qpn = 1; qpn < 100'000; qpn += 997) {
    const std::uint32_t label = roce::flow_label_of(qpn, qpn * 3);
    EXPECT_LE(label, 0xf'ffffU);
    EXPECT_GE(roce::source_port_of(label), 0xc000);
  }
}

}  // namespace
