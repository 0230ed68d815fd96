/// \file
/// Moves the clock for a sender over a FakePort, in the two ways between which there must be no difference.
#pragma once

#include "base/clock.hpp"
#include "engine/sender.hpp"
#include "support/fake_port.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <vector>

namespace test {

using Sender = engine::Sender<FakePort>;

/// Steps at one time until the sender has no more to do then. Each call makes progress, or ends it.
inline base::Time step_out(Sender& sender, const FakePort& port, base::Time now) {
  for (;;) {
    const std::size_t sent = port.sent().size();
    const std::uint64_t gone =
        sender.books().window[0].total.abandoned + sender.books().window[1].total.abandoned;
    const base::Time next = sender.step(now);
    if (next > now) return next;
    const std::uint64_t gone_now =
        sender.books().window[0].total.abandoned + sender.books().window[1].total.abandoned;
    if (port.sent().size() == sent && gone_now == gone) {
      ADD_FAILURE() << "no progress at " << now.ps() << " ps, and more work claimed";
      return base::Time::never();
    }
  }
}

/// Steps only when the sender asked for it, and when the port can take again.
inline void drive_by_events(Sender& sender, const FakePort& port, base::ManualClock& clock, base::Time end) {
  while (clock.now() < end) {
    const base::Time next = step_out(sender, port, clock.now());
    clock.set(std::min({next, port.next_change(clock.now()), end}));
  }
}

/// Steps at every tick.
inline void drive_by_polls(Sender& sender, const FakePort& port, base::ManualClock& clock, base::Time end,
                           base::Duration tick) {
  for (; clock.now() < end; clock.advance(tick))
    step_out(sender, port, clock.now());
  clock.set(end);
}

}  // namespace test
