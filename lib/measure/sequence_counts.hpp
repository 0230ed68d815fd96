/// \file
/// What is known of one flow's sequence numbers: while it runs, and once it is closed.
///
/// Each figure is defined in docs/measuring.md, "Loss, duplicates" and "Reordering". Sums of flows are
/// made by `merge`. Thread: plain values.
#pragma once

#include "base/int128.hpp"
#include "measure/interval.hpp"
#include "measure/min_max_sum.hpp"

#include <algorithm>
#include <cstdint>

namespace measure {

/// Runs of first copies in order, between reordered ones (RFC 4737, reordering-free runs).
struct FreeRuns {
  std::uint64_t runs = 0;          ///< r: runs ended by a reordered packet, empty ones too
  std::uint64_t packets = 0;       ///< a: packets of those runs
  base::Uint128 squares = 0;       ///< q: sum of the squares of their lengths
  std::uint64_t longest = 0;       ///< of the ended runs and the open one
  std::uint64_t open_packets = 0;  ///< of runs that nothing ended yet

  friend bool operator==(const FreeRuns&, const FreeRuns&) = default;
};

struct SequenceCounts {
  std::uint64_t received = 0;    ///< first copies, until the drain's end
  std::uint64_t duplicates = 0;  ///< further copies, known as such
  std::uint64_t reordered = 0;   ///< RFC 4737 singletons: first copies with s < NextExp
  std::uint64_t missing = 0;     ///< below the highest one received and not there: lost or still open
  std::uint64_t missing_left_window = 0;  ///< part of `missing`: W numbers behind, and so booked as lost
  std::uint64_t beyond_window = 0;        ///< came more than W numbers late: duplicate or first copy
  std::uint64_t beyond_window_first_at_most = 0;  ///< of those, how many may have been first copies
  std::uint64_t before_first = 0;                 ///< below the number that the flow began with
  std::uint64_t after_drain = 0;                  ///< first copies that came after the drain
  std::uint64_t after_drain_copies = 0;  ///< what else came after the drain: duplicates, beyond the window
  MinMaxSum extent;                      ///< packets, of reordered ones
  std::uint64_t extent_unknown = 0;      ///< reordered, but the gap's record had to be dropped
  MinMaxSum late_time;                   ///< picoseconds, of reordered ones with a known extent
  MinMaxSum reorder_gap;                 ///< packets between reordering discontinuities
  FreeRuns free_runs;

  /// `missing` that may still arrive in the window.
  [[nodiscard]] std::uint64_t open() const { return missing - missing_left_window; }

  void merge(const SequenceCounts& other);
  friend bool operator==(const SequenceCounts&, const SequenceCounts&) = default;
};

/// A closed flow: what the receiver saw against what the sender says it sent.
struct SequenceResult {
  SequenceCounts counts;
  std::uint64_t sent = 0;        ///< sequence numbers given out by the sender
  std::uint64_t lost_gaps = 0;   ///< never received, below one that was
  std::uint64_t lost_tail = 0;   ///< never received, above all that were; all of a flow that lost everything
  std::uint64_t never_sent = 0;  ///< numbers received that the sender did not give out: an error of ours
  std::uint64_t flows_lost_whole = 0;  ///< 1 where something was sent and nothing received

  /// `after_drain` packets are part of both.
  [[nodiscard]] Interval lost() const {
    const std::uint64_t high = lost_gaps + lost_tail;
    return {.low = high - std::min(high, counts.beyond_window_first_at_most), .high = high};
  }
  [[nodiscard]] Interval received() const {
    return {.low = counts.received, .high = counts.received + counts.beyond_window_first_at_most};
  }
  [[nodiscard]] Interval duplicates() const {
    const std::uint64_t high = counts.duplicates + counts.beyond_window;
    return {.low = high - counts.beyond_window_first_at_most, .high = high};
  }

  void merge(const SequenceResult& other);
  friend bool operator==(const SequenceResult&, const SequenceResult&) = default;
};

}  // namespace measure
