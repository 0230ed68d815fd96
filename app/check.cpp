#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "profile/describe.hpp"

#include <fmt/core.h>

namespace app {

ExitCode execute_check(const Options& options) {
  const Output out{options};
  if (options.schema) {
    out.text(profile::json_schemas());
    return ExitCode::kPass;
  }
  const auto loaded = load(options);
  if (!loaded) return failed(out, loaded.error());
  out.text(fmt::format("{}: good, with testbed {} ({} defaults filled in, profile hash {})\n", options.file,
                       loaded->testbed.file, loaded->defaults.size(), loaded->profile_hash.substr(0, 16)));
  if (options.verbose) {
    for (const std::string& line : loaded->defaults)
      out.text("  " + line + "\n");
  }
  return ExitCode::kPass;
}

}  // namespace app
