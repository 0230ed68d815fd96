#include "measure/books.hpp"

#include "base/rng.hpp"
#include "measure/results.hpp"
#include "measure/sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using measure::Balance;
using measure::Books;
using measure::BooksCheck;
using measure::check_books;
using measure::Interval;
using measure::ReceiveResult;
using measure::SendResult;
using testing::HasSubstr;

Books balanced() {
  return {.scheduled = 100,
          .sent = 90,
          .refused = 3,
          .abandoned = 7,
          .received_good = Interval::exactly(80),
          .received_corrupt = Interval::exactly(1),
          .lost_in_tester = Interval::exactly(4),
          .lost_outside = Interval::exactly(5)};
}

TEST(Books, BalanceWhereEveryFrameIsSomewhere) {
  const BooksCheck check = check_books(balanced());
  EXPECT_EQ(check.balance, Balance::kExact);
  EXPECT_EQ(check.text, "");
}

TEST(Books, SayWhichEquationFailsAndWithWhichNumbers) {
  Books books = balanced();
  books.abandoned = 8;
  EXPECT_EQ(check_books(books).balance, Balance::kBroken);
  EXPECT_EQ(check_books(books).text, "scheduled 100 is not sent 90 + refused 3 + abandoned 8");
  books = balanced();
  books.received_good = Interval::exactly(81);
  EXPECT_EQ(check_books(books).text,
            "sent 90 is not received good 81 + received corrupt 1 + lost in the tester 4 + lost outside 5");
  books.never_sent = 2;
  EXPECT_THAT(check_books(books).text, HasSubstr("; 2 sequence numbers were received that nobody sent"));
}

TEST(Books, AllowWhatLiesWithinBounds) {
  Books books = balanced();
  books.received_good = {.low = 78, .high = 80};
  books.lost_outside = {.low = 5, .high = 7};
  EXPECT_EQ(check_books(books).balance, Balance::kWithinBounds);
  books.received_good = {.low = 70, .high = 75};
  EXPECT_EQ(check_books(books).balance, Balance::kBroken);
  EXPECT_THAT(check_books(books).text, HasSubstr("received good 70..75"));
}

TEST(Books, TakeTheTestersLossOutOfTheLoss) {
  EXPECT_EQ(measure::lost_outside(Interval::exactly(10), Interval::exactly(4)), Interval::exactly(6));
  EXPECT_EQ(measure::lost_outside(Interval::exactly(10), {.low = 0, .high = 30}),
            (Interval{.low = 0, .high = 10}));
  EXPECT_EQ(measure::lost_outside({.low = 8, .high = 10}, Interval::exactly(9)),
            (Interval{.low = 0, .high = 1}));
}

// A corrupt frame whose tag is unreadable was counted as lost by its flow, whichever that was.
TEST(Books, DamagedTagsMakeLossAndCorruptionIntervals) {
  ReceiveResult received;
  received.sequence.counts.received = 90;
  received.sequence.lost_gaps = 10;
  received.corrupt_first = 1;
  const Books books = measure::books_of({.scheduled = 100, .sent = 100}, received, {.tag_damaged = 3});
  EXPECT_EQ(books.received_good, Interval::exactly(89));
  EXPECT_EQ(books.received_corrupt, (Interval{.low = 1, .high = 4}));
  EXPECT_EQ(books.lost_outside, (Interval{.low = 7, .high = 10}));
  EXPECT_EQ(check_books(books).balance, Balance::kWithinBounds);
  const Books few = measure::books_of({.scheduled = 100, .sent = 100}, received, {.tag_damaged = 30});
  EXPECT_EQ(few.lost_outside, (Interval{.low = 0, .high = 10}));
  EXPECT_EQ(few.received_corrupt, (Interval{.low = 1, .high = 11}));
}

// What the tracker gives always balances with what was sent, whatever the network does.
TEST(Books, OfTrackedFlowsBalance) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    measure::SequenceTracker tracker{{.flows = 1, .window = 256}};
    measure::FlowSequence flow = measure::SequenceTracker::begin();
    measure::ReorderDensity density;
    const std::uint64_t sent = 1 + rng.below(3000);
    ReceiveResult received;
    for (std::uint64_t i = 0; i < sent; ++i) {
      if (rng.one_in_ppm(100'000)) continue;
      const std::uint64_t back = rng.one_in_ppm(50'000) ? rng.below(std::min<std::uint64_t>(i, 600) + 1) : 0;
      const measure::Arrival arrival = tracker.arrive(flow, i - back, {}, density);
      const bool corrupt = rng.one_in_ppm(10'000);
      received.corrupt_first += corrupt && arrival.is_first_copy() ? 1 : 0;
    }
    const bool late_comer = rng.one_in_ppm(500'000);
    if (late_comer) tracker.arrive_after_drain(flow, rng.below(sent), density);
    received.sequence = tracker.close(flow, sent, density);
    const SendResult sender{.scheduled = sent, .sent = sent};
    const std::uint64_t in_tester = rng.below(received.sequence.lost().low + 1);
    const Books books = measure::books_of(sender, received, {.lost_in_tester = Interval::exactly(in_tester)});
    const BooksCheck check = check_books(books);
    EXPECT_NE(check.balance, Balance::kBroken) << check.text;
    EXPECT_EQ(check.balance == Balance::kExact, received.sequence.lost().exact());
    EXPECT_GE(received.sequence.lost().high, received.sequence.counts.after_drain);

    SendResult more = sender;
    ++more.scheduled;
    ++more.sent;  // a frame that the receiver's half does not know of
    EXPECT_TRUE(check_books(measure::books_of(more, received, {})).balance == Balance::kBroken ||
                !received.sequence.lost().exact());
  }
}

TEST(CrossCheck, AllowsWhatMayLieBetweenTheCounts) {
  const measure::CrossCheck check{.name = "port a", .ours = 100, .theirs = 103, .slack = 3};
  EXPECT_TRUE(check.agrees());
  EXPECT_FALSE((measure::CrossCheck{.name = "port a", .ours = 104, .theirs = 100, .slack = 3}).agrees());
}

TEST(RunResult, NamesWhoseBooksAreBroken) {
  measure::RunResult result;
  measure::SubjectResult total;
  total.subject = "total";
  total.sent = {.scheduled = 10, .sent = 10};
  total.received.sequence.counts.received = 9;
  result.subjects.push_back(std::move(total));
  result.flows_tx.push_back({.flow = 7, .sums = {.scheduled = 2, .sent = 1}});
  result.flows_rx.push_back({.flow = 7});
  result.flows_rx.back().sums.sequence.counts.received = 1;
  result.cross_checks.push_back({.name = "port a: frames sent", .ours = 5, .theirs = 6});
  EXPECT_EQ(
      measure::broken_books(result),
      "total: sent 10 is not received good 9 + received corrupt 0 + lost in the tester 0 + lost outside 0\n"
      "flow 7: scheduled 2 is not sent 1 + refused 0 + abandoned 0\n"
      "port a: frames sent: 5 and 6, at most 0 apart");
  result.subjects[0].received.sequence.lost_tail = 1;
  result.flows_tx[0].sums.scheduled = 1;
  result.cross_checks.clear();
  EXPECT_EQ(measure::broken_books(result), "");
  EXPECT_EQ(result.find("total"), &result.subjects[0]);
  EXPECT_EQ(result.find("port:a"), nullptr);
}

}  // namespace
