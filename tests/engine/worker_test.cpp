#include "engine/worker.hpp"

#include "engine/drive.hpp"
#include "engine/small_plan.hpp"

#include <gtest/gtest.h>

namespace {

using test::FakePort;
using Worker = engine::Worker<FakePort>;

/// Two workers whose ports are joined by 500 ns of cable, stepped by events only.
struct Pair {
  explicit Pair(base::Duration duration = base::microseconds(100)) {
    planned.plan.profile.test.duration = duration;
    planned.plan.profile.test.drain = base::microseconds(10);
    planned.add({.traffic = {.path_mtu = 1024}, .flows = 2});
    a.emplace(left, engine::make_worker_parts({.plan = planned.plan, .queue = 0}));
    b.emplace(right, engine::make_worker_parts({.plan = planned.plan, .queue = 1}));
    left.connect(right, base::nanoseconds(500));
    right.connect(left, base::nanoseconds(500));
  }
  void to(base::Time end) {
    base::Time next_a;
    base::Time next_b;
    while (clock.now() < end) {
      if (next_a <= clock.now()) next_a = a->step(clock.now());
      if (next_b <= clock.now()) next_b = b->step(clock.now());
      if (next_a <= clock.now() || next_b <= clock.now()) continue;
      next_a = std::min(next_a, left.next_arrival());
      next_b = std::min(next_b, right.next_arrival());
      clock.set(std::min({next_a, next_b, end}));
    }
  }
  void step_both() {
    static_cast<void>(a->step(clock.now()));
    static_cast<void>(b->step(clock.now()));
  }

  test::SmallPlan planned;
  base::ManualClock clock;
  FakePort left{clock, {}};
  FakePort right{clock, {}};
  std::optional<Worker> a;
  std::optional<Worker> b;
};

base::Time at_us(std::int64_t us) {
  return base::Time{} + base::microseconds(us);
}

TEST(Worker, CarriesARunFromPlanToClosedBooks) {
  Pair pair;
  pair.to(at_us(1200));  // the second announcement comes 1 ms after the first
  pair.a->finish(pair.clock.now());
  pair.b->finish(pair.clock.now());
  const engine::SendTally& total = pair.a->sender().books().window[1].total;
  EXPECT_EQ(total.scheduled, 2000U);
  EXPECT_EQ(total.frames, 2000U);
  EXPECT_EQ(pair.b->receiver().books().ours, 2000U);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto sent = engine::numbers_sent(pair.a->sender().state().books[i], plan::Account::kTag);
    const auto result = pair.b->receiver().close(i, sent);
    EXPECT_EQ(result.sent, 1000U);
    EXPECT_EQ(result.counts.received, 1000U);
    EXPECT_EQ(result.lost().high, 0U);
  }
  // Beside the traffic each host announced itself with ARP and ND; the other side heard it.
  for (const auto* side : {&*pair.a, &*pair.b}) {
    EXPECT_EQ(side->control().books().frames, 2U);
    EXPECT_EQ(side->receiver().books().control, 2U);
  }
  EXPECT_EQ(pair.left.sent().size(), 2002U);
  EXPECT_EQ(pair.left.leaked(), 0U);
  EXPECT_EQ(pair.right.leaked(), 0U);
}

TEST(Worker, ShowsLiveNumbersOnlyWhenAsked) {
  Pair pair;
  pair.to(at_us(40));
  pair.step_both();
  EXPECT_EQ(pair.a->live_queue().frames_sent, 0U);
  pair.a->ask();
  pair.b->ask();
  pair.step_both();
  EXPECT_EQ(pair.a->live_queue().at, at_us(40));
  EXPECT_EQ(pair.a->live_queue().scheduled, 802U) << "0 to 40 us, both ends";
  EXPECT_EQ(pair.a->live_queue().frames_sent, 802U);
  EXPECT_EQ(pair.a->live_traffic(0).frames_sent, 802U);
  EXPECT_EQ(pair.a->live_traffic(0).payload_bytes_sent, 802U * 1024);
  EXPECT_EQ(pair.b->live_queue().ours, 792U) << "of which the last 500 ns are under way";
  EXPECT_EQ(pair.b->live_traffic(0).first_copies, 792U);
  pair.to(at_us(60));
  EXPECT_EQ(pair.a->live_queue().at, at_us(40));
}

TEST(Worker, StopsAndPausesAtAWord) {
  Pair pair;
  pair.to(at_us(20));
  pair.a->order(engine::Order::kPause);
  pair.to(at_us(30));
  pair.a->order(engine::Order::kRun);
  static_cast<void>(pair.a->step(pair.clock.now()));
  const auto& total = pair.a->sender().books().window[1].total;
  // 0 to 19.9 us were sent; of the rest all but what is still within max_back_to_back (4) was given up.
  EXPECT_EQ(total.frames, 2 * (200U + 4U));
  EXPECT_EQ(total.abandoned, 2 * 97U);
  pair.to(at_us(40));
  pair.a->order(engine::Order::kStop);
  pair.to(at_us(200));
  pair.a->finish(pair.clock.now());
  EXPECT_EQ(total.scheduled, 2 * 400U);
  EXPECT_EQ(total.frames + total.abandoned, total.scheduled);
  EXPECT_EQ(pair.b->receiver().books().ours, total.frames);
}

TEST(Worker, ReturnsNowWhileMoreFramesMayWait) {
  Pair pair{base::Duration{}};
  for (int i = 0; i < 40; ++i)
    pair.right.arrive(base::Time{}, test::Bytes(60, std::byte{0xff}));
  EXPECT_EQ(pair.b->step(base::Time{}), base::Time{});
  EXPECT_EQ(pair.b->receiver().books().frames, 32U);
  static_cast<void>(pair.b->step(base::Time{}));
  EXPECT_EQ(pair.b->receiver().books().frames, 40U);
}

}  // namespace
