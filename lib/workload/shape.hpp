/// \file
/// How a traffic entry's packets lie in time: plain data for `plan` and `transport`.
///
///     const workload::Shape train{.kind = workload::ShapeKind::kMicroburst, .burst_packets = 64,
///                                 .period = base::microseconds(100)};
///
/// Cost: none. Thread: plain values.
#pragma once

#include "base/time.hpp"

#include <cstdint>

namespace workload {

enum class ShapeKind {
  kConstant,    ///< one packet every 1/rate
  kPoisson,     ///< independent, exponentially distributed gaps with the mean 1/rate
  kBursts,      ///< `burst_packets` at line rate, then silence for `gap`, and so on; needs no rate
  kOnOff,       ///< constant at the entry's rate for `on`, silent for `off`
  kRamp,        ///< from the entry's `rate` to `ramp_to` over `ramp_time`, linear; then constant at `ramp_to`
  kMicroburst,  ///< `burst_packets` at line rate at each multiple of `period`, all ports at once; no rate
};

/// Keys that do not belong to `kind` are not read. The rate itself, whose unit depends on the port, stands
/// beside the shape (profile::Traffic::rate, ramp_to).
struct Shape {
  ShapeKind kind = ShapeKind::kConstant;
  std::uint64_t burst_packets = 0;  ///< bursts, microburst: packets a flow
  base::Duration gap{};             ///< bursts: from the end of one to the start of the next
  base::Duration on{};              ///< on_off
  base::Duration off{};             ///< on_off
  base::Duration ramp_time{};       ///< ramp
  base::Duration period{};          ///< microburst

  friend bool operator==(const Shape&, const Shape&) = default;
};

/// Whether the shape takes its speed from a rate, or from the line and its own times.
[[nodiscard]] constexpr bool needs_rate(ShapeKind kind) {
  return kind != ShapeKind::kBursts && kind != ShapeKind::kMicroburst;
}

}  // namespace workload
