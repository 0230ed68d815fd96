#include "verdict/metric_value.hpp"

#include "profile/metric.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using verdict::MetricValue;

/// A second of a thousand frames of 1000 bytes (without FCS), ECT(0), of which 3 were lost and 7 marked.
struct Numbers {
  Numbers() {
    result.windows.sending_ended = base::Time{} + base::seconds(1);
    row.subject = "total";
    row.sent = {.scheduled = 1001,
                .sent = 1000,
                .abandoned = 1,
                .frame_bytes = 1'000'000,
                .payload_bytes = 900'000,
                .messages = 100};
    row.received.frames = 997;
    row.received.frame_bytes = 997'000;
    row.received.payload_bytes = 897'300;
    row.received.sequence = {.sent = 1000, .lost_gaps = 3};
    row.received.sequence.counts.received = 997;
    row.received.ecn[2] = {0, 0, 990, 7};
  }
  [[nodiscard]] MetricValue of(std::string_view metric) const {
    return verdict::metric_value(result, row, metric);
  }
  measure::RunResult result;
  measure::SubjectResult row;
};

void expect_exactly(const MetricValue& value, std::int64_t number) {
  EXPECT_TRUE(value.known) << value.why_not;
  EXPECT_EQ(value.low, number);
  EXPECT_EQ(value.high, number);
}

TEST(MetricValue, EveryMetricOfTheTableIsReadOrSaysWhyNot) {
  const Numbers numbers;
  for (const profile::MetricFacts& metric : profile::all_metrics()) {
    const MetricValue value = numbers.of(metric.name);
    EXPECT_EQ(value.known, value.why_not.empty()) << metric.name;
    EXPECT_EQ(value.why_not.find("by this version"), std::string::npos) << metric.name;
  }
}

TEST(MetricValue, RatesCountTheBytesOfTheirLayer) {
  const Numbers numbers;
  expect_exactly(numbers.of("tx_bits_per_sec_l2"), 8 * 1004 * 1000);
  expect_exactly(numbers.of("tx_bits_per_sec_l1"), 8 * 1024 * 1000);
  expect_exactly(numbers.of("tx_bits_per_sec_payload"), 8 * 900 * 1000);
  expect_exactly(numbers.of("rx_bits_per_sec_l2"), 8 * 1004 * 997);
  expect_exactly(numbers.of("rx_bits_per_sec_l1"), 8 * 1024 * 997);
  expect_exactly(numbers.of("rx_packets_per_sec"), 997);
  expect_exactly(numbers.of("tx_achieved_share"), 1'000'000'000LL * 1000 / 1001);
}

TEST(MetricValue, SharesAreOfWhatTheyAreSaidToBe) {
  const Numbers numbers;
  expect_exactly(numbers.of("loss_share"), 3'000'000);  // of frames sent, parts per billion
  expect_exactly(numbers.of("ce_frames"), 7);
  expect_exactly(numbers.of("ce_share"), 1'000'000'000LL * 7 / 997);
}

TEST(MetricValue, LossInTheTesterIsTakenOffWhatWasLostOutside) {
  Numbers numbers;
  numbers.row.shortfall.lost_in_tester = {.low = 1, .high = 2};
  const MetricValue outside = numbers.of("lost_outside_frames");
  EXPECT_EQ(outside.low, 1);
  EXPECT_EQ(outside.high, 2);
  expect_exactly(numbers.of("lost_frames"), 3);
}

TEST(MetricValue, WhatPortsMayHaveLostIsAtMostWhatIsMissing) {
  Numbers numbers;
  // Two ports of which nobody knows: their bounds added up are no number that a verdict could hold.
  const std::uint64_t anything = std::numeric_limits<std::uint64_t>::max() / 2;
  numbers.row.shortfall.lost_in_tester = {.low = 0, .high = 2 * anything};
  const MetricValue in_tester = numbers.of("lost_in_tester_frames");
  EXPECT_EQ(in_tester.low, 0);
  EXPECT_EQ(in_tester.high, 3);
}

TEST(MetricValue, DamagedTagsBoundLossAndAreBadIcrcsWhereTheyCanBeNobodyElses) {
  Numbers numbers;
  numbers.row.received.corrupt = 5;
  numbers.row.shortfall.tag_damaged = 2;
  MetricValue bad = numbers.of("icrc_bad_frames");
  EXPECT_EQ(bad.low, 5);
  EXPECT_EQ(bad.high, 7);
  numbers.row.shortfall.tag_damaged_own = 2;
  expect_exactly(numbers.of("icrc_bad_frames"), 7);
  const MetricValue lost = numbers.of("lost_frames");
  EXPECT_EQ(lost.low, 1);
  EXPECT_EQ(lost.high, 3);
}

TEST(MetricValue, ForeignFramesBelongToPortsAndWhatIsMadeOfPorts) {
  Numbers numbers;
  for (const std::uint64_t lldp : {10U, 20U, 40U}) {
    const auto port = static_cast<std::uint16_t>(numbers.result.ports.size());
    numbers.result.ports.push_back(
        {.port = port, .foreign = {{.kind = "lldp", .frames = lldp}, {.kind = "control", .frames = 7}}});
  }
  numbers.row.ports = {0, 2};
  expect_exactly(numbers.of("foreign_frames"), 10 + 40);
  numbers.row.ports = {};
  EXPECT_FALSE(numbers.of("foreign_frames").known) << "nobody knows whose they were meant to be";
}

TEST(MetricValue, LatenessThatNobodyCountedIsNotZero) {
  Numbers numbers;
  EXPECT_FALSE(numbers.of("late_frames").known);
  numbers.row.sent.late = 4;
  expect_exactly(numbers.of("late_frames"), 4);
}

TEST(MetricValue, SummariesComeFromFlowsAndPercentilesFromHistograms) {
  Numbers numbers;
  numbers.row.received.latency_ps = {.count = 2, .min = 1000, .max = 3000, .sum = 4000};
  expect_exactly(numbers.of("latency_ns_min"), 1000);
  expect_exactly(numbers.of("latency_ns_mean"), 2000);
  expect_exactly(numbers.of("latency_ns_max"), 3000);
  EXPECT_FALSE(numbers.of("latency_ns_p50").known);
  numbers.row.distributions = std::make_unique<measure::Distributions>();
  for (int i = 1; i <= 100; ++i)
    numbers.row.distributions->latency.add(base::nanoseconds(i));
  const MetricValue p99 = numbers.of("latency_ns_p99");
  EXPECT_LE(p99.low, base::nanoseconds(99).ps());
  EXPECT_GE(p99.high, base::nanoseconds(99).ps());
  EXPECT_LE(p99.high - p99.low, 1000);
}

}  // namespace
