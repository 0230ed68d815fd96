/// \file
/// A copy of a worker's numbers that any thread may read while the worker goes on.
///
///     Published<Progress> progress;
///     progress.publish(mine);                    // the worker, now and then
///     const Progress seen = progress.read();     // anyone, any time: a copy that was whole at one moment
///
/// A sequence lock: odd while the writer is at work, so that a reader whose copy was overtaken takes another.
/// Every word is an atomic: release stores and acquire loads order them without fences, and on x86 they are
/// plain moves. Readers write nothing, so the worker's line is never taken away from it for writing.
/// Cost: publish and read one move each 8 bytes; the writer never waits, a reader only while it is overtaken.
/// Thread: one writer, any number of readers.
#pragma once

#include "base/cache_line.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace measure {

template <class T>
class alignas(base::kCacheLine) Published {
  static_assert(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>);

 public:
  Published() { publish(T{}); }

  void publish(const T& value) {
    Words words{};
    std::memcpy(words.data(), &value, sizeof(T));
    const std::uint64_t turn = turn_.load(std::memory_order_relaxed);
    turn_.store(turn + 1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kWords; ++i)  // W: a reader that sees one of these sees the odd turn, too
      words_[i].store(words[i], std::memory_order_release);
    turn_.store(turn + 2, std::memory_order_release);
  }

  [[nodiscard]] T read() const {
    for (;;) {
      const std::uint64_t turn = turn_.load(std::memory_order_acquire);
      Words words;
      for (std::size_t i = 0; i < kWords; ++i)  // pairs with W
        words[i] = words_[i].load(std::memory_order_acquire);
      if ((turn & 1) == 0 && turn_.load(std::memory_order_relaxed) == turn) {
        T value;
        std::memcpy(static_cast<void*>(&value), words.data(), sizeof(T));
        return value;
      }
    }
  }

 private:
  static constexpr std::size_t kWords = (sizeof(T) + 7) / 8;
  using Words = std::array<std::uint64_t, kWords>;

  std::atomic<std::uint64_t> turn_{0};
  std::array<std::atomic<std::uint64_t>, kWords> words_{};
};

}  // namespace measure
