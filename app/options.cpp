#include "options.hpp"

#include "exit_code.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

namespace app {
namespace {

constexpr const char* kFooter = R"(Examples:
  rocestorm run profiles/quickstart.toml
  rocestorm run profiles/incast.toml --testbed my-rack.toml --duration 30s
  rocestorm check my-profile.toml
  rocestorm plan profiles/incast.toml
  rocestorm analyze capture.pcapng --json | jq .totals

Exit codes: 0 pass, 1 an expectation failed, 2 bad input, 3 the environment does not allow it,
4 interrupted, 5 inconclusive, 6 an error of ours. Of several the worst: 6, 2, 3, 4, 1, 5, 0.)";

/// At 4 KiB a frame they take 4 GiB of memory.
constexpr std::uint64_t kCaptureFramesMost = 1'000'000;

/// Options are added to several sub-commands; all write into one Options.
class Builder {
 public:
  explicit Builder(Options& options) : options_{options} {}

  CLI::App& command(CLI::App& root, const char* name, Command command, const std::string& description,
                    const std::string& examples) {
    CLI::App& added = *root.add_subcommand(name, description);
    added.footer("Examples:\n" + examples);
    added.callback([this, command] { options_.command = command; });
    common(added);
    return added;
  }

  void profile(CLI::App& app) {
    app.add_option("PROFILE", options_.file, "TOML: what to send and what to expect")->required();
    app.add_option("--testbed", options_.testbed, "TOML: the ports; default: the one that the profile names")
        ->option_text("FILE");
    app.add_option_function<std::vector<std::string>>(
           "--set",
           [this](const std::vector<std::string>& values) {
             options_.settings.insert(options_.settings.end(), values.begin(), values.end());
           },
           "set a key of the profile, or of the testbed as testbed.KEY; may be repeated")
        ->option_text("KEY=VALUE")
        ->allow_extra_args(false)
        ->trigger_on_parse();
    app.add_option("--start-at", options_.start_at,
                   "traffic starts then, as 2026-01-31T12:00:00Z; default: at once")
        ->option_text("UTC");
    setting(app, "--duration", "test.duration", "TIME", "measured time, as --set test.duration=TIME");
    setting(app, "--seed", "test.seed", "N", "seed of all that is drawn, as --set test.seed=N");
  }

 private:
  void common(CLI::App& app) {
    app.add_flag("--json{-}", options_.json,
                 "JSON to stdout and all text to stderr; --json=FILE writes it to a file");
    app.add_flag("--quiet,-q", options_.quiet, "no progress, and no more text than the verdict");
    app.add_flag("--verbose,-v", options_.verbose, "more of what was found out on the way");
    app.add_option("--color", options_.color, "auto, always or never")
        ->transform(CLI::CheckedTransformer(std::vector<std::pair<std::string, Color>>{
            {"auto", Color::kAuto}, {"always", Color::kAlways}, {"never", Color::kNever}}))
        ->option_text("WHEN");
  }

  void setting(CLI::App& app, const char* name, const std::string& key, const char* value,
               const char* description) {
    app.add_option_function<std::string>(
           name, [this, key](const std::string& text) { options_.settings.push_back(key + "=" + text); },
           description)
        ->option_text(value);
  }

  Options& options_;
};

void add_commands(CLI::App& root, Builder& builder, Options& options) {
  CLI::App& run =
      builder.command(root, "run", Command::kRun, "send a profile's traffic and judge what came back",
                      "  rocestorm run profiles/quickstart.toml\n"
                      "  rocestorm run profiles/incast.toml --testbed rack.toml --out results/one\n"
                      "  rocestorm run p.toml --set traffic.incast.rate='50 %' --json=result.json\n"
                      "  rocestorm run p.toml --start-at 2026-01-31T12:00:00Z\n"
                      "  rocestorm run p.toml --capture seen.pcapng --capture-count 50000");
  builder.profile(run);
  run.add_option("--out", options.out, "results directory; default: rocestorm-results/<UTC>-<name>")
      ->option_text("DIR");
  CLI::Option* const capture =
      run.add_option("--capture", options.capture, "pcapng: the first frames that were sent and received")
          ->option_text("FILE");
  run.add_option("--capture-count", options.capture_frames,
                 "how many frames of all ports, 1 to 1000000; default: 10000. Further ones are counted")
      ->option_text("N")
      ->check(CLI::Range(std::uint64_t{1}, kCaptureFramesMost))
      ->needs(capture);
  run.add_flag("!--no-huge", options.huge_pages, "packet buffers in ordinary pages");

  CLI::App& check =
      builder.command(root, "check", Command::kCheck, "find every fault of a profile and its testbed",
                      "  rocestorm check profiles/incast.toml\n"
                      "  rocestorm check --schema > profile.schema.json");
  builder.profile(check);
  check.get_option("PROFILE")->required(false);
  check.add_flag("--schema", options.schema, "print the JSON Schema of profiles");

  CLI::App& plan = builder.command(root, "plan", Command::kPlan, "show what would be sent, by whom and when",
                                   "  rocestorm plan profiles/incast.toml\n"
                                   "  rocestorm plan profiles/incast.toml --set traffic.incast.rate='10 %'\n"
                                   "  rocestorm plan profiles/incast.toml --pcap first.pcapng --count 5000");
  builder.profile(plan);
  CLI::Option* const pcap =
      plan.add_option("--pcap", options.pcap, "pcapng: write the first frames as they would be sent")
          ->option_text("FILE");
  plan.add_option("--count", options.pcap_frames, "how many frames of all ports; default: 1000")
      ->option_text("N")
      ->needs(pcap);
  builder.command(root, "ports", Command::kPorts, "list the devices of this host and what they can do",
                  "  rocestorm ports\n  rocestorm ports --json");

  CLI::App& analyze = builder.command(root, "analyze", Command::kAnalyze, "tell what a capture holds",
                                      "  rocestorm analyze capture.pcapng\n"
                                      "  rocestorm analyze capture.pcap --json | jq .flows");
  analyze.add_option("FILE", options.file, "pcap or pcapng")->required();

  CLI::App& report =
      builder.command(root, "report", Command::kReport, "show the results of an earlier run again",
                      "  rocestorm report rocestorm-results/20260131T120000Z-incast");
  report.add_option("DIR", options.file, "a results directory")->required();

  builder.command(root, "version", Command::kVersion, "print versions of the program and what it is built on",
                  "  rocestorm version --json");
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  CLI::App root{"rocestorm loads Ethernet fabrics with RoCEv2 and measures what they did to it.",
                "rocestorm"};
  root.footer(kFooter);
  root.require_subcommand(1);
  Builder builder{parsed.options};
  add_commands(root, builder, parsed.options);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = root.exit(error);
    parsed.exit_code = code == 0 ? to_int(ExitCode::kPass) : to_int(ExitCode::kBadInput);
  }
  if (!parsed.exit_code && parsed.options.command == Command::kCheck && !parsed.options.schema &&
      parsed.options.file.empty()) {
    std::fputs("check: no PROFILE given\nRun with --help for more information.\n", stderr);
    parsed.exit_code = to_int(ExitCode::kBadInput);
  }
  return parsed;
}

}  // namespace app
