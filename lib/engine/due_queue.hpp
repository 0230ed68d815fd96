/// \file
/// Which flow is due next, among up to millions: a hierarchical timing wheel with an exact order.
///
///     DueQueue queue{flows.size(), base::nanoseconds(80)};
///     queue.insert(flow, due);
///     while (!queue.empty() && queue.earliest().due <= now) {
///       const DueQueue::Entry entry = queue.pop();
///       ...
///       queue.insert(entry.flow, next_due);
///     }
///
/// Order: by due time, then by flow number: two polls of one moment and a poll at every moment give the same
/// sequence. Structure: what is due within the current slot lies in a small binary heap; later entries lie in
/// slots of 8 levels of 256, chained through `next_` (4 bytes a flow), each level 256 times as coarse as the
/// one below. A slot is poured into the heap, or into the level below, when the wheel reaches it; a bitmap of
/// the full slots finds the next one. Cost: insert and pop touch the heap (a few entries, when the slot width
/// is about the spacing of departures), one slot head and one link. No allocation after construction but for
/// a growing heap. Thread: one owner.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

class DueQueue {
 public:
  struct Entry {
    base::Time due;
    std::uint32_t flow = 0;
    friend constexpr auto operator<=>(const Entry&, const Entry&) = default;
  };

  /// `slot_width` is rounded down to a power of two of picoseconds, at least 1.
  DueQueue(std::size_t flows, base::Duration slot_width);

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  /// The earliest entry. The queue is not empty.
  [[nodiscard]] const Entry& earliest() const { return heap_.front(); }
  /// Removes and returns the earliest entry. The queue is not empty.
  Entry pop();
  /// The latest due time that the earliest entry can be deferred to and is still the earliest. The queue is
  /// not empty. May be less than that where the next entry's time is not known yet.
  [[nodiscard]] base::Time stays_earliest_until() const {
    if (heap_.size() == 1) {
      if (in_wheel_ == 0) return base::Time::never();
      return base::Time{static_cast<std::int64_t>(((tick_ + 1) << shift_) - 1)};
    }
    const Entry& next = heap_.size() == 2 || heap_[1] < heap_[2] ? heap_[1] : heap_[2];
    return next.flow > heap_.front().flow ? next.due : next.due - base::picoseconds(1);
  }
  /// Replaces the earliest entry's due time by a later one, or the same.
  // PERF: inline where the heap holds nothing else: no call, no sifting (tx-cdf).
  void defer_earliest(base::Time due) {
    if (heap_.size() == 1 && (in_wheel_ == 0 || tick_of(due) <= tick_)) {
      tick_ = std::max(tick_, tick_of(due));
      heap_.front().due = due;
      return;
    }
    defer_among_others(due);
  }
  /// `flow` is not in the queue; `due` is not negative.
  void insert(std::uint32_t flow, base::Time due);

 private:
  static constexpr std::size_t kSlots = 256;
  static constexpr int kSlotBits = 8;
  static constexpr std::size_t kLevels = 8;
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Link {
    base::Time due;
    std::uint32_t next = kNone;
  };
  struct Level {
    std::array<std::uint32_t, kSlots> head;
    std::array<std::uint64_t, kSlots / 64> full{};
  };

  [[nodiscard]] std::uint64_t tick_of(base::Time due) const {
    return static_cast<std::uint64_t>(due.ps()) >> shift_;
  }
  void defer_among_others(base::Time due);
  void put_in_heap(const Entry& entry);
  void sift_down();
  void put_in_wheel(std::uint32_t flow, std::uint64_t tick);
  /// Moves the wheel to its next full slot until the heap holds something, or nothing is left.
  void refill();
  void pour(std::size_t level, std::size_t slot);
  [[nodiscard]] int next_full(const Level& level, std::size_t from) const;

  int shift_ = 0;
  std::uint64_t tick_ = 0;  ///< entries of this tick and before are in the heap
  std::size_t in_wheel_ = 0;
  std::vector<Entry> heap_;
  std::vector<Link> links_;  ///< one a flow
  std::array<Level, kLevels> levels_;
};

}  // namespace engine
