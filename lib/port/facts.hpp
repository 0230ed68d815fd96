/// \file
/// What a device can do, before it is opened: the facts a plan is made with, and the list of `ports`.
///
///     const base::Result<port::DeviceFacts> facts = port::probe({.name = "a", .kind = kVdev, ...}, eal);
///
/// Virtual devices are known without DPDK. Of a physical one, DPDK is asked where an `Eal` is given that was
/// started with it; without, the kernel's view is all there is, and `asked_device` is false.
/// Cost: set-up only. Thread: control.
#pragma once

#include "base/error.hpp"
#include "plan/port_facts.hpp"
#include "port/ports.hpp"

#include <string>
#include <vector>

namespace port {

struct DeviceFacts {
  plan::PortFacts facts;
  bool asked_device = false;            ///< DPDK was asked, not only the kernel and our table
  std::vector<std::string> offloads{};  ///< of those that matter to a tester, by DPDK's names
  bool hardware_time_stamps = false;    ///< of received frames
  bool hardware_pacing = false;         ///< sends a frame at a time it carries
  bool flow_rules = false;
  std::vector<std::string> interfaces{};    ///< network interfaces of the kernel on the same device
  std::vector<std::string> rdma_devices{};  ///< RDMA devices on the same device: they may claim port 4791
  std::string kernel_driver{};              ///< bound to it; empty where none is
};

/// Refuses what does not exist, what is bound to a driver that does not lend it, and what carries the
/// host's default route unless `allow_default_route` is set.
[[nodiscard]] base::Result<DeviceFacts> probe(const DeviceOptions& options, Eal* eal = nullptr);

/// "0000:3b:00.0" of a kPci or kNamed device: what `EalOptions::pci_devices` takes.
[[nodiscard]] base::Result<std::string> pci_address_of(const DeviceOptions& options);

/// Every Ethernet adapter of this host, whether usable or not, by what the kernel knows.
[[nodiscard]] std::vector<DeviceFacts> adapters_of_host();

}  // namespace port
