/// \file
/// The time stamp counter as `base::Time`: what the ports world hands to the engine as `now`.
///
///     const TscClock clock{eal.tsc(), start_ticks};
///     worker.step(clock.now());
///
/// One multiplication and a shift. The multiplier is rounded down to a 2^-32 part of a picosecond per tick:
/// at 2.5 GHz that is 0.6e-12 of the time, 0.05 us a day. What the counter's own frequency is worth says
/// `TscRate::error_ppb`. Cost: 3 instructions and the reading. Thread: a plain value.
#pragma once

#include "base/int128.hpp"
#include "base/time.hpp"

#include <cstdint>

namespace port {

/// Ticks a second, measured against CLOCK_MONOTONIC_RAW.
struct TscRate {
  std::uint64_t hz = 1;
  std::uint64_t error_ppb = 0;  ///< bound of the measurement, parts in 1e9
};

/// Does not wait for earlier instructions: good to some tens of cycles, which is the cost of waiting.
[[nodiscard]] inline std::uint64_t read_tsc() {
  return __builtin_ia32_rdtsc();
}

class TscClock {
 public:
  constexpr TscClock(TscRate rate, std::uint64_t start_ticks)
      : start_{start_ticks},
        ps_per_tick_q32_{static_cast<std::uint64_t>((base::Uint128{1'000'000'000'000} << 32) / rate.hz)} {}

  /// A clock on which no time goes by: a test steps workers at moments of its own.
  [[nodiscard]] static constexpr TscClock standing_at(base::Time time) {
    TscClock clock{{}, 0};
    clock.origin_ = time - base::Time{};
    clock.ps_per_tick_q32_ = 0;
    return clock;
  }

  /// Negative before the start.
  [[nodiscard]] constexpr base::Time at(std::uint64_t ticks) const {
    const auto since = static_cast<std::int64_t>(ticks - start_);
    if (since < 0) return base::Time{-span(static_cast<std::uint64_t>(-since)).ps()} + origin_;
    return base::Time{span(static_cast<std::uint64_t>(since)).ps()} + origin_;
  }
  [[nodiscard]] base::Time now() const { return at(read_tsc()); }
  [[nodiscard]] constexpr base::Duration span(std::uint64_t ticks) const {
    return base::Duration{static_cast<std::int64_t>((base::Uint128{ticks} * ps_per_tick_q32_) >> 32)};
  }

 private:
  std::uint64_t start_;
  std::uint64_t ps_per_tick_q32_;
  base::Duration origin_;
};

/// One reading of both clocks at nearly one moment; `doubt` is how far apart they may be.
struct ClockPair {
  std::uint64_t ticks = 0;
  base::Duration raw;
  base::Duration doubt;
};
/// The tightest of a few tries.
[[nodiscard]] ClockPair read_clock_pair();
/// From two pairs at least 1 ms apart.
[[nodiscard]] TscRate rate_between(const ClockPair& first, const ClockPair& last);

}  // namespace port
