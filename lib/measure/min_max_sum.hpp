/// \file
/// Count, least, greatest and exact sum of values: what a flow without a histogram keeps.
///
///     MinMaxSum late;
///     late.add(duration.ps());
///     if (late.count != 0) print(late.mean());
///
/// The sum has 128 bits: a soak of days adds up more picoseconds than 64 bits hold.
/// Cost: about 8 instructions a value, 48 bytes. Thread: one writer.
#pragma once

#include "base/int128.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace measure {

struct MinMaxSum {
  std::uint64_t count = 0;
  std::int64_t min = std::numeric_limits<std::int64_t>::max();  ///< meaningless while count is 0
  std::int64_t max = std::numeric_limits<std::int64_t>::min();  ///< meaningless while count is 0
  base::Int128 sum = 0;

  void add(std::int64_t value) {
    ++count;
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
  }
  void merge(const MinMaxSum& other) {
    count += other.count;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    sum += other.sum;
  }
  /// Rounded towards zero; 0 where there is no value.
  [[nodiscard]] std::int64_t mean() const {
    return count == 0 ? 0 : static_cast<std::int64_t>(sum / static_cast<base::Int128>(count));
  }

  friend bool operator==(const MinMaxSum&, const MinMaxSum&) = default;
};

}  // namespace measure
