/// \file
/// The hot end of a device: one queue pair as the engine's `Port`. Internal: it is included where the engine
/// is instantiated and where queues are made, nowhere else.
///
/// Sending costs no copy of the payload: a buffer holds it since its pool was made, the header is laid
/// backwards from it, and of what the last trailer covered at most 8 bytes are restored, and those only if
/// the payload's length changed.
///
/// Cost: README.md has the instructions a frame. Thread: one lcore.
#pragma once

#include "engine/port.hpp"
#include "port/buffer_layout.hpp"
#include "port/pools.hpp"
#include "roce/icrc.hpp"
#include "wire/primed.hpp"

#include <rte_ethdev.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace port {

class DeviceQueue {
 public:
  struct RxFrame {
    rte_mbuf* mbuf;

    [[nodiscard]] std::span<const std::byte> head() const {
      return {rte_pktmbuf_mtod(mbuf, const std::byte*), rte_pktmbuf_data_len(mbuf)};
    }
    [[nodiscard]] std::uint32_t length() const { return rte_pktmbuf_pkt_len(mbuf); }
    [[nodiscard]] bool icrc_good(std::uint32_t ip_offset, std::uint32_t ip_bytes) const {
      // Buffers hold whole frames, so the packet is contiguous; one that is cut short is not good.
      const auto bytes = head();
      if (bytes.size() < std::size_t{ip_offset} + ip_bytes) return false;
      return roce::icrc_good(bytes.subspan(ip_offset, ip_bytes));
    }
  };

  struct TxFrame {
    rte_mbuf* mbuf;

    std::byte* open(const engine::FrameLayout& layout) {
      assert(layout.header_bytes <= engine::kHeaderMost && layout.trailer_bytes <= engine::kTrailerMost);
      assert(layout.payload_bytes <= engine::kPrimedBytes);
      assert(rte_mbuf_refcnt_read(mbuf) == 1 && mbuf->next == nullptr && mbuf->ol_flags == 0);
      const PrimedState state = PrimedState::of(mbuf->hash.usr);
      if (state.payload_bytes != layout.payload_bytes) restore(state, layout.payload_bytes);
      mbuf->data_off = static_cast<std::uint16_t>(kPayloadOffset - layout.header_bytes);
      mbuf->data_len =
          static_cast<std::uint16_t>(layout.header_bytes + layout.payload_bytes + layout.trailer_bytes);
      mbuf->pkt_len = mbuf->data_len;
      return payload() - layout.header_bytes;
    }
    std::byte* trailer() { return payload() + PrimedState::of(mbuf->hash.usr).payload_bytes; }

   private:
    /// Buffers of our pools stand right behind their descriptor, so that no pointer need be loaded.
    [[nodiscard]] std::byte* payload() const {
      return reinterpret_cast<std::byte*>(mbuf) + sizeof(rte_mbuf) + kPayloadOffset;
    }
    void restore(PrimedState state, std::uint32_t payload_bytes) {
      if (state.source != engine::PayloadSource::kFree) {
        const auto block = wire::primed_block(state.source);
        std::memcpy(payload() + state.payload_bytes, block.data() + state.payload_bytes,
                    engine::kTrailerMost);
      }
      state.payload_bytes = static_cast<std::uint16_t>(payload_bytes);
      mbuf->hash.usr = state.word();
    }
  };

  struct Options {
    std::uint16_t port_id = 0;
    std::uint16_t rx_queue = 0;
    bool receives = true;  ///< false: this queue pair only sends
    std::array<std::uint16_t, 8> tx_queue_of_priority{};
    /// By PayloadSource; null where the plan uses none of that kind.
    std::array<rte_mempool*, engine::kPayloadSources> pools{};
  };
  explicit DeviceQueue(const Options& options) : options_{options} {}

  /// Fetches a burst that the next `receive` hands out, so that its stamp can be taken in between: a stamp
  /// read before the frames were fetched may be older than they are, by all the time that this thread was
  /// away. Returns how many; 0 leaves nothing behind.
  std::size_t poll() {
    if (fetched_count_ == 0) fetched_count_ = receive(fetched_);
    return fetched_count_;
  }

