#include "workload/pattern.hpp"
#include "base/rng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cmath>
#include <map>
#include <set>

namespace {

using workload::Pair;
using workload::Pattern;
using workload::PatternKind;
using workload::Seat;

/// `count` endpoints with ids from `first`, `per_place` behind each place.
std::vector<Seat> seats(std::uint32_t count, std::uint32_t per_place = 1, std::uint32_t first = 0) {
  std::vector<Seat> made;
  for (std::uint32_t i = 0; i < count; ++i) {
    made.push_back({.endpoint = first + i, .place = (first + i) / per_place});
  }
  return made;
}

std::vector<Pair> pairs_of(const Pattern& pattern, const std::vector<Seat>& from, const std::vector<Seat>& to,
                           std::uint64_t seed = 1) {
  auto pairs = workload::make_pairs(pattern, {.from = from, .to = to, .seed = seed});
  EXPECT_TRUE(pairs) << (pairs ? "" : base::to_text(pairs.error()));
  return pairs.value_or(std::vector<Pair>{});
}

std::string refusal_of(const Pattern& pattern, const std::vector<Seat>& from, const std::vector<Seat>& to) {
  const auto pairs = workload::make_pairs(pattern, {.from = from, .to = to, .seed = 1});
  return pairs ? "" : base::to_text(pairs.error());
}

TEST(Pairs, GoFromOneSetToTheOther) {
  const auto pairs = pairs_of({.kind = PatternKind::kPairs}, seats(3), seats(3, 1, 10));
  EXPECT_EQ(pairs, (std::vector<Pair>{{0, 10}, {1, 11}, {2, 12}}));
}

TEST(Pairs, GoFromTheFirstHalfToTheSecondWithinOneSet) {
  const auto both = pairs_of({.kind = PatternKind::kPairs, .bidirectional = true}, seats(4), seats(4));
  EXPECT_EQ(both, (std::vector<Pair>{{0, 2}, {2, 0}, {1, 3}, {3, 1}}));
  EXPECT_THAT(refusal_of({.kind = PatternKind::kPairs}, seats(3), seats(3)), testing::HasSubstr("odd"));
  EXPECT_THAT(refusal_of({.kind = PatternKind::kPairs}, seats(3), seats(2, 1, 10)),
              testing::HasSubstr("3 senders and 2 receivers"));
}

TEST(Permutation, GivesEachOneSenderAndOneReceiverAndNoneItself) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto n = static_cast<std::uint32_t>(2 + seed % 31);
    const auto pairs = pairs_of({.kind = PatternKind::kPermutation}, seats(n), seats(n), seed);
    ASSERT_EQ(pairs.size(), n) << "seed " << seed;
    std::set<std::uint32_t> receivers;
    for (std::uint32_t i = 0; i < n; ++i) {
      EXPECT_EQ(pairs[i].from, i);
      EXPECT_NE(pairs[i].to, i) << "seed " << seed;
      receivers.insert(pairs[i].to);
    }
    EXPECT_EQ(receivers.size(), n) << "seed " << seed;
  }
}

TEST(Permutation, LeavesThePortWhenTold) {
  const Pattern pattern{.kind = PatternKind::kPermutation, .across_places = true};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    for (const Pair& pair : pairs_of(pattern, seats(32, 16), seats(32, 16), seed)) {
      EXPECT_NE(pair.from / 16, pair.to / 16) << "seed " << seed;
    }
  }
  EXPECT_THAT(refusal_of(pattern, seats(3, 2), seats(3, 2)), testing::HasSubstr("no permutation"));
}

TEST(Permutation, IsDecidedByTheSeedAlone) {
  const Pattern pattern{.kind = PatternKind::kPermutation};
  EXPECT_EQ(pairs_of(pattern, seats(64), seats(64), 5), pairs_of(pattern, seats(64), seats(64), 5));
  EXPECT_NE(pairs_of(pattern, seats(64), seats(64), 5), pairs_of(pattern, seats(64), seats(64), 6));
  // A recorded draw: a change of the generator is a change of every plan, and must be meant.
  const auto pairs = pairs_of(pattern, seats(6), seats(6), 1);
  std::vector<std::uint32_t> to;
  for (const Pair& pair : pairs)
    to.push_back(pair.to);
  EXPECT_THAT(to, testing::ElementsAre(2, 0, 1, 4, 5, 3));
}

