/// \file
/// One number of a run, by the name under which a profile asks for it, with its bounds.
///
///     const verdict::MetricValue value = verdict::metric_value(result, row, "loss_share");
///     if (!value.known) say(value.why_not);
///
/// Values are integers in the metric's base unit (profile::MetricUnit): picoseconds, bit/s, parts per
/// billion. The true value lies in [low, high]. Definitions: docs/measuring.md. Thread: pure.
#pragma once

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

/// `metric` is a name of profile::all_metrics().
[[nodiscard]] MetricValue metric_value(const measure::RunResult& result, const measure::SubjectResult& row,
                                       std::string_view metric);

/// The value, or both bounds, with unit: "3 frames", "12.5 Gbit/s", "1.2 us .. 1.3 us", "20 ppm".
[[nodiscard]] std::string value_text(std::string_view metric, const MetricValue& value);
[[nodiscard]] std::string number_text(std::string_view metric, std::int64_t value);

}  // namespace verdict
