/// \file
/// One number of a run, by the name under which a profile asks for it, with its bounds.
///
///     const verdict::MetricValue value = verdict::metric_value(result, row, "loss_share");
///     if (!value.known) say(value.why_not);
///
/// Values are integers in the metric's base unit (profile::MetricUnit): picoseconds, bit/s, parts per
/// billion. The true value lies in [low, high]. Definitions: docs/measuring.md. Thread: pure.
#pragma once

#include "measure/books.hpp"
#include "measure/results.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace verdict {

struct MetricValue {
  bool known = false;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::string why_not;  ///< where it is not known

  [[nodiscard]] bool exact() const { return known && low == high; }
};

/// All numbers of one row: its books are made once. Result and row outlive it.
class RowMetrics {
 public:
  RowMetrics(const measure::RunResult& result, const measure::SubjectResult& row)
      : result_{result}, row_{row}, books_{measure::books_of(row.sent, row.received, row.shortfall)} {}

  /// `metric` is a name of profile::all_metrics().
  [[nodiscard]] MetricValue value(std::string_view metric) const;
  [[nodiscard]] const measure::Books& books() const { return books_; }

 private:
  const measure::RunResult& result_;
  const measure::SubjectResult& row_;
  measure::Books books_;
};

/// One number of a row: RowMetrics where there are more.
[[nodiscard]] MetricValue metric_value(const measure::RunResult& result, const measure::SubjectResult& row,
                                       std::string_view metric);

/// The value, or both bounds, with unit: "3 frames", "12.5 Gbit/s", "1.2 us .. 1.3 us", "20 ppm".
[[nodiscard]] std::string value_text(std::string_view metric, const MetricValue& value);
[[nodiscard]] std::string number_text(std::string_view metric, std::int64_t value);

}  // namespace verdict
