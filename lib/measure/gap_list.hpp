/// \file
/// The gaps of a flow's window that are still of interest: where each began and which arrival made it.
///
/// A gap is made by an arrival above the expected number; that arrival is RFC 4737's j for every packet that
/// later fills the gap. Gaps are in the order of their making, which is also the order of their numbers.
/// The first 16 stand in the flow's own record; more move to a block from the pool, where there is one, and
/// otherwise the oldest record is dropped (the extents of its packets are then counted as unknown).
/// Cost: push and pop a few instructions, find a binary search. Thread: one owner.
#pragma once

#include <cstdint>
#include <span>

namespace measure {

struct Gap {
  std::uint64_t start = 0;      ///< first missing number
  std::uint64_t length = 0;     ///< numbers missing when it was made
  std::uint64_t remaining = 0;  ///< of those, not yet received
  std::uint64_t index = 0;      ///< j: first copies received before the one that made the gap
  std::int64_t time_ps = 0;     ///< when that one arrived
};

/// A ring over `records`, which belong to the caller.
class GapList {
 public:
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool full() const { return count_ == capacity_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] Gap& front() { return at(0); }

  void push(const Gap& gap) { at(count_++) = gap; }
  void pop_front() {
    head_ = (head_ + 1) & (capacity_ - 1);
    --count_;
  }

  /// The gap that holds `sequence`, which is known to be missing; nullptr where its record was dropped.
  [[nodiscard]] Gap* find(std::uint64_t sequence) {
    std::uint32_t from = 0;
    std::uint32_t to = count_;
    while (from < to) {
      const std::uint32_t middle = (from + to) / 2;
      if (at(middle).start <= sequence) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from == 0 ? nullptr : &at(from - 1);
  }

  /// Goes on in other storage, of a power of two of records, larger than what it holds.
  void move_to(std::span<Gap> records) {
    for (std::uint32_t i = 0; i < count_; ++i)
      records[i] = at(i);
    records_ = records.data();
    capacity_ = static_cast<std::uint32_t>(records.size());
    head_ = 0;
  }

 private:
  [[nodiscard]] Gap& at(std::uint32_t position) { return records_[(head_ + position) & (capacity_ - 1)]; }

  Gap* records_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t head_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace measure
