/// \file
/// Frames copied aside while a run goes on, to be written when it is over: at most so many, from all lcores.
///
///     port::CaptureStore store{{.frames = 10'000, .frame_bytes = 4170}};
///     store.add({.at = now, .port = 0, .direction = CaptureDirection::kSent}, bytes, length);   // any lcore
///     for (const port::CapturedFrame& frame : store.frames()) ...      // the lcores are at rest: by time
///     store.left_out();                                                // came when it was full
///
/// The first frames are kept: what comes when it is full is counted. Memory is taken, and touched, when it is
/// made. Cost of a frame: one atomic addition on a line that all lcores share, and a copy: for who asked for
/// it. Thread: `add` any; the rest when nobody adds.
#pragma once

#include "base/time.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace port {

enum class CaptureDirection : std::uint8_t { kReceived, kSent };

struct CapturedFrame {
  base::Time at;           ///< sent: just before the hand-over; received: when the burst was fetched
  std::uint16_t port = 0;  ///< the plan's
  CaptureDirection direction = CaptureDirection::kReceived;
  std::uint32_t length = 0;          ///< of the whole frame, without FCS
  std::span<const std::byte> bytes;  ///< its first `frame_bytes` at most
};

struct CaptureStoreOptions {
  std::size_t frames = 0;
  std::size_t frame_bytes = 0;
};

class CaptureStore {
 public:
  explicit CaptureStore(const CaptureStoreOptions& options)
      : frame_bytes_{options.frame_bytes},
        entries_(options.frames),
        bytes_(options.frames * options.frame_bytes) {}
  CaptureStore(const CaptureStore&) = delete;
  CaptureStore& operator=(const CaptureStore&) = delete;

  /// `frame` has everything but `length` and `bytes`, which are taken from what follows.
  void add(CapturedFrame frame, std::span<const std::byte> bytes, std::uint32_t length);

  [[nodiscard]] std::size_t frame_bytes() const { return frame_bytes_; }
  /// Those that were kept, ascending in time.
  [[nodiscard]] std::vector<CapturedFrame> frames() const;
  [[nodiscard]] std::uint64_t left_out() const;

 private:
  std::size_t frame_bytes_;
  std::vector<CapturedFrame> entries_;
  std::vector<std::byte> bytes_;
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace port
