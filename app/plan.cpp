#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "plan/text.hpp"
#include "report/plan_json.hpp"

namespace app {

ExitCode execute_plan(const Options& options) {
  const Output out{options};
  const auto loaded = load(options);
  if (!loaded) return failed(out, loaded.error());
  const auto plan = make_plan(*loaded);
  if (!plan) return failed(out, plan.error());
  out.text(plan::to_text(*plan));
  if (auto written = out.json(report::plan_json(*plan)); !written) return failed(out, written.error());
  if (auto written = out.json(report::plan_json(*plan)); !written) return failed(out, written.error());
  return ExitCode::kPass;
}

}  // namespace app
