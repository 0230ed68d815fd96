#include "verdict/judge.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using measure::Interval;
using testing::HasSubstr;
using verdict::Verdict;

/// One expectation of the total and the numbers that it is held against: 1000 frames sent, some of them lost.
struct Story {
  explicit Story(const std::string& metric) {
    const profile::Traffic& traffic = builder.traffic();
    EXPECT_EQ(traffic.name, "stream");
    builder.loaded.profile.expects.push_back({.places = support::places_at(50), .metric = metric, .of = {}});
    result.windows.measured_from = base::Time{};
    result.windows.sending_ended = base::Time{} + base::seconds(1);
    result.windows.drain_ended = result.windows.ended = base::Time{} + base::milliseconds(1100);
    result.flows_tx.push_back({.flow = 0, .sums = {.scheduled = 1000, .sent = 1000}});
    result.flows_rx.push_back({.flow = 0, .sums = {}});
    lose(0);
  }
  void lose(std::uint64_t frames) {
    measure::SequenceResult& sequence = result.flows_rx[0].sums.sequence;
    sequence = {.sent = 1000, .lost_gaps = frames};
    sequence.counts.received = 1000 - frames;
    sequence.counts.missing = frames;
    result.flows_rx[0].sums.first_missing = 17;
  }
  [[nodiscard]] profile::Expect& expect() { return builder.loaded.profile.expects.front(); }

  [[nodiscard]] verdict::Judgement judge(const measure::PortShortfall& shortfall = {}) {
    result.subjects.clear();
    result.subjects.push_back({.subject = "total",
                               .sent = result.flows_tx[0].sums,
                               .received = result.flows_rx[0].sums,
                               .shortfall = shortfall});
    plan = builder.plan();
    EXPECT_TRUE(plan) << base::to_text(plan.error());
    return verdict::judge(*plan, result);
  }

  support::LoadedBuilder builder;
  base::Result<plan::Plan> plan = tl::unexpected(base::Errors{});
  measure::RunResult result;
};

TEST(Judge, PassesWhereTheNumberKeepsTheLimit) {
  Story story{"lost_frames"};
  story.expect().max = 0;
  const verdict::Judgement judged = story.judge();
  EXPECT_EQ(judged.verdict, Verdict::kPass);
  EXPECT_EQ(judged.broken_books, "");
}

TEST(Judge, FailsAndNamesFlowAndFirstFrame) {
  Story story{"lost_frames"};
  story.expect().max = 1;
  story.lose(2);
  const verdict::Judgement judged = story.judge();
  EXPECT_EQ(judged.verdict, Verdict::kFail);
  EXPECT_THAT(judged.expectations[0].reason,
              HasSubstr("flow stream/0: 2 of 1000 frames, the first of them sequence number 17"));
}

TEST(Judge, ClaimsNothingWhereTheTesterItselfLostFrames) {
  Story story{"lost_frames"};
  story.expect().max = 0;
  story.lose(2);
  const verdict::Judgement judged = story.judge({.lost_in_tester = Interval::exactly(2)});
  EXPECT_EQ(judged.verdict, Verdict::kInconclusive);
  EXPECT_EQ(judged.expectations[0].reason, "the tester itself lost 2 frames at its ports");
}

TEST(Judge, ClaimsNothingWhereALimitLiesWithinTheBounds) {
  Story story{"lost_outside_frames"};
  story.expect().max = 1;
  story.lose(2);
  EXPECT_EQ(story.judge({.lost_in_tester = {.low = 0, .high = 2}}).verdict, Verdict::kInconclusive);
  story.expect().max = 2;
  EXPECT_EQ(story.judge({.lost_in_tester = {.low = 0, .high = 2}}).verdict, Verdict::kPass);
}

TEST(Judge, TakesTheWholeIntervalForTheNumber) {
  Story story{"icrc_bad_frames"};
  story.result.flows_rx[0].sums.corrupt = 5;
  const measure::PortShortfall between_five_and_seven{.tag_damaged = 2};
  for (const auto& [most, expected] : {std::pair<std::int64_t, Verdict>{4, Verdict::kFail},
                                       {5, Verdict::kInconclusive},
                                       {6, Verdict::kInconclusive},
                                       {7, Verdict::kPass}}) {
    story.expect().max = most;
    EXPECT_EQ(story.judge(between_five_and_seven).verdict, expected) << "at most " << most;
  }
}

TEST(Judge, ClaimsNoLossOfARunThatEndedBeforeItsDrain) {
  Story story{"lost_frames"};
  story.expect().max = 0;
  story.lose(2);
  story.result.windows.ended = story.result.windows.sending_ended;
  const verdict::Judgement judged = story.judge();
  EXPECT_EQ(judged.verdict, Verdict::kInconclusive);
  EXPECT_THAT(judged.expectations[0].reason, HasSubstr("before its drain"));
}

TEST(Judge, ClaimsNothingOfSamplesThatTheTesterBent) {
  Story story{"latency_ns_max"};
  story.expect().max = 1'000'000;
  measure::ReceiveResult& received = story.result.flows_rx[0].sums;
  received.latency_ps = {.count = 1000, .min = 1, .max = 10, .sum = 5000};
  received.tester_bound = 10;
  EXPECT_EQ(story.judge().verdict, Verdict::kPass) << "one in a hundred is allowed";
  received.tester_bound = 11;
  EXPECT_EQ(story.judge().verdict, Verdict::kInconclusive) << "though the limit is kept";
}

TEST(Judge, ClaimsNothingOfARateThatTheTesterDidNotOffer) {
  Story story{"rx_packets_per_sec"};
  story.expect().min = 1000;
  story.result.flows_tx[0].sums = {.scheduled = 1010, .sent = 1000, .abandoned = 10};
  story.result.flows_rx[0].sums.frames = 999;
  EXPECT_EQ(story.judge().verdict, Verdict::kInconclusive);
  story.result.flows_tx[0].sums = {.scheduled = 1000, .sent = 1000};
  EXPECT_EQ(story.judge().verdict, Verdict::kFail);
}

TEST(Judge, SaysWhatIsNotKnown) {
  Story story{"latency_ns_p99"};
  story.expect().max = 1;
  const verdict::Judgement judged = story.judge();
  EXPECT_EQ(judged.verdict, Verdict::kInconclusive);
  EXPECT_THAT(judged.expectations[0].reason, HasSubstr("no histogram of latency"));
}

TEST(Judge, FindsBooksThatDoNotBalanceWhateverElseIsTrue) {
  Story story{"lost_frames"};
  story.expect().max = 0;
  story.result.flows_tx[0].sums.abandoned = 1;
  EXPECT_THAT(story.judge().broken_books,
              HasSubstr("scheduled 1000 is not sent 1000 + refused 0 + abandoned 1"));
  story.result.flows_tx[0].sums.abandoned = 0;
  story.result.cross_checks.push_back(
      {.name = "port a: frames received", .ours = 10, .theirs = 12, .slack = 1});
  EXPECT_THAT(story.judge().broken_books, HasSubstr("port a: frames received: 10 and 12, at most 1 apart"));
}

}  // namespace
