/// \file
/// One plan on real ports, from opened devices to measured numbers; plan after plan in one process.
///
///     auto machine = run::Machine::open({});
///     auto session = run::Session::configure(*machine, plan);
///     (*session)->start();
///     while (!(*session)->is_over()) { ... (*session)->progress() ... }
///     measure::RunResult result = (*session)->finish();
///
/// Threads: control alone; the lcores belong to the session between `start` and `finish`. Devices and lcores
/// are given back by `finish` and by the destructor, whatever happened before.
#pragma once

#include "base/error.hpp"
#include "measure/results.hpp"
#include "plan/plan.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace run {

struct MachineOptions {
  bool huge_pages = true;
};

/// What outlives runs: DPDK's environment. One in a process.
class Machine {
 public:
  /// `memory`: packet buffers of the largest plan that will run.
  [[nodiscard]] static base::Result<std::unique_ptr<Machine>> open(const plan::Plan& largest,
                                                                   const MachineOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  [[nodiscard]] measure::MachineFacts facts() const;

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What a run shows while it goes on: counts of the devices and time.
struct Progress {
  base::Duration elapsed;  ///< since the traffic's start
  base::Duration planned;  ///< warm-up, duration and drain
  std::uint64_t device_frames_sent = 0;
  std::uint64_t device_frames_received = 0;
};

class Session {
 public:
  /// Opens the devices, waits for their links, builds the workers. Nothing is sent.
  [[nodiscard]] static base::Result<std::unique_ptr<Session>> configure(Machine& machine,
                                                                        const plan::Plan& plan);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// All lcores start together; traffic starts with them.
  [[nodiscard]] base::Status start();
  /// The plan's time, drain included, is over.
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] Progress progress();
  /// Sending stops at once; the run is over after the plan's drain. `why` stands in the result.
  void stop(const std::string& why);
  /// Ends the run, now or at its end, and gives the devices back.
  [[nodiscard]] base::Result<measure::RunResult> finish();

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace run
