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

/// All faults of all ports at once, each with the port's place in the testbed.
[[nodiscard]] base::Result<std::vector<plan::PortFacts>> probe_ports(const profile::Testbed& testbed);

/// CPUs that this process may run on, ascending.
[[nodiscard]] std::vector<std::uint32_t> usable_cpus();

}  // namespace run