TEST(Permutation, DrawsEachDerangementOfThreeEquallyOften) {
  // Of the two derangements of three, the rotations.
  int right = 0;
  constexpr int kDraws = 10'000;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    right +=
        pairs_of({.kind = PatternKind::kPermutation}, seats(3), seats(3), base::seed_for(9, "p", seed))[0]
            .to == 1;
  }
  EXPECT_NEAR(right, kDraws / 2, 4 * std::sqrt(kDraws) / 2);
}

TEST(Incast, TakesTheFirstSendersThatAreNotReceivers) {
  const Pattern pattern{.kind = PatternKind::kIncast, .senders = 3, .receivers = 2};
  const auto pairs = pairs_of(pattern, seats(8), seats(8));
  EXPECT_EQ(pairs, (std::vector<Pair>{{2, 0}, {3, 0}, {4, 0}, {2, 1}, {3, 1}, {4, 1}}));
  EXPECT_EQ(pairs_of({.kind = PatternKind::kIncast}, seats(8), seats(8)).size(), 7u);
  EXPECT_THAT(refusal_of({.kind = PatternKind::kIncast, .senders = 8}, seats(8), seats(8)),
              testing::HasSubstr("incast of 8 senders, `from` has 7"));
  EXPECT_THAT(refusal_of({.kind = PatternKind::kIncast, .receivers = 9}, seats(8), seats(8)),
              testing::HasSubstr("9 receivers"));
}

TEST(Incast, SynchronisesTheShareItWasTold) {
  const Pattern pattern{.kind = PatternKind::kIncast, .senders = 10, .synchronised_ppm = 300'000};
  const auto pairs = pairs_of(pattern, seats(11), seats(11));
  ASSERT_EQ(pairs.size(), 10u);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(pairs[i].synchronised, i < 3) << i;
  }
}

TEST(Incast, LeavesOutSendersOfTheReceiversPort) {
  const auto pairs =
      pairs_of({.kind = PatternKind::kIncast, .across_places = true}, seats(8, 4), seats(8, 4));
  EXPECT_EQ(pairs, (std::vector<Pair>{{4, 0}, {5, 0}, {6, 0}, {7, 0}}));
}

TEST(AllToAll, HasEveryOrderedPairOnce) {
  const auto pairs = pairs_of({.kind = PatternKind::kAllToAll}, seats(9), seats(9));
  EXPECT_EQ(pairs.size(), 72u);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const Pair& pair : pairs) {
    EXPECT_NE(pair.from, pair.to);
    seen.emplace(pair.from, pair.to);
  }
  EXPECT_EQ(seen.size(), 72u);
  EXPECT_EQ(pairs_of({.kind = PatternKind::kAllToAll}, seats(3), seats(4, 1, 3)).size(), 12u);
  EXPECT_EQ(
      pairs_of({.kind = PatternKind::kAllToAll, .across_places = true}, seats(8, 2), seats(8, 2)).size(),
      48u);
  EXPECT_THAT(refusal_of({.kind = PatternKind::kAllToAll}, seats(1), seats(1)),
              testing::HasSubstr("no pair"));
}

TEST(AllToAll, BeginsWithAPermutation) {
  const auto pairs = pairs_of({.kind = PatternKind::kAllToAll}, seats(8), seats(8));
  std::set<std::uint32_t> first_receivers;
  for (std::size_t i = 0; i < 8; ++i)
    first_receivers.insert(pairs[i * 7].to);
  EXPECT_EQ(first_receivers.size(), 8u);
}

