#include "host/network_devices.hpp"

#include "host/text_file.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace host {

namespace {
namespace fs = std::filesystem;

// SPEC: PCI Code and ID Assignment: base class 02h, network controller; sub-class 00h, Ethernet, and
// 07h, InfiniBand (adapters that are switched to Ethernet keep it).
constexpr std::uint32_t kClassEthernet = 0x0200;
constexpr std::uint32_t kClassInfiniband = 0x0207;

std::string text_of(const fs::path& path) {
  return std::string{trimmed(read_text(path).value_or(""))};
}

/// The last part of what a symbolic link points at; empty where there is no link.
std::string link_name(const fs::path& path) {
  std::error_code error;
  return fs::read_symlink(path, error).filename().string();
}

std::vector<std::string> entries(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{folder, error})
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

/// The PCI address nearest above a device's folder: a virtio or auxiliary device stands between.
std::string pci_address_above(const fs::path& device) {
  std::error_code error;
  fs::path real = fs::canonical(device, error);
  while (!error && real.has_relative_path()) {
    if (auto address = parse_pci_address(real.filename().string())) return *address;
    real = real.parent_path();
  }
  return {};
}

NetworkInterface read_interface(const fs::path& folder) {
  const auto carrier = number<int>(text_of(folder / "carrier"));
  const auto speed = number<std::int64_t>(text_of(folder / "speed"));
  return {
      .name = folder.filename(),
      .index = number<int>(text_of(folder / "ifindex")).value_or(0),
      .mac = text_of(folder / "address"),
      .mtu = number<std::uint32_t>(text_of(folder / "mtu")).value_or(0),
      .state = text_of(folder / "operstate"),
      .carrier = carrier ? std::optional{*carrier != 0} : std::nullopt,
      // Drivers that do not know write -1; veth writes 10000 whatever it can do.
      .speed_mbps = speed && *speed > 0 ? std::optional{static_cast<std::uint32_t>(*speed)} : std::nullopt,
      .driver = link_name(folder / "device" / "driver"),
      .pci_address = pci_address_above(folder / "device")};
}

std::optional<Adapter> read_adapter(const fs::path& folder) {
  const auto hexadecimal = [&](const char* file) {
    const std::string text = text_of(folder / file);
    return text.starts_with("0x") ? number<std::uint32_t>(std::string_view{text}.substr(2), 16)
                                  : std::nullopt;
  };
  const auto device_class = hexadecimal("class");
  if (!device_class) return std::nullopt;
  if (*device_class >> 8 != kClassEthernet && *device_class >> 8 != kClassInfiniband) return std::nullopt;
  return Adapter{.pci_address = folder.filename(),
                 .driver = link_name(folder / "driver"),
                 .vendor = static_cast<std::uint16_t>(hexadecimal("vendor").value_or(0)),
                 .device = static_cast<std::uint16_t>(hexadecimal("device").value_or(0)),
                 .numa_node = number<int>(text_of(folder / "numa_node")).value_or(-1),
                 .interfaces = {},
                 .rdma_devices = entries(folder / "infiniband")};
}
}  // namespace

std::optional<std::string> parse_pci_address(std::string_view text) {
  if (std::count(text.begin(), text.end(), ':') == 1) return parse_pci_address(fmt::format("0000:{}", text));
  // dddd:bb:ss.f
  if (text.size() != 12 || text[4] != ':' || text[7] != ':' || text[10] != '.') return std::nullopt;
  const auto domain = number<std::uint32_t>(text.substr(0, 4), 16);
  const auto bus = number<std::uint32_t>(text.substr(5, 2), 16);
  const auto slot = number<std::uint32_t>(text.substr(8, 2), 16);
  const auto function = number<std::uint32_t>(text.substr(11, 1), 16);
  if (!domain || !bus || !slot || !function || *slot > 0x1f || *function > 7) return std::nullopt;
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", *domain, *bus, *slot, *function);
}

NetworkDevices network_devices(const fs::path& sysfs) {
  NetworkDevices found;
  for (const std::string& name : entries(sysfs / "bus/pci/devices"))
    if (auto adapter = read_adapter(sysfs / "bus/pci/devices" / name))
      found.adapters.push_back(std::move(*adapter));
  for (const std::string& name : entries(sysfs / "class/net")) {
    auto one = network_interface(name, sysfs);
    if (!one) continue;
    found.interfaces.push_back(std::move(*one));
    const NetworkInterface& interface = found.interfaces.back();
    for (Adapter& adapter : found.adapters)
      if (adapter.pci_address == interface.pci_address) adapter.interfaces.push_back(interface.name);
  }
  found.kernel_has_rdma = fs::exists(sysfs / "class/infiniband");
  return found;
}

std::optional<NetworkInterface> network_interface(std::string_view name, const fs::path& sysfs) {
  const fs::path folder = sysfs / "class/net" / name;
  // "bonding_masters" is a file among the folders.
  if (name.empty() || !fs::exists(folder / "ifindex")) return std::nullopt;
  return read_interface(folder);
}

const NetworkInterface* NetworkDevices::interface_named(std::string_view name) const {
  const auto at = std::find_if(interfaces.begin(), interfaces.end(),
                               [&](const NetworkInterface& interface) { return interface.name == name; });
  return at == interfaces.end() ? nullptr : &*at;
}

const Adapter* NetworkDevices::adapter_of(std::string_view name) const {
  const auto address = parse_pci_address(name);
  const auto holds = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const auto at = std::find_if(adapters.begin(), adapters.end(), [&](const Adapter& adapter) {
    return (address && adapter.pci_address == *address) || holds(adapter.interfaces) ||
           holds(adapter.rdma_devices);
  });
  return at == adapters.end() ? nullptr : &*at;
}

}  // namespace host
