/// \file
/// The network interfaces, network adapters and RDMA devices of this machine, and which belongs to which.
///
///     const host::NetworkDevices devices = host::network_devices();
///     const host::Adapter* adapter = devices.adapter_of("mlx5_0");   // or "ens3f0", or "0000:3b:00.0"
///
/// Everything comes from sysfs, whose root is a parameter so that tests bring a recorded tree.
/// Cost: reads some hundred small files; set-up only. Thread: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace host {

/// A network interface of the kernel.
struct NetworkInterface {
  std::string name;  ///< "ens3f0np0"
  int index = 0;
  std::string mac;  ///< "0c:42:a1:00:00:01"
  std::uint32_t mtu = 0;
  std::string state;                        ///< the kernel's operstate: "up", "down", "unknown", ...
  std::optional<bool> carrier;              ///< unset where the interface is administratively down
  std::optional<std::uint32_t> speed_mbps;  ///< Mbit/s; unset where the driver does not know
  std::string driver;                       ///< "mlx5_core"; empty for purely virtual interfaces
  std::string pci_address;                  ///< empty where there is no PCI device below
};

/// An Ethernet controller on the PCI bus, whatever driver holds it.
struct Adapter {
  std::string pci_address;  ///< "0000:3b:00.0"
  std::string driver;       ///< "mlx5_core", "vfio-pci"; empty where none is bound
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  int numa_node = -1;
  std::vector<std::string> interfaces;    ///< network interfaces on top
  std::vector<std::string> rdma_devices;  ///< RDMA devices on top: they share the port with us
};

struct NetworkDevices {
  std::vector<NetworkInterface> interfaces;  ///< by name
  std::vector<Adapter> adapters;             ///< by address
  bool kernel_has_rdma = false;

  [[nodiscard]] const NetworkInterface* interface_named(std::string_view name) const;
  /// By PCI address, interface name or RDMA device name; null where this machine has none such.
  [[nodiscard]] const Adapter* adapter_of(std::string_view name) const;
};

[[nodiscard]] NetworkDevices network_devices(const std::filesystem::path& sysfs = "/sys");

/// One interface; nothing where there is none of that name.
[[nodiscard]] std::optional<NetworkInterface> network_interface(std::string_view name,
                                                                const std::filesystem::path& sysfs = "/sys");

/// "0000:3b:00.0", with or without its domain; the full form, or nothing where it is no PCI address.
[[nodiscard]] std::optional<std::string> parse_pci_address(std::string_view text);

}  // namespace host
