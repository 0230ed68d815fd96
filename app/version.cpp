#include "commands.hpp"
#include "output.hpp"
#include "port/eal.hpp"

#include <fmt/core.h>

namespace app {

ExitCode execute_version(const Options& options) {
  const Output out{options};
  out.text(fmt::format("rocestorm {} ({})\n", ROCESTORM_VERSION, port::dpdk_version()));
  const std::string json =
      fmt::format("{{\"rocestorm\": \"{}\", \"dpdk\": \"{}\"}}\n", ROCESTORM_VERSION, port::dpdk_version());
  if (auto written = out.json(json); !written) return failed(out, written.error());
  return ExitCode::kPass;
}

}  // namespace app
