#include "port/facts.hpp"

#include "host/network_devices.hpp"
#include "host/routes.hpp"
#include "port/buffer_layout.hpp"
#include "port/device.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <algorithm>

namespace port {

namespace {
/// What DPDK gives for "no limit".
constexpr std::uint32_t kAnyMtu = 0xffff;

tl::unexpected<base::Errors> impossible(const DeviceOptions& options, std::string what, std::string remedy) {
  return base::fail({.kind = base::ErrorKind::kEnvironment,
                     .where = fmt::format("port {}", options.name),
                     .what = std::move(what),
                     .remedy = std::move(remedy)});
}

/// Whether one of the interfaces carries the host's default route, and that is not meant.
base::Status check_default_route(const DeviceOptions& options, DeviceFacts& facts) {
  for (const std::string& interface_name : facts.interfaces) {
    if (!host::carries_default_route(interface_name)) continue;
    facts.facts.carries_default_route = true;
    if (options.allow_default_route) continue;
    return impossible(options, fmt::format("{} carries this host's default route", interface_name),
                      "use another device; if this one is meant, set allow_default_route = true at the port");
  }
  return {};
}

/// Why it is down; empty where it is not.
std::string reason_of(const host::NetworkInterface& interface) {
  if (!interface.carrier) return fmt::format("{} is set down", interface.name);
  return *interface.carrier ? "" : fmt::format("{} has no carrier", interface.name);
}

void take_interface(const host::NetworkInterface& interface, DeviceFacts& facts) {
  base::MacAddress mac;
  if (base::parse_mac(interface.mac, mac)) facts.facts.mac = mac;
  facts.facts.link_reason = reason_of(interface);
  facts.facts.link_up = facts.facts.link_reason.empty();
}

base::Result<DeviceFacts> probe_virtual(const DeviceOptions& options) {
  const std::string_view driver =
      options.kind == DeviceKind::kRing ? std::string_view{"net_ring"} : driver_of_vdev(options.device);
  const DriverWays& ways = ways_of(driver);
  if (!ways.is_virtual) {
    return impossible(options, fmt::format("\"{}\" is no virtual driver that is known here", options.device),
                      "vdev takes \"ring\", \"net_null\", \"net_af_packet\" and others of docs/hardware.md");
  }
  DeviceFacts found{.facts = {.name = options.name,
                              .device = std::string{driver},
                              .driver = std::string{driver},
                              .mac = {},
                              .link_speed = {},
                              .link_reason = {},
                              .ip_mtu_most = ways.ip_mtu_most != 0 ? ways.ip_mtu_most : 1500,
                              .ip_mtu_limit = std::string{ways.ip_mtu_limit},
                              .rx_queues_most = std::max<std::uint16_t>(ways.queues_most, 1),
                              .tx_queues_most = std::max<std::uint16_t>(ways.queues_most, 1),
                              .serializes = ways.serializes,
                              .loss_account = ways.loss_account}};
  const std::string_view interface_name = argument(options.arguments, "iface");
  if (driver == "net_af_packet" && interface_name.empty())
    return impossible(options, "net_af_packet is given no interface",
                      "write vdev = \"net_af_packet,iface=NAME\"");
  if (const auto pairs = argument(options.arguments, "qpairs"); !pairs.empty() && pairs != "1")
    return impossible(options,
                      fmt::format("qpairs={} spreads what arrives over sockets as the kernel likes", pairs),
                      "leave qpairs out: one queue pair keeps every flow in its place");
  if (interface_name.empty()) return found;
  const host::NetworkDevices devices = host::network_devices();
  const host::NetworkInterface* interface = devices.interface_named(interface_name);
  if (interface == nullptr)
    return impossible(options, fmt::format("this host has no interface \"{}\"", interface_name),
                      "`rocestorm ports` lists those there are");
  take_interface(*interface, found);
  found.interfaces.emplace_back(interface_name);
  if (interface->mtu < found.facts.ip_mtu_most) {
    found.facts.ip_mtu_most = interface->mtu;
    found.facts.ip_mtu_limit = fmt::format("interface {}", interface_name);
  }
  if (auto checked = check_default_route(options, found); !checked)
    return tl::unexpected(std::move(checked).error());
  return found;
}

DeviceFacts from_adapter(const host::Adapter& adapter, const host::NetworkDevices& devices,
                         std::string name) {
  DeviceFacts found{.facts = {.name = std::move(name),
                              .device = adapter.pci_address,
                              .driver = {},
                              .mac = {},
                              .link_speed = {},
                              .link_reason = {},
                              .ip_mtu_limit = "the device",
                              .is_virtual = false,
                              .loss_account = plan::LossAccount::kUnknown,
                              .numa_node = adapter.numa_node},
                    .interfaces = adapter.interfaces,
                    .rdma_devices = adapter.rdma_devices,
                    .kernel_driver = adapter.driver};
  for (const std::string& interface_name : adapter.interfaces)
    if (const auto* interface = devices.interface_named(interface_name)) {
      take_interface(*interface, found);
      if (interface->speed_mbps)
        found.facts.link_speed = base::BitsPerSec{std::uint64_t{*interface->speed_mbps} * 1'000'000};
    }
  return found;
}

struct OffloadName {
  std::uint64_t bit;
  const char* name;
  bool sends;
};
constexpr std::array kOffloads{
    OffloadName{RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE, "fast free", true},
    OffloadName{RTE_ETH_TX_OFFLOAD_MULTI_SEGS, "multi-segment", true},
    OffloadName{RTE_ETH_TX_OFFLOAD_SEND_ON_TIMESTAMP, "send on time stamp", true},
    OffloadName{RTE_ETH_RX_OFFLOAD_TIMESTAMP, "receive time stamp", false},
    OffloadName{RTE_ETH_RX_OFFLOAD_RSS_HASH, "RSS hash", false},
    OffloadName{RTE_ETH_RX_OFFLOAD_SCATTER, "scatter", false},
    OffloadName{RTE_ETH_RX_OFFLOAD_KEEP_CRC, "keep FCS", false},
};

void ask_device(std::uint16_t port_id, DeviceFacts& found) {
  rte_eth_dev_info info{};
  if (rte_eth_dev_info_get(port_id, &info) != 0) return;
  plan::PortFacts& facts = found.facts;
  const DriverWays& ways = ways_of(info.driver_name);
  found.asked_device = true;
  facts.driver = info.driver_name;
  facts.serializes = ways.serializes;
  facts.loss_account = ways.loss_account;
  facts.rx_queues_most = info.max_rx_queues;
  facts.tx_queues_most = info.max_tx_queues;
  const std::uint32_t device_mtu = info.max_mtu == 0 ? 1500U : std::min<std::uint32_t>(info.max_mtu, kAnyMtu);
  const std::uint32_t buffer_mtu = kFrameBytesMost - kEthernetAndVlanBytes;
  facts.ip_mtu_most = std::min(device_mtu, buffer_mtu);
  facts.ip_mtu_limit = device_mtu <= buffer_mtu ? facts.driver : "the packet buffers";
  rte_ether_addr address{};
  if (rte_eth_macaddr_get(port_id, &address) == 0) {
    base::MacAddress mac;
    std::copy(std::begin(address.addr_bytes), std::end(address.addr_bytes), mac.bytes.begin());
    facts.mac = mac;
  }
  for (const OffloadName& offload : kOffloads)
    if (((offload.sends ? info.tx_offload_capa : info.rx_offload_capa) & offload.bit) != 0)
      found.offloads.emplace_back(offload.name);
  found.hardware_time_stamps = (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP) != 0;
  found.hardware_pacing = (info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_SEND_ON_TIMESTAMP) != 0;
  // Leaving isolated mode, in which no port begins: it changes nothing, and tells whether there are rules.
  rte_flow_error error{};
  found.flow_rules = rte_flow_isolate(port_id, 0, &error) != -ENOSYS;
}

base::Result<DeviceFacts> probe_physical(const DeviceOptions& options, const Eal* eal) {
  const host::NetworkDevices devices = host::network_devices();
  const host::Adapter* adapter = devices.adapter_of(options.device);
  if (adapter == nullptr) {
    if (devices.interface_named(options.device) != nullptr)
      return impossible(
          options, fmt::format("interface {} has no PCI device below it", options.device),
          fmt::format("write vdev = \"net_af_packet,iface={}\" in place of device", options.device));
    return impossible(options, fmt::format("this host has no network device \"{}\"", options.device),
                      devices.kernel_has_rdma
                          ? "`rocestorm ports` lists those there are"
                          : "`rocestorm ports` lists those there are (its kernel has no RDMA)");
  }
  DeviceFacts found = from_adapter(*adapter, devices, options.name);
  if (auto checked = check_default_route(options, found); !checked)
    return tl::unexpected(std::move(checked).error());
  if (!kernel_driver_lends(adapter->driver)) {
    return impossible(options,
                      adapter->driver.empty() ? fmt::format("{} has no driver bound", adapter->pci_address)
                                              : fmt::format("{} is held by kernel driver {}",
                                                            adapter->pci_address, adapter->driver),
                      fmt::format("bind vfio-pci: dpdk-devbind.py -b vfio-pci {}", adapter->pci_address));
  }
  if (eal != nullptr) {
    const std::uint16_t port_id = port_of_bus_device(adapter->pci_address);
    if (port_id != RTE_MAX_ETHPORTS) ask_device(port_id, found);
  }
  return found;
}
}  // namespace

base::Result<DeviceFacts> probe(const DeviceOptions& options, Eal* eal) {
  const bool on_pci = options.kind == DeviceKind::kPci || options.kind == DeviceKind::kNamed;
  return on_pci ? probe_physical(options, eal) : probe_virtual(options);
}

base::Result<std::string> pci_address_of(const DeviceOptions& options) {
  auto found = probe_physical(options, nullptr);
  if (!found) return tl::unexpected(std::move(found).error());
  return found->facts.device;
}

std::vector<DeviceFacts> adapters_of_host() {
  const host::NetworkDevices devices = host::network_devices();
  std::vector<DeviceFacts> found;
  for (const host::Adapter& adapter : devices.adapters) {
    DeviceFacts& facts = found.emplace_back(from_adapter(adapter, devices, ""));
    facts.facts.carries_default_route = std::any_of(
        facts.interfaces.begin(), facts.interfaces.end(),
        [](const std::string& interface_name) { return host::carries_default_route(interface_name); });
  }
  return found;
}

std::string interface_of(const DeviceOptions& options) {
  if (options.kind == DeviceKind::kRing) return {};
  if (options.kind == DeviceKind::kVdev) return std::string{argument(options.arguments, "iface")};
  const host::NetworkDevices devices = host::network_devices();
  const host::Adapter* adapter = devices.adapter_of(options.device);
  return adapter == nullptr || adapter->interfaces.empty() ? "" : adapter->interfaces.front();
}

std::string reason_of_interface(const DeviceOptions& options) {
  const std::string name = interface_of(options);
  if (name.empty()) return {};
  const auto interface = host::network_interface(name);
  if (!interface) return fmt::format("{} is gone", name);
  return reason_of(*interface);
}

}  // namespace port
