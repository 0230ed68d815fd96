#include "port/device.hpp"

#include "port/driver_log.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace port {

namespace {
int numa_node_of(const Device& device) {
  const int node = rte_eth_dev_socket_id(device.port_id);
  return node < 0 ? SOCKET_ID_ANY : node;
}

/// FAST_FREE: every buffer a queue sends comes from one pool and has one owner. So: one payload source, and
/// nothing forwarded from another device's pool.
std::uint64_t tx_offloads(const Device& device, const rte_eth_dev_info& info) {
  const bool one_pool = device.options.sources.size() == 1 && !device.options.forwards;
  return one_pool ? info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE : 0;
}

base::Result<Pool> rx_pool(Eal& eal, const Device& device, std::uint16_t slots) {
  const DeviceOptions& options = device.options;
  const std::uint32_t frame_bytes =
      needs_of(device.facts.driver, options.arguments, options.ip_mtu + kEthernetAndVlanBytes)
          .rx_buffer_bytes;
  return make_rx_pool(eal, {.frame_bytes = frame_bytes,
                            .buffers = rx_queues(options) * buffers_for(slots),
                            .numa_node = numa_node_of(device),
                            .hardware_writes = is_hardware(options)});
}

/// The pools and the hot end of one queue pair.
base::Status make_queue(Eal& eal, Device& device, std::uint16_t queue_pair) {
  const DeviceOptions& options = device.options;
  DeviceQueue::Options queue{.port_id = device.port_id,
                             .rx_queue = queue_pair,
                             .receives = queue_pair < rx_queues(options),
                             .tx_queue_of_priority = {},
                             .pools = {}};
  for (std::size_t priority = 0; priority < queue.tx_queue_of_priority.size(); ++priority)
    queue.tx_queue_of_priority[priority] = static_cast<std::uint16_t>(queue_pair * device.tx_queues_a_pair +
                                                                      options.tx_queue_of_priority[priority]);
  const std::uint32_t buffers =
      options.buffers != 0 ? options.buffers : buffers_for(std::max(options.tx_slots, options.rx_slots));
  for (const engine::PayloadSource source : options.sources) {
    auto pool = make_tx_pool(eal, {.source = source,
                                   .buffers = buffers,
                                   .numa_node = numa_node_of(device),
                                   .hardware_reads = is_hardware(options)});
    if (!pool) return tl::unexpected(std::move(pool).error());
    queue.pools[static_cast<std::size_t>(source)] = pool->get();
    device.pools.push_back(std::move(*pool));
  }
  device.queues.emplace_back(queue);
  return {};
}

base::Status set_up_queues(Eal& eal, Device& device, std::uint16_t rx_slots, std::uint16_t tx_slots) {
  const std::uint16_t pairs = device.options.queue_pairs;
  for (std::uint16_t pair = 0; pair < pairs; ++pair)
    if (auto made = make_queue(eal, device, pair); !made) return made;
  // A ring never takes a buffer, but ethdev wants to see a pool.
  rte_mempool* receive_into = device.pools.front().get();
  if (device.ways->fills_buffers) {
    auto pool = rx_pool(eal, device, rx_slots);
    if (!pool) return tl::unexpected(std::move(pool).error());
    receive_into = pool->get();
    device.pools.push_back(std::move(*pool));
  }
  const auto node = static_cast<unsigned>(numa_node_of(device));
  const DriverLog::Mark mark = eal.log().mark();
  for (std::uint16_t queue = 0; queue < rx_queues(device.options); ++queue) {
    const int code = rte_eth_rx_queue_setup(device.port_id, queue, rx_slots, node, nullptr, receive_into);
    if (code != 0) return refused(device, eal, mark, fmt::format("rte_eth_rx_queue_setup({})", queue), code);
  }
  for (std::uint16_t queue = 0; queue < pairs * device.tx_queues_a_pair; ++queue) {
    const int code = rte_eth_tx_queue_setup(device.port_id, queue, tx_slots, node, nullptr);
    if (code != 0) return refused(device, eal, mark, fmt::format("rte_eth_tx_queue_setup({})", queue), code);
  }
  return {};
}
}  // namespace

base::Status configure(Eal& eal, Device& device) {
  const DriverLog::Mark mark = eal.log().mark();
  rte_eth_dev_info info{};
  if (const int code = rte_eth_dev_info_get(device.port_id, &info); code != 0)
    return refused(device, eal, mark, "rte_eth_dev_info_get", code);
  device.facts.driver = info.driver_name;
  device.ways = &ways_of(info.driver_name);
  rte_eth_conf conf{};
  conf.txmode.offloads = tx_offloads(device, info);
  if (device.ways->sets_mtu) conf.rxmode.mtu = device.options.ip_mtu;
  const auto tx_queues = static_cast<std::uint16_t>(device.options.queue_pairs * device.tx_queues_a_pair);
  if (const int code = rte_eth_dev_configure(device.port_id, rx_queues(device.options), tx_queues, &conf);
      code != 0) {
    return refused(device, eal, mark,
                   fmt::format("rte_eth_dev_configure({} RX queues, {} TX queues, MTU {})",
                               rx_queues(device.options), tx_queues, conf.rxmode.mtu),
                   code, "ask for fewer queues or a smaller MTU, as `rocestorm ports` shows them");
  }
  auto rx_slots = static_cast<std::uint16_t>(device.options.rx_slots);
  auto tx_slots = static_cast<std::uint16_t>(device.options.tx_slots);
  if (const int code = rte_eth_dev_adjust_nb_rx_tx_desc(device.port_id, &rx_slots, &tx_slots); code != 0)
    return refused(device, eal, mark, "rte_eth_dev_adjust_nb_rx_tx_desc", code);
  return set_up_queues(eal, device, rx_slots, tx_slots);
}

base::Status start(Eal& eal, Device& device) {
  const DriverLog::Mark mark = eal.log().mark();
  if (const int code = rte_eth_dev_start(device.port_id); code != 0)
    return refused(device, eal, mark, "rte_eth_dev_start", code);
  device.started = true;
  // Our endpoints have addresses of their own. Virtual devices that filter nothing do not know the call.
  if (const int code = rte_eth_promiscuous_enable(device.port_id); code != 0 && code != -ENOTSUP)
    return refused(device, eal, mark, "rte_eth_promiscuous_enable", code);
  if (const std::string_view name = argument(device.options.arguments, "iface");
      device.facts.driver == "net_af_packet")
    device.socket_loss = host::PacketSocketLoss::of_interface(name);
  return {};
}

void stop(Device& device) {
  if (!device.started) return;
  device.socket_loss = {};  // stopping closes the driver's sockets
  rte_eth_dev_stop(device.port_id);
  device.started = false;
}

std::uint64_t drain(Device& device) {
  // A device that makes frames of its own (net_null) is never empty.
  const std::uint64_t most = 8ULL * device.options.rx_slots;
  std::uint64_t thrown_away = 0;
  for (std::size_t pair = 0; pair < rx_queues(device.options); ++pair) {
    DeviceQueue& queue = device.queues[pair];
    std::array<DeviceQueue::RxFrame, engine::kBurst> frames;
    std::size_t count = 0;
    std::uint64_t of_queue = 0;
    do {
      count = queue.receive(frames);
      queue.release(std::span{frames}.first(count));
      of_queue += count;
    } while (count != 0 && of_queue < most);
    thrown_away += of_queue;
  }
  return thrown_away;
}

}  // namespace port
