#include "engine/pacer.hpp"

namespace engine {
namespace detail {

void step_shaped(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                 const PacketCharge& packet) {
  using enum workload::ShapeKind;
  switch (send_class.shape) {
    case kOnOff:
      flow.due += base::Duration{paced_ps(send_class.pace, packet, flow.carry)};
      if (flow.due >= books.anchor + send_class.on) {
        books.anchor += send_class.period;
        start_period(flow, books, send_class);
      }
      return;
    case kRamp: {
      const auto& ramp = send_class.ramp;
      while (flow.stage < ramp.size() && flow.due - books.anchor >= ramp[flow.stage].at) {
        ++flow.stage;
        flow.carry = 0;
      }
      const PaceTable& pace = flow.stage == 0 ? send_class.pace : ramp[flow.stage - 1].pace;
      flow.due += base::Duration{paced_ps(pace, packet, flow.carry)};
      return;
    }
    case kConstant:
    case kPoisson:
    case kBursts:
    case kMicroburst:
      return;  // they have steps of their own
  }
}

}  // namespace detail

namespace {

std::uint64_t skip_one_by_one(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                              const PacketCharge& slot, base::Time through) {
  std::uint64_t slots = 0;
  while (flow.due <= through) {
    step_schedule(flow, books, send_class, slot);
    ++slots;
  }
  return slots;
}

std::uint64_t skip_bursts(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          const PacketCharge& slot, const SkipBounds& bounds) {
  const std::int64_t missed = (bounds.now - books.anchor) / send_class.period;
  if (missed <= 0) return 0;
  const base::Time anchor = books.anchor + send_class.period * missed;
  if (anchor > bounds.ends) {
    return skip_one_by_one(flow, books, send_class, slot, bounds.ends - base::picoseconds(1));
  }
  const std::uint64_t frames = flow.stage + static_cast<std::uint64_t>(missed - 1) * send_class.burst_frames;
  books.anchor = anchor;
  start_period(flow, books, send_class);
  return frames;
}

/// Many equal steps at once: a stall of a second at 10 million frames a second is not walked through. The
/// least count k for which floor((k * units * numerator + carry) / denominator) is more than `late`.
std::uint64_t skip_constant(SendFlow& flow, const PaceTable& pace, base::Duration late, std::uint64_t units) {
  const auto step = static_cast<base::Uint128>(units) * pace.numerator;
  const auto beyond = static_cast<base::Uint128>(late.ps() + 1) * pace.denominator - flow.carry;
  const auto slots = static_cast<std::uint64_t>((beyond + step - 1) / step);
  const base::Uint128 total = step * slots + flow.carry;
  flow.due += base::Duration{static_cast<std::int64_t>(total / pace.denominator)};
  flow.carry = static_cast<std::uint64_t>(total % pace.denominator);
  return slots;
}

}  // namespace

std::uint64_t skip_missed(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          const PacketCharge& next, const SkipBounds& bounds) {
  using enum workload::ShapeKind;
  PacketCharge slot = next;
  std::uint64_t frames_a_slot = 1;
  if (send_class.pace.charge == plan::Pace::Charge::kMessage) {
    slot.part = frame::Part::kOnly;
    frames_a_slot = std::max(1U, (flow.message_bytes + send_class.path_mtu - 1) / send_class.path_mtu);
    if (send_class.verb == profile::Verb::kRead) frames_a_slot = 1;
  }
  const std::uint64_t units = charged_units(send_class.pace.charge, slot);
  if (units == 0) return 0;  // payload is paced, and the packet has none: it costs no time
  if (send_class.shape == kBursts || send_class.shape == kMicroburst) {
    return skip_bursts(flow, books, send_class, slot, bounds);
  }
  const base::Time through = std::min(bounds.now - late_most(send_class), bounds.ends - base::picoseconds(1));
  if (flow.due > through) return 0;
  if (send_class.shape == kConstant) {
    return frames_a_slot * skip_constant(flow, send_class.pace, through - flow.due, units);
  }
  return frames_a_slot * skip_one_by_one(flow, books, send_class, slot, through);
}

}  // namespace engine
