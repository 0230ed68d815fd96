#include "engine/pacer.hpp"

namespace engine {
namespace detail {

void step_shaped(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                 const PacketCharge& packet) {
  using enum workload::ShapeKind;
  switch (send_class.shape) {
    case kBursts:
    case kMicroburst:
      if (--flow.stage != 0) {
        flow.due += base::Duration{paced_ps(send_class.burst_pace, packet, flow.carry)};
      } else {
        books.anchor += send_class.period;
        start_period(flow, books, send_class);
      }
      return;
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
      return;  // inline in step_schedule
  }
}

}  // namespace detail

namespace {

std::uint64_t skip_bursts(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, base::Time now) {
  const std::int64_t missed = (now - books.anchor) / send_class.period;
  if (missed <= 0) return 0;
  const std::uint64_t frames = flow.stage + static_cast<std::uint64_t>(missed - 1) * send_class.burst_frames;
  books.anchor += send_class.period * missed;
  start_period(flow, books, send_class);
  return frames;
}

/// Many equal steps at once: a stall of a second at 10 million frames a second is not walked through.
std::uint64_t skip_constant(SendFlow& flow, const PaceTable& pace, base::Duration late,
                            const PacketCharge& next) {
  std::uint64_t none = 0;
  const std::int64_t step = std::max<std::int64_t>(1, paced_ps(pace, charged_units(pace.charge, next), none));
  const auto slots = static_cast<std::uint64_t>(late.ps() / step + 1);
  std::uint64_t units = charged_units(pace.charge, next);
  if (units == 0) units = 1;
  const base::Uint128 total = static_cast<base::Uint128>(units) * slots * pace.numerator + flow.carry;
  flow.due += base::Duration{static_cast<std::int64_t>(total / pace.denominator)};
  flow.carry = static_cast<std::uint64_t>(total % pace.denominator);
  return slots;
}

}  // namespace

std::uint64_t skip_missed(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, base::Time now,
                          const PacketCharge& next) {
  using enum workload::ShapeKind;
  if (send_class.shape == kBursts || send_class.shape == kMicroburst) {
    return skip_bursts(flow, books, send_class, now);
  }
  const base::Duration most = late_most(send_class);
  if (now - flow.due < most) return 0;
  if (send_class.shape == kConstant) {
    return skip_constant(flow, send_class.pace, now - flow.due - most, next);
  }
  std::uint64_t slots = 0;
  while (now - flow.due >= most) {
    step_schedule(flow, books, send_class, next);
    ++slots;
  }
  return slots;
}

}  // namespace engine
