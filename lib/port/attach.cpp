#include "port/device.hpp"

#include "host/network_devices.hpp"
#include "host/text_file.hpp"
#include "port/driver_log.hpp"
#include "port/facts.hpp"

#include <fmt/format.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <algorithm>
#include <filesystem>

namespace port {

namespace {
base::Status take_lock(Device& device, const std::string& key) {
  auto lock = host::DeviceLock::take(key);
  if (!lock) return tl::unexpected(std::move(lock).error());
  device.lock.emplace(std::move(*lock));
  return {};
}

/// The interface "veth0" of one network namespace is not that of another.
std::string interface_key(std::string_view interface_name) {
  std::error_code error;
  const std::string name_space = std::filesystem::read_symlink("/proc/self/ns/net", error).string();
  return fmt::format("{} {}", interface_name, name_space);
}

base::Status attach_pci(Eal& eal, Device& device) {
  const auto address = pci_address_of(device.options);
  if (!address) return tl::unexpected(address.error());
  if (auto locked = take_lock(device, *address); !locked) return locked;
  device.port_id = port_of_bus_device(*address);
  if (device.port_id != RTE_MAX_ETHPORTS) return {};
  const DriverLog::Mark mark = eal.log().mark();
  const std::string arguments = fmt::format("{},{}", *address, device.options.arguments);
  const int code = rte_dev_probe(arguments.c_str());
  if (code == 0) device.port_id = port_of_bus_device(*address);
  if (device.port_id == RTE_MAX_ETHPORTS) {
    return refused(device, eal, mark, fmt::format("rte_dev_probe({})", arguments), code,
                   "docs/hardware.md tells which driver must be bound");
  }
  return {};
}

base::Status attach_vdev(Eal& eal, Device& device) {
  const DeviceOptions& options = device.options;
  const std::string_view interface_name = argument(options.arguments, "iface");
  if (!interface_name.empty())
    if (auto locked = take_lock(device, interface_key(interface_name)); !locked) return locked;
  const std::string_view driver = driver_of_vdev(options.device);
  const DeviceNeeds needs = needs_of(driver, options.arguments, options.ip_mtu + kEthernetAndVlanBytes);
  const std::string name = fmt::format("{}{}", driver, eal.next_id());
  const std::string whole =
      fmt::format("{}{}{}{}", name, options.arguments.empty() ? "" : ",", options.arguments, needs.arguments);
  const DriverLog::Mark mark = eal.log().mark();
  const int code = rte_dev_probe(whole.c_str());
  if (code != 0 || rte_eth_dev_get_port_by_name(name.c_str(), &device.port_id) != 0)
    return refused(device, eal, mark, fmt::format("rte_dev_probe({})", whole), code);
  device.facts.device = name;
  return {};
}

base::Result<Ring> make_ring(Eal& eal, const Device& sender, const Device& receiver, bool one_sender) {
  const unsigned flags = RING_F_SC_DEQ | (one_sender ? RING_F_SP_ENQ : 0U);
  const std::string name = fmt::format("cable{}", eal.next_id());
  // A ring keeps one slot empty unless it is told to count exactly.
  Ring ring{rte_ring_create(name.c_str(), receiver.options.rx_slots, SOCKET_ID_ANY, flags | RING_F_EXACT_SZ)};
  if (ring == nullptr) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = fmt::format("cable {} - {}", sender.options.name, receiver.options.name),
                       .what = fmt::format("rte_ring_create({} slots): {}", receiver.options.rx_slots,
                                           rte_strerror(rte_errno)),
                       .remedy = "set [tester] memory higher in the testbed"});
  }
  return ring;
}

