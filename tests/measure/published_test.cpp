#include "measure/published.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <stop_token>
#include <thread>

namespace {

using measure::Published;

struct Numbers {
  std::uint64_t turn = 0;
  std::array<std::uint64_t, 255> values{};
  std::uint32_t last = 0;  // the size is no multiple of 8 without padding
};

TEST(Published, IsTheDefaultUntilSomethingIsPublished) {
  const Published<Numbers> published;
  EXPECT_EQ(published.read().turn, 0u);
}

TEST(Published, GivesWhatWasPublishedLast) {
  Published<std::uint32_t> published;
  published.publish(7);
  published.publish(9);
  EXPECT_EQ(published.read(), 9u);
}

// Expect: each copy read is one that was written, and they never go back in time.
TEST(Published, ReadersSeeWholeCopiesWhileTheWriterGoesOn) {
  Published<Numbers> published;
  std::atomic<std::uint64_t> work{0};
  std::jthread writer{[&](const std::stop_token& stop) {
    Numbers numbers;
    while (!stop.stop_requested()) {
      ++numbers.turn;
      numbers.values.fill(numbers.turn);
      numbers.last = static_cast<std::uint32_t>(numbers.turn);
      published.publish(numbers);
      // A writer has other work than publishing: one that does nothing else leaves no time to read.
      for (std::uint64_t i = 0; i < 1000; ++i)
        work.store(i, std::memory_order_relaxed);
    }
  }};
  std::uint64_t seen = 0;
  std::uint64_t distinct = 0;
  std::uint64_t torn = 0;
  std::uint64_t backwards = 0;
  for (int reads = 0; reads < 100'000 && distinct < 5'000; ++reads) {
    const Numbers numbers = published.read();
    backwards += numbers.turn < seen ? 1 : 0;
    distinct += numbers.turn > seen ? 1 : 0;
    seen = numbers.turn;
    const auto whole = std::count(numbers.values.begin(), numbers.values.end(), seen);
    torn += static_cast<std::size_t>(whole) != numbers.values.size() ? 1 : 0;
    torn += numbers.last != static_cast<std::uint32_t>(seen) ? 1 : 0;
  }
  EXPECT_GT(distinct, 0u);
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(backwards, 0u);
}

}  // namespace
