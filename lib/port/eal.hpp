/// \file
/// DPDK's environment: one in a process, started once, outliving every port and every run.
///
///     auto eal = port::Eal::start({.memory = base::Bytes{512 << 20}});
///     if (!eal) return tl::unexpected(std::move(eal).error());
///
/// Huge pages that are free are used, none is reserved and none stays behind; without enough of them the
/// buffers stand in ordinary pages, and `describe()` says so. No PCI device is looked at but those named.
/// Other testers on this host are not disturbed: each has files of its own, which go with it.
///
/// Cost: 0.2 s at start, of which the clock's calibration runs beside. Thread: start and end on one thread,
/// which must be the same; it keeps its CPU affinity.
#pragma once

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "port/tsc_clock.hpp"

#include <memory>
#include <string>
#include <vector>

namespace port {

class DriverLog;

/// "DPDK 22.11.11"
[[nodiscard]] std::string dpdk_version();

struct EalOptions {
  base::Bytes memory{512ULL << 20};  ///< for the buffers of the largest plan
  bool huge_pages = true;            ///< false: never, as under callgrind and in tests
  /// "0000:3b:00.0" or "0000:3b:00.0,dv_flow_en=2". Empty: the PCI bus is not touched.
  std::vector<std::string> pci_devices{};
};

class Eal {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Eal>> start(const EalOptions& options);
  ~Eal();
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  [[nodiscard]] TscRate tsc() const { return tsc_; }
  /// "DPDK 22.11.11, 512 MiB in ordinary pages"
  [[nodiscard]] std::string describe() const;
  /// As given to DPDK.
  [[nodiscard]] const std::vector<std::string>& arguments() const { return arguments_; }
  [[nodiscard]] const DriverLog& log() const { return *log_; }
  /// A number that no other caller got: names of rings, pools and devices are made unique with it.
  [[nodiscard]] std::uint32_t next_id() { return next_id_++; }

 private:
  Eal(std::unique_ptr<DriverLog> log, std::vector<std::string> arguments, bool in_huge_pages,
      base::Bytes memory, std::string file_prefix);

  std::unique_ptr<DriverLog> log_;
  std::vector<std::string> arguments_;
  bool in_huge_pages_;
  base::Bytes memory_;
  std::string file_prefix_;
  TscRate tsc_;
  std::uint32_t next_id_ = 0;
};

}  // namespace port