/// One ring per receive queue; the sender's queues are spread over them in turn.
base::Result<std::vector<Ring>> make_rings(Eal& eal, const Device& sender, const Device& receiver) {
  std::vector<Ring> rings;
  const std::size_t senders = std::size_t{sender.options.queue_pairs} * sender.tx_queues_a_pair;
  const std::uint16_t receivers = rx_queues(receiver.options);
  for (std::uint16_t i = 0; i < receivers; ++i) {
    auto ring = make_ring(eal, sender, receiver, senders <= receivers);
    if (!ring) return tl::unexpected(std::move(ring).error());
    rings.push_back(std::move(*ring));
  }
  return rings;
}

base::Status attach_ring_device(Eal& eal, Device& device, const std::vector<Ring>& in,
                                const std::vector<Ring>& out) {
  std::vector<rte_ring*> receive;
  for (const Ring& ring : in)
    receive.push_back(ring.get());
  std::vector<rte_ring*> send;
  for (std::size_t i = 0; i < std::size_t{device.options.queue_pairs} * device.tx_queues_a_pair; ++i)
    send.push_back(out[i / device.tx_queues_a_pair % out.size()].get());
  const std::string name = fmt::format("{}", eal.next_id());
  const DriverLog::Mark mark = eal.log().mark();
  const int port_id = rte_eth_from_rings(name.c_str(), receive.data(), static_cast<unsigned>(receive.size()),
                                         send.data(), static_cast<unsigned>(send.size()), 0);
  if (port_id < 0) {
    return refused(device, eal, mark,
                   fmt::format("rte_eth_from_rings({} in, {} out)", receive.size(), send.size()), -rte_errno);
  }
  device.port_id = static_cast<std::uint16_t>(port_id);
  device.facts.device = fmt::format("net_ring_{}", name);
  return {};
}
}  // namespace

std::uint16_t port_of_bus_device(const std::string& name) {
  for (std::uint16_t port_id = 0; port_id < RTE_MAX_ETHPORTS; ++port_id) {
    rte_eth_dev_info info{};
    if (rte_eth_dev_is_valid_port(port_id) != 0 && rte_eth_dev_info_get(port_id, &info) == 0 &&
        info.device != nullptr && name == rte_dev_name(info.device))
      return port_id;
  }
  return RTE_MAX_ETHPORTS;
}

tl::unexpected<base::Errors> refused(const Device& device, const Eal& eal, DriverLog::Mark since,
                                     std::string_view call, int code, std::string_view remedy) {
  std::string what = fmt::format("{}: {}", call, rte_strerror(-code));
  if (const std::string words = eal.log().since(since); !words.empty()) what += ": " + words;
  return base::fail({.kind = base::ErrorKind::kEnvironment,
                     .where = fmt::format("port {}", device.options.name),
                     .what = std::move(what),
                     .remedy = std::string{remedy}});
}

base::Status attach(Eal& eal, Device& device) {
  const bool on_pci = device.options.kind == DeviceKind::kPci || device.options.kind == DeviceKind::kNamed;
  return on_pci ? attach_pci(eal, device) : attach_vdev(eal, device);
}

base::Result<std::vector<Ring>> attach_cable(Eal& eal, Device& a, Device& b) {
  auto from_a = make_rings(eal, a, b);
  if (!from_a) return from_a;
  auto from_b = make_rings(eal, b, a);
  if (!from_b) return from_b;
  if (auto status = attach_ring_device(eal, a, *from_b, *from_a); !status)
    return tl::unexpected(std::move(status).error());
  if (auto status = attach_ring_device(eal, b, *from_a, *from_b); !status)
    return tl::unexpected(std::move(status).error());
  std::move(from_b->begin(), from_b->end(), std::back_inserter(*from_a));
  return from_a;
}

void detach(Device& device) {
  if (device.port_id == RTE_MAX_ETHPORTS) return;
  rte_eth_dev_info info{};
  const bool known = rte_eth_dev_info_get(device.port_id, &info) == 0;
  rte_eth_dev_close(device.port_id);
  // A PCI device stays probed for the next plan; a virtual one of ours goes, and its name with it.
  if (known && device.facts.is_virtual) rte_dev_remove(info.device);
  device.port_id = RTE_MAX_ETHPORTS;
}

}  // namespace port
