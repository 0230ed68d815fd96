#include "wire/flow_control.hpp"

#include "wire/bytes.hpp"

namespace wire {
namespace {

/// The body behind the Ethernet header, if the frame is MAC control with that opcode.
template <class Body>
std::optional<Body> control_body(std::span<const std::byte> frame, std::uint16_t opcode) {
  const auto ethernet = read_at<EthernetHeader>(frame, 0);
  if (!ethernet || ethernet->ether_type.value() != kEtherTypeMacControl) return std::nullopt;
  const auto body = read_at<Body>(frame, sizeof(EthernetHeader));
  if (!body || body->opcode.value() != opcode) return std::nullopt;
  return body;
}

template <class Body>
FlowControlFrame control_frame(const MacAddress& source, const Body& body) {
  FlowControlFrame frame{};
  store(frame.data(), EthernetHeader{.destination = kFlowControlMac,
                                     .source = source,
                                     .ether_type = base::Be16{kEtherTypeMacControl}});
  store(frame.data() + sizeof(EthernetHeader), body);
  return frame;
}

}  // namespace

FlowControlFrame make_pause_frame(const MacAddress& source, std::uint16_t quanta) {
  return control_frame(source, PauseBody{.quanta = base::Be16{quanta}});
}

FlowControlFrame make_pfc_frame(const MacAddress& source, const Pfc& pfc) {
  PfcBody body{.enabled = base::Be16{pfc.enabled}};
  for (std::size_t i = 0; i < kPriorities; ++i) {
    body.quanta[i] = base::Be16{pfc.quanta[i]};
  }
  return control_frame(source, body);
}

std::optional<std::uint16_t> parse_pause(std::span<const std::byte> frame) {
  const auto body = control_body<PauseBody>(frame, kPauseOpcode);
  if (!body) return std::nullopt;
  return body->quanta.value();
}

std::optional<Pfc> parse_pfc(std::span<const std::byte> frame) {
  const auto body = control_body<PfcBody>(frame, kPfcOpcode);
  if (!body) return std::nullopt;
  Pfc pfc{.enabled = static_cast<std::uint8_t>(body->enabled.value())};
  for (std::size_t i = 0; i < kPriorities; ++i) {
    pfc.quanta[i] = body->quanta[i].value();
  }
  return pfc;
}

}  // namespace wire
