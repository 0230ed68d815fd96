/// \file
/// What a flow remembers once a packet of it came out of order: one record of SequenceTracker's pool.
///
/// Bounds: numbers in [low, run_start) are in the flow's bitmap; those below `low` are W or more behind the
/// highest one. Cost: 3 kB, two bitmaps of W bits beside it. Thread: the tracker's owner.
#pragma once

#include "measure/arrival_runs.hpp"
#include "measure/density_meter.hpp"
#include "measure/gap_list.hpp"
#include "measure/sequence_counts.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace measure {

struct Disorder {
  static constexpr std::size_t kShortGapList = 16;

  std::uint64_t first = 0;               ///< the number that the flow began with
  std::uint64_t low = 0;                 ///< lowest number still in the window
  std::uint64_t next_at_drain = 0;       ///< next_expected when the first packet came after the drain
  std::uint64_t last_discontinuity = 0;  ///< index of the arrival that made the last reordered gap
  std::uint32_t record = 0;              ///< its place in the pool
  bool drained = false;
  bool had_discontinuity = false;
  SequenceCounts counts;
  GapList gaps;
  ArrivalRuns runs;
  DensityState density;
  std::array<Gap, kShortGapList> short_gaps{};
};
static_assert(sizeof(Disorder) <= 3072);

}  // namespace measure
