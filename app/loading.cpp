#include "loading.hpp"

#include "plan/make_plan.hpp"
#include "run/facts.hpp"

namespace app {

base::Result<profile::Loaded> load(const Options& options) {
  return profile::load(
      {.profile_file = options.file, .testbed_file = options.testbed, .settings = options.settings});
}

base::Result<plan::Plan> make_plan(const profile::Loaded& loaded) {
  const auto facts = run::probe_ports(loaded.testbed);
  if (!facts) return tl::unexpected(facts.error());
  const std::vector<std::uint32_t> cpus = run::usable_cpus();
  return plan::make_plan({.loaded = loaded, .facts = *facts, .cpus = cpus});
}

}  // namespace app
