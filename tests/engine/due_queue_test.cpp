#include "engine/due_queue.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <set>
#include <utility>

namespace {

using Twin = std::set<std::pair<base::Time, std::uint32_t>>;

/// One random act on both. Times lie near the earliest one, and now and then very far away.
class Storm {
 public:
  explicit Storm(std::uint64_t seed)
      : rng_{seed},
        flows_{static_cast<std::uint32_t>(1 + rng_.below(300))},
        queue_{flows_, base::Duration{static_cast<std::int64_t>(1 + rng_.below(1U << rng_.below(30)))}},
        out_(flows_, true) {}

  void act() {
    const auto flow = static_cast<std::uint32_t>(rng_.below(flows_));
    if (out_[flow]) {
      insert(flow);
    } else if (rng_.below(2) == 0) {
      const auto popped = queue_.pop();
      EXPECT_EQ(std::pair(popped.due, popped.flow), *twin_.begin());
      out_[popped.flow] = true;
      now_ = popped.due;
      twin_.erase(twin_.begin());
    } else {
      const std::uint32_t first = queue_.earliest().flow;
      const base::Time due = later();
      queue_.defer_earliest(std::max(due, queue_.earliest().due));
      const base::Time was = twin_.begin()->first;
      twin_.erase(twin_.begin());
      twin_.insert({std::max(due, was), first});
    }
  }
  void compare() const {
    ASSERT_EQ(queue_.empty(), twin_.empty());
    if (twin_.empty()) return;
    ASSERT_EQ(queue_.earliest().due, twin_.begin()->first);
    ASSERT_EQ(queue_.earliest().flow, twin_.begin()->second);
  }
  void drain() {
    while (!twin_.empty()) {
      compare();
      static_cast<void>(queue_.pop());
      twin_.erase(twin_.begin());
    }
    EXPECT_TRUE(queue_.empty());
  }

 private:
  base::Time later() {
    return now_ + base::Duration{static_cast<std::int64_t>(rng_.below(1ULL << rng_.below(50)))};
  }
  void insert(std::uint32_t flow) {
    const base::Time due = later();
    queue_.insert(flow, due);
    twin_.insert({due, flow});
    out_[flow] = false;
  }

  base::Rng rng_;
  std::uint32_t flows_;
  engine::DueQueue queue_;
  Twin twin_;
  std::vector<bool> out_;
  base::Time now_;
};

TEST(DueQueue, KeepsTheOrderOfASortedSetUnderAnyActs) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Storm storm{seed};
    for (int i = 0; i < 5000; ++i) {
      storm.act();
      ASSERT_NO_FATAL_FAILURE(storm.compare());
    }
    ASSERT_NO_FATAL_FAILURE(storm.drain());
  }
}

TEST(DueQueue, OrdersFlowsOfOneMomentByNumber) {
  engine::DueQueue queue{100, base::nanoseconds(1)};
  for (std::uint32_t flow = 100; flow-- != 0;)
    queue.insert(flow, base::Time{5'000'000});
  for (std::uint32_t flow = 0; flow < 100; ++flow)
    EXPECT_EQ(queue.pop().flow, flow);
}

}  // namespace
