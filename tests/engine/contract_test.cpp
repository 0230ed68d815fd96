// The step contract (docs/architecture.md): a worker that is stepped only when it asked for it, when frames
// arrive and when its port can take again sends the same bytes at the same times as one polled at every tick.
#include "engine/drive.hpp"
#include "engine/small_plan.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace {

using workload::ShapeKind;

constexpr base::Time kEnd{750'000};

test::EntrySpec random_entry(base::Rng& rng) {
  constexpr ShapeKind kShapes[] = {ShapeKind::kConstant, ShapeKind::kPoisson, ShapeKind::kBursts,
                                   ShapeKind::kOnOff, ShapeKind::kMicroburst};
  const ShapeKind shape = kShapes[rng.below(std::size(kShapes))];
  test::EntrySpec spec{
      .traffic = {.class_index = static_cast<std::uint32_t>(rng.below(2)),
                  .path_mtu = 256,
                  .shape = {.kind = shape, .burst_packets = 1 + rng.below(10), .on = base::nanoseconds(50)},
                  .max_back_to_back = static_cast<std::uint32_t>(1 + rng.below(4))},
      .message_bytes = 24 + rng.below(900),
      .interval = base::Duration{static_cast<std::int64_t>(5'000 + rng.below(25'000))},
      .period = base::Duration{static_cast<std::int64_t>(100'000 + rng.below(25'000))},
      .flows = static_cast<std::uint32_t>(1 + rng.below(5)),
      .start = base::Duration{static_cast<std::int64_t>(rng.below(75'000))},
      .stagger = base::Duration{static_cast<std::int64_t>(rng.below(12'000))}};
  if (rng.below(3) == 0) spec.sizes = {100, 256, 700, 300};
  if (rng.below(4) == 0) spec.traffic.end.messages = 1 + rng.below(20);
  if (rng.below(4) == 0) {
    spec.traffic.when_late = profile::WhenLate::kCatchUp;
    spec.catch_up =
        test::SmallPlan::every(base::Duration{static_cast<std::int64_t>(2'500 + rng.below(2'500))});
  }
  return spec;
}

std::vector<test::Limit> random_limits(base::Rng& rng) {
  std::vector<test::Limit> limits;
  for (std::uint64_t i = rng.below(4); i != 0; --i) {
    const base::Time from{static_cast<std::int64_t>(rng.below(600'000))};
    limits.push_back(
        {.from = from, .until = from + base::Duration{static_cast<std::int64_t>(1 + rng.below(150'000))}});
  }
  return limits;
}

struct World {
  explicit World(std::uint64_t seed) {
    base::Rng rng{seed};
    planned.plan.profile.classes.push_back({.name = "other", .priority = 5});
    for (std::uint64_t i = 1 + rng.below(3); i != 0; --i)
      planned.add(random_entry(rng));
    options = {.measured_from = base::Time{static_cast<std::int64_t>(rng.below(400'000))},
               .ends = base::Time{static_cast<std::int64_t>(500'000 + rng.below(250'000))},
               .speed = base::BitsPerSec{100'000'000'000},
               .serializes = rng.below(2) == 0,
               .backlog_most = base::Duration{static_cast<std::int64_t>(rng.below(75'000))}};
    if (rng.below(2) == 0) options.tx_hold = base::Duration{static_cast<std::int64_t>(1 + rng.below(50'000))};
    port_options = {.buffers = 4 + rng.below(60),
                    .refusals = random_limits(rng),
                    .dry = random_limits(rng),
                    .held_by_device = base::Duration{static_cast<std::int64_t>(rng.below(50'000))},
                    .ring = 1 + rng.below(20)};
  }

  test::SmallPlan planned;
  engine::SenderOptions options;
  test::FakePortOptions port_options;
};

struct Outcome {
  std::vector<test::FakePort::Sent> sent;
  std::vector<engine::SendTally> tallies;
};

template <class Drive>
Outcome run(const World& world, Drive drive) {
  base::ManualClock clock;
  test::FakePort port{clock, world.port_options};
  test::Sender sender{port, engine::make_send_state({.plan = world.planned.plan, .queue = 0}), world.options};
  drive(sender, port, clock);
  sender.finish(clock.now());
  EXPECT_EQ(port.leaked(), 0U);
  Outcome outcome{.sent = port.sent(), .tallies = {}};
  for (const engine::SendFlowBooks& books : sender.state().books) {
    for (const engine::SendTally& tally : books.tally) {
      EXPECT_EQ(tally.scheduled, tally.frames + tally.refused + tally.abandoned);
      outcome.tallies.push_back(tally);
    }
  }
  return outcome;
}

TEST(StepContract, EventsGiveTheSameFramesAndBooksAsPollingEveryPicosecond) {
  std::uint64_t frames = 0;
  std::uint64_t refused = 0;
  std::uint64_t abandoned = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const World world{seed};
    const Outcome events = run(world, [](auto& sender, auto& port, auto& clock) {
      test::drive_by_events(sender, port, clock, kEnd);
    });
    const Outcome polls = run(world, [](auto& sender, auto& port, auto& clock) {
      test::drive_by_polls(sender, port, clock, kEnd, base::picoseconds(1));
    });
    ASSERT_EQ(events.sent.size(), polls.sent.size());
    for (std::size_t i = 0; i < events.sent.size(); ++i)
      ASSERT_EQ(events.sent[i], polls.sent[i]) << "frame " << i << " at " << polls.sent[i].at.ps() << " ps";
    for (std::size_t i = 0; i < events.tallies.size(); ++i) {
      EXPECT_EQ(events.tallies[i].scheduled, polls.tallies[i].scheduled);
      EXPECT_EQ(events.tallies[i].refused, polls.tallies[i].refused);
      EXPECT_EQ(events.tallies[i].abandoned, polls.tallies[i].abandoned);
      refused += polls.tallies[i].refused;
      abandoned += polls.tallies[i].abandoned;
    }
    frames += polls.sent.size();
  }
  EXPECT_GT(frames, 2000U) << "the worlds are too quiet to show anything";
  EXPECT_GT(refused, 100U);
  EXPECT_GT(abandoned, 100U);
}

TEST(StepContract, ReturnsNeverWhileOnlyThePortHoldsItBack) {
  const base::Time later = base::Time{} + base::milliseconds(1);
  for (const bool is_dry : {false, true}) {
    test::SmallPlan small;
    small.add({.traffic = {.path_mtu = 256}});
    base::ManualClock clock;
    std::vector<test::Limit> limits{{.until = later}};
    test::FakePort port{
        clock, is_dry ? test::FakePortOptions{.dry = limits} : test::FakePortOptions{.refusals = limits}};
    test::Sender sender{port,
                        engine::make_send_state({.plan = small.plan, .queue = 0}),
                        {.ends = base::Time::never(), .speed = base::BitsPerSec{100'000'000'000}}};
    EXPECT_TRUE(sender.step(clock.now()).is_never());
    clock.set(later);
    EXPECT_FALSE(sender.step(clock.now()).is_never());
    EXPECT_FALSE(port.sent().empty());
  }
}

TEST(StepContract, ReturnsNowWhereTheBurstLimitCutItShort) {
  test::SmallPlan small;
  small.add({.traffic = {.path_mtu = 256}, .interval = base::microseconds(1), .flows = 100});
  base::ManualClock clock;
  test::FakePort port{clock, {}};
  test::Sender sender{port,
                      engine::make_send_state({.plan = small.plan, .queue = 0}),
                      {.ends = base::Time::never(), .speed = base::BitsPerSec{100'000'000'000}}};
  for (const std::size_t sent : {32U, 64U, 96U}) {
    EXPECT_EQ(sender.step(base::Time{}), base::Time{});
    EXPECT_EQ(port.sent().size(), sent);
  }
  EXPECT_EQ(sender.step(base::Time{}), base::Time{} + base::microseconds(1));
  EXPECT_EQ(port.sent().size(), 100U);
}

}  // namespace
