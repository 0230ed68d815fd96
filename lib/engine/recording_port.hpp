/// \file
/// A port without a device that takes every frame at once and shows it: what a worker would send.
///
///     engine::RecordingPort port{[&](std::uint8_t priority, std::span<const std::byte> frame) { ... }};
///     engine::Worker worker{port, engine::make_worker_parts({.plan = plan, .queue = q})};
///     worker.step(base::Time{});                        // frames due at zero were shown
///
/// It receives nothing. A shown frame is without FCS and valid until the sink returns.
/// Cost: 4.5 KiB a buffer, of which a worker takes 64 a payload source at most. Thread: one owner.
#pragma once

#include "base/check.hpp"
#include "engine/frame_buffer.hpp"
#include "engine/port.hpp"

#include <array>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace engine {

/// `Sink`: called with the priority and the bytes of each frame.
template <class Sink>
class RecordingPort {
 public:
  struct TxFrame {
    FrameBuffer* buffer = nullptr;
    std::byte* open(const FrameLayout& layout) { return buffer->open(layout); }
    std::byte* trailer() { return buffer->trailer(); }
  };
  /// There is never one.
  struct RxFrame {
    [[nodiscard]] std::span<const std::byte> head() const { return {}; }
    [[nodiscard]] std::uint32_t length() const { return 0; }
    [[nodiscard]] bool icrc_good(std::uint32_t, std::uint32_t) const { return false; }
  };

  explicit RecordingPort(Sink sink) : sink_{std::move(sink)} {}
  RecordingPort(const RecordingPort&) = delete;
  RecordingPort& operator=(const RecordingPort&) = delete;

  std::size_t receive(std::span<RxFrame>) { return 0; }
  void release(std::span<const RxFrame>) {}
  std::size_t take(PayloadSource source, std::span<TxFrame> frames) {
    auto& free = free_[static_cast<std::size_t>(source)];
    for (TxFrame& frame : frames) {
      if (free.empty()) free.push_back(all_.emplace_back(std::make_unique<FrameBuffer>(source)).get());
      frame.buffer = free.back();
      free.pop_back();
    }
    return frames.size();
  }
  void give_back(std::span<const TxFrame> frames) {
    for (const TxFrame& frame : frames)
      free_[static_cast<std::size_t>(frame.buffer->source())].push_back(frame.buffer);
  }
  std::size_t send(std::uint8_t priority, std::span<TxFrame> frames) {
    for (const TxFrame& frame : frames)
      sink_(priority, frame.buffer->frame());
    give_back(frames);
    return frames.size();
  }
  TxFrame forward(RxFrame) {
    CHECK(false, "a port that receives nothing was asked to forward a frame");
    return {};
  }
  [[nodiscard]] base::Duration lead() const { return {}; }

 private:
  Sink sink_;
  std::vector<std::unique_ptr<FrameBuffer>> all_;
  std::array<std::vector<FrameBuffer*>, wire::kPayloadSources> free_;
};

}  // namespace engine
