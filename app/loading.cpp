#include "loading.hpp"

#include "plan/make_plan.hpp"
#include "run/facts.hpp"
#include "start_time.hpp"

namespace app {

base::Result<profile::Loaded> load(const Options& options) {
  auto loaded = profile::load(
      {.profile_file = options.file, .testbed_file = options.testbed, .settings = options.settings});
  const auto start = start_time(options);
  if (start) return loaded;
  base::Errors errors = loaded ? base::Errors{} : std::move(loaded).error();
  errors.insert(errors.end(), start.error().begin(), start.error().end());
  return tl::unexpected(std::move(errors));
}

base::Result<Planned> make_plan(const profile::Loaded& loaded, const Options& options) {
  // What the kernel can tell is told first, all faults at once.
  auto facts = run::probe_ports(loaded.testbed);
  if (!facts) return tl::unexpected(std::move(facts).error());
  std::unique_ptr<run::Machine> machine;
  if (run::has_hardware(loaded.testbed)) {
    auto opened = run::Machine::open(loaded.testbed, {.huge_pages = options.huge_pages});
    if (!opened) return tl::unexpected(std::move(opened).error());
    machine = std::move(*opened);
    facts = run::probe_ports(loaded.testbed, machine.get());
    if (!facts) return tl::unexpected(std::move(facts).error());
  }
  const std::vector<std::uint32_t> cpus = run::usable_cpus();
  auto plan = plan::make_plan({.loaded = loaded, .facts = *facts, .cpus = cpus});
  if (!plan) return tl::unexpected(std::move(plan).error());
  return Planned{.machine = std::move(machine), .plan = std::move(*plan)};
}

}  // namespace app
