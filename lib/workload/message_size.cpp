#include "workload/message_size.hpp"

#include "base/fixed_point.hpp"
#include "workload/normal.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace workload {
namespace {

constexpr std::uint64_t kBillion = 1'000'000'000;

base::Status refuse(std::string what, std::string remedy) {
  return base::fail({.where = "", .what = std::move(what), .remedy = std::move(remedy)});
}

base::Status check_range(const MessageSizes& sizes) {
  if (sizes.min > sizes.max) {
    return refuse(fmt::format("`min` of {} B is above `max` of {} B", sizes.min, sizes.max), "exchange them");
  }
  if (sizes.kind != SizeKind::kLogNormal) return {};
  if (sizes.median < sizes.min || sizes.median > sizes.max) {
    return refuse(fmt::format("`median` of {} B is outside `min` .. `max`, {} .. {} B", sizes.median,
                              sizes.min, sizes.max),
                  "widen the range, or move the median into it");
  }
  return {};
}

base::Status check_points(const std::vector<SizePoint>& points) {
  if (points.empty()) return refuse("a distribution without points", "give at least one, whose share is all");
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].bytes < points[i - 1].bytes || points[i].upto_ppb < points[i - 1].upto_ppb) {
      return refuse(fmt::format("point {} is below the one before it", i + 1),
                    "sort by size; shares are cumulative");
    }
  }
  if (points.back().upto_ppb != kBillion) {
    return refuse("the last point does not cover all messages", "end the shares at 1, or at 100 percent");
  }
  return {};
}

std::uint64_t share_q32(std::uint64_t ppb) {
  return static_cast<std::uint64_t>((static_cast<base::Uint128>(ppb) << 32) / kBillion);
}

}  // namespace

base::Status check_sizes(const MessageSizes& sizes) {
  const bool ranged = sizes.kind == SizeKind::kUniform || sizes.kind == SizeKind::kLogNormal;
  const base::Status checked = ranged                           ? check_range(sizes)
                               : sizes.kind == SizeKind::kTable ? check_points(sizes.points)
                                                                : base::Status{};
  if (!checked) return checked;
  const std::uint64_t longest = ranged                           ? sizes.max
                                : sizes.kind == SizeKind::kTable ? sizes.points.back().bytes
                                                                 : sizes.fixed;
  if (longest > kMessageBytesMax) {
    return refuse(fmt::format("messages of {} B, at most {} B are possible", longest, kMessageBytesMax),
                  "send several shorter ones");
  }
  return {};
}

SizeSource::SizeSource(const MessageSizes& sizes) : kind_{sizes.kind} {
  switch (kind_) {
    case SizeKind::kFixed:
      shortest_ = longest_ = mean_ = sizes.fixed;
      break;
    case SizeKind::kUniform:
      shortest_ = sizes.min;
      longest_ = sizes.max;
      mean_ = sizes.min + (sizes.max - sizes.min) / 2;
      break;
    case SizeKind::kLogNormal:
      make_log_normal_nodes(sizes);
      break;
    case SizeKind::kTable:
      make_table_steps(sizes);
      break;
  }
}

void SizeSource::make_table_steps(const MessageSizes& sizes) {
  const std::vector<SizePoint>& points = sizes.points;
  shortest_ = points.front().bytes;
  longest_ = points.back().bytes;
  // The first point's share has its size exactly; between two, sizes lie in (lower, upper].
  steps_.push_back({.begin_q32 = 0, .bytes = shortest_, .slope_q32 = 0, .last = shortest_});
  base::Uint128 doubled_mean = static_cast<base::Uint128>(points.front().upto_ppb) * 2 * shortest_;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const SizePoint& lower = points[i - 1];
    const SizePoint& upper = points[i];
    const std::uint64_t begin = share_q32(lower.upto_ppb);
    const std::uint64_t width = share_q32(upper.upto_ppb) - begin;
    if (width == 0) continue;
    const std::uint64_t first = lower.bytes == upper.bytes ? lower.bytes : lower.bytes + 1;
    doubled_mean += static_cast<base::Uint128>(upper.upto_ppb - lower.upto_ppb) * (first + upper.bytes);
    const Step step{.begin_q32 = begin,
                    .bytes = first,
                    .slope_q32 = ((upper.bytes - lower.bytes) << 32) / width,
                    .last = upper.bytes};
    if (begin == 0) {
      steps_.back() = step;
      shortest_ = first;
    } else {
      steps_.push_back(step);
    }
  }
  mean_ = static_cast<std::uint64_t>(doubled_mean / (2 * kBillion));
}

void SizeSource::make_log_normal_nodes(const MessageSizes& sizes) {
  shortest_ = sizes.min;
  longest_ = sizes.max;
  const auto size_at_z = [&](std::int64_t z_q32) {
    const std::int64_t deviation =
        z_q32 * sizes.sigma_thousandths / 1000;  // |z| < 7, sigma <= 4: far from overflow
    const auto exponent = static_cast<std::int64_t>(
        (static_cast<base::Int128>(deviation) * static_cast<std::int64_t>(base::kLog2EQ32)) >> 32);
    constexpr int kRounding =
        8;  // the median in units of 2^-8 bytes, so that short messages are not cut down
    const std::uint64_t scaled = base::scale_by_exp2(sizes.median << kRounding, exponent);
    return std::clamp((scaled + (1 << (kRounding - 1))) >> kRounding, sizes.min, sizes.max);
  };
  for (const std::int64_t z : normal_tail_nodes()) {
    nodes_.push_back(size_at_z(-z));
  }
  for (const std::int64_t z : normal_tail_nodes()) {
    nodes_.push_back(size_at_z(z));
  }
  // The mean over 2^16 evenly spaced quantiles; the tail beyond carries less than the rounding for sigma
  // <= 2.
  constexpr std::uint64_t kSamples = 1 << 16;
  base::Uint128 sum = 0;
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    sum += at_quantile((i << 48) + (1ULL << 47));
  }
  mean_ = static_cast<std::uint64_t>(sum / kSamples);
}

std::uint64_t SizeSource::at_quantile(std::uint64_t u) const {
  switch (kind_) {
    case SizeKind::kFixed:
      return shortest_;
    case SizeKind::kUniform:
      return shortest_ +
             static_cast<std::uint64_t>((static_cast<base::Uint128>(u) * (longest_ - shortest_ + 1)) >> 64);
    case SizeKind::kLogNormal: {
      const bool upper = (u >> 63) != 0;
      const NormalPosition position = normal_position(upper ? ~u : u);
      const std::size_t node = position.node + (upper ? kNormalNodes : 0);
      const auto begin = static_cast<std::int64_t>(nodes_[node]);
      const auto width = static_cast<std::int64_t>(nodes_[node + 1]) - begin;
      return static_cast<std::uint64_t>(begin +
                                        ((width * static_cast<std::int64_t>(position.fraction_q32)) >> 32));
    }
    case SizeKind::kTable:
      break;
  }
  const std::uint64_t share = u >> 32;
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), share,
                                      [](std::uint64_t s, const Step& step) { return s < step.begin_q32; });
  const Step& step = *(after - 1);
  const auto rise =
      static_cast<std::uint64_t>((static_cast<base::Uint128>(share - step.begin_q32) * step.slope_q32) >> 32);
  return std::min(step.bytes + rise, step.last);
}

}  // namespace workload
