#include "engine/message.hpp"

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

std::uint64_t slots_until(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          base::Time until) {
  std::uint64_t slots = 0;
  while (flow.due < until && !(send_class.limited && has_ended(flow, books))) {
    if (!flow.in_message) begin_message(flow, books, send_class);
    const NextPacket packet = next_packet(flow, send_class);
    advance(flow, books, send_class, packet);
    step_schedule(flow, books, send_class, charge_of(send_class, packet));
    ++slots;
  }
  return slots;
}

}  // namespace engine
