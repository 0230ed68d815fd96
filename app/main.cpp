#include "commands.hpp"
#include "exit_code.hpp"
#include "options.hpp"

#include <cstdio>

int main(int argc, char** argv) {
  const app::ParsedOptions parsed = app::parse_options(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  if (!__builtin_cpu_supports("pclmul")) {
    std::fputs("this CPU has no PCLMULQDQ, which the ICRC of every packet is computed with\n", stderr);
    return app::to_int(app::ExitCode::kEnvironment);
  }
  return app::to_int(app::execute(parsed.options));
}