TEST(Ring, ClosesAndTurnsBothWays) {
  EXPECT_EQ(pairs_of({.kind = PatternKind::kRing}, seats(3), seats(3)),
            (std::vector<Pair>{{0, 1}, {1, 2}, {2, 0}}));
  const Pattern both{.kind = PatternKind::kRing, .bidirectional = true};
  EXPECT_EQ(pairs_of(both, seats(3), seats(3)).size(), 6u);
  EXPECT_EQ(pairs_of(both, seats(2), seats(2)), (std::vector<Pair>{{0, 1}, {1, 0}}));
  EXPECT_THAT(refusal_of(both, seats(1), seats(1)), testing::HasSubstr("ring of 1"));
  EXPECT_THAT(refusal_of(both, seats(2), seats(2, 1, 5)), testing::HasSubstr("one set"));
  EXPECT_THAT(refusal_of({.kind = PatternKind::kRing, .across_places = true}, seats(4, 2), seats(4, 2)),
              testing::HasSubstr("one port"));
}

/// Draws many receivers from one sender that is none of them and compares with the law.
void expect_zipf(std::uint32_t exponent_thousandths, std::uint64_t seed) {
  constexpr std::uint32_t kReceivers = 20;
  constexpr std::uint32_t kDraws = 200'000;
  const Pattern pattern{
      .kind = PatternKind::kZipf, .exponent_thousandths = exponent_thousandths, .draws = kDraws};
  std::map<std::uint32_t, int> counts;
  for (const Pair& pair : pairs_of(pattern, seats(1, 1, 100), seats(kReceivers), seed))
    ++counts[pair.to];
  double sum = 0;
  for (std::uint32_t k = 1; k <= kReceivers; ++k)
    sum += std::pow(k, -(exponent_thousandths / 1000.0));
  for (std::uint32_t k = 1; k <= kReceivers; ++k) {
    const double p = std::pow(k, -(exponent_thousandths / 1000.0)) / sum;
    EXPECT_NEAR(counts[k - 1], kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)) + 1)
        << "rank " << k << ", exponent " << exponent_thousandths << ", seed " << seed;
  }
}

TEST(Zipf, FollowsTheLawWithinFourSigma) {
  expect_zipf(0, 1);
  expect_zipf(500, 2);
  expect_zipf(1000, 3);
  expect_zipf(1500, 4);
  expect_zipf(4000, 5);
}

TEST(Zipf, KeepsTheLawAmongTheOthersWhereTheMostPopularIsShutOut) {
  // The sender is the most popular one: the rest keep their proportions. At exponent 4 it holds 92 % of the
  // weight, so that the walk over the admitted ones is used as well as drawing again.
  constexpr std::uint32_t kDraws = 100'000;
  const Pattern pattern{.kind = PatternKind::kZipf, .exponent_thousandths = 4000, .draws = kDraws};
  std::map<std::uint32_t, int> counts;
  for (const Pair& pair : pairs_of(pattern, seats(1), seats(4)))
    ++counts[pair.to];
  EXPECT_EQ(counts[0], 0);
  const double sum = 1 / 16.0 + 1 / 81.0 + 1 / 256.0;
  for (const std::uint32_t k : {2U, 3U, 4U}) {
    const double p = std::pow(k, -4.0) / sum;
    EXPECT_NEAR(counts[k - 1], kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)) + 1) << k;
  }
}

TEST(Zipf, SendersDrawIndependentlyOfOneAnother) {
  const Pattern pattern{.kind = PatternKind::kZipf, .draws = 8};
  const auto few = pairs_of(pattern, seats(4), seats(64), 3);
  const auto many = pairs_of(pattern, seats(16), seats(64), 3);
  ASSERT_EQ(few.size(), 32u);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()))
      << "a further sender changed the others' draws";
  EXPECT_THAT(refusal_of(pattern, seats(1), seats(1)), testing::HasSubstr("nobody"));
}

TEST(Pattern, RefusesMoreThanCanBeHeld) {
  EXPECT_THAT(refusal_of({.kind = PatternKind::kAllToAll}, seats(4096), seats(4096)),
              testing::HasSubstr("16777216 pairs"));
  EXPECT_THAT(refusal_of({}, {}, seats(2)), testing::HasSubstr("no endpoints"));
}

}  // namespace
