#include "port/lcores.hpp"

#include "base/cache_line.hpp"
#include "base/check.hpp"
#include "host/cpus.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <deque>
#include <span>
#include <thread>

namespace port {

namespace {
enum class Phase : int { kPreparing, kRunning, kStopping };

/// One thread's own; nobody else reads it before the thread has ended.
struct alignas(base::kCacheLine) Lcore {
  LcoreAssignment assignment;
  LcoreReport report;
  std::string failure;
  std::jthread thread;
};

base::Duration stolen_from(std::uint32_t cpu) {
  for (const host::StolenTime& time : host::stolen_times())
    if (time.cpu == cpu) return time.stolen;
  return {};
}

/// What the kernel has counted for this thread and its CPU.
struct Taken {
  std::optional<host::ThreadTimes> thread;
  base::Duration stolen;
};
Taken taken_now(std::uint32_t cpu) {
  return {.thread = host::thread_times(host::own_thread_id()), .stolen = stolen_from(cpu)};
}

void book_times(LcoreReport& report, const Taken& before, const Taken& after) {
  report.stolen = after.stolen - before.stolen;
  report.times_known = before.thread && after.thread;
  if (!report.times_known) return;
  report.on_cpu = after.thread->on_cpu - before.thread->on_cpu;
  report.waited = after.thread->waiting - before.thread->waiting;
}

/// Empty where the thread is on its CPU and known to DPDK, whose pools keep a cache for each lcore.
std::string become_lcore(std::uint32_t cpu) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  CPU_SET(cpu, &mask);
  if (const int code = pthread_setaffinity_np(pthread_self(), sizeof mask, &mask); code != 0)
    return fmt::format("pthread_setaffinity_np: {}", std::strerror(code));
  pthread_setname_np(pthread_self(), fmt::format("lcore-{}", cpu).c_str());
  if (rte_thread_register() != 0) return fmt::format("rte_thread_register: {}", rte_strerror(rte_errno));
  return {};
}

struct GapBook {
  PollGaps& gaps;
  const TscClock& clock;
  std::uint64_t last;
  std::uint64_t longest = 0;

  void add(std::uint64_t ticks) {
    const std::uint64_t gap = ticks - last;
    last = ticks;
    ++gaps.rounds;
    const auto gap_ns = static_cast<std::uint64_t>(clock.span(gap).ns());
    ++gaps.histogram[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(gap_ns)),
                                           PollGaps::kBuckets - 1)];
    if (gap <= longest) return;
    longest = gap;
    gaps.longest = clock.span(gap);
    gaps.longest_at = clock.at(ticks);
  }
};
}  // namespace

struct LcoreRun::Shared {
  explicit Shared(TscRate the_rate) : rate{the_rate} {}

  TscRate rate;
  // Read by every lcore each round, written twice in a run.
  alignas(base::kCacheLine) std::atomic<Phase> phase{Phase::kPreparing};
  std::atomic<std::uint64_t> start_ticks{0};
  alignas(base::kCacheLine) std::atomic<std::size_t> ready{0};
  std::deque<Lcore> lcores;

  void live(Lcore& lcore);
  void run(Lcore& lcore);
};

void LcoreRun::Shared::live(Lcore& lcore) {
  lcore.failure = become_lcore(lcore.assignment.cpu);
  const bool registered = lcore.failure.empty();
  ready.fetch_add(1, std::memory_order_release);
  // Not a spin: preparing may take long, and lcores may share a core with the control thread.
  phase.wait(Phase::kPreparing, std::memory_order_acquire);
  if (registered && phase.load(std::memory_order_acquire) == Phase::kRunning) run(lcore);
  if (registered) rte_thread_unregister();
}

void LcoreRun::Shared::run(Lcore& lcore) {
  const std::uint64_t start = start_ticks.load(std::memory_order_relaxed);
  const TscClock clock{rate, start};
  const std::span<Steppable* const> steppables = lcore.assignment.steppables;
  const Taken before = taken_now(lcore.assignment.cpu);
  std::uint64_t ticks = read_tsc();
  while (clock.at(ticks) < base::Time{} && phase.load(std::memory_order_relaxed) == Phase::kRunning)
    ticks = read_tsc();
  lcore.report.start_skew = clock.at(ticks) - base::Time{};
  GapBook book{.gaps = lcore.report.gaps, .clock = clock, .last = ticks};
  while (phase.load(std::memory_order_relaxed) == Phase::kRunning) {
    ticks = read_tsc();
    book.add(ticks);
    for (Steppable* const steppable : steppables)
      steppable->step(clock);
  }
  lcore.report.ended = clock.at(ticks);
  book_times(lcore.report, before, taken_now(lcore.assignment.cpu));
}

LcoreRun::LcoreRun(std::unique_ptr<Shared> shared) : shared_{std::move(shared)} {}
LcoreRun::LcoreRun(LcoreRun&&) noexcept = default;
LcoreRun& LcoreRun::operator=(LcoreRun&&) noexcept = default;
LcoreRun::~LcoreRun() {
  if (shared_ != nullptr) stop();
}

base::Result<LcoreRun> LcoreRun::prepare(Eal& eal, std::vector<LcoreAssignment> assignments) {
  auto owned = std::make_unique<Shared>(eal.tsc());
  Shared& shared = *owned;
  LcoreRun made{std::move(owned)};
  for (LcoreAssignment& assignment : assignments) {
    Lcore& lcore = shared.lcores.emplace_back();
    lcore.report.cpu = assignment.cpu;
    lcore.assignment = std::move(assignment);
  }
  for (Lcore& lcore : shared.lcores)
    lcore.thread = std::jthread{[&shared, &lcore] { shared.live(lcore); }};
  while (shared.ready.load(std::memory_order_acquire) != shared.lcores.size())
    std::this_thread::sleep_for(std::chrono::microseconds{100});
  base::Errors errors;
  for (const Lcore& lcore : shared.lcores) {
    if (lcore.failure.empty()) continue;
    errors.push_back({.kind = base::ErrorKind::kEnvironment,
                      .where = fmt::format("core {}", lcore.assignment.cpu),
                      .what = fmt::format("cannot be an lcore: {}", lcore.failure),
                      .remedy = "name cores that this process may use, as `taskset -p` shows them"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return made;
}

std::uint64_t LcoreRun::start(base::Duration lead) {
  CHECK(shared_->phase.load() == Phase::kPreparing, "lcores are started twice");
  const auto ahead = static_cast<std::uint64_t>(base::Uint128{static_cast<std::uint64_t>(lead.ps())} *
                                                shared_->rate.hz / 1'000'000'000'000);
  const std::uint64_t ticks = read_tsc() + ahead;
  shared_->start_ticks.store(ticks, std::memory_order_relaxed);
  shared_->phase.store(Phase::kRunning, std::memory_order_release);
  shared_->phase.notify_all();
  return ticks;
}

std::vector<LcoreReport> LcoreRun::stop() {
  shared_->phase.store(Phase::kStopping, std::memory_order_release);
  shared_->phase.notify_all();
  std::vector<LcoreReport> reports;
  for (Lcore& lcore : shared_->lcores) {
    if (lcore.thread.joinable()) lcore.thread.join();
    reports.push_back(lcore.report);
  }
  return reports;
}

}  // namespace port
