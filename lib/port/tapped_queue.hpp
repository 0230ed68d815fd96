/// \file
/// A device queue whose frames are copied aside: the engine's Port, for a run with --capture. Internal, as
/// device_queue.hpp is.
///
///     TappedQueue queue{ports.queue(device, 0), store, port_id};
///     engine::Worker<TappedQueue> worker{queue, parts};
///
/// A frame that is sent is copied before the device has it, for afterwards it is not ours, and kept if the
/// device took it. A run without a capture uses DeviceQueue and pays nothing for this.
/// Cost: two copies of a sent frame, one of a received one. Thread: one lcore.
#pragma once

#include "port/capture_store.hpp"
#include "port/device_queue.hpp"
#include "port/tsc_clock.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

namespace port {

class TappedQueue {
 public:
  using RxFrame = DeviceQueue::RxFrame;
  using TxFrame = DeviceQueue::TxFrame;

  TappedQueue(DeviceQueue& queue, CaptureStore& store, std::uint16_t port)
      : queue_{queue}, store_{store}, port_{port}, staged_(engine::kBurst * store.frame_bytes()) {}

  /// By which frames are stamped from here on.
  void use(const TscClock& clock) { clock_ = clock; }

  std::size_t poll() { return queue_.poll(); }
  std::size_t receive(std::span<RxFrame> frames) {
    const std::size_t count = queue_.receive(frames);
    if (count == 0) return 0;
    const base::Time now = clock_.now();
    for (const RxFrame& frame : frames.first(count))
      store_.add({.at = now, .port = port_, .direction = CaptureDirection::kReceived}, frame.head(),
                 frame.length());
    return count;
  }
  void release(std::span<const RxFrame> frames) { queue_.release(frames); }
  std::size_t take(engine::PayloadSource source, std::span<TxFrame> frames) {
    return queue_.take(source, frames);
  }
  void give_back(std::span<const TxFrame> frames) { queue_.give_back(frames); }

  std::size_t send(std::uint8_t priority, std::span<TxFrame> frames) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      stage(i, RxFrame{frames[i].mbuf});
    const base::Time now = clock_.now();
    const std::size_t sent = queue_.send(priority, frames);
    for (std::size_t i = 0; i < sent; ++i)
      store_.add({.at = now, .port = port_, .direction = CaptureDirection::kSent}, staged_frame(i),
                 lengths_[i]);
    return sent;
  }
  [[nodiscard]] static TxFrame forward(RxFrame frame) { return DeviceQueue::forward(frame); }
  [[nodiscard]] static base::Duration lead() { return DeviceQueue::lead(); }

 private:
  void stage(std::size_t index, const RxFrame& frame) {
    lengths_[index] = frame.length();
    const auto bytes = frame.head();
    std::memcpy(staged_.data() + index * store_.frame_bytes(), bytes.data(),
                std::min(bytes.size(), store_.frame_bytes()));
  }
  [[nodiscard]] std::span<const std::byte> staged_frame(std::size_t index) const {
    return std::span{staged_}.subspan(index * store_.frame_bytes(),
                                      std::min<std::size_t>(lengths_[index], store_.frame_bytes()));
  }

  DeviceQueue& queue_;
  CaptureStore& store_;
  TscClock clock_{{}, 0};
  std::uint16_t port_;
  std::vector<std::byte> staged_;  ///< a burst of frames that are being handed over
  std::array<std::uint32_t, engine::kBurst> lengths_{};
};

static_assert(engine::Port<TappedQueue>);

}  // namespace port
