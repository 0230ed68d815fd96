// Devices that need nobody: rings and net_null, through the same queue that the engine uses.
#include "port/ports.hpp"

#include "base/rng.hpp"
#include "frames.hpp"

namespace {

constexpr std::uint32_t kBurst = engine::kBurst;
using engine::PayloadSource;
using port::DeviceQueue;
using test::checked_number;
using test::close_whole;
using test::lay;
using test::opened;
using test::ring;
using test::RxFrames;
using test::TxFrames;

TEST(RingPair, PassesUniqueFramesWithRightBytes) {
  const auto set = opened({.devices = {ring("a"), ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  constexpr engine::FrameLayout kLayout{.header_bytes = 74, .payload_bytes = 0, .trailer_bytes = 4};
  DeviceQueue& a = set->queue(0, 0);
  DeviceQueue& b = set->queue(1, 0);
  TxFrames out;
  RxFrames in;
  for (std::uint32_t round = 0; round < 100; ++round) {
    ASSERT_EQ(a.take(PayloadSource::kFree, out), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i)
      lay(out[i], kLayout, round * kBurst + i);
    ASSERT_EQ(a.send(0, out), kBurst);
    ASSERT_EQ(b.receive(in), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i)
      ASSERT_EQ(checked_number(in[i], kLayout, PayloadSource::kZeros), round * kBurst + i);
    b.release(in);
  }
  EXPECT_EQ(set->counters(0).frames_sent, 3200U);
  EXPECT_EQ(set->counters(1).frames_received, 3200U);
  close_whole(*set);
}

class PrimedPayload : public testing::TestWithParam<PayloadSource> {};

TEST_P(PrimedPayload, StaysIntactUnderTrailersOfShorterFrames) {
  const PayloadSource source = GetParam();
  port::DeviceOptions sender = ring("a");
  sender.sources = {source};
  sender.buffers = 511;  // few, so that each buffer carries many lengths
  const auto set = opened({.devices = {sender, ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  constexpr std::uint64_t kSeed = 20;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  base::Rng rng{kSeed};
  TxFrames out;
  RxFrames in;
  for (std::uint32_t round = 0; round < 2000; ++round) {
    std::array<engine::FrameLayout, kBurst> layouts;
    ASSERT_EQ(set->queue(0, 0).take(source, out), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i) {
      // Every third length is one of few, so that equal ones follow each other, too.
      const std::uint64_t payload = rng.below(3) == 0 ? 4096 - 4 * rng.below(3) : rng.below(4097);
      layouts[i] = {.header_bytes = static_cast<std::uint32_t>(54 + rng.below(203)),
                    .payload_bytes = static_cast<std::uint32_t>(payload),
                    .trailer_bytes = static_cast<std::uint32_t>(4 + rng.below(5))};
      lay(out[i], layouts[i], i);
    }
    ASSERT_EQ(set->queue(0, 0).send(0, out), kBurst);
    ASSERT_EQ(set->queue(1, 0).receive(in), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i)
      ASSERT_EQ(checked_number(in[i], layouts[i], source), i) << "round " << round;
    set->queue(1, 0).release(in);
  }
  close_whole(*set);
}

INSTANTIATE_TEST_SUITE_P(Sources, PrimedPayload,
                         testing::Values(PayloadSource::kZeros, PayloadSource::kOnes, PayloadSource::kCounter,
                                         PayloadSource::kRandom));

TEST(RingPair, AFullRingRefusesAndTheFrameStaysWithTheSender) {
  const auto set = opened({.devices = {ring("a"), ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  DeviceQueue& a = set->queue(0, 0);
  TxFrames out;
  std::size_t sent = 0;
  std::size_t refused = 0;
  for (std::uint32_t round = 0; round < 3; ++round) {
    ASSERT_EQ(a.take(PayloadSource::kFree, out), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i)
      lay(out[i], {.header_bytes = 60}, round * 32 + i);
    const std::size_t taken = a.send(0, out);
    sent += taken;
    refused += kBurst - taken;
    a.give_back(std::span{out}.subspan(taken));
  }
  EXPECT_EQ(sent, 64U);
  EXPECT_EQ(refused, 32U);
  // What a ring refuses is no loss: nobody may read it as such.
  const port::DeviceCounters counters = set->counters(0);
  EXPECT_EQ(counters.frames_sent, 64U);
  EXPECT_EQ(counters.sum(port::CounterPlace::kSender), 0U);
  EXPECT_EQ(counters.sum(port::CounterPlace::kTester), 0U);
  EXPECT_EQ(counters.sum(port::CounterPlace::kUnmapped), 0U);
  EXPECT_EQ(set->drain(), 64U);
  close_whole(*set);
}

TEST(RingPair, AFarEndForwardsWithoutACopy) {
  // a - hop - b: the hop owns the far ends of two cables.
  port::DeviceOptions hop_a = ring("a.far");
  port::DeviceOptions hop_b = ring("b.far");
  hop_a.forwards = hop_b.forwards = true;
  port::DeviceOptions sender = ring("a");
  sender.sources = {PayloadSource::kCounter};
  const auto set =
      opened({.devices = {sender, ring("b"), hop_a, hop_b}, .cables = {{.a = 0, .b = 2}, {.a = 1, .b = 3}}});
  ASSERT_NE(set, nullptr);
  constexpr engine::FrameLayout kLayout{.header_bytes = 70, .payload_bytes = 1000, .trailer_bytes = 4};
  TxFrames out;
  RxFrames in;
  ASSERT_EQ(set->queue(0, 0).take(PayloadSource::kCounter, out), kBurst);
  for (std::uint32_t i = 0; i < kBurst; ++i)
    lay(out[i], kLayout, i);
  ASSERT_EQ(set->queue(0, 0).send(0, out), kBurst);
  ASSERT_EQ(set->queue(2, 0).receive(in), kBurst);
  std::array<const std::byte*, kBurst> places;
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    places[i] = in[i].head().data();
    out[i] = DeviceQueue::forward(in[i]);
  }
  ASSERT_EQ(set->queue(3, 0).send(0, out), kBurst);
  ASSERT_EQ(set->queue(1, 0).receive(in), kBurst);
  for (std::uint32_t i = 0; i < kBurst; ++i) {
    EXPECT_EQ(checked_number(in[i], kLayout, PayloadSource::kCounter), i);
    EXPECT_EQ(in[i].head().data(), places[i]);
  }
  set->queue(1, 0).release(in);
  close_whole(*set);
}

TEST(Pools, GiveWhatIsLeftAndNoMore) {
  port::DeviceOptions sender = ring("a");
  sender.buffers = 511;
  const auto set = opened({.devices = {sender, ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  DeviceQueue& a = set->queue(0, 0);
  std::vector<DeviceQueue::TxFrame> all;
  TxFrames some;
  for (std::size_t count = kBurst; count != 0;) {
    count = a.take(PayloadSource::kFree, some);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  EXPECT_EQ(all.size(), 511U);
  a.give_back(all);
  EXPECT_EQ(a.take(PayloadSource::kFree, some), kBurst);
  a.give_back(some);
  close_whole(*set);
}

TEST(Pools, ABufferThatDidNotComeBackIsAnErrorOfOurs) {
  const auto set = opened({.devices = {ring("a"), ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  TxFrames kept;
  ASSERT_EQ(set->queue(1, 0).take(PayloadSource::kFree, std::span{kept}.first(3)), 3U);
  const base::Status closed = set->close();
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(base::to_text(closed.error()).find("port b: 3 packet buffers did not come back"), 0U)
      << base::to_text(closed.error());
  EXPECT_EQ(closed.error().front().kind, base::ErrorKind::kInternal);
}

TEST(Null, SwallowsAndMakesFrames) {
  const auto set = opened({.devices = {{.name = "sink",
                                        .kind = port::DeviceKind::kVdev,
                                        .device = "net_null",
                                        .arguments = "size=1098",
                                        .ip_mtu = 4200}},
                           .cables = {}});
  ASSERT_NE(set, nullptr);
  DeviceQueue& queue = set->queue(0, 0);
  TxFrames out;
  RxFrames in;
  ASSERT_EQ(queue.take(PayloadSource::kFree, out), kBurst);
  for (auto& frame : out)
    lay(frame, {.header_bytes = 60}, 7);
  EXPECT_EQ(queue.send(0, out), kBurst);
  ASSERT_EQ(queue.receive(in), kBurst);
  EXPECT_EQ(in[0].length(), 1098U);
  EXPECT_FALSE(in[0].icrc_good(14, 1084));
  EXPECT_FALSE(in[0].icrc_good(14, 1085));  // reaches behind the frame
  queue.release(in);
  EXPECT_EQ(set->facts(0).driver, "net_null");
  EXPECT_EQ(set->counters(0).frames_sent, kBurst);
  close_whole(*set);
}

TEST(PortSet, QueuePairsAndPrioritiesHaveQueuesOfTheirOwn) {
  port::DeviceOptions a = ring("a");
  a.queue_pairs = 2;
  a.tx_queue_of_priority = {0, 0, 0, 1, 0, 0, 0, 0};
  port::DeviceOptions b = ring("b");
  b.queue_pairs = 2;
  const auto set = opened({.devices = {a, b}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  constexpr engine::FrameLayout kLayout{.header_bytes = 60};
  TxFrames out;
  RxFrames in;
  for (std::uint32_t pair = 0; pair < 2; ++pair) {
    for (const std::uint8_t priority : {std::uint8_t{0}, std::uint8_t{3}}) {
      ASSERT_EQ(set->queue(0, pair).take(PayloadSource::kFree, std::span{out}.first(1)), 1U);
      lay(out[0], kLayout, pair * 10 + priority);
      ASSERT_EQ(set->queue(0, pair).send(priority, std::span{out}.first(1)), 1U);
    }
    ASSERT_EQ(set->queue(1, 1 - pair).receive(in), 0U);
    ASSERT_EQ(set->queue(1, pair).receive(in), 2U);
    EXPECT_EQ(checked_number(in[0], kLayout, PayloadSource::kZeros), pair * 10);
    EXPECT_EQ(checked_number(in[1], kLayout, PayloadSource::kZeros), pair * 10 + 3);
    set->queue(1, pair).release(std::span{in}.first(2));
  }
  close_whole(*set);
}

TEST(PortSet, WhatSendsOnlyIsNeverSentTo) {
  // Two senders at a, one receiver at b: both send queues reach the one receive queue.
  port::DeviceOptions a = ring("a");
  a.queue_pairs = 2;
  port::DeviceOptions b = ring("b");
  b.queue_pairs = 3;
  b.rx_queues = 1;
  const auto set = opened({.devices = {a, b}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  constexpr engine::FrameLayout kLayout{.header_bytes = 60};
  TxFrames out;
  RxFrames in;
  for (std::uint32_t pair = 0; pair < 2; ++pair) {
    ASSERT_EQ(set->queue(0, pair).take(PayloadSource::kFree, std::span{out}.first(1)), 1U);
    lay(out[0], kLayout, pair);
    ASSERT_EQ(set->queue(0, pair).send(0, std::span{out}.first(1)), 1U);
  }
  EXPECT_EQ(set->queue(1, 1).receive(in), 0U);
  EXPECT_EQ(set->queue(1, 2).receive(in), 0U);
  ASSERT_EQ(set->queue(1, 0).receive(in), 2U);
  EXPECT_EQ(checked_number(in[0], kLayout, PayloadSource::kZeros), 0U);
  EXPECT_EQ(checked_number(in[1], kLayout, PayloadSource::kZeros), 1U);
  set->queue(1, 0).release(std::span{in}.first(2));
  close_whole(*set);
}

TEST(PortSet, PlanAfterPlanRunsInOneProcess) {
  for (int plan = 0; plan < 5; ++plan) {
    const auto set =
        opened({.devices = {ring("a"),
                            ring("b"),
                            {.name = "sink", .kind = port::DeviceKind::kVdev, .device = "net_null"}},
                .cables = {{.a = 0, .b = 1}}});
    ASSERT_NE(set, nullptr);
    TxFrames out;
    RxFrames in;
    ASSERT_EQ(set->queue(0, 0).take(PayloadSource::kFree, out), kBurst);
    for (std::uint32_t i = 0; i < kBurst; ++i)
      lay(out[i], {.header_bytes = 60}, i);
    ASSERT_EQ(set->queue(0, 0).send(0, out), kBurst);
    // The first half is received; the rest still waits when the plan ends.
    ASSERT_EQ(set->queue(1, 0).receive(std::span{in}.first(16)), 16U);
    set->queue(1, 0).release(std::span{in}.first(16));
    EXPECT_EQ(set->counters(0).frames_sent, kBurst) << "counters begin at zero, plan " << plan;
    close_whole(*set);
  }
}

TEST(PortSet, RefusalsComeInOurWordsAndAllAtOnce) {
  port::DeviceOptions big = ring("big");
  big.ip_mtu = 9000;
  port::DeviceOptions many = ring("many");
  many.queue_pairs = 17;
  const auto set = port::PortSet::open(test::shared_eal(), {.devices = {big,
                                                                        many,
                                                                        {.name = "lost",
                                                                         .kind = port::DeviceKind::kVdev,
                                                                         .device = "net_af_packet",
                                                                         .arguments = "iface=no_such_if"}},
                                                            .cables = {}});
  ASSERT_FALSE(set.has_value());
  const std::string text = base::to_text(set.error());
  EXPECT_NE(text.find("port big: needs an MTU of 9000, but the packet buffers allow 4342"), std::string::npos)
      << text;
  EXPECT_NE(text.find("port many: needs 17 receive and 17 send queues, net_ring has 16 and 16"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("port lost: this host has no interface \"no_such_if\""), std::string::npos) << text;
}

TEST(PortSet, MemoryNeededCoversWhatItTakes) {
  port::DeviceOptions a = ring("a");
  a.sources = {PayloadSource::kZeros, PayloadSource::kFree};
  // 2 sources and 1 of b, each of buffers_for(64) buffers of at least 4360 + 128 bytes.
  const base::Bytes needed = port::memory_needed({.devices = {a, ring("b")}, .cables = {}});
  EXPECT_GE(needed.count(), 3ULL * port::buffers_for(64) * (4360 + 128));
  EXPECT_LE(needed.count(), 6ULL * port::buffers_for(64) * (4360 + 128) + (32ULL << 20));
}

}  // namespace
