/// \file
/// Which of the last W sequence numbers of a flow have arrived: one bit each, in a ring.
///
///     SequenceWindow window{words};              // W = 64 * words.size(), a power of two
///     window.set_run(100, 50);
///     lost += window.leave(0, 100);              // 0..99 leave: how many of them never came
///
/// The owner keeps the bounds [low, next), next - low <= W; bits outside of them are zero, which `leave`
/// restores. The words belong to the caller (a pool), all zero at the start.
/// Cost: a few instructions a bit, one step a 64 bits for runs. Thread: one owner.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace measure {

class SequenceWindow {
 public:
  explicit SequenceWindow(std::span<std::uint64_t> words)
      : words_{words.data()}, mask_{words.size() * 64 - 1} {}

  [[nodiscard]] std::uint64_t size() const { return mask_ + 1; }

  [[nodiscard]] bool test(std::uint64_t sequence) const {
    return ((words_[word_of(sequence)] >> (sequence & 63)) & 1) != 0;
  }
  void set(std::uint64_t sequence) { words_[word_of(sequence)] |= std::uint64_t{1} << (sequence & 63); }
  void clear(std::uint64_t sequence) { words_[word_of(sequence)] &= ~(std::uint64_t{1} << (sequence & 63)); }

  /// Sets [from, from + length); `length` is at most size().
  void set_run(std::uint64_t from, std::uint64_t length) {
    for_each_word(from, from + length, [&](std::uint64_t& word, std::uint64_t bits) { word |= bits; });
  }

  /// Clears [from, to), at most size() numbers, and returns how many of them were not set.
  [[nodiscard]] std::uint64_t leave(std::uint64_t from, std::uint64_t to) {
    std::uint64_t unset = to - from;
    for_each_word(from, to, [&](std::uint64_t& word, std::uint64_t bits) {
      unset -= static_cast<std::uint64_t>(std::popcount(word & bits));
      word &= ~bits;
    });
    return unset;
  }

  /// The lowest set number of [from, to), or `to`.
  [[nodiscard]] std::uint64_t next_set(std::uint64_t from, std::uint64_t to) const {
    while (from < to) {
      const std::uint64_t rest = words_[word_of(from)] >> (from & 63);
      if (rest != 0) return std::min(to, from + static_cast<std::uint64_t>(std::countr_zero(rest)));
      from = (from | 63) + 1;
    }
    return to;
  }

 private:
  [[nodiscard]] std::uint64_t word_of(std::uint64_t sequence) const { return (sequence & mask_) >> 6; }

  template <class Function>
  void for_each_word(std::uint64_t from, std::uint64_t to, Function&& function) {
    while (from < to) {
      const std::uint64_t count = std::min(to - from, 64 - (from & 63));
      const std::uint64_t ones = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      function(words_[word_of(from)], ones << (from & 63));
      from += count;
    }
  }

  std::uint64_t* words_;
  std::uint64_t mask_;
};

}  // namespace measure
