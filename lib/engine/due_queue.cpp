#include "engine/due_queue.hpp"

#include <algorithm>

namespace engine {

DueQueue::DueQueue(std::size_t flows, base::Duration slot_width)
    : shift_{std::max(0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(slot_width.ps()))) - 1)},
      links_(flows) {
  heap_.reserve(64);
  for (Level& level : levels_)
    level.head.fill(kNone);
}

void DueQueue::insert(std::uint32_t flow, base::Time due) {
  const std::uint64_t tick = tick_of(due);
  if (tick <= tick_ || heap_.empty()) {
    // An empty heap means an empty wheel, which may be turned to wherever the work is.
    if (heap_.empty()) tick_ = std::max(tick_, tick);
    put_in_heap({due, flow});
    return;
  }
  links_[flow].due = due;
  put_in_wheel(flow, tick);
  ++in_wheel_;
}

DueQueue::Entry DueQueue::pop() {
  const Entry first = heap_.front();
  heap_.front() = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) {
    sift_down();
  } else if (in_wheel_ != 0) {
    refill();
  }
  return first;
}

void DueQueue::defer_among_others(base::Time due) {
  if (tick_of(due) <= tick_) {
    heap_.front().due = due;
    sift_down();
    return;
  }
  const std::uint32_t flow = heap_.front().flow;
  links_[flow].due = due;
  put_in_wheel(flow, tick_of(due));
  ++in_wheel_;
  static_cast<void>(pop());
}

void DueQueue::put_in_heap(const Entry& entry) {
  heap_.push_back(entry);
  std::size_t at = heap_.size() - 1;
  while (at != 0) {
    const std::size_t parent = (at - 1) / 2;
    if (heap_[parent] < entry) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = entry;
}

void DueQueue::sift_down() {
  const Entry moving = heap_.front();
  const std::size_t size = heap_.size();
  std::size_t at = 0;
  for (;;) {
    std::size_t child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && heap_[child + 1] < heap_[child]) ++child;
    if (moving < heap_[child]) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = moving;
}

void DueQueue::put_in_wheel(std::uint32_t flow, std::uint64_t tick) {
  const int highest = static_cast<int>(std::bit_width(tick ^ tick_)) - 1;
  const auto number = std::min(static_cast<std::size_t>(highest / kSlotBits), kLevels - 1);
  Level& level = levels_[number];
  const std::size_t slot = (tick >> (number * kSlotBits)) & (kSlots - 1);
  links_[flow].next = level.head[slot];
  level.head[slot] = flow;
  level.full[slot / 64] |= 1ULL << (slot % 64);
}

int DueQueue::next_full(const Level& level, std::size_t from) const {
  for (std::size_t word = from / 64; word < level.full.size(); ++word) {
    std::uint64_t bits = level.full[word];
    if (word == from / 64) bits &= ~0ULL << (from % 64);
    if (bits != 0) return static_cast<int>(word * 64) + std::countr_zero(bits);
  }
  return -1;
}

void DueQueue::pour(std::size_t number, std::size_t slot) {
  Level& level = levels_[number];
  std::uint32_t flow = level.head[slot];
  level.head[slot] = kNone;
  level.full[slot / 64] &= ~(1ULL << (slot % 64));
  while (flow != kNone) {
    const Link link = links_[flow];
    const std::uint64_t tick = tick_of(link.due);
    if (tick <= tick_) {
      put_in_heap({link.due, flow});
      --in_wheel_;
    } else {
      put_in_wheel(flow, tick);
    }
    flow = link.next;
  }
}

void DueQueue::refill() {
  while (heap_.empty() && in_wheel_ != 0) {
    for (std::size_t number = 0; number < kLevels; ++number) {
      const int bits = static_cast<int>(number) * kSlotBits;
      const std::size_t here = (tick_ >> bits) & (kSlots - 1);
      const int slot = next_full(levels_[number], here + (here + 1 < kSlots ? 1 : 0));
      if (slot < 0 || static_cast<std::size_t>(slot) <= here) continue;
      // The wheel now stands at the start of that slot: lower levels are empty, so no entry is passed.
      const std::uint64_t above =
          bits + kSlotBits >= 64 ? 0 : (tick_ >> (bits + kSlotBits)) << (bits + kSlotBits);
      tick_ = above | (static_cast<std::uint64_t>(slot) << bits);
      pour(number, static_cast<std::size_t>(slot));
      break;
    }
  }
}

}  // namespace engine
