#include "measure/flow_result.hpp"

#include <gtest/gtest.h>

namespace {

using base::Time;
using measure::Interval;
using measure::ReceiveResult;
using measure::SendResult;

TEST(SendResult, OfASumIsAddedUp) {
  SendResult a{.scheduled = 10,
               .sent = 7,
               .refused = 1,
               .abandoned = 2,
               .retransmissions = 1,
               .frame_bytes = 700,
               .payload_bytes = 600,
               .messages = 3,
               .late = 4,
               .first_sent = Time{50},
               .last_sent = Time{90}};
  a.lateness_ps.add(5);
  SendResult b{.scheduled = 1, .sent = 1, .frame_bytes = 60, .first_sent = Time{20}, .last_sent = Time{30}};
  b.lateness_ps.add(7);
  b.merge(a);
  EXPECT_EQ(b.scheduled, 11u);
  EXPECT_EQ(b.sent, 8u);
  EXPECT_EQ(b.refused, 1u);
  EXPECT_EQ(b.abandoned, 2u);
  EXPECT_EQ(b.retransmissions, 1u);
  EXPECT_EQ(b.frame_bytes, 760u);
  EXPECT_EQ(b.payload_bytes, 600u);
  EXPECT_EQ(b.messages, 3u);
  EXPECT_EQ(b.late, 4u);
  EXPECT_EQ(b.lateness_ps.max, 7);
  EXPECT_EQ(b.first_sent, Time{20});
  EXPECT_EQ(b.last_sent, Time{90});
  SendResult silent;
  silent.merge(a);
  EXPECT_EQ(silent, a) << "a sum of one flow is that flow";
}

/// Each field another number.
ReceiveResult sample() {
  ReceiveResult result{.frames = 1,
                       .frame_bytes = 2,
                       .payload_bytes = 3,
                       .messages = 4,
                       .warmup_frames = 5,
                       .retransmissions = 6,
                       .corrupt = 7,
                       .corrupt_first = 8,
                       .icrc_unchecked = 9};
  result.sequence.counts.received = 10;
  result.sequence.lost_gaps = 11;
  result.sequence.lost_tail = 12;
  result.sequence.sent = 13;
  result.ecn[2][3] = 14;
  result.ecn[2][2] = 15;
  result.ecn[1][0] = 16;
  result.ecn[0][3] = 17;
  result.dscp = {.frames = 18, .sent = 26, .seen = 0};
  result.latency_ps.add(19);
  result.latency_lifo_ps.add(20);
  result.inter_arrival_ps.add(21);
  result.tester_bound = 22;
  result.longest_gap = {.start = Time{23}, .length = base::Duration{24}, .jumped = 25, .lost = 25};
  result.first_arrival = Time{26};
  result.last_arrival = Time{27};
  return result;
}

TEST(ReceiveResult, OfOneFlowIsThatFlow) {
  ReceiveResult sum;
  sum.merge(sample());
  EXPECT_EQ(sum, sample());
}

TEST(ReceiveResult, OfTwoFlowsIsTheirSum) {
  ReceiveResult sum = sample();
  sum.merge(sample());
  EXPECT_EQ(sum.frames, 2u);
  EXPECT_EQ(sum.frame_bytes, 4u);
  EXPECT_EQ(sum.payload_bytes, 6u);
  EXPECT_EQ(sum.messages, 8u);
  EXPECT_EQ(sum.warmup_frames, 10u);
  EXPECT_EQ(sum.retransmissions, 12u);
  EXPECT_EQ(sum.corrupt, 14u);
  EXPECT_EQ(sum.corrupt_first, 16u);
  EXPECT_EQ(sum.icrc_unchecked, 18u);
  EXPECT_EQ(sum.sequence.lost(), Interval::exactly(46));
  EXPECT_EQ(sum.sequence.sent, 26u);
  EXPECT_EQ(sum.ecn[2][3], 28u);
  EXPECT_EQ(sum.dscp.frames, 36u);
  EXPECT_EQ(sum.dscp.sent, 26u);
  EXPECT_EQ(sum.latency_ps.count, 2u);
  EXPECT_EQ(sum.tester_bound, 44u);
  EXPECT_EQ(sum.longest_gap.length, base::Duration{24});
}

TEST(ReceiveResult, CountsCeOfEctOnly) {
  const ReceiveResult result = sample();
  EXPECT_EQ(result.ce_of_ect(), 14u) << "what was sent not-ECT and came with CE is no mark of a switch's ECN";
  EXPECT_EQ(result.received_of_ect(), 45u);
}

TEST(ReceiveResult, GoodIsReceivedLessCorrupt) {
  ReceiveResult result;
  result.sequence.counts.received = 10;
  result.sequence.counts.beyond_window = 2;
  result.sequence.counts.beyond_window_first_at_most = 2;
  result.corrupt_first = 3;
  EXPECT_EQ(result.good(), (Interval{.low = 7, .high = 9}));
}

}  // namespace
