/// \file
/// Facts of a testbed's ports, from the devices themselves: the third input of a plan.
///
///     auto facts = run::probe_ports(loaded->testbed);
///     if (!facts) return tl::unexpected(std::move(facts).error());
///     auto plan = plan::make_plan({.loaded = *loaded, .facts = *facts, .cpus = run::usable_cpus()});
///
/// Cost: set-up. Thread: control.
#pragma once

#include "base/error.hpp"
#include "plan/port_facts.hpp"
#include "profile/testbed.hpp"

#include <cstdint>
#include <vector>

namespace run {

class Machine;

/// All faults of all ports at once, each with the port's place in the testbed. Physical devices are asked
/// through `machine`, where one is given that was opened for the testbed; else only the kernel is.
[[nodiscard]] base::Result<std::vector<plan::PortFacts>> probe_ports(const profile::Testbed& testbed,
                                                                     Machine* machine = nullptr);
/// Whether a device of it is physical, so that DPDK must be asked before a plan can be made.
[[nodiscard]] bool has_hardware(const profile::Testbed& testbed);

/// CPUs that this process may run on, ascending.
[[nodiscard]] std::vector<std::uint32_t> usable_cpus();

}  // namespace run
