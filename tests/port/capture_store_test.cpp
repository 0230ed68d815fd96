#include "port/capture_store.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace {

using port::CaptureDirection;

std::vector<std::byte> frame(std::size_t length, std::uint8_t fill) {
  return std::vector<std::byte>(length, static_cast<std::byte>(fill));
}

TEST(CaptureStore, KeepsTheFirstFramesAndCountsTheRest) {
  port::CaptureStore store{{.frames = 2, .frame_bytes = 100}};
  store.add({.at = base::Time{30}, .port = 1, .direction = CaptureDirection::kSent}, frame(64, 1), 64);
  store.add({.at = base::Time{20}, .port = 0}, frame(100, 2), 100);
  store.add({.at = base::Time{10}, .port = 0}, frame(80, 3), 80);
  const auto frames = store.frames();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].at, base::Time{20}) << "by time, not by arrival here";
  EXPECT_EQ(frames[0].direction, CaptureDirection::kReceived);
  EXPECT_EQ(frames[1].port, 1U);
  EXPECT_EQ(frames[1].direction, CaptureDirection::kSent);
  EXPECT_EQ(std::vector<std::byte>(frames[1].bytes.begin(), frames[1].bytes.end()), frame(64, 1));
  EXPECT_EQ(store.left_out(), 1U);
}

TEST(CaptureStore, CutsWhatIsLongerThanItsPlace) {
  port::CaptureStore store{{.frames = 2, .frame_bytes = 10}};
  store.add({}, frame(64, 7), 64);
  store.add({}, frame(5, 8), 5);
  const auto frames = store.frames();
  EXPECT_EQ(frames[0].bytes.size(), 10U);
  EXPECT_EQ(frames[0].length, 64U);
  EXPECT_EQ(std::vector<std::byte>(frames[1].bytes.begin(), frames[1].bytes.end()), frame(5, 8));
}

TEST(CaptureStore, TakesFramesOfSeveralThreads) {
  constexpr std::size_t kEach = 2'000;
  port::CaptureStore store{{.frames = 3'000, .frame_bytes = 16}};
  {
    std::vector<std::jthread> threads;
    for (std::uint8_t id = 0; id < 2; ++id) {
      threads.emplace_back([&store, id] {
        for (std::size_t i = 0; i < kEach; ++i)
          store.add({.at = base::Time{static_cast<std::int64_t>(i)}, .port = id}, frame(16, id), 16);
      });
    }
  }
  EXPECT_EQ(store.frames().size(), 3'000U);
  EXPECT_EQ(store.left_out(), 1'000U);
  for (const port::CapturedFrame& kept : store.frames())
    EXPECT_EQ(kept.bytes.front(), static_cast<std::byte>(kept.port)) << "two threads wrote to one place";
}

}  // namespace
