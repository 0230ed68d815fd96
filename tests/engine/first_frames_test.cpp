#include "engine/first_frames.hpp"

#include "engine/sent_frame.hpp"
#include "engine/small_plan.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

struct Shown {
  plan::PortId port = 0;
  test::FakePort::Sent frame;
  friend bool operator==(const Shown&, const Shown&) = default;
};

std::vector<Shown> shown(const plan::Plan& plan, std::uint64_t most) {
  std::vector<Shown> frames;
  const std::uint64_t told = engine::first_frames(plan, most, [&frames](const engine::PlannedFrame& frame) {
    frames.push_back(
        {.port = frame.port,
         .frame = {
             .at = frame.at, .priority = frame.priority, .bytes = {frame.bytes.begin(), frame.bytes.end()}}});
  });
  EXPECT_EQ(told, frames.size());
  return frames;
}

test::SmallPlan one_entry(const test::EntrySpec& spec) {
  test::SmallPlan small{spec};
  small.plan.profile.test.duration = base::milliseconds(10);
  return small;
}

TEST(FirstFrames, AreTheSchedulesFramesAtItsTimes) {
  const test::SmallPlan small = one_entry({.interval = base::nanoseconds(250), .first_psn = 0xfffffe});
  const std::vector<Shown> frames = shown(small.plan, 5);
  ASSERT_EQ(frames.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(frames[i].port, 0U);
    EXPECT_EQ(frames[i].frame.at, base::Time{} + base::nanoseconds(250) * static_cast<std::int64_t>(i));
    const test::SentFrame read = test::read_sent(frames[i].frame);  // expects its ICRC to be good
    EXPECT_EQ(read.roce.psn.value(), (0xfffffeU + i) & 0xffffffU);
    ASSERT_TRUE(read.tag);
    EXPECT_EQ(read.tag->sequence, i);
    EXPECT_EQ(read.tag->sent_at, frames[i].frame.at);
  }
}

TEST(FirstFrames, OfTwoPortsComeInTheOrderOfTime) {
  test::SmallPlan small = one_entry({.interval = base::nanoseconds(300), .start = base::nanoseconds(100)});
  small.plan.traffic[0].flows = 1;
  small.add({.interval = base::nanoseconds(200)});
  // The second entry's flow goes the other way.
  plan::Flow& back = small.plan.flows.back();
  std::swap(back.source, back.destination);
  std::swap(back.tx_queue, back.rx_queue);
  small.plan.queues[0].sends.pop_back();
  small.plan.queues[1].receives.pop_back();
  small.plan.queues[1].sends.push_back(1);
  small.plan.queues[0].receives.push_back(1);

  std::vector<std::pair<std::int64_t, int>> order;
  for (const Shown& frame : shown(small.plan, 8))
    order.emplace_back(frame.frame.at.ps() / 1000, frame.port);
  const std::vector<std::pair<std::int64_t, int>> expected{{0, 1},   {100, 0}, {200, 1}, {400, 0},
                                                           {400, 1}, {600, 1}, {700, 0}, {800, 1}};
  EXPECT_EQ(order, expected);
}

TEST(FirstFrames, AreTheBeginningOfAllFramesAndTheSameAgain) {
  const test::SmallPlan small = one_entry(
      {.traffic = {.path_mtu = 256, .shape = {.kind = workload::ShapeKind::kPoisson}}, .flows = 40});
  const std::vector<Shown> many = shown(small.plan, 500);
  ASSERT_EQ(many.size(), 500U);
  EXPECT_EQ(shown(small.plan, 500), many);
  const std::vector<Shown> few = shown(small.plan, 77);
  EXPECT_EQ(few, std::vector<Shown>(many.begin(), many.begin() + 77));
  for (std::size_t i = 1; i < many.size(); ++i)
    EXPECT_LE(many[i - 1].frame.at, many[i].frame.at);
}

TEST(FirstFrames, EndWithTheTraffic) {
  test::SmallPlan small = one_entry({.interval = base::microseconds(1)});
  small.plan.profile.test.warmup = base::microseconds(3);
  small.plan.profile.test.duration = base::microseconds(7);
  EXPECT_EQ(shown(small.plan, 1000).size(), 10U);
  EXPECT_EQ(shown(small.plan, 0).size(), 0U);
}

TEST(FirstFrames, OnASerialPortWaitForTheLine) {
  // 40 flows are due at once, and 1 us of line time may be ahead: 1110 bytes and 24 on the line take 90.72
  // ns.
  test::SmallPlan small = one_entry({.interval = base::microseconds(100), .flows = 40});
  small.plan.ports[0].facts.serializes = true;
  small.plan.ports[0].backlog_most = base::microseconds(1);
  const std::vector<Shown> frames = shown(small.plan, 40);
  ASSERT_EQ(frames.size(), 40U);
  std::size_t at_once = 0;
  for (const Shown& frame : frames)
    at_once += frame.frame.at == base::Time{} ? 1U : 0U;
  EXPECT_EQ(at_once, 12U);
  EXPECT_GT(frames.back().frame.at, base::Time{} + base::microseconds(2));
  EXPECT_LT(frames.back().frame.at, base::Time{} + base::microseconds(3));
}

TEST(FirstFrames, ToAGatewayHaveNoDestinationYet) {
  test::SmallPlan small = one_entry({});
  small.plan.endpoints[0].gateway_ipv4 = base::Ipv4Address{{198, 18, 0, 254}};
  small.plan.endpoints[0].ipv4->length = 32;
  EXPECT_EQ(engine::flows_behind_gateways(small.plan), 1U);
  const std::vector<Shown> frames = shown(small.plan, 1);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(test::Bytes(frames[0].frame.bytes.begin(), frames[0].frame.bytes.begin() + 6),
            test::Bytes(6, std::byte{0}));
}

}  // namespace
