/// \file
/// Distribution of spans of time, from 1 ns to 137 s, in 16 kB.
///
///     Histogram latency;
///     latency.add(arrival - departure);
///     const Quantile p999 = latency.quantile(kP999);         // the true one lies in [low, high]
///
/// Buckets: 1 ns wide below 128 ns, then 64 an octave, so that half a bucket is at most 0.79 % of its value.
/// Minimum, maximum, sum and mean are exact, in picoseconds. Negative spans (two clocks that disagree) and
/// those above the range are counted apart, take part in all of these, and are never dropped.
/// Cost: about 28 instructions a value, fewer where they come falling; one line of buckets and the header's
/// line, which stays hot. Nothing is allocated. Thread: one writer; merging and reading need a copy or a
/// writer at rest.
#pragma once

#include "base/cache_line.hpp"
#include "base/int128.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace measure {

/// A share of the values in parts per million.
struct Share {
  std::uint32_t ppm = 0;
};
inline constexpr Share kP50{500'000};
inline constexpr Share kP95{950'000};
inline constexpr Share kP99{990'000};
inline constexpr Share kP999{999'000};

/// Bounds of an order statistic: the true value lies in [low, high].
struct Quantile {
  base::Duration low;
  base::Duration high;

  /// What is printed: nowhere further than 0.79 % or 0.5 ns from the true value.
  [[nodiscard]] constexpr base::Duration middle() const { return low + (high - low) / 2; }
  friend constexpr bool operator==(Quantile, Quantile) = default;
};

class alignas(base::kCacheLine) Histogram {
 public:
  static constexpr unsigned kOctaveBits = 6;                         ///< 64 buckets an octave
  static constexpr std::uint64_t kLimitNs = std::uint64_t{1} << 37;  ///< 137 s
  static constexpr std::size_t kBuckets = 2048;

  void add(base::Duration span) {
    const std::int64_t ps = span.ps();
    sum_ps_ += ps;
    min_ps_ = std::min(min_ps_, ps);
    max_ps_ = std::max(max_ps_, ps);
    if (static_cast<std::uint64_t>(ps) >= kLimitNs * 1000) [[unlikely]] {  // negative ones too
      ++(ps < 0 ? negative_ : above_);
      return;
    }
    ++buckets_[bucket_of(static_cast<std::uint64_t>(ps) / 1000)];
  }
  /// Adds span_of(0) .. span_of(count - 1), which do not rise: as `add` for each, for less.
  template <class SpanOf>
  void add_falling(std::size_t count, SpanOf&& span_of) {
    if (count == 0) return;
    const std::int64_t most = span_of(0).ps();
    const std::int64_t least = span_of(count - 1).ps();
    if (least < 0 || most >= static_cast<std::int64_t>(kLimitNs * 1000)) [[unlikely]] {
      for (std::size_t i = 0; i < count; ++i)
        add(span_of(i));
      return;
    }
    min_ps_ = std::min(min_ps_, least);
    max_ps_ = std::max(max_ps_, most);
    // PERF: minimum, maximum and range are looked at once, not for every value.
    std::int64_t sum = 0;  // at most count * 2^47
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t ps = span_of(i).ps();
      sum += ps;
      ++buckets_[bucket_of(static_cast<std::uint64_t>(ps) / 1000)];
    }
    sum_ps_ += sum;
  }
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] std::uint64_t negative() const { return negative_; }
  [[nodiscard]] std::uint64_t above_range() const { return above_; }
  /// Exact. All of them are 0 where there is no value.
  [[nodiscard]] base::Duration min() const;
  [[nodiscard]] base::Duration max() const;
  [[nodiscard]] base::Duration mean() const;
  [[nodiscard]] base::Int128 sum_ps() const { return sum_ps_; }

  /// The ceil(share x count)-th smallest value, at least the first. [0, 0] where there is no value.
  [[nodiscard]] Quantile quantile(Share share) const;

  /// function(low, high, count) for each bucket that holds values, ascending; spans are [low, high).
  template <class Function>
  void for_each_bucket(Function&& function) const {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (buckets_[i] != 0) function(lower_bound(i), lower_bound(i + 1), buckets_[i]);
    }
  }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t ns) {
    // v | 64 has at least 7 bits: below 128 the bucket is the value itself. 63 ^ and not 63 -: one
    // instruction.
    const unsigned shift = (63U ^ static_cast<unsigned>(std::countl_zero(ns | 64))) - kOctaveBits;
    return (std::size_t{shift} << kOctaveBits) + (ns >> shift);
  }
  [[nodiscard]] static constexpr base::Duration lower_bound(std::size_t bucket) {
    if (bucket < 128) return base::nanoseconds(static_cast<std::int64_t>(bucket));
    const std::size_t shift = (bucket >> kOctaveBits) - 1;
    return base::nanoseconds(static_cast<std::int64_t>((bucket - (shift << kOctaveBits)) << shift));
  }
  static_assert((kLimitNs - 1) / 1'000'000'000 >= 100);

  base::Int128 sum_ps_ = 0;
  std::int64_t min_ps_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ps_ = std::numeric_limits<std::int64_t>::min();
  std::uint64_t negative_ = 0;
  std::uint64_t above_ = 0;
  alignas(base::kCacheLine) std::array<std::uint64_t, kBuckets> buckets_{};
};
static_assert(sizeof(Histogram) == Histogram::kBuckets * 8 + base::kCacheLine);

}  // namespace measure
