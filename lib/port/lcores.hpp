/// \file
/// Lcores: threads that own a core and step their workers for ever, and what took the core from them.
///
///     auto run = port::LcoreRun::prepare(eal, {{.cpu = 0, .steppables = {&sender}},
///                                              {.cpu = 1, .steppables = {&receiver}}});
///     if (!run) return tl::unexpected(std::move(run).error());
///     run->start();                                   // all of them together, at time 0
///     ...
///     const std::vector<port::LcoreReport> reports = run->stop();
///
/// Time 0 is one reading of the TSC for all, a little after every lcore said that it is ready; each tells
/// how much later its first step was. The thread that calls is no lcore and keeps its own affinity.
///
/// Cost: per round one reading of the TSC and a dozen instructions of book-keeping; a virtual call a
/// step, none per packet. Thread: the control thread; `step` runs on the lcore.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "port/eal.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace port {

/// What an lcore steps: a worker of the engine, a switch, an impairing hop.
class Steppable {
 public:
  virtual ~Steppable() = default;
  /// Does what is due; returns the earliest time at which there is more, or never. An lcore polls, so it
  /// steps again whatever that is. It reads the clock itself, because what arrives must be fetched before it
  /// is stamped.
  virtual base::Time step(const TscClock& clock) = 0;
};

struct LcoreAssignment {
  std::uint32_t cpu = 0;
  std::vector<Steppable*> steppables;  ///< not owned; each belongs to this lcore alone while it runs
};

/// How long an lcore was away from its workers, from one round to the next.
struct PollGaps {
  static constexpr std::size_t kBuckets = 44;
  std::uint64_t rounds = 0;
  base::Duration longest;
  base::Time longest_at;
  /// Bucket b counts gaps of 2^(b-1) .. 2^b - 1 ns; bucket 0 those below 1 ns, the last all longer ones.
  std::array<std::uint64_t, kBuckets> histogram{};
};

struct LcoreReport {
  std::uint32_t cpu = 0;
  base::Duration start_skew;  ///< its first step was so much behind time 0
  base::Time ended;
  PollGaps gaps;
  /// Of the run's time: on the CPU; ready but another thread ran; the hypervisor had the CPU (in whole clock
  /// ticks). Empty counts stay zero where the kernel does not tell, and `times_known` is false.
  bool times_known = false;
  base::Duration on_cpu;
  base::Duration waited;
  base::Duration stolen;
};

class LcoreRun {
 public:
  /// Makes the threads, puts each on its CPU and waits until all are ready. Nothing is stepped yet.
  [[nodiscard]] static base::Result<LcoreRun> prepare(Eal& eal, std::vector<LcoreAssignment> assignments);
  LcoreRun(LcoreRun&&) noexcept;
  LcoreRun& operator=(LcoreRun&&) noexcept;
  /// Stops, if `stop` was not called.
  ~LcoreRun();

  /// Time 0 is `lead` from now. Returns the TSC's reading of time 0: `TscClock{eal.tsc(), ticks}` is the
  /// clock of this run.
  std::uint64_t start(base::Duration lead = base::milliseconds(1));
  /// Asks all to stop after their round, and waits for them. One report an assignment, in their order.
  std::vector<LcoreReport> stop();

 private:
  struct Shared;
  explicit LcoreRun(std::unique_ptr<Shared> shared);

  std::unique_ptr<Shared> shared_;
};

}  // namespace port
