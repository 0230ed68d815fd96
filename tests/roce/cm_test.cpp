#include "roce/cm.hpp"

#include "base/rng.hpp"
#include "roce/icrc.hpp"
#include "roce/packet.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"
#include "wire/parse.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <string>

namespace {

using support::hex;

/// A frame of 322 bytes up to the last byte of its message that is not zero, and its ICRC.
struct Vector {
  std::string_view bytes;
  std::string_view icrc;
};
// rping61.pcap frames 18, 19, 20, 45, 46 and nolisten61.pcap frame 20. SPEC: rocev2-facts 4.5.
constexpr Vector kReq{
    "5254000000015254000000020800 45000134113c4000401114690a0900020a090001 d87212b701200000 "
    "6400ffff0000000180000000 8001000000000001 010702030000000000000002d13750200010000000000000 205037d10 "
    "00000000000000001061c06505400fffe00000200000000000000000000110100000001000000a060ff98a7ffff37f0fffff "
    "fff00000000000000000000ffff0a09000200000000000000000000ffff0a090001cc64e0000040009800000000000000000 "
    "000000000000000000000000000000000000000000000000000000000000000000000000040ecb8000000000000000000000 "
    "0000a0900020000000000000000000000000a090001",
    "5ab86659"};
constexpr Vector kRep{
    "5254000000025254000000010800 45000134d33b4000401152690a0900010a090002 d87212b701200000 "
    "6400ffff0000000180000000 8001000000000001 010702030000000000000002d13750200013000000000000 "
    "84d379d1205037d10000000000001100000000005d4c0000010178e0505400fffe000001",
    "d8c42f3d"};
constexpr Vector kRtu{
    "5254000000015254000000020800 45000134114e4000401114570a0900020a090001 d87212b701200000 "
    "6400ffff0000000180000001 8001000000000001 010702030000000000000002d13750200014000000000000 "
    "205037d184d379d1",
    "ebf0ae01"};
constexpr Vector kDreq{
    "5254000000015254000000020800 4500013411654000401114400a0900020a090001 d87212b701200000 "
    "6400ffff0000000180000002 8001000000000001 010702030000000000000002d13750200015000000000000 "
    "205037d184d379d1000011",
    "51cb7d38"};
constexpr Vector kDrep{
    "5254000000025254000000010800 45000134d35b4000401152490a0900010a090002 d87212b701200000 "
    "6400ffff0000000180000001 8001000000000001 010702030000000000000002d13750200016000000000000 "
    "84d379d1205037d1",
    "694c2f04"};
constexpr Vector kRej{
    "525400000002525400000001080045000134 6fdd40004011b5c70a0900010a090002 d87212b701200000 "
    "6400ffff0000000180000000 8001000000000001 010702030000000000000002 5128d6dc 0012 0000 00000000 "
    "00000000 dcd62851 0000 0008",
    "939bb8bf"};

/// The payload of the UD packet, after its frame was checked.
std::vector<std::byte> payload_of(const Vector& vector, std::string_view name) {
  constexpr std::size_t kFrameBytes = 322;
  auto frame = hex(vector.bytes);
  frame.resize(kFrameBytes - roce::kIcrcBytes);
  const auto icrc = hex(vector.icrc);
  frame.insert(frame.end(), icrc.begin(), icrc.end());
  const auto parsed = wire::parse(frame, base::FrameBytes{frame.size()});
  EXPECT_TRUE(roce::icrc_good(frame, parsed)) << name;
  const auto datagram =
      std::span<const std::byte>{frame}.subspan(parsed.payload_offset, parsed.payload_length);
  const auto packet = roce::parse(datagram, datagram.size());
  EXPECT_EQ(roce::packet_name(datagram, packet), name);
  const auto payload = roce::payload_in(datagram, packet);
  return {payload.begin(), payload.end()};
}

/// The message, after it was written back to the bytes that it came from.
template <class Message>
Message decoded(const Vector& vector, std::string_view name) {
  const auto payload = payload_of(vector, name);
  const auto data = roce::cm_data(payload);
  if (!data) throw std::runtime_error{"no message"};
  const auto message = roce::decode<Message>(*data);
  EXPECT_TRUE(std::ranges::equal(roce::encode(message), *data)) << name;
  return message;
}

TEST(CmReq, IsThatOfRping) {
  const auto req = decoded<roce::CmReq>(kReq, "UD SEND_ONLY (CM REQ)");
  EXPECT_EQ(req.local_id, 0x205037d1U);
  EXPECT_EQ(req.service_id, roce::tcp_service_id(7174));
  EXPECT_EQ(req.ca_guid, 0x505400fffe000002U);
  EXPECT_EQ(req.local_qpn, 0x11U);
  EXPECT_EQ(req.responder_resources, 1);
  EXPECT_EQ(req.initiator_depth, 1);
  EXPECT_EQ(req.remote_response_timeout, 20);
  EXPECT_EQ(req.local_response_timeout, 20);
  EXPECT_EQ(req.transport_service, 0);
  EXPECT_FALSE(req.flow_control);
  EXPECT_EQ(req.starting_psn, roce::Psn{0x60ff98});
  EXPECT_EQ(req.retry_count, 7);
  EXPECT_EQ(req.partition_key, 0xffff);
  EXPECT_EQ(req.path_mtu, 3);
  EXPECT_EQ(req.rnr_retry_count, 7);
  EXPECT_EQ(req.cm_retries_max, 15);
  EXPECT_EQ(wire::to_text(req.primary.local_gid), "::ffff:10.9.0.2");
  EXPECT_EQ(wire::to_text(req.primary.remote_gid), "::ffff:10.9.0.1");
  EXPECT_EQ(req.primary.flow_label, 0xcc64eU);
  EXPECT_EQ(req.primary.hop_limit, 64);
  EXPECT_EQ(req.primary.ack_timeout, 19);
  EXPECT_EQ(req.alternate, roce::CmPath{});
}

TEST(CmReq, CarriesTheIpAddressesFirstInItsPrivateData) {
  const auto req = decoded<roce::CmReq>(kReq, "UD SEND_ONLY (CM REQ)");
  const auto header = roce::read_ip_cm_header(req.private_data);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source_port, 0xecb8);
  EXPECT_EQ(wire::to_text(header->source), "10.9.0.2");
  EXPECT_EQ(wire::to_text(header->destination), "10.9.0.1");
  roce::PrivateData<92> written{};
  roce::write_ip_cm_header(written, *header);
  EXPECT_EQ(written, req.private_data);
}

