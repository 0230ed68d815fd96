#include "run/machine.hpp"

#include "host/cpus.hpp"
#include "port/eal.hpp"
#include "port/facts.hpp"
#include "port/plan_devices.hpp"

#include <sys/utsname.h>
#include <algorithm>

namespace run {

Machine::Machine(std::unique_ptr<port::Eal> eal) : eal_{std::move(eal)} {}
Machine::~Machine() = default;

namespace {

base::Result<std::unique_ptr<port::Eal>> start_eal(const std::vector<port::DeviceOptions>& devices,
                                                   base::Bytes memory, const MachineOptions& options) {
  port::EalOptions eal_options{.memory = memory, .huge_pages = options.huge_pages};
  for (const port::DeviceOptions& device : devices) {
    if (!port::is_hardware(device)) continue;
    auto address = port::pci_address_of(device);
    if (!address) return tl::unexpected(std::move(address).error());
    eal_options.pci_devices.push_back(device.arguments.empty() ? *address
                                                               : *address + "," + device.arguments);
  }
  return port::Eal::start(eal_options);
}

}  // namespace

base::Result<std::unique_ptr<Machine>> Machine::open(const plan::Plan& largest,
                                                     const MachineOptions& options) {
  const port::PlanDevices devices = port::devices_of(largest);
  const base::Bytes asked = largest.testbed.tester.memory;
  const base::Bytes memory = std::max(port::memory_needed(devices.options), asked);
  auto eal = start_eal(devices.options.devices, memory, options);
  if (!eal) return tl::unexpected(std::move(eal).error());
  return std::unique_ptr<Machine>{new Machine{std::move(*eal)}};
}

base::Result<std::unique_ptr<Machine>> Machine::open(const profile::Testbed& testbed,
                                                     const MachineOptions& options) {
  constexpr base::Bytes kMemory{std::uint64_t{1} << 30};
  std::vector<port::DeviceOptions> devices;
  for (const profile::Port& port : testbed.ports)
    devices.push_back(port::device_options(port));
  const base::Bytes asked = testbed.tester.memory;
  auto eal = start_eal(devices, asked.count() == 0 ? kMemory : asked, options);
  if (!eal) return tl::unexpected(std::move(eal).error());
  return std::unique_ptr<Machine>{new Machine{std::move(*eal)}};
}

measure::MachineFacts Machine::facts() const {
  utsname names{};
  static_cast<void>(uname(&names));
  const port::TscRate tsc = eal_->tsc();
  return {.host = names.nodename,
          .cpu = host::cpu().model,
          .cpus = static_cast<std::uint32_t>(host::cpu().online.size()),
          .kernel = std::string{names.sysname} + " " + names.release,
          .dpdk = eal_->describe(),
          .compiler = __VERSION__,
          .instruction_set = "x86-64-v2, pclmul",
          .tsc_hz = tsc.hz,
          .clock_synchronisation = "unknown",
          .tsc_error_ppb = tsc.error_ppb};
}

}  // namespace run
