/// \file
/// Frames that were laid before, received as if a device had just given them.
///
///     bench::FrameSet set{1024};
///     set.put(0, bytes); ...
///     bench::ReplayQueue queue{device_queue, set};
///     queue.rewind();
///     while (queue.left() != 0) worker.receive(now);
///
/// Each burst takes frames from the device, whose driver has its cost with them, and shows those of the set
/// in their place. What is released are the device's; the set's stay. Thread: one.
#pragma once

#include "base/check.hpp"
#include "base/quantity.hpp"
#include "engine/port.hpp"
#include "port/device_queue.hpp"

#include <rte_mbuf.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace bench {

class FrameSet {
 public:
  [[nodiscard]] static base::Bytes memory_needed(std::size_t frames) {
    return base::Bytes{frames * (kRoom + sizeof(rte_mbuf) + 128) + (8U << 20)};
  }

  explicit FrameSet(std::size_t frames)
      : pool_{rte_pktmbuf_pool_create("replay", static_cast<unsigned>(frames), 0, 0, kRoom, SOCKET_ID_ANY)},
        mbufs_(frames) {
    CHECK(pool_ != nullptr, "no memory for {} frames", frames);
    CHECK(rte_pktmbuf_alloc_bulk(pool_.get(), mbufs_.data(), static_cast<unsigned>(frames)) == 0,
          "no buffers for {} frames", frames);
  }

  void put(std::size_t i, std::span<const std::byte> frame) {
    if (i >= mbufs_.size()) return;  // the rest of a burst
    rte_mbuf* const mbuf = mbufs_[i];
    std::memcpy(rte_pktmbuf_mtod(mbuf, std::byte*), frame.data(), frame.size());
    mbuf->data_len = static_cast<std::uint16_t>(frame.size());
    mbuf->pkt_len = mbuf->data_len;
  }
  [[nodiscard]] std::size_t size() const { return mbufs_.size(); }
  [[nodiscard]] rte_mbuf* mbuf(std::size_t i) const { return mbufs_[i]; }
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t i) const {
    return {rte_pktmbuf_mtod(mbufs_[i], const std::byte*), rte_pktmbuf_data_len(mbufs_[i])};
  }

 private:
  static constexpr std::uint16_t kRoom = RTE_PKTMBUF_HEADROOM + 4352;
  struct Free {
    void operator()(rte_mempool* pool) const { rte_mempool_free(pool); }
  };
  std::unique_ptr<rte_mempool, Free> pool_;
  std::vector<rte_mbuf*> mbufs_;
};

class ReplayQueue {
 public:
  using RxFrame = port::DeviceQueue::RxFrame;
  using TxFrame = port::DeviceQueue::TxFrame;

  ReplayQueue(port::DeviceQueue& device, const FrameSet& set) : device_{device}, set_{set} {}

  void rewind() { next_ = 0; }
  [[nodiscard]] std::size_t left() const { return set_.size() - next_; }

  std::size_t receive(std::span<RxFrame> frames) {
    if (device_.poll() == 0) return 0;
    const std::size_t count = device_.receive(taken_);
    for (std::size_t i = 0; i < count; ++i)
      frames[i].mbuf = set_.mbuf(next_ + i);
    next_ += count;
    return count;
  }
  void release(std::span<const RxFrame> frames) { device_.release(std::span{taken_}.first(frames.size())); }
  void give_back(std::span<const TxFrame> frames) { device_.give_back(frames); }
  std::size_t take(engine::PayloadSource source, std::span<TxFrame> frames) {
    return device_.take(source, frames);
  }
  std::size_t send(std::uint8_t priority, std::span<TxFrame> frames) {
    return device_.send(priority, frames);
  }
  [[nodiscard]] static TxFrame forward(RxFrame frame) { return port::DeviceQueue::forward(frame); }
  [[nodiscard]] static base::Duration lead() { return {}; }

 private:
  port::DeviceQueue& device_;
  const FrameSet& set_;
  std::size_t next_ = 0;
  std::array<RxFrame, engine::kBurst> taken_{};
};
static_assert(engine::Port<ReplayQueue>);

}  // namespace bench
