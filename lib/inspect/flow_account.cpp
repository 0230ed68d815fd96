#include "inspect/flow_account.hpp"

#include "base/int128.hpp"
#include "roce/aeth.hpp"
#include "wire/line.hpp"

#include <algorithm>

namespace inspect {
namespace {

/// As far behind the last response's end, a response is the answer to a repeated READ; further, a new
/// connection.
constexpr std::int32_t kRepeatDistance = 65'536;

bool is_read_response(std::uint8_t opcode) {
  const auto operation = roce::operation_of(opcode);
  return operation >= roce::Operation::kReadResponseFirst && operation <= roce::Operation::kReadResponseOnly;
}

bool is_acknowledgement(std::uint8_t opcode) {
  const auto operation = roce::operation_of(opcode);
  return operation == roce::Operation::kAcknowledge || operation == roce::Operation::kAtomicAcknowledge;
}

/// Requests whose PSNs count this flow's packets.
bool has_own_psn(const Packet& packet) {
  if (!roce::opcode_info(packet.roce.opcode).known) return false;
  switch (packet.flow.transport) {
    case roce::Transport::kRc:
      return !is_read_response(packet.roce.opcode) && !is_acknowledgement(packet.roce.opcode);
    case roce::Transport::kUc:
      return true;
    case roce::Transport::kUd:
      return packet.flow.destination_qp != roce::kManagementQpn;
    default:
      return false;
  }
}

Request request_of(const Packet& packet) {
  return {.psn = packet.roce.psn,
          .opcode = packet.roce.opcode,
          .payload_bytes = packet.roce.payload_length,
          .dma_length = packet.dma_length,
          .time = packet.time};
}

}  // namespace

std::string Packet::nak() const {
  if (!syndrome) return {};
  constexpr std::string_view kNak = "RC NAK ";
  switch (roce::ack_kind(*syndrome)) {
    case roce::AckKind::kRnrNak:
      return "RNR";
    case roce::AckKind::kNak:
      return name.starts_with(kNak) ? name.substr(kNak.size()) : name;
    case roce::AckKind::kAck:
    case roce::AckKind::kReserved:
      break;
  }
  return {};
}

void ResponseAccount::take(const Packet& packet) {
  const roce::OpcodeInfo& info = roce::opcode_info(packet.roce.opcode);
  const roce::Psn psn = packet.roce.psn;
  std::uint64_t missing = 0;
  if (!info.begins()) {
    const std::int32_t ahead = expected_ ? roce::distance(*expected_, psn) : 1;
    missing = static_cast<std::uint64_t>(std::max(ahead, 0));
    gaps_ += missing;
  }
  expected_ = info.ends() ? std::nullopt : std::optional{psn + 1};
  const std::int32_t behind = last_end_ ? roce::distance(psn, *last_end_) : -1;
  const bool is_first_copy = behind < 0 || behind > kRepeatDistance;
  messages_.take(request_of(packet), is_first_copy, missing);
  if (info.ends() && is_first_copy) last_end_ = psn;
}

void ResponseAccount::finish(FlowReport& report) const {
  report.read_responses = messages_.report();
  report.read_response_gaps = gaps_;
}

void FlowAccount::take(const Packet& packet, std::optional<std::uint32_t> path_mtu, Sequences& sequences) {
  ++report_.packets;
  switch (packet.icrc) {
    case IcrcState::kGood:
      ++report_.icrc_good;
      break;
    case IcrcState::kBad:
      ++report_.icrc_bad;
      return;  // its receiver drops it, and what it says may be the damage
    case IcrcState::kUnchecked:
      ++report_.icrc_unchecked;
      break;
  }
  take_good(packet, path_mtu, sequences);
}

void FlowAccount::take_good(const Packet& packet, std::optional<std::uint32_t> path_mtu,
                            Sequences& sequences) {
  ++report_.by_opcode[packet.name];
  if (const std::string nak = packet.nak(); !nak.empty()) ++report_.naks[nak];
  ++report_.ecn[static_cast<std::size_t>(packet.frame.ecn())];
  ++report_.dscp[packet.frame.dscp()];
  report_.udp_source_ports.insert(packet.udp_source_port);
  report_.fecn += packet.roce.fecn() ? 1 : 0;
  report_.becn += packet.roce.becn() ? 1 : 0;
  const base::Bytes layer2 = wire::layer2_bytes(base::FrameBytes{packet.frame_bytes});
  report_.layer2_bytes += layer2;
  report_.payload_bytes += base::Bytes{packet.roce.payload_length};
  take_time(packet, layer2);

  if (packet.roce.fault != roce::Fault::kNone) return;
  if (has_own_psn(packet)) {
    if (roce::opcode_info(packet.roce.opcode).payload == roce::PayloadRule::kMtu) {
      mtu_ = packet.roce.payload_length;
    }
    psn_.take(request_of(packet), mtu_ ? mtu_ : path_mtu, sequences);
  } else if (is_read_response(packet.roce.opcode)) {
    responses_.take(packet);
  }
}

void FlowAccount::take_time(const Packet& packet, base::Bytes layer2) {
  if (report_.layer2_bytes == layer2) first_packet_ = layer2;
  if (!packet.stamp) return;
  first_ = first_ ? std::min(*first_, *packet.stamp) : packet.stamp;
  last_ = last_ ? std::max(*last_, *packet.stamp) : packet.stamp;
}

FlowReport FlowAccount::finish(std::optional<std::uint32_t> path_mtu,
                               const std::optional<capture::Stamp>& start, Sequences& sequences) {
  psn_.finish(mtu_ ? mtu_ : path_mtu, sequences, report_);
  responses_.finish(report_);
  if (!first_ || !start) return report_;
  report_.first = *first_ - *start;
  report_.last = *last_ - *start;
  const base::Duration span = *last_ - *first_;
  if (span > base::Duration{}) {
    constexpr base::Uint128 kPicosecondsPerSecond = 1'000'000'000'000;
    const base::Uint128 bits = base::Uint128{8} * (report_.layer2_bytes - first_packet_).count();
    const base::Uint128 rate = bits * kPicosecondsPerSecond / static_cast<std::uint64_t>(span.ps());
    report_.rate_layer2 = base::BitsPerSec{static_cast<std::uint64_t>(rate)};
  }
  return report_;
}

}  // namespace inspect
