#include "roce/packet.hpp"

#include "roce/aeth.hpp"
#include "roce/mad.hpp"

#include <fmt/format.h>

namespace roce {
namespace {

std::string acknowledge_name(std::uint8_t syndrome) {
  switch (ack_kind(syndrome)) {
    case AckKind::kAck:
      return "RC ACK";
    case AckKind::kRnrNak:
      return "RC RNR NAK";
    case AckKind::kNak:
      switch (nak_code(syndrome)) {
        case NakCode::kPsnSequence:
          return "RC NAK PSN sequence";
        case NakCode::kInvalidRequest:
          return "RC NAK invalid request";
        case NakCode::kRemoteAccess:
          return "RC NAK remote access";
        case NakCode::kRemoteOperation:
          return "RC NAK remote operation";
        case NakCode::kInvalidRdRequest:
          return "RC NAK invalid RD request";
      }
      break;
    case AckKind::kReserved:
      break;
  }
  return fmt::format("RC ACK syndrome 0x{:02x}", syndrome);
}

}  // namespace

std::string_view to_text(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "none";
    case Fault::kTruncated:
      return "truncated";
    case Fault::kTooShort:
      return "too short";
    case Fault::kUnknownOpcode:
      return "unknown opcode";
    case Fault::kVersion:
      return "version";
  }
  return "unknown";
}

std::string packet_name(std::span<const std::byte> udp_payload, const ParsedRoce& packet) {
  const OpcodeInfo& info = opcode_info(packet.opcode);
  if (!info.known) return fmt::format("opcode 0x{:02x}", packet.opcode);
  if (packet.opcode == opcode_of(Transport::kRc, Operation::kAcknowledge)) {
    if (const auto aeth = read_extension<Aeth>(udp_payload, packet)) return acknowledge_name(aeth->syndrome);
  }
  if (packet.opcode == opcode_of(Transport::kUd, Operation::kSendOnly) &&
      packet.destination_qpn == kManagementQpn) {
    if (const auto mad = read_cm_mad(payload_in(udp_payload, packet))) {
      return fmt::format("{} (CM {})", info.name, to_text(mad->attribute()));
    }
  }
  return std::string{info.name};
}

}  // namespace roce
