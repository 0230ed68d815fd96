#include "measure/sequence.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

using measure::Arrival;
using measure::ArrivalKind;
using measure::FlowSequence;
using measure::Interval;
using measure::kReorderThreshold;
using measure::ReorderDensity;
using measure::SequenceResult;
using measure::SequenceTracker;

/// One flow; arrivals are a microsecond apart.
struct Flow {
  explicit Flow(std::uint64_t first = 0) : state{SequenceTracker::begin(first)} {}

  Arrival arrive(std::uint64_t sequence) {
    now += base::microseconds(1);
    return tracker.arrive(state, sequence, now, density);
  }
  void arrive(const std::vector<std::uint64_t>& sequences) {
    for (const std::uint64_t sequence : sequences)
      arrive(sequence);
  }
  void arrive_range(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t sequence = from; sequence < to; ++sequence)
      arrive(sequence);
  }
  Arrival arrive_after_drain(std::uint64_t sequence) {
    return tracker.arrive_after_drain(state, sequence, density);
  }
  SequenceResult close(std::uint64_t sent) { return tracker.close(state, sent, density); }

  [[nodiscard]] std::uint64_t displaced(std::int64_t by) const {
    return density.displacement[static_cast<std::size_t>(by + std::int64_t{kReorderThreshold})];
  }

  SequenceTracker tracker{{.flows = 1, .window = 4096}};
  FlowSequence state;
  ReorderDensity density;
  base::Time now;
};

// lab-facts, section 3: computed by hand from RFC 4737.
TEST(Sequence, GivesTheExtentsOfThePublishedExample) {
  Flow flow{1};
  flow.arrive({1, 2, 3, 7, 8, 9, 4, 5, 6});
  const SequenceResult result = flow.close(9);
  EXPECT_EQ(result.counts.received, 9u);
  EXPECT_EQ(result.counts.reordered, 3u);
  EXPECT_EQ(flow.density.extent[3], 1u);
  EXPECT_EQ(flow.density.extent[4], 1u);
  EXPECT_EQ(flow.density.extent[5], 1u);
  EXPECT_EQ(result.counts.extent.max, 5);
  EXPECT_EQ(flow.density.n_reordered(3), 1u) << "only 4 is 3-reordered";
  EXPECT_EQ(flow.density.n_reordered(4), 0u);
  EXPECT_EQ(flow.density.n_reordered(1), 1u) << "before 5 stands 4, before 6 stands 5";
  EXPECT_EQ(result.counts.late_time.min, base::microseconds(3).ps());
  EXPECT_EQ(result.counts.late_time.max, base::microseconds(5).ps());
  EXPECT_EQ(result.lost(), Interval::exactly(0));
}

TEST(Sequence, GivesTheBufferOccupancyOfThePublishedExample) {
  Flow flow{1};
  flow.arrive({1, 2, 4, 5, 3});
  flow.close(5);
  EXPECT_EQ(flow.density.occupancy[0], 3u);  // .6 of 5
  EXPECT_EQ(flow.density.occupancy[1], 1u);
  EXPECT_EQ(flow.density.occupancy[2], 1u);
}

TEST(Sequence, GivesTheDisplacementsOfThePublishedExampleWithLossAndDuplicate) {
  Flow flow{1};
  flow.arrive({1, 4, 3, 5, 3, 8, 7, 6});
  const SequenceResult result = flow.close(8);
  EXPECT_EQ(flow.displaced(0), 3u);   // 1, 5, 7
  EXPECT_EQ(flow.displaced(-1), 1u);  // 4
  EXPECT_EQ(flow.displaced(1), 1u);   // 3
  EXPECT_EQ(flow.displaced(-2), 1u);  // 8
  EXPECT_EQ(flow.displaced(2), 1u);   // 6
  EXPECT_EQ(result.counts.duplicates, 1u);
  EXPECT_EQ(result.lost(), Interval::exactly(1));
  EXPECT_EQ(result.counts.received, 7u);
}

