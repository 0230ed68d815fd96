/// \file
/// Received frames: whatever the bytes are, parsing stays within them, both paths of the parser agree, what
/// is said to lie in the frame lies there, and the fast ICRC is the plain one.
///
/// The first two bytes are the frame's length beyond what is shown of it, so that views cut short are met
/// too.

#include "fuzz.hpp"

#include "roce/cm.hpp"
#include "roce/icrc.hpp"
#include "roce/packet.hpp"
#include "wire/flow_control.hpp"
#include "wire/parse.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace {

using View = std::span<const std::byte>;

template <class Message>
void write_back(roce::CmDataView data) {
  const auto message = roce::decode<Message>(data);
  CHECK(roce::decode<Message>(roce::encode(message)) == message, "a message that changes on its way");
}

void check_management(View payload) {
  const auto data = roce::cm_data(payload);
  if (!data) return;
  write_back<roce::CmReq>(*data);
  write_back<roce::CmRep>(*data);
  write_back<roce::CmRtu>(*data);
  write_back<roce::CmDreq>(*data);
  write_back<roce::CmDrep>(*data);
  write_back<roce::CmRej>(*data);
  write_back<roce::CmMra>(*data);
  write_back<roce::CmSidrReq>(*data);
  write_back<roce::CmSidrRep>(*data);
  const auto ip = roce::read_ip_cm_header(roce::decode<roce::CmReq>(*data).private_data);
  if (!ip) return;
  roce::PrivateData<92> written{};
  roce::write_ip_cm_header(written, *ip);
  CHECK(roce::read_ip_cm_header(written) == ip, "an IP header that changes on its way");
}

/// Bytes of the extension headers `Headers` that the packet has.
template <class... Headers>
std::size_t extension_bytes_found(View datagram, const roce::ParsedRoce& packet) {
  return ((roce::read_extension<Headers>(datagram, packet) ? sizeof(Headers) : 0) + ...);
}

/// The extension headers that can be read fill the room between BTH and payload.
void check_extensions(View datagram, const roce::ParsedRoce& packet) {
  if (packet.fault != roce::Fault::kNone || packet.opcode == roce::kCnpOpcode) return;
  const std::size_t found =
      extension_bytes_found<roce::Reth, roce::AtomicEth, roce::Aeth, roce::AtomicAckEth, roce::Deth,
                            roce::ImmDt, roce::Ieth, roce::Feth>(datagram, packet);
  CHECK(sizeof(roce::Bth) + found == packet.payload_offset,
        "opcode 0x{:02x}: {} bytes of extension headers, payload at {}", packet.opcode, found,
        packet.payload_offset);
}

void check_roce(View frame, const wire::ParsedFrame& parsed, std::size_t length) {
  const View datagram = frame.subspan(parsed.payload_offset);
  const auto packet = roce::parse(datagram, parsed.payload_length);
  CHECK(!roce::packet_name(datagram, packet).empty(), "a packet without a name");
  if (packet.fault == roce::Fault::kNone) {
    CHECK(std::size_t{packet.payload_offset} + packet.payload_length + packet.pad == packet.icrc_offset &&
              packet.icrc_offset + roce::kIcrcBytes == parsed.payload_length,
          "payload at {}, {} bytes, pad {}, ICRC at {} of {}", packet.payload_offset, packet.payload_length,
          packet.pad, packet.icrc_offset, parsed.payload_length);
  }
  check_extensions(datagram, packet);
  check_management(roce::payload_in(datagram, packet));
  const std::size_t end = std::size_t{parsed.payload_offset} + parsed.payload_length;
  CHECK(end <= length, "a datagram that ends at {} of {}", end, length);
  const bool is_good = roce::icrc_good(frame, parsed);
  if (end > frame.size() || parsed.payload_length < roce::kPacketBytesMin) {
    CHECK(!is_good, "an ICRC that is not there, and good");
    return;
  }
  const View covered = frame.first(end - roce::kIcrcBytes).subspan(parsed.ip_offset);
  const std::uint32_t plain = roce::icrc_plain(covered);
  CHECK(roce::icrc(covered) == plain, "two ICRCs of one packet");
  CHECK(is_good == (plain == roce::load_icrc(covered.data() + covered.size())), "the check is not the ICRC");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const View frame = std::as_bytes(std::span{data, size}).subspan(2);
  const std::size_t length = frame.size() + (std::size_t{data[0]} << 8 | data[1]);
  const auto parsed = wire::parse(frame, base::FrameBytes{length});
  CHECK(parsed == wire::parse_any(frame, base::FrameBytes{length}), "two readings of one frame");
  CHECK(parsed.ip_offset <= length && parsed.l4_offset <= length, "a header behind the frame's end");
  if (parsed.vlan_count == 0) {
    CHECK((parsed.kind == wire::FrameKind::kPause) == wire::parse_pause(frame).has_value(),
          "a pause frame, or none");
    CHECK((parsed.kind == wire::FrameKind::kPfc) == wire::parse_pfc(frame).has_value(),
          "a PFC frame, or none");
  }
  if (parsed.kind == wire::FrameKind::kRoce) check_roce(frame, parsed, length);
  return 0;
}
