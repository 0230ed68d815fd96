#include "commands.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "plan/text.hpp"
#include "report/result_json.hpp"
#include "results.hpp"
#include "run/session.hpp"
#include "start_time.hpp"
#include "verdict/judge.hpp"

#include <fmt/core.h>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

namespace app {
namespace {

std::atomic<int> interrupts = 0;

void on_signal(int) {
  interrupts.fetch_add(1, std::memory_order_relaxed);
}

/// Ctrl-C once: stop, drain, report; twice: report at once.
void watch(run::Session& session, const Output& out) {
  using std::chrono::milliseconds;
  auto next_line = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  constexpr int kRoundsADeviceWatch = 10;
  int rounds = 0;
  while (!session.is_over()) {
    std::this_thread::sleep_for(milliseconds{10});
    const int seen = interrupts.load(std::memory_order_relaxed);
    if (seen == 1) session.stop("interrupted by a signal");
    if (seen >= 2) {
      session.stop("interrupted by a signal");
      return;
    }
    if (++rounds % kRoundsADeviceWatch == 0) session.watch_devices();
    if (std::chrono::steady_clock::now() < next_line) continue;
    next_line += std::chrono::seconds{1};
    const run::Progress progress = session.progress();
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (const engine::LiveQueue& queue : progress.queues) {
      sent += queue.frames_sent;
      received += queue.frames_received;
    }
    out.note(fmt::format("{:6.1f} s of {:.1f} s  {} frames sent, {} received\n", progress.elapsed.seconds(),
                         progress.planned.seconds(), sent, received));
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

/// Nothing: interrupted before the start, nothing was sent.
base::Result<std::optional<measure::RunResult>> execute(Planned& planned, const Options& options,
                                                        const Output& out) {
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
  auto session = run::Session::configure(*planned.machine, plan);
  if (!session) return tl::unexpected(std::move(session).error());
  if (*start_at) {
    const auto reached = wait_for_start(**start_at, out, interrupts);
    if (!reached) return tl::unexpected(reached.error());
    if (!*reached) return std::nullopt;
  }
  if (auto started = (*session)->start(); !started) return tl::unexpected(std::move(started).error());
  watch(**session, out);
  auto result = (*session)->finish();
  if (!result) return tl::unexpected(std::move(result).error());
  result->windows.start_asked_utc_ns = *start_at;
  return std::optional{std::move(*result)};
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
  if (auto made = make_directory(directory); !made) return failed(out, made.error());
  if (options.verbose) out.note(plan::to_text(*plan));
  auto executed = execute(*planned, options, out);
  if (!executed) return failed(out, executed.error());
  if (!*executed) {
    out.note("interrupted before the start: nothing was sent\n");
    return ExitCode::kInterrupted;
  }
  std::optional<measure::RunResult> result = std::move(*executed);
  result->version = ROCESTORM_VERSION;

  const verdict::Judgement judgement = verdict::judge(*plan, *result);
  const report::RunReport run{.plan = *plan, .result = *result, .judgement = judgement};
  ExitCode code = exit_code_of(judgement, *result);
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
