#include "commands.hpp"
#include "output.hpp"
#include "results.hpp"

namespace app {

/// Shows what was stored; its exit code is that of the run, so that scripts can ask again.
ExitCode execute_report(const Options& options) {
  const Output out{options};
  const auto recalled = recall(options.file);
  if (!recalled) return failed(out, recalled.error());
  out.text(recalled->text);
  if (auto written = out.json(recalled->json); !written) return failed(out, written.error());
  return recalled->exit_code >= 0 && recalled->exit_code <= to_int(ExitCode::kInternal)
             ? static_cast<ExitCode>(recalled->exit_code)
             : ExitCode::kInternal;
}

}  // namespace app
