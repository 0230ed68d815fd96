// The step contract over every shipped profile: a worker that is stepped only when it asked for it, at
// arrivals, when its port can take again and when it was given an order does the same as one that is also
// stepped in between, at times drawn at random. Its port refuses, runs dry and pauses single priorities
// meanwhile.
#include "engine/first_frames.hpp"
#include "engine/worker.hpp"

#include "base/rng.hpp"
#include "support/fake_port.hpp"
#include "support/shipped.hpp"
#include "wire/address.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <vector>

namespace {

constexpr std::size_t kFrames = 400;    ///< of all ports: what the time is made of
constexpr std::size_t kQueuesMost = 4;  ///< of a plan and seed: the others are alike
constexpr base::Duration kCable = base::nanoseconds(500);

struct Arrival {
  base::Time at;
  test::Bytes bytes;
};

/// A plan whose warm-up, measured window and drain all lie within its first frames.
struct Rehearsal {
  explicit Rehearsal(plan::Plan planned) : plan{std::move(planned)}, arrivals(plan.queues.size()) {
    profile::Test& test = plan.profile.test;
    test.warmup = base::Duration{};
    test.duration = base::seconds(10);
    base::Time last;
    std::vector<Arrival> all;
    engine::first_frames(plan, kFrames, [&](const engine::PlannedFrame& frame) {
      last = frame.at;
      const std::span<const std::byte> bytes = frame.bytes;
      const wire::ParsedFrame parsed = wire::parse_any(bytes, base::FrameBytes{bytes.size()});
      const roce::ParsedRoce packet =
          roce::parse(bytes.subspan(parsed.payload_offset), parsed.payload_length);
      const plan::Flow& flow = plan.flows.at(packet.destination_qpn - plan::kFirstQpn);
      arrivals[flow.rx_queue].push_back({.at = frame.at + kCable, .bytes = {bytes.begin(), bytes.end()}});
    });
    // Microbursts may all be of one time: a frame's time is then what there is.
    end = std::max(last, base::Time{} + base::microseconds(20));
    test.warmup = (end - base::Time{}) / 3;
    test.duration = (end - base::Time{}) / 3;
    test.drain = (end - base::Time{}) / 6;
  }

  plan::Plan plan;
  std::vector<std::vector<Arrival>> arrivals;  ///< by queue
  base::Time end;
};

/// What a port and a user may do to a worker, drawn from a seed.
struct Trouble {
  test::FakePortOptions port;
  std::vector<std::pair<base::Time, engine::Order>> orders;
};

base::Time draw_time(base::Rng& rng, base::Time end) {
  return base::Time{static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(end.ps())))};
}

std::vector<test::Limit> draw_limits(base::Rng& rng, base::Time end) {
  std::vector<test::Limit> limits;
  for (std::uint64_t i = rng.below(5); i != 0; --i) {
    const base::Time from = draw_time(rng, end);
    limits.push_back({.from = from, .until = from + (end - base::Time{}) / 12});
  }
  return limits;
}

Trouble draw_trouble(base::Rng& rng, base::Time end) {
  Trouble trouble{.port = {.buffers = 8 + rng.below(120),
                           .refusals = draw_limits(rng, end),
                           .dry = draw_limits(rng, end),
                           .held_by_device = base::nanoseconds(static_cast<std::int64_t>(rng.below(200))),
                           .ring = 4 + rng.below(60)},
                  .orders = {}};
  for (test::Limit pause : draw_limits(rng, end)) {
    pause.priority = static_cast<std::uint8_t>(rng.below(8));
    trouble.port.refusals.push_back(pause);
  }
  if (rng.below(2) == 0) {
    const base::Time at = draw_time(rng, end);
    trouble.orders = {{at, engine::Order::kPause}, {at + (end - base::Time{}) / 10, engine::Order::kRun}};
  }
  return trouble;
}

struct Outcome {
  std::vector<test::FakePort::Sent> sent;
  std::vector<std::uint64_t> numbers;  ///< of both halves' books
  base::Duration latency;
};

class Drive {
 public:
  /// `between`: how often the worker is stepped without having asked for it, from event to event.
  Drive(const Rehearsal& rehearsal, plan::QueueId queue, const Trouble& trouble, std::uint64_t between)
      : end_{rehearsal.end},
        between_{between},
        orders_{trouble.orders},
        port_{clock_, trouble.port},
        worker_{port_, engine::make_worker_parts({.plan = rehearsal.plan, .queue = queue})} {
    for (const Arrival& arrival : rehearsal.arrivals[queue])
      port_.arrive(arrival.at, arrival.bytes);
  }

