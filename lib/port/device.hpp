/// \file
/// One device of a PortSet, from being made to being freed. Internal to `port`.
///
/// The order of an ending matters and is the set's: all stop, all queues are emptied, all close, then rings
/// and pools are freed. Thread: control.
#pragma once

#include "host/device_lock.hpp"
#include "host/packet_socket.hpp"
#include "port/device_queue.hpp"
#include "port/driver_log.hpp"
#include "port/ports.hpp"
#include "port/quirks.hpp"

#include <rte_ring.h>
#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace port {

struct FreeRing {
  void operator()(rte_ring* ring) const { rte_ring_free(ring); }
};
using Ring = std::unique_ptr<rte_ring, FreeRing>;

struct Device {
  DeviceOptions options;
  plan::PortFacts facts;
  const DriverWays* ways = nullptr;
  std::uint16_t port_id = RTE_MAX_ETHPORTS;
  std::uint16_t tx_queues_a_pair = 1;
  bool started = false;
  std::optional<host::DeviceLock> lock{};
  host::PacketSocketLoss socket_loss{};
  std::uint64_t socket_drops_before = 0;
  std::map<std::string, std::uint64_t> counted_before{};  ///< by the driver's names
  std::vector<Pool> pools{};
  std::deque<DeviceQueue> queues{};  ///< a deque: their addresses stay
};

/// How many of the queue pairs receive.
[[nodiscard]] inline std::uint16_t rx_queues(const DeviceOptions& options) {
  return options.rx_queues == 0 ? options.queue_pairs : std::min(options.rx_queues, options.queue_pairs);
}

/// The error of a call that a driver refused, in its own words.
[[nodiscard]] tl::unexpected<base::Errors> refused(const Device& device, const Eal& eal,
                                                   DriverLog::Mark since, std::string_view call, int code,
                                                   std::string_view remedy = {});

/// Makes the ethdev of every kind but rings: hotplugs a vdev, finds the port of a PCI device.
[[nodiscard]] base::Status attach(Eal& eal, Device& device);
/// Makes the two ethdevs of a cable.
[[nodiscard]] base::Result<std::vector<Ring>> attach_cable(Eal& eal, Device& a, Device& b);
/// The port of a device by the name that its bus gave it; RTE_MAX_ETHPORTS where there is none.
[[nodiscard]] std::uint16_t port_of_bus_device(const std::string& name);
/// Queues, pools, MTU.
[[nodiscard]] base::Status configure(Eal& eal, Device& device);
[[nodiscard]] base::Status start(Eal& eal, Device& device);
void stop(Device& device);
/// Frees what waits in its receive queues.
std::uint64_t drain(Device& device);
/// From here on counters begin at zero. Set back are ours, not the device's: others may read those.
void zero_counters(Device& device);
[[nodiscard]] DeviceCounters read_counters(Device& device);
[[nodiscard]] LinkState link_of(const Device& device);
/// The kernel's interface on top of a device; empty where there is none.
[[nodiscard]] std::string interface_of(const DeviceOptions& options);
/// Why the kernel's interface on top of a device is down; empty where it is not, or there is none.
[[nodiscard]] std::string reason_of_interface(const DeviceOptions& options);
/// Takes the ethdev away.
void detach(Device& device);

}  // namespace port
