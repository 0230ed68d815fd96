/// \file
/// How a flow's messages become packets: size, part, AckReq, PSN; and back, where a port took none.
///
///     if (!flow.in_message) begin_message(flow, books, send_class);
///     const NextPacket packet = next_packet(flow, send_class);
///     ...                                                      // lay it
///     advance(flow, books, send_class, packet);                // or a run of `count` alike, run_most at
///     most step_schedule(flow, books, send_class, charge_of(send_class, packet));
///
/// Cost: about 40 instructions a run. Thread: one owner.
#pragma once

#include "engine/pacer.hpp"
#include "engine/port.hpp"
#include "engine/send_state.hpp"
#include "roce/headers.hpp"
#include "roce/icrc.hpp"
#include "wire/line.hpp"

#include <algorithm>
#include <cstdint>

namespace engine {

struct NextPacket {
  frame::Part part = frame::Part::kOnly;
  std::uint32_t payload_bytes = 0;
  bool ack_request = false;
  bool whole = false;  ///< no deltas: too short for a tag, or generated payload

  [[nodiscard]] bool is_last() const { return part == frame::Part::kLast || part == frame::Part::kOnly; }
};

/// The longest run: a burst.
inline constexpr std::uint32_t kRunMost = kBurst;

/// Whether the flow has sent all that it was to send.
[[nodiscard]] inline bool has_ended(const SendFlow& flow, const SendFlowBooks& books) {
  if (books.packets_left == 0 || flow.due >= books.ends) return true;
  return !flow.in_message && (books.messages_left == 0 || books.bytes_left == 0);
}

inline void begin_message(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class) {
  flow.message_bytes = send_class.fixed_bytes;
  if (!send_class.sizes.empty()) {
    flow.message_bytes = send_class.sizes[flow.random.next() & (send_class.sizes.size() - 1)];
  }
  if (send_class.limited) {
    flow.message_bytes =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(flow.message_bytes, books.bytes_left));
    books.bytes_left -= flow.message_bytes;
    books.messages_left -= 1;
  }
  flow.message_left = send_class.verb == profile::Verb::kRead ? 0 : flow.message_bytes;
  flow.packets_in_message = 0;
  flow.in_message = true;
  ++flow.messages;
}

[[nodiscard]] inline NextPacket next_packet(const SendFlow& flow, const SendClass& send_class) {
  NextPacket packet;
  const bool first = flow.packets_in_message == 0;
  const bool last = flow.message_left <= send_class.path_mtu;
  packet.payload_bytes = last ? flow.message_left : send_class.path_mtu;
  packet.part = last ? (first ? frame::Part::kOnly : frame::Part::kLast)
                     : (first ? frame::Part::kFirst : frame::Part::kMiddle);
  packet.ack_request = send_class.ack_every || (last && send_class.ack_last);
  packet.whole = send_class.generated || packet.payload_bytes < frame::kTagBytes;
  return packet;
}

/// Without FCS, as the wire carries it: padded to the shortest frame.
[[nodiscard]] inline std::uint32_t frame_bytes_of(const SendClass& send_class, const NextPacket& packet) {
  return std::max(send_class.layout->part(packet.part).header_bytes + packet.payload_bytes +
                      roce::pad_of(packet.payload_bytes) + static_cast<std::uint32_t>(roce::kIcrcBytes),
                  static_cast<std::uint32_t>(wire::kFrameMin.count()));
}

/// What the packet is charged on the schedule.
[[nodiscard]] inline PacketCharge charge_of(const SendClass& send_class, const NextPacket& packet) {
  return {.part = packet.part,
          .frame_bytes = frame_bytes_of(send_class, packet),
          .payload_bytes = packet.payload_bytes,
          .fixed = send_class.fixed_steps};
}

/// How many packets from `packet` on are alike but for PSN, sequence and time: what can be laid as one run.
[[nodiscard]] inline std::uint32_t run_most(const SendFlow& flow, const SendFlowBooks& books,
                                            const SendClass& send_class, const NextPacket& packet) {
  std::uint32_t most = 1;
  if (packet.part == frame::Part::kMiddle && !packet.whole) {
    most = (flow.message_left - 1) >> send_class.path_mtu_bits;
  } else if (packet.part == frame::Part::kOnly && send_class.only_repeats) {
    most = kRunMost;
    if (send_class.limited)
      most = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, books.messages_left + 1));
  }
  // Within a burst due times only rise, and so they do in every other shape.
  if (send_class.burst_frames != 0) most = std::min(most, flow.stage);
  if (send_class.limited)
    most = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, books.packets_left));
  return std::min(most, roce::kPsnMask + 1 - flow.psn);  // a run's PSNs do not wrap
}

/// Moves the flow behind the run of `count` packets that was laid.
inline void advance(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                    const NextPacket& packet, std::uint32_t count = 1) {
  const bool read = send_class.verb == profile::Verb::kRead;
  const std::uint32_t psns =
      read ? std::max(1U, (flow.message_bytes + send_class.path_mtu - 1) >> send_class.path_mtu_bits) : count;
  flow.psn = (flow.psn + psns) & roce::kPsnMask;
  flow.sequence += count;
  if (packet.is_last()) {
    // Of a run of whole messages, all but the first were begun with it.
    flow.message_left = 0;
    ++flow.packets_in_message;
    flow.in_message = false;
    flow.messages += count - 1;
    if (send_class.limited) {
      books.messages_left -= count - 1;
      books.bytes_left -= std::uint64_t{count - 1} * flow.message_bytes;
    }
  } else {
    flow.message_left -= count * packet.payload_bytes;
    flow.packets_in_message += count;
  }
  if (send_class.limited) books.packets_left -= count;
}

/// The source port of the current message where it changes from message to message; else 0.
[[nodiscard]] inline std::uint16_t message_source_port(const SendFlow& flow, const SendClass& send_class) {
  if (send_class.source_port.policy != profile::SourcePortPolicy::kPerMessage) return 0;
  const std::uint32_t step = (flow.port_offset + flow.messages - 1) % send_class.source_port.count;
  return static_cast<std::uint16_t>(send_class.source_port.first + step);
}

/// A laid frame that the port has not taken yet: how to tag it anew, and how to take it back.
struct Laid {
  const frame::PartLayout* part = nullptr;
  std::uint32_t flow = 0;  ///< index of the worker's
  std::uint32_t frame_bytes = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t psn = 0;  ///< of this packet, as message_bytes and packets_in_message before it
  std::uint32_t message_bytes = 0;
  std::uint32_t packets_in_message = 0;
};

/// Laid frames of one flow that are alike but for PSN, sequence and time: what is booked once they are sent.
struct LaidRun {
  Laid first;
  std::uint32_t count = 0;
  bool ends_message = false;  ///< each of them does

  [[nodiscard]] Laid at(std::uint32_t i) const {
    Laid laid = first;
    laid.psn = (laid.psn + i) & roce::kPsnMask;
    if (!ends_message) laid.packets_in_message += i;
    return laid;
  }
};

/// Moves the flow back before a packet that was given up: the next one carries what this one would have, so
/// PSN, sequence and message go on without a gap. Later packets of the flow were taken back before.
void take_back(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, const Laid& laid);

/// Walks flow and schedule to `until`, as if all were sent; returns how many frames were due before it.
/// Sending is over.
[[nodiscard]] std::uint64_t slots_until(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                                        base::Time until);

}  // namespace engine
