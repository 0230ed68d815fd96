#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "plan/text.hpp"

namespace app {

ExitCode execute_plan(const Options& options) {
  const Output out{options};
  const auto loaded = load(options);
  if (!loaded) return failed(out, loaded.error());
  const auto plan = make_plan(*loaded);
  if (!plan) return failed(out, plan.error());
  out.text(plan::to_text(*plan));
  return ExitCode::kPass;
}

}  // namespace app
