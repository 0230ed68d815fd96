/// \file
/// What lies between virtual ports and is ours: the switches and impaired cables of a testbed.
///
///     port::Joins joins{plan, ports, devices, filters};
///     joins.pass_everything(true);                 // before the traffic: nothing is impaired
///     for (port::Steppable* join : joins.of(plan.lcores[0])) join->step(clock);
///
/// Cost: a frame over a switch is passed on without a copy, over an impaired cable with two. Thread: made by
/// the control thread; each steppable belongs to the lcore that the plan names.
#pragma once

#include "plan/plan.hpp"
#include "port/lcores.hpp"
#include "port/plan_devices.hpp"
#include "port/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace port {

/// What an impaired cable does to frames: implemented where `impair` may be used.
class FrameFilter {
 public:
  virtual ~FrameFilter() = default;
  /// A frame arrived from end 0 or 1 of the cable at `now`.
  virtual void offer(base::Time now, std::size_t from, std::span<const std::byte> frame) = 0;
  /// Frames to go out to the other end by now, in order; valid until the next call.
  virtual std::span<const std::vector<std::byte>> due(base::Time now, std::size_t from) = 0;
};

class Joins {
 public:
  /// `filters`: by the testbed's cable; null, or missing at the end, where a cable does not impair.
  Joins(const plan::Plan& plan, PortSet& ports, const PlanDevices& devices,
        std::span<FrameFilter* const> filters);
  ~Joins();
  Joins(const Joins&) = delete;
  Joins& operator=(const Joins&) = delete;

  [[nodiscard]] std::vector<Steppable*> all();
  [[nodiscard]] std::vector<Steppable*> of(const plan::Lcore& lcore);
  /// Whether impaired cables are plain ones for now. No lcore may run.
  void pass_everything(bool on);
  /// Frames meant for a port that were not passed on, because its queue was full or no buffer was left.
  [[nodiscard]] std::uint64_t lost_before(plan::PortId port) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace port
