/// \file
/// A plan's traffic without a device: the first frames, as they would be handed over.
///
///     engine::first_frames(plan, 1000, [&](const engine::PlannedFrame& frame) { write(frame.bytes); });
///
/// Every queue's worker runs over a RecordingPort in virtual time: each is stepped when it asked for it, so a
/// frame's time is the one at which it is due, or at which its line is free. Frames come in the order of
/// their times, those of one time by port. Hosts count as announced, and are again where `test.announce` says
/// so. Where frames go to a gateway, only a run learns its address: they have destination 00:00:00:00:00:00.
/// Equal plans give equal bytes and times. Cost: a packet's, and a worker's memory. Thread: pure.
#pragma once

#include "base/time.hpp"
#include "plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace engine {

struct PlannedFrame {
  plan::PortId port = 0;
  base::Time at;  ///< hand-over, since the traffic's start
  std::uint8_t priority = 0;
  std::span<const std::byte> bytes;  ///< without FCS; valid until the sink returns
};

/// Shows at most `most` frames, fewer where the traffic ends before. Returns how many there were.
std::uint64_t first_frames(const plan::Plan& plan, std::uint64_t most,
                           const std::function<void(const PlannedFrame&)>& sink);

/// Flows whose destination address only a run learns.
[[nodiscard]] std::uint64_t flows_behind_gateways(const plan::Plan& plan);

}  // namespace engine
