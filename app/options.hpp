/// \file
/// The command line as plain structs. The .cpp is the only user of CLI11.
///
///     const app::ParsedOptions parsed = app::parse_options(argc, argv);
///     if (parsed.exit_code) return *parsed.exit_code;      // --help, or a fault that was printed
///     switch (parsed.options.command) ...
///
/// Thread: main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace app {

enum class Command : std::uint8_t { kRun, kCheck, kPlan, kPorts, kAnalyze, kReport, kVersion };
enum class Color : std::uint8_t { kAuto, kAlways, kNever };

struct Options {
  Command command = Command::kVersion;
  std::string file;                   ///< profile, capture or results directory
  std::string testbed;                ///< empty: the profile's own
  std::vector<std::string> settings;  ///< KEY=VALUE, in the order given; --duration and --seed among them
  std::string start_at;               ///< ISO 8601, UTC; empty: at once
  bool quiet = false;
  bool verbose = false;
  Color color = Color::kAuto;
  std::optional<std::string> json;  ///< "-": stdout, all text to stderr; else a file
  std::string out;                  ///< run: results directory; empty: rocestorm-results/<UTC>-<name>
  bool schema = false;              ///< check: print the JSON Schema
  std::string pcap;                 ///< plan: where the first frames are written; empty: nowhere
  std::uint64_t pcap_frames = 1000;
  std::string capture;  ///< run: where frames sent and received are written; empty: nowhere
  std::uint64_t capture_frames = 10'000;
  bool huge_pages = true;
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;
};

[[nodiscard]] ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace app
