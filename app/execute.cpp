#include "commands.hpp"

namespace app {

ExitCode execute(const Options& options) {
  switch (options.command) {
    using enum Command;
    case kRun:
      return execute_run(options);
    case kCheck:
      return execute_check(options);
    case kPlan:
      return execute_plan(options);
    case kPorts:
      return execute_ports(options);
    case kAnalyze:
      return execute_analyze(options);
    case kReport:
      return execute_report(options);
    case kVersion:
      return execute_version(options);
  }
  return ExitCode::kInternal;
}

}  // namespace app
