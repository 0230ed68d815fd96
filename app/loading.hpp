/// \file
/// What `check`, `plan` and `run` begin with: files to a profile, and a profile to a plan.
///
/// Thread: main.
#pragma once

#include "base/error.hpp"
#include "options.hpp"
#include "plan/plan.hpp"
#include "profile/load.hpp"
#include "run/machine.hpp"

#include <memory>

namespace app {

/// All faults of profile, testbed and --start-at at once.
[[nodiscard]] base::Result<profile::Loaded> load(const Options& options);
struct Planned {
  /// Only where the testbed has physical devices: DPDK was started to ask them.
  std::unique_ptr<run::Machine> machine;
  plan::Plan plan;
};
/// Asks the devices of the testbed what they can do, and plans.
[[nodiscard]] base::Result<Planned> make_plan(const profile::Loaded& loaded, const Options& options);

}  // namespace app
