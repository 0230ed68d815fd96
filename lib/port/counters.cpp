#include "port/counters.hpp"

#include "host/network_devices.hpp"
#include "port/device.hpp"

#include <fmt/format.h>
#include <rte_errno.h>

namespace port {

namespace {
struct Named {
  std::string name;
  std::uint64_t value = 0;
};

/// Empty where the device does not answer.
std::vector<Named> read_xstats(std::uint16_t port_id) {
  const int count = rte_eth_xstats_get_names(port_id, nullptr, 0);
  if (count <= 0) return {};
  std::vector<rte_eth_xstat_name> names(static_cast<std::size_t>(count));
  std::vector<rte_eth_xstat> values(static_cast<std::size_t>(count));
  if (rte_eth_xstats_get_names(port_id, names.data(), static_cast<unsigned>(count)) != count) return {};
  if (rte_eth_xstats_get(port_id, values.data(), static_cast<unsigned>(count)) != count) return {};
  std::vector<Named> found;
  for (const rte_eth_xstat& stat : values)
    found.push_back({.name = names.at(stat.id).name, .value = stat.value});
  return found;
}
}  // namespace

std::uint64_t DeviceCounters::sum(CounterPlace place) const {
  std::uint64_t total = 0;
  for (const DeviceCounter& counter : counters)
    if (counter.place == place) total += counter.value;
  return total;
}

void zero_counters(Device& device) {
  device.counted_before.clear();
  for (const Named& stat : read_xstats(device.port_id))
    device.counted_before[stat.name] = stat.value;
  const auto sockets = device.socket_loss.read();
  device.socket_drops_before = sockets ? sockets->dropped : 0;
}

DeviceCounters read_counters(Device& device) {
  DeviceCounters found;
  const std::vector<Named> stats = read_xstats(device.port_id);
  found.complete = !stats.empty();
  for (const Named& stat : stats) {
    const std::uint64_t since = stat.value - device.counted_before[stat.name];
    found.counters.push_back(
        {.name = stat.name, .place = place_of_counter(device.facts.driver, stat.name), .value = since});
    if (stat.name == "tx_good_packets") found.frames_sent = since;
    if (stat.name == "rx_good_packets") found.frames_received = since;
  }
  if (device.facts.driver != "net_af_packet") return found;
  const auto sockets = device.socket_loss.read();
  found.complete = found.complete && sockets.has_value() && device.socket_loss.found() != 0;
  found.counters.push_back({.name = std::string{kSocketDrops},
                            .place = place_of_counter(device.facts.driver, kSocketDrops),
                            .value = sockets ? sockets->dropped - device.socket_drops_before : 0});
  return found;
}

LinkState link_of(const Device& device) {
  rte_eth_link link{};
  if (!device.started) return {.up = false, .reason = "the port is not started"};
  if (!device.ways->tells_link) {
    std::string reason = reason_of_interface(device.options);
    return {.up = reason.empty(), .reason = std::move(reason)};
  }
  if (const int code = rte_eth_link_get_nowait(device.port_id, &link); code != 0)
    return {.up = false, .reason = fmt::format("rte_eth_link_get_nowait: {}", rte_strerror(-code))};
  const bool up = link.link_status == RTE_ETH_LINK_UP;
  const bool knows_speed = device.ways->knows_link_speed && link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN;
  return {.up = up,
          .speed_mbps = knows_speed ? link.link_speed : 0,
          .reason = up ? "" : reason_of_interface(device.options)};
}

}  // namespace port
