#include "impair/impairer.hpp"

#include "support/roce_frames.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <set>

namespace {

using impair::Fault;
using impair::Frame;
using impair::Impairer;
using impair::Out;
using support::roce_frame;

constexpr std::uint8_t kAcknowledge = 0x11;

Impairer make(std::vector<Fault> faults, std::uint64_t seed = 1) {
  auto impairer = Impairer::create({.faults = std::move(faults), .seed = seed});
  EXPECT_TRUE(impairer) << base::to_text(impairer.error());
  return std::move(*impairer);
}

std::vector<std::uint32_t> psns(const std::vector<Out>& out) {
  std::vector<std::uint32_t> psns;
  for (const Out& one : out) {
    psns.push_back(impair::identify(one.frame, nullptr).identity.psn);
  }
  return psns;
}

base::Time at(std::int64_t microseconds) {
  return base::Time{} + base::microseconds(microseconds);
}

/// One frame a microsecond with PSNs first, first+1, ...; returns all that leaves, drained at the end.
std::vector<Out> send(Impairer& impairer, std::uint32_t count, const support::RoceFrame& like = {}) {
  std::vector<Out> all;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto frame = like;
    frame.psn = (like.psn + i) & 0xFF'FFFF;
    for (Out& out : impairer.offer(at(i), roce_frame(frame))) {
      all.push_back(std::move(out));
    }
  }
  for (Out& out : impairer.drain()) {
    all.push_back(std::move(out));
  }
  return all;
}

void expect_books_balance(const Impairer& impairer) {
  const impair::Record& record = impairer.record();
  EXPECT_EQ(record.offered + record.copies, record.left + record.lost + impairer.inside());
}

TEST(Impairer, ChoosesOnlyWithinItsTimeButCountsAll) {
  auto impairer = make({{.choose = {.first = 2, .every = 2, .after = at(10), .until = at(20)}}});
  static_cast<void>(send(impairer, 100));
  std::vector<std::uint32_t> lost;
  for (const impair::Event& event : impairer.record().events)
    lost.push_back(event.identity.psn);
  EXPECT_EQ(lost, (std::vector<std::uint32_t>{11, 13, 15, 17, 19}));
  EXPECT_EQ(impairer.record().faults[0].matched, 100U);
  expect_books_balance(impairer);
}

TEST(Impairer, WithoutFaultsChangesNothing) {
  auto impairer = make({});
  const auto frame = roce_frame({.psn = 5});
  const auto out = impairer.offer(at(1), frame);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].frame, frame);
  EXPECT_FALSE(out[0].bad_fcs);
  EXPECT_TRUE(impairer.next_release().is_never());
  EXPECT_EQ(impairer.record().left, 1u);
  EXPECT_TRUE(impairer.record().events.empty());
}

TEST(Lose, TakesTheChosenPsnsOfOneQueuePairOverTheWrap) {
  auto impairer = make({{.match = {.destination_qp = 0x11, .psn = impair::PsnRange{0xFFFFFE, 1}}}});
  const auto left = send(impairer, 6, {.psn = 0xFFFFFD});
  EXPECT_EQ(psns(left), (std::vector<std::uint32_t>{0xFFFFFD, 2}));
  const impair::Record& record = impairer.record();
  EXPECT_EQ(record.faults[0], (impair::FaultCounts{.matched = 4, .applied = 4}));
  ASSERT_EQ(record.events.size(), 4u);
  EXPECT_EQ(record.events[0].frame, 1u);
  EXPECT_EQ(record.events[0].time, at(1));
  EXPECT_EQ(record.events[0].identity.psn, 0xFFFFFEu);
  EXPECT_EQ(record.events[3].identity.psn, 1u);
  EXPECT_EQ(record.lost, 4u);

  const auto other = impairer.offer(at(9), roce_frame({.qp = 0x12, .psn = 0}));
  EXPECT_EQ(other.size(), 1u) << "another queue pair";
}

TEST(Choose, TakesEveryNthFromTheFirstUntilTheCount) {
  auto impairer = make({{.choose = {.first = 3, .every = 4, .count = 3}}});
  const auto left = send(impairer, 20);
  std::vector<std::uint64_t> lost;
  for (const auto& event : impairer.record().events) {
    lost.push_back(event.frame);
  }
  EXPECT_EQ(lost, (std::vector<std::uint64_t>{2, 6, 10}));
  EXPECT_EQ(left.size(), 17u);
  EXPECT_EQ(impairer.record().faults[0].matched, 20u);
}

