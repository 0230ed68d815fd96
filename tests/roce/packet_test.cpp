#include "roce/packet.hpp"

#include "base/rng.hpp"
#include "support/hex.hpp"
#include "support/vectors.hpp"

#include <gtest/gtest.h>

namespace {

using roce::Fault;
using support::hex;

/// The UDP payload of an untagged frame.
std::vector<std::byte> udp_payload(std::string_view vector) {
  auto frame = hex(vector);
  const std::size_t offset = frame[12] == std::byte{0x86} ? 62 : 42;
  frame.erase(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(offset));
  return frame;
}

roce::ParsedRoce parse_whole(std::span<const std::byte> bytes) {
  return roce::parse(bytes, bytes.size());
}

TEST(RocePacket, ReadsBthAndPlacesOfASend) {
  const auto bytes = udp_payload(support::kUcSendIpv4);
  const auto packet = parse_whole(bytes);
  EXPECT_EQ(packet.fault, Fault::kNone);
  EXPECT_EQ(packet.opcode, 0x24);
  EXPECT_EQ(packet.pad, 2);
  EXPECT_TRUE(packet.migration());
  EXPECT_FALSE(packet.solicited());
  EXPECT_FALSE(packet.ack_request());
  EXPECT_EQ(packet.partition_key, 0xffff);
  EXPECT_EQ(packet.destination_qpn, 0xd3U);
  EXPECT_EQ(packet.psn, roce::Psn{0xcf1710 & 0xffffff});
  EXPECT_EQ(packet.payload_offset, 12);
  EXPECT_EQ(packet.payload_length, 18);
  EXPECT_EQ(packet.icrc_offset, 32);
  EXPECT_EQ(roce::payload_in(bytes, packet).size(), 18U);
}

TEST(RocePacket, ReadsExtensionHeaders) {
  const auto request = udp_payload(support::kRcReadRequest);
  const auto reth = roce::read_extension<roce::Reth>(request, parse_whole(request));
  ASSERT_TRUE(reth);
  EXPECT_EQ(reth->virtual_address.value(), 0x5643529ac370U);
  EXPECT_EQ(reth->remote_key.value(), 0x5a1U);
  EXPECT_EQ(reth->dma_length.value(), 64U);
  EXPECT_FALSE(roce::read_extension<roce::Aeth>(request, parse_whole(request)));

  const auto response = udp_payload(support::kRcReadResponse);
  const auto packet = parse_whole(response);
  const auto aeth = roce::read_extension<roce::Aeth>(response, packet);
  ASSERT_TRUE(aeth);
  EXPECT_EQ(aeth->syndrome, 0x1f);
  EXPECT_EQ(aeth->message_sequence_number.value(), 1U);
  EXPECT_EQ(packet.payload_length, 64);
}

TEST(RocePacket, SeesCongestionMarksOfACnp) {
  const auto packet = parse_whole(udp_payload(support::kCnp));
  EXPECT_EQ(packet.fault, Fault::kNone);
  EXPECT_TRUE(packet.becn());
  EXPECT_FALSE(packet.fecn());
  EXPECT_EQ(packet.destination_qpn, 0x118U);
  EXPECT_EQ(packet.payload_length, 0);
}

TEST(RocePacket, OurCnpIsThatOfAConnectX) {
  const auto bytes = udp_payload(support::kCnp);
  const auto made = roce::make_cnp(0x118);
  EXPECT_TRUE(std::ranges::equal(wire::bytes_of(made), std::span{bytes}.first(sizeof(roce::Bth))));
}

TEST(RocePacket, NamesItsFaults) {
  const auto whole = udp_payload(support::kRcReadRequest);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto packet = parse_whole(std::span{whole}.first(length));
    // 12 of BTH, 16 of RETH, 4 of ICRC.
    EXPECT_EQ(packet.fault, length < 32 ? Fault::kTooShort : Fault::kNone) << length;
  }
  for (std::size_t shown = 0; shown < whole.size(); ++shown) {
    const auto packet = roce::parse(std::span{whole}.first(shown), whole.size());
    EXPECT_EQ(packet.fault, shown < 28 ? Fault::kTruncated : Fault::kNone) << shown;
  }
  auto bytes = whole;
  bytes[0] = std::byte{0x15};
  EXPECT_EQ(parse_whole(bytes).fault, Fault::kUnknownOpcode);
  EXPECT_EQ(parse_whole(bytes).payload_length, whole.size() - 16);
  bytes = whole;
  bytes[1] = std::byte{0x01};
  EXPECT_EQ(parse_whole(bytes).fault, Fault::kVersion);
  EXPECT_EQ(parse_whole(bytes).psn, roce::Psn{0x60ff98});
  bytes = whole;
  bytes[1] = std::byte{0x10};  // a pad byte that is not there
  EXPECT_EQ(parse_whole(bytes).fault, Fault::kTooShort);
}

