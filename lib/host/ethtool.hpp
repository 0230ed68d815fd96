/// \file
/// The statistics that a kernel driver offers by `ethtool -S`: beside a NIC that DPDK shares with its kernel
/// driver (mlx5) they are the only view of the physical layer.
///
///     auto statistics = host::EthtoolStatistics::open("ens3f0np0");
///     if (statistics) for (auto value : statistics->read()) ...   // in the order of names()
///
/// Cost: one system call a read, milliseconds with some drivers: housekeeping only. Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "host/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace host {

class EthtoolStatistics {
 public:
  [[nodiscard]] static base::Result<EthtoolStatistics> open(std::string_view interface_name);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// One value a name; nothing where the interface has gone or changed its list.
  [[nodiscard]] std::optional<std::vector<std::uint64_t>> read() const;

 private:
  EthtoolStatistics(std::string interface_name, FileDescriptor socket, std::vector<std::string> names);

  std::string interface_name_;
  FileDescriptor socket_;
  std::vector<std::string> names_;
};

/// The kernel's name block: entries of 32 bytes, each ended by a zero unless full.
[[nodiscard]] std::vector<std::string> parse_ethtool_names(std::span<const char> block);

}  // namespace host
