#include "measure/histogram.hpp"
#include "measure/min_max_sum.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <vector>

namespace {

using base::Duration;
using measure::Histogram;
using measure::Quantile;
using measure::Share;

/// The definition: the ceil(share x count)-th smallest.
Duration exact_quantile(std::vector<Duration> values, Share share) {
  std::sort(values.begin(), values.end());
  const std::size_t rank = std::max<std::size_t>(1, (values.size() * share.ppm + 999'999) / 1'000'000);
  return values[rank - 1];
}

TEST(Histogram, WithoutValuesIsAllZero) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_EQ(empty.min(), Duration{});
  EXPECT_EQ(empty.max(), Duration{});
  EXPECT_EQ(empty.mean(), Duration{});
  EXPECT_EQ(empty.quantile(measure::kP99), Quantile{});
}

TEST(Histogram, ResolvesNanosecondsBelow128) {
  Histogram histogram;
  for (std::int64_t ns = 0; ns < 128; ++ns)
    histogram.add(base::nanoseconds(ns) + base::picoseconds(999));
  std::int64_t next_ns = 0;
  histogram.for_each_bucket([&](Duration low, Duration high, std::uint64_t count) {
    EXPECT_EQ(low, base::nanoseconds(next_ns));
    EXPECT_EQ(high - low, base::nanoseconds(1));
    EXPECT_EQ(count, 1u);
    ++next_ns;
  });
  EXPECT_EQ(next_ns, 128);
}

TEST(Histogram, BucketsMeetWithoutGapOrOverlapAndAreNarrow) {
  for (std::int64_t ns = 1; ns < static_cast<std::int64_t>(Histogram::kLimitNs); ns += 1 + ns / 150) {
    for (const std::int64_t ps : {ns * 1000 - 1, ns * 1000}) {
      Histogram histogram;
      histogram.add(base::picoseconds(ps));
      histogram.for_each_bucket([&](Duration low, Duration high, std::uint64_t) {
        EXPECT_LE(low.ps(), ps);
        EXPECT_GT(high.ps(), ps);
        const std::int64_t half_ps = (high - low).ps() / 2;
        EXPECT_TRUE(half_ps <= 500 || half_ps * 100 <= low.ps()) << "1 % of " << low.ps();
      });
    }
  }
}

TEST(Histogram, CountsNegativeSpansApartAndKeepsThemInMinimumSumAndQuantiles) {
  Histogram histogram;
  histogram.add(base::picoseconds(-1));
  histogram.add(base::nanoseconds(-50));
  histogram.add(base::nanoseconds(10));
  histogram.add(base::nanoseconds(20));
  EXPECT_EQ(histogram.negative(), 2u);
  EXPECT_EQ(histogram.count(), 4u);
  EXPECT_EQ(histogram.min(), base::nanoseconds(-50));
  EXPECT_EQ(histogram.mean(), base::picoseconds((-20'000 - 1) / 4));
  EXPECT_EQ(histogram.quantile(measure::kP50).low, base::nanoseconds(-50));
  EXPECT_EQ(histogram.quantile(measure::kP50).high, base::picoseconds(-1));
}

TEST(Histogram, CountsWhatIsAboveItsRange) {
  Histogram histogram;
  histogram.add(base::seconds(100));
  EXPECT_EQ(histogram.above_range(), 0u);
  histogram.add(base::seconds(1000));
  EXPECT_EQ(histogram.above_range(), 1u);
  EXPECT_EQ(histogram.max(), base::seconds(1000));
  EXPECT_EQ(histogram.quantile({1'000'000}).high, base::seconds(1000));
}

TEST(Histogram, SumsDaysOfLongSpansExactly) {
  Histogram histogram;
  for (int i = 0; i < 2'000'000; ++i)
    histogram.add(base::seconds(100));  // 2e20 ps: more than 64 bits
  EXPECT_EQ(histogram.mean(), base::seconds(100));
}

TEST(Histogram, AgreesWithSortedValuesAtEveryQuantile) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    std::vector<Duration> values;
    Histogram histogram;
    Histogram halves[2];
    base::Int128 sum = 0;
    const std::uint64_t count = 1 + rng.below(3000);
    for (std::uint64_t i = 0; i < count; ++i) {
      // Even over the orders of magnitude: 1 ps to 1.4e17 ps, a few negative.
      auto ps = static_cast<std::int64_t>(rng.next() >> (7 + rng.below(50)));
      if (rng.one_in_ppm(20'000)) ps = -ps;
      values.push_back(Duration{ps});
      histogram.add(Duration{ps});
      halves[i % 2].add(Duration{ps});
      sum += ps;
    }
    halves[0].merge(halves[1]);
    EXPECT_TRUE(halves[0] == histogram);
    EXPECT_EQ(histogram.count(), count);
    EXPECT_TRUE(histogram.sum_ps() == sum);
    EXPECT_EQ(histogram.min(), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(histogram.max(), *std::max_element(values.begin(), values.end()));
    for (const Share share : {Share{0}, Share{1}, Share{10'000}, measure::kP50, measure::kP95, measure::kP99,
                              measure::kP999, Share{1'000'000}}) {
      const Duration exact = exact_quantile(values, share);
      const Quantile quantile = histogram.quantile(share);
      EXPECT_LE(quantile.low, exact) << share.ppm;
      EXPECT_GE(quantile.high, exact) << share.ppm;
      const std::int64_t error_ps = std::abs((quantile.middle() - exact).ps());
      if (exact.ps() >= 0 && exact < base::seconds(137)) {
        EXPECT_TRUE(error_ps <= 500 || error_ps * 100 <= exact.ps()) << exact.ps() << " +- " << error_ps;
      }
    }
  }
}

TEST(MinMaxSum, KeepsExtremesAndExactMean) {
  measure::MinMaxSum a;
  EXPECT_EQ(a.mean(), 0);
  for (const std::int64_t value : {5, -3, 10})
    a.add(value);
  measure::MinMaxSum b;
  b.add(1'000'000);
  b.merge(a);
  EXPECT_EQ(b.count, 4u);
  EXPECT_EQ(b.min, -3);
  EXPECT_EQ(b.max, 1'000'000);
  EXPECT_EQ(b.mean(), 1'000'012 / 4);
}

TEST(Histogram, FallingValuesCountAsEachByItself) {
  base::Rng random{20261122};
  for (int round = 0; round < 200; ++round) {
    std::vector<base::Duration> spans(random.next() % 33);
    const unsigned bits = 1 + static_cast<unsigned>(random.next() % 58);
    for (base::Duration& span : spans)
      span = base::Duration{static_cast<std::int64_t>(random.next() >> (64 - bits)) -
                            (round % 3 == 0 ? 5000 : 0)};
    std::sort(spans.begin(), spans.end(), std::greater<>{});
    measure::Histogram one_by_one;
    measure::Histogram at_once;
    for (const base::Duration span : spans)
      one_by_one.add(span);
    at_once.add_falling(spans.size(), [&](std::size_t i) { return spans[i]; });
    ASSERT_EQ(at_once, one_by_one) << "round " << round << ", " << bits << " bits";
  }
}

}  // namespace
