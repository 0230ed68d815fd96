/// \file
/// Where a world's time comes from. The engine never asks; what drives the engine does.
///
///     base::ManualClock clock;
///     clock.advance(base::microseconds(5));
///     worker.step(clock.now());
///
/// Thread: one owner.
#pragma once

#include "base/time.hpp"

#include <concepts>

namespace base {

template <class C>
concept Clock = requires(C& clock) {
  { clock.now() } -> std::same_as<Time>;
};

/// Time that moves only when told: the clock of every test.
class ManualClock {
 public:
  [[nodiscard]] Time now() const { return now_; }
  void advance(Duration step) { now_ += step; }
  void set(Time now) { now_ = now; }

 private:
  Time now_;
};
static_assert(Clock<ManualClock>);

}  // namespace base
