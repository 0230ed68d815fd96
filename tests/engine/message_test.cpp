#include "engine/message.hpp"

#include "engine/small_plan.hpp"

#include <gtest/gtest.h>

namespace {

/// One flow of messages that take three packets and a rate that is no whole number of picoseconds.
struct Backlog {
  explicit Backlog(std::uint64_t message_bytes) {
    test::EntrySpec spec{.traffic = {.path_mtu = 1024}, .message_bytes = message_bytes};
    spec.pace = plan::Pace{
        .charge = plan::Pace::Charge::kWireBytes, .ps_numerator = 8'000'000, .ps_denominator = 99'991};
    planned.add(spec);
    state = engine::make_send_state({.plan = planned.plan, .queue = 0, .next_hops = {}});
  }
  std::uint64_t slots_until(base::Time until) {
    return engine::slots_until(state.flows[0], state.books[0], state.classes[0], until);
  }
  test::SmallPlan planned;
  engine::SendState state;
};

/// Walked in steps that are shorter than a message, so that each packet is looked at.
std::uint64_t walked(std::uint64_t message_bytes, base::Time until) {
  Backlog backlog{message_bytes};
  std::uint64_t slots = 0;
  for (base::Time at; at < until; at = at + base::nanoseconds(5))
    slots += backlog.slots_until(std::min(at, until));
  return slots + backlog.slots_until(until);
}

TEST(SlotsUntil, SkipsWholeMessagesAndCountsEachOfTheirFrames) {
  for (const std::uint64_t message_bytes : {64U, 1024U, 2500U, 5000U}) {
    for (const std::int64_t until_ns : {0, 1, 999, 5'000, 123'456}) {
      const base::Time until = base::Time{} + base::nanoseconds(until_ns);
      Backlog backlog{message_bytes};
      EXPECT_EQ(backlog.slots_until(until), walked(message_bytes, until)) << message_bytes << ' ' << until_ns;
      EXPECT_GE(backlog.state.flows[0].due, until);
    }
  }
}

TEST(SlotsUntil, ABacklogOfDaysTakesNoTime) {
  Backlog backlog{64};
  // More than a thousand million frames: walked, they would take minutes.
  EXPECT_GT(backlog.slots_until(base::Time{} + base::seconds(7 * 86'400)), 1'000'000'000U);
}

}  // namespace
