/// \file
/// When a flow's next frame is due: every shape's step on the absolute schedule.
///
///     engine::start_schedule(flow, books, send_class);
///     ... engine::step_schedule(flow, books, send_class, charge);
///     const std::uint64_t missed = engine::skip_missed(flow, books, send_class, charge, {now, ends});
///
/// Due times come from the flow's start, remainders are carried, so no error adds up: the n-th frame of a
/// constant shape is due at start + floor(charged units * numerator / denominator) to the picosecond.
/// Cost: about 12 instructions a frame of fixed size, one division more where sizes vary. Thread: one owner.
#pragma once

#include "engine/exponential.hpp"
#include "engine/send_state.hpp"
#include "wire/line.hpp"

#include <algorithm>
#include <cstdint>

namespace engine {

/// What the packet that was just laid is charged.
struct PacketCharge {
  frame::Part part = frame::Part::kOnly;
  std::uint32_t frame_bytes = 0;  ///< without FCS
  std::uint32_t payload_bytes = 0;
  bool fixed = true;  ///< the class's tables hold this part's step
};

[[nodiscard]] inline std::uint64_t charged_units(plan::Pace::Charge charge, const PacketCharge& packet) {
  using enum plan::Pace::Charge;
  switch (charge) {
    case kWireBytes:
      return wire::on_the_wire(base::FrameBytes{packet.frame_bytes}).count();
    case kFrameBytesWithFcs:
      return wire::layer2_bytes(base::FrameBytes{packet.frame_bytes}).count();
    case kPayloadBytes:
      return packet.payload_bytes;
    case kFrame:
      return 1;
    case kMessage:
      return packet.part == frame::Part::kLast || packet.part == frame::Part::kOnly ? 1 : 0;
  }
  return 0;
}

/// `units` of the pace, remainder carried.
[[nodiscard]] inline std::int64_t paced_ps(const PaceTable& pace, std::uint64_t units, std::uint64_t& carry) {
  if (units > pace.units_most) {
    const base::Uint128 wide = static_cast<base::Uint128>(units) * pace.numerator + carry;
    carry = static_cast<std::uint64_t>(wide % pace.denominator);
    return static_cast<std::int64_t>(wide / pace.denominator);
  }
  const std::uint64_t total = units * pace.numerator + carry;
  carry = total % pace.denominator;
  return static_cast<std::int64_t>(total / pace.denominator);
}

[[nodiscard]] inline std::int64_t paced_ps(const PaceTable& pace, const PacketCharge& packet,
                                           std::uint64_t& carry) {
  if (!packet.fixed) return paced_ps(pace, charged_units(pace.charge, packet), carry);
  const PaceStep& step = pace.step[static_cast<std::size_t>(packet.part)];
  std::uint64_t ps = step.whole_ps;
  carry += step.remainder;
  if (carry >= pace.denominator) {
    carry -= pace.denominator;
    ++ps;
  }
  return static_cast<std::int64_t>(ps);
}

inline void start_period(SendFlow& flow, const SendFlowBooks& books, const SendClass& send_class) {
  flow.due = books.anchor;
  flow.carry = 0;
  flow.stage = send_class.burst_frames;
}

/// Sets the first due time.
inline void start_schedule(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                           base::Time start) {
  books.anchor = start;
  flow.due = start;
  flow.carry = 0;
  flow.stage = send_class.burst_frames;
  if (send_class.shape == workload::ShapeKind::kPoisson) {
    flow.due += exponential(send_class.pace.mean, flow.random.next());
  }
}

namespace detail {

/// Shapes but constant and Poisson.
void step_shaped(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                 const PacketCharge& packet);

}  // namespace detail

/// Moves `flow.due` from the packet that was laid to the next one.
inline void step_schedule(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          const PacketCharge& packet) {
  if (send_class.shape == workload::ShapeKind::kConstant) [[likely]] {  // PERF: keeps the switch off the path
    flow.due += base::Duration{paced_ps(send_class.pace, packet, flow.carry)};
  } else if (send_class.shape == workload::ShapeKind::kPoisson) {
    const base::Duration mean{paced_ps(send_class.pace, packet, flow.carry)};
    flow.due += exponential(mean, flow.random.next());
  } else {
    detail::step_shaped(flow, books, send_class, packet);
  }
}

/// How late a frame may be before its slot is given up (when_late = skip): max_back_to_back mean intervals. A
/// rate of messages makes all packets of a message due at once: there a message's interval at least.
[[nodiscard]] inline base::Duration late_most(const SendClass& send_class) {
  const base::Duration most = send_class.pace.mean * static_cast<std::int64_t>(send_class.max_back_to_back);
  if (send_class.pace.charge != plan::Pace::Charge::kMessage) return most;
  const PaceStep& message = send_class.pace.step[static_cast<std::size_t>(frame::Part::kOnly)];
  return std::max(most, base::Duration{static_cast<std::int64_t>(message.whole_ps)});
}

/// What is given up at most.
struct SkipBounds {
  base::Time now;
  base::Time ends;  ///< slots from here on are none of the flow's
};

/// Gives up the slots that are too late; returns how many. Bursts: whole bursts whose successor is due as
/// well. Others: slots that are late_most late, each charged as `next`, the packet that waits to be sent and
/// stays the next one. How often it is called on the way does not matter: the same slots are given up.
[[nodiscard]] std::uint64_t skip_missed(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                                        const PacketCharge& next, const SkipBounds& bounds);

}  // namespace engine
