#include "port/pools.hpp"

#include "port/driver_log.hpp"

#include <fmt/format.h>
#include <rte_errno.h>
#include <cstring>

namespace port {

namespace {
base::Result<Pool> make_pool(Eal& eal, std::uint32_t buffers, std::uint32_t room, int numa_node) {
  const std::string name = fmt::format("pool{}", eal.next_id());
  const DriverLog::Mark mark = eal.log().mark();
  Pool pool{rte_pktmbuf_pool_create(name.c_str(), buffers, kPoolCache, 0, static_cast<std::uint16_t>(room),
                                    numa_node)};
  if (pool == nullptr) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = "packet buffers",
                       .what = fmt::format("rte_pktmbuf_pool_create({} buffers of {} bytes): {}. {}", buffers,
                                           room, rte_strerror(rte_errno), eal.log().since(mark)),
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
  auto pool = make_pool(eal, options.buffers, kTxRoom, options.numa_node);
  if (!pool) return pool;
  engine::PayloadSource source = options.source;
  rte_mempool_obj_iter(pool->get(), prime, &source);
  return pool;
}

base::Result<Pool> make_rx_pool(Eal& eal, const RxPoolOptions& options) {
  // QUIRK: i40e and ice 22.11 round a buffer's room down to 128 bytes and then scatter; whole KiB fit all.
  const std::uint32_t room = (options.frame_bytes + 1023) / 1024 * 1024;
  return make_pool(eal, options.buffers, RTE_PKTMBUF_HEADROOM + room, options.numa_node);
}

}  // namespace port
