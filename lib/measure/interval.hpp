/// \file
/// A count that is known, or known to lie between two bounds.
///
///     const Interval lost{.low = 3, .high = 5};          // two late arrivals were duplicates or first
///     copies if (!lost.exact()) ...                             // no verdict inside of the bounds
///
/// Thread: plain values.
#pragma once

#include <cstdint>

namespace measure {

struct Interval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  [[nodiscard]] static constexpr Interval exactly(std::uint64_t value) {
    return {.low = value, .high = value};
  }
  [[nodiscard]] constexpr bool exact() const { return low == high; }
  [[nodiscard]] constexpr bool contains(std::uint64_t value) const { return low <= value && value <= high; }

  constexpr Interval& operator+=(Interval other) {
    low += other.low;
    high += other.high;
    return *this;
  }
  friend constexpr Interval operator+(Interval a, Interval b) { return a += b; }
  friend constexpr bool operator==(Interval, Interval) = default;
};

}  // namespace measure
