/// \file
/// The sub-commands: one file each, one function each.
///
/// Each returns the exit code and has printed whatever there is to say. Thread: main.
#pragma once

#include "exit_code.hpp"
#include "options.hpp"

namespace app {

[[nodiscard]] ExitCode execute(const Options& options);

[[nodiscard]] ExitCode execute_run(const Options& options);
[[nodiscard]] ExitCode execute_check(const Options& options);
[[nodiscard]] ExitCode execute_plan(const Options& options);
[[nodiscard]] ExitCode execute_ports(const Options& options);
[[nodiscard]] ExitCode execute_analyze(const Options& options);
[[nodiscard]] ExitCode execute_report(const Options& options);
[[nodiscard]] ExitCode execute_version(const Options& options);

}  // namespace app
