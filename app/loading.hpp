/// \file
/// What `check`, `plan` and `run` begin with: files to a profile, and a profile to a plan.
///
/// Thread: main.
#pragma once

#include "base/error.hpp"
#include "options.hpp"
#include "plan/plan.hpp"
#include "profile/load.hpp"

namespace app {

/// All faults of profile, testbed and --start-at at once.
[[nodiscard]] base::Result<profile::Loaded> load(const Options& options);
/// Asks the devices of the testbed what they can do, and plans.
[[nodiscard]] base::Result<plan::Plan> make_plan(const profile::Loaded& loaded);

}  // namespace app
