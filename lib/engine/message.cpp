#include "engine/message.hpp"

#include <algorithm>

namespace engine {

void take_back(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, const Laid& laid) {
  if (flow.in_message && flow.packets_in_message == 0) {
    // A message behind this packet was begun, and nothing of it is out: it will be drawn anew.
    --flow.messages;
    if (send_class.limited) {
      ++books.messages_left;
      books.bytes_left += flow.message_bytes;
    }
  }
  if (send_class.limited) ++books.packets_left;
  --flow.sequence;
  flow.psn = laid.psn;
  flow.message_bytes = laid.message_bytes;
  flow.packets_in_message = laid.packets_in_message;
  flow.message_left = send_class.verb == profile::Verb::kRead
                          ? 0
                          : laid.message_bytes - laid.packets_in_message * send_class.path_mtu;
  flow.in_message = true;
}

namespace {

/// Of messages that are all alike at a constant rate: skips those that are due in whole before `until`.
/// Returns their frames. A backlog of minutes may be a billion of them.
std::uint64_t skip_whole_messages(SendFlow& flow, const SendClass& send_class, base::Time until) {
  const bool alike =
      send_class.shape == workload::ShapeKind::kConstant && send_class.fixed_steps && !send_class.limited;
  if (!alike || flow.due >= until) return 0;
  const PaceTable& pace = send_class.pace;
  const auto parts_of_ps = [&pace](frame::Part part) {
    const PaceStep& step = pace.step[static_cast<std::size_t>(part)];
    return static_cast<base::Uint128>(step.whole_ps) * pace.denominator + step.remainder;
  };
  const bool read = send_class.verb == profile::Verb::kRead;
  const std::uint32_t packets =
      read ? 1 : std::max(1U, (send_class.fixed_bytes + send_class.path_mtu - 1) >> send_class.path_mtu_bits);
  base::Uint128 message = parts_of_ps(frame::Part::kOnly);
  if (packets > 1) {
    message = parts_of_ps(frame::Part::kFirst) + parts_of_ps(frame::Part::kLast) +
              parts_of_ps(frame::Part::kMiddle) * (packets - 2);
  }
  if (message == 0) return 0;
  const base::Uint128 time = static_cast<base::Uint128>((until - flow.due).ps()) * pace.denominator;
  if (time < flow.carry + message) return 0;
  const auto messages = static_cast<std::uint64_t>((time - flow.carry) / message);
  const base::Uint128 spent = message * messages + flow.carry;
  flow.due += base::Duration{static_cast<std::int64_t>(spent / pace.denominator)};
  flow.carry = static_cast<std::uint64_t>(spent % pace.denominator);
  flow.messages += static_cast<std::uint32_t>(messages);
  return messages * packets;
}

}  // namespace

std::uint64_t slots_until(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          base::Time until) {
  std::uint64_t slots = 0;
  while (flow.due < until && !(send_class.limited && has_ended(flow, books))) {
    if (!flow.in_message) {
      slots += skip_whole_messages(flow, send_class, until);
      if (flow.due >= until) break;
      begin_message(flow, books, send_class);
    }
    const NextPacket packet = next_packet(flow, send_class);
    advance(flow, books, send_class, packet);
    step_schedule(flow, books, send_class, charge_of(send_class, packet));
    ++slots;
  }
  return slots;
}

}  // namespace engine
