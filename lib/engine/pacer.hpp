/// \file
/// When a flow's next frame is due: every shape's step on the absolute schedule.
///
///     engine::start_schedule(flow, books, send_class);
///     ... engine::step_schedule(flow, books, send_class, charge);
///     const std::uint64_t missed = engine::skip_missed(flow, books, send_class, charge, {now, ends});
///
/// Due times come from the flow's start, remainders are carried, so no error adds up: the n-th frame of a
/// constant shape is due at start + floor(charged units * numerator / denominator) to the picosecond.
/// Cost: about 8 instructions a frame, 40 with Poisson's. No division, but in skip_missed. Thread: one owner.
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

/// How long `units` of the pace take, from nothing carried.
[[nodiscard]] inline PaceStep step_of(const PaceTable& pace, std::uint64_t units) {
  if (units > pace.units_most) {
    const base::Uint128 wide = static_cast<base::Uint128>(units) * pace.numerator;
    return {.whole_ps = static_cast<std::uint64_t>(wide / pace.denominator),
            .remainder = static_cast<std::uint64_t>(wide % pace.denominator)};
  }
  // PERF: a product with the reciprocal and one correction, in place of a division, where sizes vary
  // (tx-cdf). The quotient so found is the true one or one less, since reciprocal >= 2^64 /
  // denominator - 1 and the total is below 2^64.
  const std::uint64_t total = units * pace.numerator;
  PaceStep step{.whole_ps =
                    static_cast<std::uint64_t>((static_cast<base::Uint128>(total) * pace.reciprocal) >> 64)};
  step.remainder = total - step.whole_ps * pace.denominator;
  if (step.remainder >= pace.denominator) {
    step.remainder -= pace.denominator;
    ++step.whole_ps;
  }
  return step;
}

[[nodiscard]] inline PaceStep step_of(const PaceTable& pace, const PacketCharge& packet) {
  if (packet.fixed) return pace.step[static_cast<std::size_t>(packet.part)];
  return step_of(pace, charged_units(pace.charge, packet));
}

/// The step's picoseconds, remainder carried.
[[nodiscard]] inline std::int64_t paced_ps(const PaceStep& step, std::uint64_t denominator,
                                           std::uint64_t& carry) {
  std::uint64_t ps = step.whole_ps;
  carry += step.remainder;
  if (carry >= denominator) {
    carry -= denominator;
    ++ps;
  }
  return static_cast<std::int64_t>(ps);
}

[[nodiscard]] inline std::int64_t paced_ps(const PaceTable& pace, const PacketCharge& packet,
                                           std::uint64_t& carry) {
  return paced_ps(step_of(pace, packet), pace.denominator, carry);
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

/// On/off and ramp.
void step_shaped(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                 const PacketCharge& packet);

}  // namespace detail

/// The due times of one flow's packets that are charged alike, apart from the flow while a run is laid.
///
///     ConstantSteps steps{flow, books, send_class, charge};
///     use(steps.due()); steps.next(); use(steps.due()); steps.next(); ...
///     steps.store();
class ConstantSteps {
 public:
  ConstantSteps(SendFlow& flow, SendFlowBooks& /*books*/, const SendClass& send_class,
                const PacketCharge& packet)
      : flow_{flow},
        step_{step_of(send_class.pace, packet)},
        denominator_{send_class.pace.denominator},
        carry_{flow.carry},
        due_{flow.due} {}

  [[nodiscard]] base::Time due() const { return due_; }
  void next() { due_ += base::Duration{paced_ps(step_, denominator_, carry_)}; }
  void store() {
    flow_.due = due_;
    flow_.carry = carry_;
  }

 protected:
  SendFlow& flow() { return flow_; }
  void restart(base::Time at) {
    due_ = at;
    carry_ = 0;
  }

 private:
  SendFlow& flow_;
  PaceStep step_;
  std::uint64_t denominator_;
  std::uint64_t carry_;
  base::Time due_;
};

/// Nothing is carried: the mean has fraction bits of its own, good to 0.001 ps, where it is below 5 hours.
class PoissonSteps {
 public:
  PoissonSteps(SendFlow& flow, SendFlowBooks& /*books*/, const SendClass& send_class,
               const PacketCharge& packet)
      : flow_{flow}, random_{flow.random}, due_{flow.due} {
    const PaceStep step = step_of(send_class.pace, packet);
    long_mean_ = base::Duration{static_cast<std::int64_t>(step.whole_ps)};
    if (step.whole_ps >= kMeanMost) return;
    const std::uint64_t fraction_q64 = step.remainder * send_class.pace.reciprocal;
    mean_q10_ = (step.whole_ps << kMeanBits) | (fraction_q64 >> (64 - kMeanBits));
  }

  [[nodiscard]] base::Time due() const { return due_; }
  void next() {
    const std::uint64_t random = random_.next();
    due_ += mean_q10_ != 0 ? exponential_of(mean_q10_, random) : exponential(long_mean_, random);
  }
  void store() {
    flow_.due = due_;
    flow_.random = random_;
  }

 private:
  SendFlow& flow_;
  std::uint64_t mean_q10_ = 0;  ///< 0: too long for it
  base::Duration long_mean_;
  base::Rng random_;
  base::Time due_;
};

/// Bursts and microbursts.
class BurstSteps : public ConstantSteps {
 public:
  BurstSteps(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, const PacketCharge& packet)
      : ConstantSteps{flow, books, send_class, packet},
        books_{books},
        send_class_{send_class},
        left_{flow.stage} {}

  void next() {
    if (--left_ != 0) {
      ConstantSteps::next();
      return;
    }
    books_.anchor += send_class_.period;
    restart(books_.anchor);
    left_ = send_class_.burst_frames;
  }
  void store() {
    ConstantSteps::store();
    flow().stage = left_;
  }

 private:
  SendFlowBooks& books_;
  const SendClass& send_class_;
  std::uint32_t left_;
};

/// On/off and ramp, in the flow itself.
class ShapedSteps {
 public:
  ShapedSteps(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class, const PacketCharge& packet)
      : flow_{flow}, books_{books}, send_class_{send_class}, packet_{packet} {}

  [[nodiscard]] base::Time due() const { return flow_.due; }
  void next() { detail::step_shaped(flow_, books_, send_class_, packet_); }
  void store() {}

 private:
  SendFlow& flow_;
  SendFlowBooks& books_;
  const SendClass& send_class_;
  const PacketCharge& packet_;
};

/// Calls `use` with the kind of steps of a shape, and gives back what it returns:
/// use.template operator()<ConstantSteps>().
template <class Use>
inline auto with_steps(workload::ShapeKind shape, Use&& use) {
  using enum workload::ShapeKind;
  if (shape == kConstant) return use.template operator()<ConstantSteps>();
  if (shape == kPoisson) return use.template operator()<PoissonSteps>();
  if (shape == kBursts || shape == kMicroburst) return use.template operator()<BurstSteps>();
  return use.template operator()<ShapedSteps>();
}

/// Moves `flow.due` from the packet that was laid to the next one.
inline void step_schedule(SendFlow& flow, SendFlowBooks& books, const SendClass& send_class,
                          const PacketCharge& packet) {
  with_steps(send_class.shape, [&]<class Steps>() {
    Steps steps{flow, books, send_class, packet};
    steps.next();
    steps.store();
  });
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