TEST(RocePacket, IsCalledWhatTheTablesCallIt) {
  const auto name_of = [](std::string_view bytes_as_text) {
    const auto bytes = hex(bytes_as_text);
    return roce::packet_name(bytes, parse_whole(bytes));
  };
  const std::string bth = "00ffff 00000011 00000001 ";
  EXPECT_EQ(name_of("11" + bth + "1f000001 00000000"), "RC ACK");
  EXPECT_EQ(name_of("11" + bth + "2c000001 00000000"), "RC RNR NAK");
  EXPECT_EQ(name_of("11" + bth + "60000001 00000000"), "RC NAK PSN sequence");
  EXPECT_EQ(name_of("11" + bth + "61000001 00000000"), "RC NAK invalid request");
  EXPECT_EQ(name_of("11" + bth + "62000001 00000000"), "RC NAK remote access");
  EXPECT_EQ(name_of("11" + bth + "63000001 00000000"), "RC NAK remote operation");
  EXPECT_EQ(name_of("11" + bth + "64000001 00000000"), "RC NAK invalid RD request");
  EXPECT_EQ(name_of("11" + bth + "65000001 00000000"), "RC ACK syndrome 0x65");
  EXPECT_EQ(name_of("11" + bth + "00000000"), "RC ACK");  // too short for its AETH
  EXPECT_EQ(name_of("07" + bth + "00000000"), "RC WRITE_MIDDLE");
  EXPECT_EQ(name_of("15" + bth + "00000000"), "opcode 0x15");
  EXPECT_EQ(roce::packet_name(udp_payload(support::kCnp), parse_whole(udp_payload(support::kCnp))), "CNP");

  const std::string gsi = "64 00ffff 00000001 80000000 80010000 00000001 ";
  const std::string mad = "0107 0203 0000 0000 0000000000000000 ";
  EXPECT_EQ(name_of(gsi + mad + "0010 0000 00000000 00000000"), "UD SEND_ONLY (CM REQ)");
  EXPECT_EQ(name_of(gsi + mad + "0018 0000 00000000 00000000"), "UD SEND_ONLY (CM SIDR_REP)");
  EXPECT_EQ(name_of(gsi + "00000000"), "UD SEND_ONLY");  // no datagram of management in it
}

TEST(RocePacket, PlacesAlwaysLieWithinTheLength) {
  constexpr std::uint64_t kSeed = 4791;
  base::Rng rng{kSeed};
  int good = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::array<std::byte, 80> bytes{};
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(rng.next());
    bytes[1] &= std::byte{0xf0};
    const std::size_t length = rng.below(bytes.size() + 1);
    const auto packet = roce::parse(std::span{bytes}.first(length), length);
    if (packet.fault != Fault::kNone) continue;
    ++good;
    ASSERT_EQ(std::size_t{packet.payload_offset} + packet.payload_length + packet.pad, packet.icrc_offset)
        << "seed " << kSeed << " round " << round;
    ASSERT_EQ(packet.icrc_offset + 4U, length);
    ASSERT_EQ(packet.payload_offset, 12U + roce::opcode_info(packet.opcode).extension_bytes());
  }
  EXPECT_GT(good, 5'000);
}

}  // namespace