  Outcome run() {
    base::Rng rng{between_};
    while (clock_.now() < end_) {
      const base::Time now = clock_.now();
      const base::Time next = next_event(step_out(now), now);
      for (std::uint64_t i = 0; i < between_ && next - now > base::picoseconds(1); ++i) {
        const auto open = static_cast<std::uint64_t>((next - clock_.now()).ps());
        // Now and then the last picosecond before: a worker that asked too late shows there.
        const std::uint64_t step = i + 1 == between_ ? open - 1 : rng.below(open);
        clock_.advance(base::Duration{static_cast<std::int64_t>(step)});
        step_out(clock_.now());
      }
      clock_.set(next);
    }
    worker_.finish(clock_.now());
    return outcome();
  }

 private:
  [[nodiscard]] base::Time next_event(base::Time asked, base::Time now) const {
    base::Time next = std::min({asked, port_.next_arrival(), port_.next_change(now), end_});
    for (const auto& [at, order] : orders_) {
      if (at > now) next = std::min(next, at);
    }
    return next;
  }
  /// Steps at one time until there is no more to do then.
  base::Time step_out(base::Time now) {
    for (const auto& [at, order] : orders_) {
      if (at <= now) worker_.order(order);
    }
    for (std::size_t calls = 0; calls < 100'000; ++calls) {
      const base::Time next = worker_.step(now);
      if (next > now && port_.next_arrival() > now) return next;
    }
    ADD_FAILURE() << "more work claimed at " << now.ps() << " ps, again and again";
    return base::Time::never();
  }
  [[nodiscard]] Outcome outcome() const {
    EXPECT_EQ(port_.leaked(), 0U);
    Outcome outcome{.sent = port_.sent(), .numbers = {}, .latency = {}};
    for (const engine::SendFlowBooks& books : worker_.sender().state().books) {
      for (const engine::SendTally& tally : books.tally) {
        EXPECT_EQ(tally.scheduled, tally.frames + tally.refused + tally.abandoned);
        for (const std::uint64_t number : {tally.scheduled, tally.frames, tally.refused, tally.abandoned})
          outcome.numbers.push_back(number);
      }
    }
    const engine::ReceiveState& state = worker_.receiver().state();
    for (std::size_t i = 0; i < state.flows.size(); ++i) {
      outcome.numbers.push_back(state.flows[i].frames);
      outcome.numbers.push_back(state.rare[i].warmup_frames);
      if (state.flows[i].frames != 0) outcome.latency += base::Duration{state.sums[i].latency_ps_sum};
    }
    const engine::ReceiveBooks& received = worker_.receiver().books();
    outcome.numbers.push_back(received.frames);
    outcome.numbers.push_back(received.ours);
    return outcome;
  }

  base::ManualClock clock_;
  base::Time end_;
  std::uint64_t between_;
  std::vector<std::pair<base::Time, engine::Order>> orders_;
  test::FakePort port_;
  engine::Worker<test::FakePort> worker_;
};

void expect_equal(const Outcome& events, const Outcome& polls) {
  ASSERT_EQ(events.sent.size(), polls.sent.size());
  for (std::size_t i = 0; i < events.sent.size(); ++i)
    ASSERT_EQ(events.sent[i], polls.sent[i]) << "frame " << i << " at " << polls.sent[i].at.ps() << " ps";
  EXPECT_EQ(events.numbers, polls.numbers);
  EXPECT_EQ(events.latency, polls.latency);
}

class ShippedProfileContract : public testing::TestWithParam<std::string> {};

TEST_P(ShippedProfileContract, StepsInBetweenChangeNothing) {
  const auto loaded = profile::load({.profile_file = GetParam(), .testbed_file = {}, .settings = {}});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  auto planned = test::plan_of(*loaded);
  ASSERT_TRUE(planned) << base::to_text(planned.error());
  const Rehearsal rehearsal{std::move(*planned)};
  std::size_t sent = 0;
  std::size_t received = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    base::Rng rng{seed};
    const std::size_t queues = rehearsal.plan.queues.size();
    for (std::size_t i = 0; i < std::min(kQueuesMost, queues); ++i) {
      const std::size_t queue =
          (i * queues / kQueuesMost + seed) % queues;  // over the seeds: senders and receivers
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", queue " << queue);
      const Trouble trouble = draw_trouble(rng, rehearsal.end);
      const auto id = static_cast<plan::QueueId>(queue);
      const Outcome events = Drive{rehearsal, id, trouble, 0}.run();
      expect_equal(events, Drive{rehearsal, id, trouble, 6}.run());
      sent += events.sent.size();
      received += events.numbers.back();
    }
  }
  EXPECT_GT(sent, 100U) << "too quiet to show anything";
  EXPECT_GT(received, 100U) << "too quiet to show anything";
}

INSTANTIATE_TEST_SUITE_P(Profiles, ShippedProfileContract, testing::ValuesIn(test::shipped_profiles()),
                         test::name_of_shipped);

}  // namespace
