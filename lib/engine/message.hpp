/// \file
/// How a flow's messages become packets: size, part, AckReq, PSN.
///
/// Cost: about 15 instructions a packet. Thread: one owner.
#pragma once

#include "engine/pacer.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "roce/headers.hpp"
#include "roce/icrc.hpp"

#include <algorithm>
#include <cstdint>

namespace engine {

struct NextPacket {
  frame::Part part = frame::Part::kOnly;
  std::uint32_t payload_bytes = 0;
  bool ack_request = false;
  bool whole = false;  ///< no deltas: too short for a tag, or generated payload
};

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
  packet.ack_request =
      last ? send_class.ack_last
           : send_class.ack_every != 0 && (flow.packets_in_message + 1) % send_class.ack_every == 0;
  packet.whole = send_class.generated || packet.payload_bytes < frame::kTagBytes;
  return packet;
}

/// What the flow's next packet will be charged, before it is laid.
[[nodiscard]] PacketCharge next_charge(const SendFlow& flow, const SendClass& send_class);

/// Moves the flow behind the packet that was laid.
inline void advance(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                    const NextPacket& packet) {
  const bool read = send_class.verb == profile::Verb::kRead;
  const std::uint32_t psns =
      read ? std::max(1U, (flow.message_bytes + send_class.path_mtu - 1) / send_class.path_mtu) : 1U;
  flow.psn = (flow.psn + psns) & roce::kPsnMask;
  ++flow.sequence;
  flow.message_left -= packet.payload_bytes;
  ++flow.packets_in_message;
  if (packet.part == frame::Part::kOnly || packet.part == frame::Part::kLast) flow.in_message = false;
  if (send_class.limited) --books.packets_left;
}

/// The source port of the current message where it changes from message to message; else 0.
[[nodiscard]] inline std::uint16_t message_source_port(const SendFlow& flow, const SendClass& send_class) {
  if (send_class.source_port.policy != profile::SourcePortPolicy::kPerMessage) return 0;
  const std::uint32_t step = (flow.port_offset + flow.messages - 1) % send_class.source_port.count;
  return static_cast<std::uint16_t>(send_class.source_port.first + step);
}

struct LaidBytes {
  std::uint32_t frame_bytes = 0;
  std::uint32_t payload_bytes = 0;
};

/// Books a laid frame in its flow and its queue: it counts as sent until the port turns out not to take it.
inline void account_laid(SendFlowBooks& books, SendBooks::Window& queue, LaidBytes bytes, base::Time now,
                         frame::Window window) {
  for (SendTally* tally : {&books.tally[static_cast<std::size_t>(window)], &queue.total}) {
    ++tally->scheduled;
    ++tally->frames;
    tally->frame_bytes += bytes.frame_bytes;
    tally->payload_bytes += bytes.payload_bytes;
  }
  if (window == frame::Window::kMeasured) {
    books.first_sent = std::min(books.first_sent, now);
    books.last_sent = now;
  }
  if (books.handed_at == now) {
    ++books.run;
    return;
  }
  if (books.run != 0) ++queue.back_to_back[std::min<std::size_t>(books.run, kBackToBackMost)];
  books.handed_at = now;
  books.run = 1;
}

/// When the queue of due flows should bring the flow up again: its due time, or while it catches up no sooner
/// than the rate cap allows, of which at most max_back_to_back frames' worth is saved up.
[[nodiscard]] inline base::Time due_key(const SendFlow& flow, SendFlowBooks& books,
                                        const SendClass& send_class, base::Time now) {
  if (send_class.when_late != profile::WhenLate::kCatchUp || flow.due > now) return flow.due;
  const base::Time saved =
      now - send_class.catch_up_step * static_cast<std::int64_t>(send_class.max_back_to_back - 1);
  books.eligible = std::max(books.eligible, saved) + send_class.catch_up_step;
  return std::max(flow.due, books.eligible);
}

/// Steps the schedule to `until`; returns how many frames were due before it. Sending is over.
[[nodiscard]] std::uint64_t slots_until(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                                        base::Time until);

}  // namespace engine
