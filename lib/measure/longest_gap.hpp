/// \file
/// The longest time a flow went without an arrival, and what was lost in it.
///
///     if (gap > longest.length) longest.replace({.previous = previous, .now = now, .next_expected = next,
///                                                .missing = arrival.missing});
///     if (arrival.kind == ArrivalKind::kReordered) longest.filled(sequence);
///
/// Of gaps equally long the first stays. Cost: 40 bytes; touched when a longer gap comes, and by reordered
/// packets. Thread: one writer.
#pragma once

#include "base/time.hpp"

#include <cstdint>

namespace measure {

/// Two arrivals one after the other, and what the second one jumped over.
struct ArrivalGap {
  base::Time previous;
  base::Time now;
  std::uint64_t next_expected = 0;  ///< before the second arrival
  std::uint64_t missing = 0;        ///< numbers from there on that it jumped over
};

struct LongestGap {
  base::Time start;                 ///< the arrival before the gap
  base::Duration length;            ///< 0: fewer than two arrivals
  std::uint64_t first_missing = 0;  ///< numbers [first_missing, + jumped) lie in the gap
  std::uint64_t jumped = 0;
  std::uint64_t lost = 0;  ///< of these, not arrived so far

  void replace(const ArrivalGap& gap) {
    *this = {.start = gap.previous,
             .length = gap.now - gap.previous,
             .first_missing = gap.next_expected,
             .jumped = gap.missing,
             .lost = gap.missing};
  }
  /// A first copy of `sequence` came late.
  void filled(std::uint64_t sequence) {
    if (sequence - first_missing < jumped) --lost;
  }
  /// Of two flows, the longer one: "the longest of any flow of the sum".
  void merge(const LongestGap& other) {
    if (other.length > length) *this = other;
  }
  friend bool operator==(const LongestGap&, const LongestGap&) = default;
};

}  // namespace measure
