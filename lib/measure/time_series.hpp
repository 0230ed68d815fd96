/// \file
/// Numbers over time, in a bounded number of equal intervals: a run of days keeps its curve.
///
///     TimeSeries<TrafficPoint> series{{.start = start, .interval = base::milliseconds(100)}};
///     TrafficPoint& point = series.at(now);                  // once a burst
///     point.frames += count;
///
/// When the last interval is over, neighbours are merged in pairs and the interval doubles: the sum of all
/// points stays what was put in. A `Point` is a plain struct whose `merge(next)` takes in the interval after
/// it; CountPoint and GaugePoint are two.
/// Intervals are half-open, [start + i x interval, start + (i + 1) x interval). What comes at or before the
/// current interval goes into the current one: time does not run backwards for one writer.
/// Cost: at() 3 instructions within an interval; one allocation at construction. Thread: one writer.
#pragma once

#include "base/check.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace measure {

/// A counter's growth in an interval.
struct CountPoint {
  std::uint64_t count = 0;

  void merge(const CountPoint& next) { count += next.count; }
  /// Another writer's share of the same interval.
  void add(const CountPoint& other) { count += other.count; }
  friend bool operator==(const CountPoint&, const CountPoint&) = default;
};

/// Samples of a level in an interval: queue depth, temperature, stolen time.
struct GaugePoint {
  std::uint64_t samples = 0;
  std::int64_t min = std::numeric_limits<std::int64_t>::max();
  std::int64_t max = std::numeric_limits<std::int64_t>::min();
  std::int64_t sum = 0;
  std::int64_t last = 0;

  void set(std::int64_t value) {
    ++samples;
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
    last = value;
  }
  void merge(const GaugePoint& next) {
    samples += next.samples;
    min = std::min(min, next.min);
    max = std::max(max, next.max);
    sum += next.sum;
    if (next.samples != 0) last = next.last;
  }
  void add(const GaugePoint& other) { merge(other); }
  friend bool operator==(const GaugePoint&, const GaugePoint&) = default;
};

struct TimeSeriesOptions {
  base::Time start;
  base::Duration interval = base::milliseconds(100);
  std::size_t points_most = 4096;  ///< even
};

template <class Point>
class TimeSeries {
 public:
  explicit TimeSeries(TimeSeriesOptions options)
      : start_{options.start}, interval_{options.interval}, points_most_{options.points_most} {
    CHECK(points_most_ >= 2 && points_most_ % 2 == 0 && interval_ > base::Duration{},
          "a series of {} points of {} ps", points_most_, interval_.ps());
    points_.reserve(points_most_);
    points_.emplace_back();
    current_ends_ = start_ + interval_;
  }

  [[nodiscard]] static constexpr std::size_t bytes(std::size_t points_most) {
    return sizeof(TimeSeries) + points_most * sizeof(Point);
  }

  /// The point of the interval that holds `now`.
  [[nodiscard]] Point& at(base::Time now) {
    if (now >= current_ends_) [[unlikely]]
      advance(now);
    return points_.back();
  }

  [[nodiscard]] base::Time start() const { return start_; }
  [[nodiscard]] base::Duration interval() const { return interval_; }
  /// From the first interval to the one written last; the last may not be over yet.
  [[nodiscard]] std::span<const Point> points() const { return points_; }

  /// Half the points, each twice as long.
  void halve() {
    const std::size_t pairs = points_.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
      points_[i] = points_[2 * i];
      points_[i].merge(points_[2 * i + 1]);
    }
    if (points_.size() % 2 != 0) points_[pairs] = points_.back();
    points_.resize((points_.size() + 1) / 2);
    interval_ = interval_ * 2;
    current_ends_ = start_ + interval_ * static_cast<std::int64_t>(points_.size());
  }

  /// Adds another writer's series of the same start and first interval, point by point; the result has
  /// the coarser interval of the two.
  void add(TimeSeries other) {
    CHECK(start_ == other.start_, "series that start {} ps apart", (start_ - other.start_).ps());
    while (interval_ < other.interval_)
      halve();
    while (other.interval_ < interval_)
      other.halve();
    CHECK(interval_ == other.interval_, "series of {} and {} ps an interval", interval_.ps(),
          other.interval_.ps());
    if (points_.size() < other.points_.size()) std::swap(points_, other.points_);
    for (std::size_t i = 0; i < other.points_.size(); ++i)
      points_[i].add(other.points_[i]);
    current_ends_ = start_ + interval_ * static_cast<std::int64_t>(points_.size());
  }

 private:
  void advance(base::Time now) {
    while (now >= start_ + interval_ * static_cast<std::int64_t>(points_most_))
      halve();
    const auto index = static_cast<std::size_t>((now - start_) / interval_);
    points_.resize(index + 1);
    current_ends_ = start_ + interval_ * static_cast<std::int64_t>(points_.size());
  }

  base::Time current_ends_;
  base::Time start_;
  base::Duration interval_;
  std::size_t points_most_;
  std::vector<Point> points_;
};

}  // namespace measure