TEST(Choose, MatchesByOpcodeAndByTheFlowThatTheCallerNames) {
  auto by_opcode = make({{.match = {.opcode = kAcknowledge}}});
  EXPECT_TRUE(by_opcode.offer(at(0), roce_frame({.opcode = kAcknowledge, .payload_bytes = 0})).empty());
  EXPECT_EQ(by_opcode.offer(at(1), roce_frame({})).size(), 1u);

  const auto first_payload_byte = [](std::span<const std::byte> udp_payload) -> std::uint64_t {
    return std::to_integer<std::uint64_t>(udp_payload[sizeof(roce::Bth)]);
  };
  auto by_flow = Impairer::create({.faults = {{.match = {.flow = 9}}}, .flow_of = first_payload_byte});
  ASSERT_TRUE(by_flow);
  EXPECT_TRUE(by_flow->offer(at(0), roce_frame({.psn = 9})).empty());
  EXPECT_EQ(by_flow->offer(at(1), roce_frame({.psn = 8})).size(), 1u);
  EXPECT_EQ(by_flow->record().events[0].identity.flow, 9u);
}

TEST(Choose, AtRandomIsTheSameForASeedAndAboutTheShareAsked) {
  std::set<std::vector<std::uint32_t>> results;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto one = make({{.choose = {.parts_per_million = 100'000}}}, seed);
    auto same = make({{.choose = {.parts_per_million = 100'000}}}, seed);
    const auto left = psns(send(one, 1000));
    EXPECT_EQ(left, psns(send(same, 1000))) << "seed " << seed;
    EXPECT_EQ(left.size() + one.record().faults[0].applied, 1000u);
    EXPECT_NEAR(static_cast<double>(one.record().lost), 100.0, 50.0) << "seed " << seed;
    results.insert(left);
  }
  EXPECT_EQ(results.size(), 20u) << "seeds that do not matter";
}

TEST(Choose, DoesNotDependOnOtherFaults) {
  const Fault lose_some{.choose = {.parts_per_million = 50'000}};
  auto alone = make({lose_some});
  auto with_another = make({lose_some, {.match = {.destination_qp = 0x77}, .action = impair::Delay{}}});
  EXPECT_EQ(psns(send(alone, 500)), psns(send(with_another, 500)));
}

TEST(Duplicate, LeavesWithItsGapAndIsCounted) {
  auto impairer = make({{.choose = {.first = 2, .count = 1},
                         .action = impair::Duplicate{.copies = 2, .gap = base::microseconds(3)}}});
  EXPECT_EQ(impairer.offer(at(0), roce_frame({.psn = 0})).size(), 1u);
  const auto original = impairer.offer(at(1), roce_frame({.psn = 1}));
  ASSERT_EQ(original.size(), 1u);
  EXPECT_EQ(original[0].copy, 0u);
  EXPECT_EQ(impairer.next_release(), at(4));
  EXPECT_TRUE(impairer.release(at(3)).empty());
  const auto first_copy = impairer.release(at(4));
  ASSERT_EQ(first_copy.size(), 1u);
  EXPECT_EQ(first_copy[0].copy, 1u);
  EXPECT_EQ(first_copy[0].frame, original[0].frame);
  EXPECT_EQ(impairer.next_release(), at(7));
  expect_books_balance(impairer);
  EXPECT_EQ(impairer.drain().size(), 1u);
  EXPECT_EQ(impairer.record().copies, 2u);
  EXPECT_EQ(impairer.record().left, 4u);
  EXPECT_EQ(impairer.record().events[0].amount, 2u);
}

TEST(Reorder, LetsTheGivenNumberOfLaterFramesOfTheFlowPass) {
  auto impairer = make({{.match = {.psn = impair::PsnRange{2, 2}}, .action = impair::Reorder{.by = 3}}});
  EXPECT_EQ(psns(send(impairer, 8)), (std::vector<std::uint32_t>{0, 1, 3, 4, 5, 2, 6, 7}));
  ASSERT_EQ(impairer.record().events.size(), 1u);
  EXPECT_EQ(impairer.record().events[0].amount, 3u);
}

TEST(Reorder, DoesNotCountFramesOfOtherFlows) {
  auto impairer =
      make({{.match = {.destination_qp = 1}, .choose = {.count = 1}, .action = impair::Reorder{}}});
  EXPECT_TRUE(impairer.offer(at(0), roce_frame({.qp = 1, .psn = 0})).empty());
  EXPECT_EQ(impairer.offer(at(1), roce_frame({.qp = 2, .psn = 1})).size(), 1u);
  EXPECT_EQ(psns(impairer.offer(at(2), roce_frame({.qp = 1, .psn = 2}))), (std::vector<std::uint32_t>{2, 0}));
}

TEST(Reorder, LeavesInTimeWhereTheFlowEnds) {
  auto impairer = make({{.action = impair::Reorder{.by = 5, .held_at_most = base::microseconds(10)}}});
  EXPECT_TRUE(impairer.offer(at(0), roce_frame({.psn = 0})).empty());
  EXPECT_EQ(impairer.next_release(), at(10));
  EXPECT_EQ(psns(impairer.release(at(10))), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(impairer.record().events[0].amount, 0u) << "nothing passed it";
  EXPECT_TRUE(impairer.next_release().is_never());
}

TEST(Reorder, OfNeighboursLetsBothGoBehindTheSameFrame) {
  auto impairer = make({{.match = {.psn = impair::PsnRange{0, 1}}, .action = impair::Reorder{.by = 1}}});
  EXPECT_EQ(psns(send(impairer, 4)), (std::vector<std::uint32_t>{2, 0, 1, 3}));
  expect_books_balance(impairer);
}

TEST(Delay, KeepsTheOrderOfAFlowUnlessToldNotTo) {
  impair::Delay delay{.fixed = base::microseconds(5), .jitter = base::microseconds(20)};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    delay.keep_order = true;
    auto in_order = make({{.action = delay}}, seed);
    const auto left = psns(send(in_order, 50));
    EXPECT_TRUE(std::is_sorted(left.begin(), left.end())) << "seed " << seed;
    EXPECT_EQ(left.size(), 50u);

    delay.keep_order = false;
    auto any_order = make({{.action = delay}}, seed);
    const auto shuffled = psns(send(any_order, 50));
    EXPECT_FALSE(std::is_sorted(shuffled.begin(), shuffled.end())) << "seed " << seed;
    for (const auto& event : any_order.record().events) {
      EXPECT_GE(event.amount, 5'000'000u);
      EXPECT_LE(event.amount, 25'000'000u);
    }
  }
}

TEST(Delay, TellsItsReleaseTimeExactly) {
  auto impairer = make({{.action = impair::Delay{.fixed = base::microseconds(5)}}});
  EXPECT_TRUE(impairer.offer(at(1), roce_frame({.psn = 0})).empty());
  EXPECT_EQ(impairer.next_release(), at(6));
  EXPECT_EQ(psns(impairer.offer(at(6), roce_frame({.psn = 1}))), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(impairer.record().events[0].amount, 5'000'000u);
}

TEST(Impairer, LeavesFramesThatAreNotRoceAloneUnlessTold) {
  Frame arp(60);
  arp[12] = std::byte{0x08};
  arp[13] = std::byte{0x06};
  auto impairer = make({Fault{}});
  EXPECT_EQ(impairer.offer(at(0), arp).size(), 1u);
  EXPECT_EQ(impairer.record().faults[0].matched, 0u);
  auto of_any = make({{.match = {.any_frame = true}}});
  EXPECT_TRUE(of_any.offer(at(0), arp).empty());
  EXPECT_TRUE(of_any.offer(at(0), Frame(3)).empty()) << "too short for anything";
}

TEST(Impairer, KeepsItsBooksUnderAllFaultsAtOnce) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const impair::Choose some{.parts_per_million = 200'000};
    auto impairer =
        make({{.choose = some, .action = impair::Duplicate{.gap = base::microseconds(2)}},
              {.choose = some},
              {.choose = some, .action = impair::Reorder{.by = 4}},
              {.choose = some, .action = impair::Corrupt{.random_bits = 2}},
              {.choose = some, .action = impair::Delay{.jitter = base::microseconds(9), .keep_order = false}},
              {.choose = some, .action = impair::MarkCe{}}},
             seed);
    std::uint64_t left = 0;
    for (std::uint32_t i = 0; i < 400; ++i) {
      left += impairer.offer(at(i), roce_frame({.traffic_class = 2, .qp = i % 3, .psn = i})).size();
      expect_books_balance(impairer);
    }
    left += impairer.drain().size();
    EXPECT_EQ(impairer.inside(), 0u);
    EXPECT_EQ(impairer.record().left, left);
    expect_books_balance(impairer);
    std::uint64_t applied = 0;
    for (const auto& counts : impairer.record().faults) {
      EXPECT_GT(counts.applied, 0u) << "seed " << seed;
      applied += counts.applied;
    }
    EXPECT_EQ(impairer.record().events.size(), applied);
  }
}

TEST(Impairer, CountsOnWhenItsListOfEventsIsFull) {
  auto impairer = Impairer::create({.faults = {{.action = impair::Reorder{.by = 1}}}, .events_max = 2});
  ASSERT_TRUE(impairer);
  EXPECT_EQ(send(*impairer, 10).size(), 10u);
  EXPECT_EQ(impairer->record().events.size(), 2u);
  EXPECT_EQ(impairer->record().events_beyond, 8u);
  EXPECT_EQ(impairer->record().faults[0].applied, 10u);
}

TEST(Impairer, RefusesFaultsThatCannotBeDone) {
  const auto impairer = Impairer::create({.faults = {{.choose = {.every = 0}},
                                                     {.action = impair::RewriteDscp{.dscp = 64}},
                                                     {.action = impair::Corrupt{}}}});
  ASSERT_FALSE(impairer);
  EXPECT_EQ(base::to_text(impairer.error()),
            "fault[0] lose: every is 0\n    give 1 for each frame\n"
            "fault[1] rewrite_dscp: a DSCP above 63\n    give 0 to 63\n"
            "fault[2] corrupt: no bit to turn over\n    give flips or random_bits\n");
}

}  // namespace