TEST(Sequence, AFlowInOrderTakesNothingFromThePool) {
  Flow flow;
  flow.arrive_range(0, 10'000);
  EXPECT_EQ(flow.state.disorder, FlowSequence::kInOrder);
  const SequenceResult result = flow.close(10'000);
  EXPECT_EQ(result.counts.received, 10'000u);
  EXPECT_EQ(result.lost(), Interval::exactly(0));
  EXPECT_EQ(flow.displaced(0), 10'000u);
  EXPECT_EQ(flow.density.occupancy[0], 10'000u);
  EXPECT_EQ(result.counts.free_runs.longest, 10'000u);
}

TEST(Sequence, ALostTailHasAColumnOfItsOwn) {
  Flow flow;
  flow.arrive({0, 1, 4, 5});
  const SequenceResult result = flow.close(9);
  EXPECT_EQ(result.lost_gaps, 2u);
  EXPECT_EQ(result.lost_tail, 3u);
  EXPECT_EQ(result.flows_lost_whole, 0u);
}

TEST(Sequence, AFlowOfWhichNothingArrivedIsLostWhole) {
  Flow flow;
  const SequenceResult result = flow.close(7);
  EXPECT_EQ(result.lost_tail, 7u);
  EXPECT_EQ(result.lost(), Interval::exactly(7));
  EXPECT_EQ(result.flows_lost_whole, 1u);
  Flow idle;
  EXPECT_EQ(idle.close(0).flows_lost_whole, 0u) << "nothing was sent";
}

TEST(Sequence, NumbersThatNobodySentAreOurError) {
  Flow flow;
  flow.arrive({0, 1, 2});
  EXPECT_EQ(flow.close(2).never_sent, 1u);
}

TEST(Sequence, AGapStaysOpenUntilItLeavesTheWindow) {
  Flow flow;
  flow.arrive_range(0, 10);
  EXPECT_EQ(flow.arrive(12).missing, 2u);
  flow.arrive_range(13, 12 + 4094);
  flow.arrive(13);  // a duplicate makes the tracker enter what came in order
  EXPECT_EQ(flow.tracker.counts(flow.state).open(), 2u);
  flow.arrive_range(12 + 4094, 12 + 4096);
  flow.arrive(4000);
  EXPECT_EQ(flow.tracker.counts(flow.state).open(), 0u);
  EXPECT_EQ(flow.tracker.counts(flow.state).missing, 2u);
}

TEST(Sequence, TheLastNumberOfTheWindowIsStillExact) {
  Flow flow;
  flow.arrive(0);
  flow.arrive_range(2, 1 + 4096 + 1);  // 1 is W below the next expected
  EXPECT_EQ(flow.state.next_expected, 4098u);
  EXPECT_EQ(flow.arrive(1).kind, ArrivalKind::kBeyondWindow);
  Flow exact;
  exact.arrive(0);
  exact.arrive_range(2, 1 + 4096);
  EXPECT_EQ(exact.arrive(1).kind, ArrivalKind::kReordered);
  EXPECT_EQ(exact.close(4097).lost(), Interval::exactly(0));
}

TEST(Sequence, LaterThanTheWindowMakesLossAndDuplicatesIntervals) {
  Flow flow;
  flow.arrive(0);
  flow.arrive_range(3, 6000);  // 1 and 2 are lost, or very late
  EXPECT_EQ(flow.arrive(1).kind, ArrivalKind::kBeyondWindow);
  EXPECT_EQ(flow.arrive(1).kind, ArrivalKind::kBeyondWindow);
  EXPECT_EQ(flow.arrive(5).kind, ArrivalKind::kBeyondWindow);
  const SequenceResult result = flow.close(6000);
  EXPECT_EQ(result.lost(), (Interval{.low = 0, .high = 2}));
  EXPECT_EQ(result.duplicates(), (Interval{.low = 1, .high = 3}));
  EXPECT_EQ(result.received(), (Interval{.low = 5998, .high = 6000}));
}

TEST(Sequence, BeyondTheWindowOfAFlowWithoutLossIsADuplicateForSure) {
  Flow flow;
  flow.arrive_range(0, 5000);
  flow.arrive(3);
  const SequenceResult result = flow.close(5000);
  EXPECT_EQ(result.lost(), Interval::exactly(0));
  EXPECT_EQ(result.duplicates(), Interval::exactly(1));
}

TEST(Sequence, AJumpWiderThanTheWindowBooksWhatItLeavesBehind) {
  Flow flow;
  flow.arrive_range(0, 100);
  EXPECT_EQ(flow.arrive(1'000'000).missing, 999'900u);
  flow.arrive(999'999);
  const SequenceResult result = flow.close(1'000'001);
  EXPECT_EQ(result.counts.reordered, 1u);
  EXPECT_EQ(result.counts.extent.max, 1);
  EXPECT_EQ(result.lost(), Interval::exactly(999'899));
  EXPECT_EQ(result.counts.open(), 4094u) << "of the 4096 in the window, two have come";
}

TEST(Sequence, WhatComesAfterTheDrainStaysLost) {
  Flow flow;
  flow.arrive({0, 1, 3});
  EXPECT_EQ(flow.arrive_after_drain(2).kind, ArrivalKind::kAfterDrain);
  EXPECT_EQ(flow.arrive_after_drain(2).kind, ArrivalKind::kDuplicate);
  EXPECT_EQ(flow.arrive_after_drain(5).kind, ArrivalKind::kAfterDrain);
  EXPECT_EQ(flow.arrive_after_drain(4).kind, ArrivalKind::kAfterDrain);
  EXPECT_EQ(flow.arrive_after_drain(0).kind, ArrivalKind::kDuplicate);
  const SequenceResult result = flow.close(7);
  EXPECT_EQ(result.counts.received, 3u);
  EXPECT_EQ(result.counts.after_drain, 3u);
  EXPECT_EQ(result.counts.after_drain_copies, 2u);
  EXPECT_EQ(result.lost_gaps, 1u);
  EXPECT_EQ(result.lost_tail, 3u);
  EXPECT_EQ(result.counts.reordered, 0u);
}

TEST(Sequence, CountsRunsBetweenReorderedPackets) {
  Flow flow;
  flow.arrive({0, 1, 2, 4, 3, 6, 5, 7, 8});  // in order: 0 1 2 4, then 6, then 7 8
  const auto runs = flow.close(9).counts.free_runs;
  EXPECT_EQ(runs.runs, 2u);
  EXPECT_EQ(runs.packets, 5u);
  EXPECT_TRUE(runs.squares == 17);
  EXPECT_EQ(runs.longest, 4u);
  EXPECT_EQ(runs.open_packets, 2u);
}

TEST(Sequence, MeasuresTheDistanceBetweenReorderingDiscontinuities) {
  Flow flow;
  // Arrivals 2 (number 3) and 7 (number 8) are followed by what they overtook; 5 (number 6) overtook what is
  // lost.
  flow.arrive({0, 1, 3, 2, 4, 6, 7, 9, 8});
  const auto gap = flow.close(10).counts.reorder_gap;
  EXPECT_EQ(gap.count, 1u);
  EXPECT_EQ(gap.max, 5);
}

TEST(Sequence, GoesOnThroughTheWrapOf32Bits) {
  Flow flow{0xffff'fff0};
  for (std::uint64_t i = 0; i < 64; ++i) {
    if (i == 20) continue;
    const auto wire = static_cast<std::uint32_t>(0xffff'fff0 + i);
    flow.arrive(measure::extend_sequence<32>(flow.state.next_expected, wire));
  }
  flow.arrive(measure::extend_sequence<32>(flow.state.next_expected, 4));
  const SequenceResult result = flow.close(64);
  EXPECT_EQ(result.counts.reordered, 1u);
  EXPECT_EQ(result.lost(), Interval::exactly(0));
}

TEST(Sequence, MoreGapsThanRecordsAreCountedAsUnknownExtents) {
  SequenceTracker tracker{{.flows = 1, .window = 4096, .long_gap_lists = 0}};
  FlowSequence flow = SequenceTracker::begin();
  ReorderDensity density;
  for (std::uint64_t sequence = 1; sequence < 41; sequence += 2)
    tracker.arrive(flow, sequence, {}, density);
  EXPECT_EQ(tracker.arrive(flow, 0, {}, density).kind, ArrivalKind::kReordered);
  EXPECT_EQ(tracker.arrive(flow, 38, {}, density).kind, ArrivalKind::kReordered);
  const auto counts = tracker.close(flow, 40, density).counts;
  EXPECT_EQ(counts.reordered, 2u);
  EXPECT_EQ(counts.extent_unknown, 1u);
  EXPECT_EQ(counts.extent.count, 1u);
}

TEST(Sequence, FlowsOfOneTrackerDoNotTouchEachOther) {
  SequenceTracker tracker{{.flows = 2}};
  ReorderDensity density;
  FlowSequence a = SequenceTracker::begin();
  FlowSequence b = SequenceTracker::begin();
  for (const std::uint64_t sequence : std::vector<std::uint64_t>{0, 2, 3}) {
    tracker.arrive(a, sequence, {}, density);
    tracker.arrive(b, sequence + 1, {}, density);
  }
  EXPECT_EQ(tracker.close(a, 4, density).lost_gaps, 1u);
  EXPECT_EQ(tracker.close(b, 5, density).lost_gaps, 2u);
}

}  // namespace
