#include "engine/message.hpp"

namespace engine {

PacketCharge next_charge(const SendFlow& flow, const SendClass& send_class) {
  SendFlow ahead = flow;
  if (!ahead.in_message) {
    ahead.message_bytes = send_class.sizes.empty()
                              ? send_class.fixed_bytes
                              : send_class.sizes[flow.random.peek() & (send_class.sizes.size() - 1)];
    ahead.message_left = send_class.verb == profile::Verb::kRead ? 0 : ahead.message_bytes;
    ahead.packets_in_message = 0;
  }
  const NextPacket packet = next_packet(ahead, send_class);
  const frame::PartLayout& part = send_class.layout->part(packet.part);
  return {.part = packet.part,
          .frame_bytes = part.header_bytes + packet.payload_bytes + roce::pad_of(packet.payload_bytes) +
                         static_cast<std::uint32_t>(roce::kIcrcBytes),
          .payload_bytes = packet.payload_bytes,
          .fixed = send_class.fixed_steps};
}

std::uint64_t slots_until(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          base::Time until) {
  std::uint64_t slots = 0;
  const PacketCharge charge = next_charge(flow, send_class);
  while (flow.due < std::min(until, books.ends) && slots < books.packets_left) {
    step_schedule(flow, books, send_class, charge);
    ++slots;
  }
  return slots;
}

}  // namespace engine
