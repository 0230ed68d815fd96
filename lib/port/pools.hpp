/// \file
/// Packet buffers: pools that own them, and the priming of those that are sent. Internal to `port`.
///
///     auto pool = make_tx_pool(eal, {.source = PayloadSource::kCounter, .buffers = 2048});
///     auto rx = make_rx_pool(eal, {.frame_bytes = 1514, .buffers = 4096});
///
/// A pool for sending belongs to one queue pair and one payload source; what is received lands in a pool of
/// its own, because a driver with FAST_FREE, or a ring's far end, puts a buffer back where it came from.
/// Cost: making one writes each of its bytes once. Thread: made and freed by the control thread; taken from
/// and put back by any lcore.
#pragma once

#include "base/error.hpp"
#include "engine/port.hpp"
#include "port/buffer_layout.hpp"
#include "port/eal.hpp"

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <cstdint>
#include <memory>

namespace port {

struct FreePool {
  void operator()(rte_mempool* pool) const { rte_mempool_free(pool); }
};
using Pool = std::unique_ptr<rte_mempool, FreePool>;

struct TxPoolOptions {
  engine::PayloadSource source = engine::PayloadSource::kFree;
  std::uint32_t buffers = 0;
  int numa_node = -1;
  bool hardware_reads = false;  ///< then no buffer crosses a page, and in ordinary pages each takes two
};
[[nodiscard]] base::Result<Pool> make_tx_pool(Eal& eal, const TxPoolOptions& options);

struct RxPoolOptions {
  std::uint32_t frame_bytes = 0;  ///< of the largest frame that must fit
  std::uint32_t buffers = 0;
  int numa_node = -1;
  bool hardware_writes = false;
};
[[nodiscard]] base::Result<Pool> make_rx_pool(Eal& eal, const RxPoolOptions& options);

/// Buffers that have not come back.
[[nodiscard]] inline std::uint32_t in_use(const Pool& pool) {
  return rte_mempool_in_use_count(pool.get());
}

/// Gives what the calling thread's cache keeps of the pool back to all: it is no lcore of a run, and what
/// stays with it is missed there.
inline void flush_own_cache(const Pool& pool) {
  rte_mempool_cache_flush(rte_mempool_default_cache(pool.get(), rte_lcore_id()), pool.get());
}

/// What a buffer's payload holds, kept in the buffer's own descriptor: the source it was primed with, and
/// the length of the payload behind which the last trailer was laid.
///
/// It stands in `rte_mbuf::hash.usr`, which no driver writes on the way out, and which a received buffer of
/// a ring brings back as it was. PERF: a registered dynamic field stands in the descriptor's second cache
/// line, which sending otherwise does not touch with FAST_FREE.
struct PrimedState {
  std::uint16_t payload_bytes = 0;
  engine::PayloadSource source = engine::PayloadSource::kFree;

  [[nodiscard]] constexpr std::uint32_t word() const {
    return static_cast<std::uint32_t>(static_cast<std::uint32_t>(source) << 16 | payload_bytes);
  }
  [[nodiscard]] static constexpr PrimedState of(std::uint32_t word) {
    return {.payload_bytes = static_cast<std::uint16_t>(word & 0xffff),
            .source = static_cast<engine::PayloadSource>(word >> 16)};
  }
};
static_assert(
    PrimedState::of(PrimedState{.payload_bytes = 4096, .source = engine::PayloadSource::kRandom}.word())
        .payload_bytes == 4096);

}  // namespace port
