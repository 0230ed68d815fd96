#include "port/pools.hpp"

#include "port/driver_log.hpp"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_mbuf_pool_ops.h>
#include <cstring>

namespace port {

namespace {
struct PoolShape {
  std::uint32_t buffers = 0;
  std::uint32_t room = 0;
  int numa_node = -1;
  bool hardware_uses = false;
};

/// As rte_pktmbuf_pool_create, whose objects never cross a page: in ordinary pages a buffer of 4,360 bytes
/// takes two of them. Where no hardware sees the buffers, they lie close.
Pool create_pool(const char* name, const PoolShape& shape) {
  const auto element = static_cast<unsigned>(sizeof(rte_mbuf)) + shape.room;
  const unsigned flags = shape.hardware_uses ? 0 : RTE_MEMPOOL_F_NO_IOVA_CONTIG;
  Pool pool{rte_mempool_create_empty(name, shape.buffers, element, kPoolCache,
                                     sizeof(rte_pktmbuf_pool_private), shape.numa_node, flags)};
  if (pool == nullptr) return pool;
  rte_pktmbuf_pool_private settings{
      .mbuf_data_room_size = static_cast<std::uint16_t>(shape.room), .mbuf_priv_size = 0, .flags = 0};
  const bool known = rte_mempool_set_ops_byname(pool.get(), rte_mbuf_best_mempool_ops(), nullptr) == 0;
  rte_pktmbuf_pool_init(pool.get(), &settings);
  if (!known || rte_mempool_populate_default(pool.get()) < 0) return nullptr;
  rte_mempool_obj_iter(pool.get(), rte_pktmbuf_init, nullptr);
  return pool;
}

base::Result<Pool> make_pool(Eal& eal, const PoolShape& shape) {
  const std::string name = fmt::format("pool{}", eal.next_id());
  const DriverLog::Mark mark = eal.log().mark();
  Pool pool = create_pool(name.c_str(), shape);
  if (pool == nullptr) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = "packet buffers",
                       .what = fmt::format("a pool of {} buffers of {} bytes: {}. {}", shape.buffers,
                                           shape.room, rte_strerror(rte_errno), eal.log().since(mark)),
                       .remedy = "set [tester] memory higher in the testbed, or use fewer ports or queues"});
  }
  return pool;
}

void prime(rte_mempool*, void* source_opaque, void* object, unsigned) {
  const auto source = *static_cast<const engine::PayloadSource*>(source_opaque);
  auto* mbuf = static_cast<rte_mbuf*>(object);
  if (source != engine::PayloadSource::kFree) {
    const auto block = wire::primed_block(source);
    std::memcpy(static_cast<std::byte*>(mbuf->buf_addr) + kPayloadOffset, block.data(), block.size());
  }
  // No trailer was laid yet: the first one restores what is still there.
  mbuf->hash.usr = PrimedState{.payload_bytes = engine::kPrimedBytes, .source = source}.word();
}
}  // namespace

base::Result<Pool> make_tx_pool(Eal& eal, const TxPoolOptions& options) {
  auto pool = make_pool(eal, {.buffers = options.buffers,
                              .room = kTxRoom,
                              .numa_node = options.numa_node,
                              .hardware_uses = options.hardware_reads});
  if (!pool) return pool;
  engine::PayloadSource source = options.source;
  rte_mempool_obj_iter(pool->get(), prime, &source);
  return pool;
}

base::Result<Pool> make_rx_pool(Eal& eal, const RxPoolOptions& options) {
  // QUIRK: i40e and ice 22.11 round a buffer's room down to 128 bytes and then scatter; whole KiB fit all.
  const std::uint32_t room = (options.frame_bytes + 1023) / 1024 * 1024;
  return make_pool(eal, {.buffers = options.buffers,
                         .room = RTE_PKTMBUF_HEADROOM + room,
                         .numa_node = options.numa_node,
                         .hardware_uses = options.hardware_writes});
}

}  // namespace port
