#include "run/facts.hpp"

#include "host/cpus.hpp"
#include "port/facts.hpp"
#include "port/plan_devices.hpp"
#include "run/machine.hpp"

#include <algorithm>

namespace run {

bool has_hardware(const profile::Testbed& testbed) {
  return std::any_of(testbed.ports.begin(), testbed.ports.end(), [](const profile::Port& asked) {
    return port::is_hardware(port::device_options(asked));
  });
}

base::Result<std::vector<plan::PortFacts>> probe_ports(const profile::Testbed& testbed, Machine* machine) {
  std::vector<plan::PortFacts> facts;
  base::Errors errors;
  for (const profile::Port& asked : testbed.ports) {
    auto found = port::probe(port::device_options(asked), machine == nullptr ? nullptr : &machine->eal());
    if (found) {
      facts.push_back(std::move(found->facts));
      continue;
    }
    for (base::Error& error : found.error()) {
      error.where = profile::to_text(asked.places.table) + " [[port]] " + asked.name;
      errors.push_back(std::move(error));
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return facts;
}

std::vector<std::uint32_t> usable_cpus() {
  return host::cpu().allowed;
}

}  // namespace run
