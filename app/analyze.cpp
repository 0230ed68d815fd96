#include "inspect/analyze.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "report/analyze_json.hpp"
#include "report/analyze_text.hpp"

namespace app {

ExitCode execute_analyze(const Options& options) {
  const Output out{options};
  const auto analysis = inspect::analyze_file(options.file);
  if (!analysis) return failed(out, analysis.error());
  out.text(report::analyze_text(*analysis));
  if (auto written = out.json(report::analyze_json(*analysis)); !written) return failed(out, written.error());
  // A damaged file: its counts are told, and so is that they end at the damage.
  if (analysis->fault) return failed(out, {*analysis->fault});
  return ExitCode::kPass;
}

}  // namespace app