TEST(CmRep, IsThatOfRping) {
  const auto rep = decoded<roce::CmRep>(kRep, "UD SEND_ONLY (CM REP)");
  EXPECT_EQ(rep.local_id, 0x84d379d1U);
  EXPECT_EQ(rep.remote_id, 0x205037d1U);
  EXPECT_EQ(rep.local_qpn, 0x11U);
  EXPECT_EQ(rep.starting_psn, roce::Psn{0x5d4c00});
  EXPECT_EQ(rep.vendor_id, 0U);
  EXPECT_EQ(rep.responder_resources, 1);
  EXPECT_EQ(rep.initiator_depth, 1);
  EXPECT_EQ(rep.target_ack_delay, 15);
  EXPECT_EQ(rep.rnr_retry_count, 7);
  EXPECT_EQ(rep.ca_guid, 0x505400fffe000001U);
}

TEST(CmMessages, OfRpingsEndAreRead) {
  const auto rtu = decoded<roce::CmRtu>(kRtu, "UD SEND_ONLY (CM RTU)");
  EXPECT_EQ(rtu.local_id, 0x205037d1U);
  EXPECT_EQ(rtu.remote_id, 0x84d379d1U);
  const auto dreq = decoded<roce::CmDreq>(kDreq, "UD SEND_ONLY (CM DREQ)");
  EXPECT_EQ(dreq.remote_qpn, 0x11U);
  const auto drep = decoded<roce::CmDrep>(kDrep, "UD SEND_ONLY (CM DREP)");
  EXPECT_EQ(drep.remote_id, 0x205037d1U);
  const auto rej = decoded<roce::CmRej>(kRej, "UD SEND_ONLY (CM REJ)");
  EXPECT_EQ(rej.local_id, 0U);
  EXPECT_EQ(rej.remote_id, 0xdcd62851U);
  EXPECT_EQ(rej.rejected, 0);
  EXPECT_EQ(rej.reason, roce::CmRejectReason::kInvalidServiceId);
  EXPECT_EQ(roce::to_text(rej.reason), "invalid service id");
  EXPECT_EQ(roce::to_text(static_cast<roce::CmRejectReason>(99)), "other reason");
}

TEST(CmMad, OfOursIsThatOfRping) {
  const auto payload = payload_of(kReq, "UD SEND_ONLY (CM REQ)");
  const auto mad = roce::read_cm_mad(payload);
  ASSERT_TRUE(mad);
  EXPECT_EQ(mad->transaction_id.value(), 0x2d1375020U);
  const auto made =
      roce::make_cm_mad({.attribute = roce::CmAttribute::kReq, .transaction_id = mad->transaction_id.value()},
                        roce::encode(decoded<roce::CmReq>(kReq, "UD SEND_ONLY (CM REQ)")));
  EXPECT_TRUE(std::ranges::equal(made, payload));
}

