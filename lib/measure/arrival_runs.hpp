/// \file
/// The last arrivals of a flow as runs of consecutive numbers (not always the longest): enough to tell how
/// n-reordered a packet is.
///
/// RFC 4737: a packet is n-reordered iff the n arrivals right before it all have larger numbers. A run holds
/// either larger or smaller ones only, so 64 runs decide every n up to 64.
/// Cost: 1 kB; one step a run looked at. Thread: one owner.
#pragma once

#include "measure/reorder_density.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace measure {

class ArrivalRuns {
 public:
  static constexpr std::uint32_t kRuns = kReorderThreshold;

  /// `length` first copies arrived, numbered from `first` on.
  void append(std::uint64_t first, std::uint64_t length) {
    latest_ = (latest_ + 1) % kRuns;
    runs_[latest_] = {.last = first + length - 1,
                      .length = std::min<std::uint64_t>(length, kReorderThreshold)};
  }

  /// The largest n, at most kReorderThreshold, by which an arrival with this number is n-reordered.
  [[nodiscard]] std::uint64_t degree(std::uint64_t sequence) const {
    std::uint64_t larger = 0;
    for (std::uint32_t back = 0; back < kRuns && larger < kReorderThreshold; ++back) {
      const Run& run = runs_[(latest_ - back) % kRuns];
      if (run.length == 0 || run.last < sequence) break;
      larger += run.length;
    }
    return std::min<std::uint64_t>(larger, kReorderThreshold);
  }

 private:
  static_assert((kRuns & (kRuns - 1)) == 0);
  struct Run {
    std::uint64_t last = 0;
    std::uint64_t length = 0;  ///< at most kReorderThreshold: more makes no difference
  };

  std::array<Run, kRuns> runs_{};
  std::uint32_t latest_ = 0;
};

}  // namespace measure
