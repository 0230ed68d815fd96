#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "profile/describe.hpp"
#include "report/check_json.hpp"

#include <fmt/core.h>

namespace app {
namespace {

ExitCode print_schema(const Output& out) {
  const std::string schema = profile::json_schemas();
  if (!out.wants_json()) out.text(schema);
  if (auto written = out.json(schema); !written) return failed(out, written.error());
  return ExitCode::kPass;
}

}  // namespace

ExitCode execute_check(const Options& options) {
  const Output out{options};
  if (options.schema) return print_schema(out);
  const auto loaded = load(options);
  report::CheckReport check{.profile = options.file, .testbed = options.testbed};
  ExitCode code = ExitCode::kPass;
  if (loaded) {
    out.text(fmt::format("{}: good, with testbed {} ({} defaults filled in, profile hash {})\n", options.file,
                         loaded->testbed.file, loaded->defaults.size(), loaded->profile_hash.substr(0, 16)));
    if (options.verbose) {
      for (const std::string& line : loaded->defaults)
        out.text("  " + line + "\n");
    }
    check.testbed = loaded->testbed.file;
    check.profile_hash = loaded->profile_hash;
    check.defaults = loaded->defaults;
  } else {
    code = failed(out, loaded.error());
    check.faults = loaded.error();
  }
  if (auto written = out.json(report::check_json(check)); !written) {
    return worst(code, failed(out, written.error()));
  }
  return code;
}

}  // namespace app
