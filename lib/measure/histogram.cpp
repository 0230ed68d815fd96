#include "measure/histogram.hpp"

#include <functional>
#include <numeric>

namespace measure {

void Histogram::merge(const Histogram& other) {
  sum_ps_ += other.sum_ps_;
  min_ps_ = std::min(min_ps_, other.min_ps_);
  max_ps_ = std::max(max_ps_, other.max_ps_);
  negative_ += other.negative_;
  above_ += other.above_;
  std::transform(buckets_.begin(), buckets_.end(), other.buckets_.begin(), buckets_.begin(), std::plus<>{});
}

std::uint64_t Histogram::count() const {
  return std::accumulate(buckets_.begin(), buckets_.end(), negative_ + above_);
}

base::Duration Histogram::min() const {
  return base::Duration{min_ps_ <= max_ps_ ? min_ps_ : 0};
}

base::Duration Histogram::max() const {
  return base::Duration{min_ps_ <= max_ps_ ? max_ps_ : 0};
}

base::Duration Histogram::mean() const {
  const std::uint64_t values = count();
  return base::Duration{values == 0 ? 0
                                    : static_cast<std::int64_t>(sum_ps_ / static_cast<base::Int128>(values))};
}

Quantile Histogram::quantile(Share share) const {
  const std::uint64_t values = count();
  if (values == 0) return {};
  const auto scaled = (static_cast<base::Uint128>(values) * share.ppm + 999'999) / 1'000'000;
  const std::uint64_t rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(scaled));
  const auto within = [this](base::Duration low, base::Duration high) {
    return Quantile{.low = std::clamp(low, min(), max()), .high = std::clamp(high, min(), max())};
  };
  std::uint64_t seen = negative_;
  if (rank <= seen) return within(min(), base::picoseconds(-1));
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (rank <= seen) return within(lower_bound(i), lower_bound(i + 1) - base::picoseconds(1));
  }
  return within(lower_bound(kBuckets), max());
}

}  // namespace measure