  /// What `poll` fetched, in whole; else what has arrived by now. `frames` takes a whole burst.
  std::size_t receive(std::span<RxFrame> frames) {
    if (!options_.receives) return 0;
    if (fetched_count_ != 0) {
      assert(frames.size() >= fetched_count_);
      std::copy_n(fetched_.begin(), fetched_count_, frames.begin());
      return std::exchange(fetched_count_, 0);
    }
    return rte_eth_rx_burst(options_.port_id, options_.rx_queue, descriptors(frames),
                            static_cast<std::uint16_t>(frames.size()));
  }

  /// Back to the pool they came from: one bulk per run of frames of one pool.
  void release(std::span<const RxFrame> frames) { put_back(frames); }
  void give_back(std::span<const TxFrame> frames) { put_back(frames); }

  std::size_t take(engine::PayloadSource source, std::span<TxFrame> frames) {
    rte_mempool* const pool = options_.pools[static_cast<std::size_t>(source)];
    assert(pool != nullptr);
    if (rte_mempool_get_bulk(pool, objects(frames), static_cast<unsigned>(frames.size())) == 0) [[likely]]
      return frames.size();
    return take_what_is_left(pool, frames);
  }

  std::size_t send(std::uint8_t priority, std::span<TxFrame> frames) {
    return rte_eth_tx_burst(options_.port_id, options_.tx_queue_of_priority[priority & 7U],
                            descriptors(frames), static_cast<std::uint16_t>(frames.size()));
  }

  [[nodiscard]] static TxFrame forward(RxFrame frame) { return {frame.mbuf}; }
  [[nodiscard]] static base::Duration lead() { return {}; }

 private:
  // Arrays of frames are given to DPDK as the arrays of pointers that they are.
  static_assert(sizeof(RxFrame) == sizeof(rte_mbuf*) && std::is_standard_layout_v<RxFrame>);
  static_assert(sizeof(TxFrame) == sizeof(rte_mbuf*) && std::is_standard_layout_v<TxFrame>);
  static_assert(sizeof(rte_mbuf) == 128);

  template <class Frame>
  static rte_mbuf** descriptors(std::span<Frame> frames) {
    return reinterpret_cast<rte_mbuf**>(frames.data());
  }
  template <class Frame>
  static void** objects(std::span<Frame> frames) {
    return reinterpret_cast<void**>(frames.data());
  }

  template <class Frame>
  static void put_back(std::span<const Frame> frames) {
    std::array<void*, engine::kBurst> batch;
    std::size_t count = 0;
    rte_mempool* pool = nullptr;
    for (const Frame& frame : frames) {
      rte_mbuf* const mbuf = rte_pktmbuf_prefree_seg(frame.mbuf);
      if (mbuf == nullptr) continue;  // another holder is left
      if (mbuf->pool != pool || count == batch.size()) {
        if (count != 0) rte_mempool_put_bulk(pool, batch.data(), static_cast<unsigned>(count));
        pool = mbuf->pool;
        count = 0;
      }
      batch[count++] = mbuf;
    }
    if (count != 0) rte_mempool_put_bulk(pool, batch.data(), static_cast<unsigned>(count));
  }

  /// A bulk get gives all or none: halve until what is left fits.
  static std::size_t take_what_is_left(rte_mempool* pool, std::span<TxFrame> frames) {
    std::size_t taken = 0;
    for (std::size_t step = frames.size() / 2; step != 0; step /= 2) {
      const auto wanted = frames.subspan(taken, step);
      if (rte_mempool_get_bulk(pool, objects(wanted), static_cast<unsigned>(step)) == 0) taken += step;
    }
    return taken;
  }

  Options options_;
  std::size_t fetched_count_ = 0;
  std::array<RxFrame, engine::kBurst> fetched_;
};

static_assert(engine::Port<DeviceQueue>);

}  // namespace port