TEST(CmMad, IsNotReadFromOtherDatagrams) {
  auto payload = payload_of(kReq, "UD SEND_ONLY (CM REQ)");
  EXPECT_FALSE(roce::cm_data(std::span{payload}.first(255)));
  EXPECT_TRUE(roce::read_cm_mad(std::span{payload}.first(24)));
  EXPECT_FALSE(roce::read_cm_mad(std::span{payload}.first(23)));
  for (const std::size_t version_or_class : {0U, 1U, 2U}) {
    auto other = payload;
    other[version_or_class] ^= std::byte{0x10};
    EXPECT_FALSE(roce::cm_data(other)) << version_or_class;
  }
}

TEST(IpCmHeader, IsReadForVersionsFourAndSixOnly) {
  roce::PrivateData<92> data{};
  const roce::IpCmHeader v6{
      .source_port = 1, .source = *wire::parse_ip("fd77::1"), .destination = *wire::parse_ip("fd77::2")};
  roce::write_ip_cm_header(data, v6);
  EXPECT_EQ(data[1], std::byte{0x60});
  EXPECT_EQ(roce::read_ip_cm_header(data), v6);
  EXPECT_FALSE(roce::read_ip_cm_header(std::span{data}.first(35)));
  data[1] = std::byte{0x50};
  EXPECT_FALSE(roce::read_ip_cm_header(data));
  data[1] = std::byte{0x40};
  data[0] = std::byte{0x01};
  EXPECT_FALSE(roce::read_ip_cm_header(data));
}

/// Bits of the 232 bytes that hold nothing: no random bytes may be expected back from there.
template <class Message>
roce::CmData known_bits() {
  roce::CmData ones{};
  ones.fill(std::byte{0xff});
  return roce::encode(roce::decode<Message>(ones));
}

template <class Message>
void round_trips(std::string_view name, std::size_t reserved_bits) {
  constexpr std::uint64_t kSeed = 232;
  base::Rng rng{kSeed};
  const roce::CmData known = known_bits<Message>();
  std::size_t unknown = 0;
  for (const std::byte byte : known)
    unknown += static_cast<std::size_t>(std::popcount(std::to_integer<unsigned>(~byte)));
  EXPECT_EQ(unknown, reserved_bits) << name;
  for (int round = 0; round < 300; ++round) {
    roce::CmData data{};
    for (std::size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<std::byte>(rng.next()) & known[i];
    }
    const auto message = roce::decode<Message>(data);
    ASSERT_EQ(roce::encode(message), data) << name << " seed " << kSeed << " round " << round;
    ASSERT_EQ(roce::decode<Message>(roce::encode(message)), message) << name;
  }
}

TEST(CmMessages, KeepEveryBitThatIsNotReserved) {
  // What the layouts of rocev2-facts 4.2 leave out, in bits.
  round_trips<roce::CmReq>("REQ", 8 + 32 + 2 * (6 + 3 + 3));
  round_trips<roce::CmRep>("REP", 4);
  round_trips<roce::CmRtu>("RTU", 0);
  round_trips<roce::CmDreq>("DREQ", 8);
  round_trips<roce::CmDrep>("DREP", 0);
  round_trips<roce::CmRej>("REJ", 6 + 1);
  round_trips<roce::CmMra>("MRA", 6 + 3);
  round_trips<roce::CmSidrReq>("SIDR_REQ", 16);
  round_trips<roce::CmSidrRep>("SIDR_REP", 24 + 8);
}

TEST(CmMessages, FieldsStandWhereTheLayoutPutsThem) {
  const auto mra = roce::encode(roce::CmMra{.received = 1, .service_timeout = 24});
  EXPECT_EQ(mra[8], std::byte{0x40});
  EXPECT_EQ(mra[9], std::byte{24 << 3});
  const auto sidr = roce::encode(roce::CmSidrRep{.status = 3, .qpn = 0x010203, .queue_key = 0x80010000});
  EXPECT_EQ(sidr[4], std::byte{3});
  EXPECT_EQ(sidr[8], std::byte{1});
  EXPECT_EQ(sidr[10], std::byte{3});
  EXPECT_EQ(sidr[20], std::byte{0x80});
  const auto rep = roce::encode(roce::CmRep{.vendor_id = 0x0015b3});
  EXPECT_EQ(rep[19], std::byte{0x15});
  EXPECT_EQ(rep[23], std::byte{0xb3});
}

}  // namespace
