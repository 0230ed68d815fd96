#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "plan/text.hpp"
#include "progress.hpp"
#include "report/result_json.hpp"
#include "results.hpp"
#include "run/capture_file.hpp"
#include "run/session.hpp"
#include "run_progress.hpp"
#include "start_time.hpp"
#include "verdict/judge.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

namespace app {
namespace {

std::atomic<int> interrupts = 0;

void on_signal(int) {
  interrupts.fetch_add(1, std::memory_order_relaxed);
}

/// Ctrl-C once: stop, drain, report; twice: report at once.
void watch(run::Session& session, const Output& out) {
  constexpr int kRoundsADeviceWatch = 10;
  ProgressLine line{out, std::chrono::seconds{1}};
  RunProgress said;
  for (int round = 1; !session.is_over(); ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    const int seen = interrupts.load(std::memory_order_relaxed);
    if (seen >= 1) session.stop("interrupted by a signal");
    if (seen >= 2) return;
    if (round % kRoundsADeviceWatch == 0) session.watch_devices();
    if (line.is_due()) line.show(said.text(session.progress()));
  }
}

ExitCode exit_code_of(const verdict::Judgement& judgement, const measure::RunResult& result) {
  ExitCode code = ExitCode::kPass;
  if (!judgement.broken_books.empty()) code = ExitCode::kInternal;
  if (!result.cut_short.empty()) code = worst(code, ExitCode::kInterrupted);
  if (judgement.verdict == verdict::Verdict::kFail) code = worst(code, ExitCode::kFail);
  if (judgement.verdict == verdict::Verdict::kInconclusive) code = worst(code, ExitCode::kInconclusive);
  return code;
}

struct Executed {
  std::optional<measure::RunResult> result;  ///< none: interrupted before the start, nothing was sent
  base::Errors capture_errors;               ///< what was measured is not lost with the capture
};

base::Status write_capture(const run::Session& session, const plan::Plan& plan, const Options& options,
                           const measure::RunResult& result) {
  const port::CaptureStore* const captured = session.captured();
  if (captured == nullptr) return {};
  return run::write_capture({.path = options.capture,
                             .application = "rocestorm " ROCESTORM_VERSION,
                             .start_utc_ns = result.windows.start_utc_ns.value_or(0)},
                            plan, *captured);
}

base::Result<Executed> execute(Planned& planned, const Options& options, const Output& out) {
  const plan::Plan& plan = planned.plan;
  const auto start_at = start_time(options);
  if (!start_at) return tl::unexpected(start_at.error());
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  if (planned.machine == nullptr) {
    auto machine = run::Machine::open(plan, {.huge_pages = options.huge_pages});
    if (!machine) return tl::unexpected(std::move(machine).error());
    planned.machine = std::move(*machine);
  }
  const std::size_t capture_frames = options.capture.empty() ? 0 : options.capture_frames;
  auto session = run::Session::configure(*planned.machine, plan, {.capture_frames = capture_frames});
  if (!session) return tl::unexpected(std::move(session).error());
  if (*start_at) {
    const auto reached = wait_for_start(**start_at, out, interrupts);
    if (!reached) return tl::unexpected(reached.error());
    if (!*reached) return Executed{};
  }
  if (auto started = (*session)->start(); !started) return tl::unexpected(std::move(started).error());
  watch(**session, out);
  auto result = (*session)->finish();
  if (!result) return tl::unexpected(std::move(result).error());
  result->windows.start_asked_utc_ns = *start_at;
  auto captured = write_capture(**session, plan, options, *result);
  return Executed{.result = std::move(*result),
                  .capture_errors = captured ? base::Errors{} : std::move(captured).error()};
}

/// Places that a run writes to are tried before anything is sent.
base::Status try_places(const std::string& directory, const Options& options) {
  if (auto made = make_directory(directory); !made) return made;
  if (options.capture.empty()) return {};
  return write_file(options.capture, {});
}

}  // namespace

ExitCode execute_run(const Options& options) {
  const Output out{options};
  const auto loaded = load(options);
  if (!loaded) return failed(out, loaded.error());
  auto planned = make_plan(*loaded, options);
  if (!planned) return failed(out, planned.error());
  const plan::Plan* const plan = &planned->plan;
  const std::string directory =
      options.out.empty() ? default_directory(plan->profile.test.name) : options.out;
  if (auto tried = try_places(directory, options); !tried) return failed(out, tried.error());
  if (options.verbose) out.note(plan::to_text(*plan));
  auto executed = execute(*planned, options, out);
  if (!executed) return failed(out, executed.error());
  if (!executed->result) {
    out.note("interrupted before the start: nothing was sent\n");
    return ExitCode::kInterrupted;
  }
  measure::RunResult& result = *executed->result;
  result.version = ROCESTORM_VERSION;

  const verdict::Judgement judgement = verdict::judge(*plan, result);
  const report::RunReport run{.plan = *plan, .result = result, .judgement = judgement};
  ExitCode code = exit_code_of(judgement, result);
  if (!executed->capture_errors.empty()) code = worst(code, failed(out, executed->capture_errors));
  const std::string text = report::result_text(run);
  const std::string json = report::result_json(run, to_int(code));
  out.text(options.quiet ? text.substr(0, text.find('\n') + 1) : text);
  if (auto stored = store(directory, {.run = run, .loaded = *loaded, .text = text, .json = json}); !stored) {
    code = worst(code, failed(out, stored.error()));
  }
  if (auto written = out.json(json); !written) code = worst(code, failed(out, written.error()));
  out.note("results: " + directory + "\n");
  return code;
}

}  // namespace app
