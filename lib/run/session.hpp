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
#include "engine/worker_parts.hpp"
#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "port/capture_store.hpp"
#include "run/machine.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace run {

/// What a run shows while it goes on: its workers' own counts, some microseconds old.
struct Progress {
  base::Duration elapsed;                    ///< since the traffic's start; negative before it
  base::Duration planned;                    ///< warm-up, duration and drain
  std::vector<engine::LiveQueue> queues;     ///< by the plan's queue
  std::vector<engine::LiveTraffic> traffic;  ///< by the plan's traffic entry, summed over the queues
};

struct SessionOptions {
  std::size_t capture_frames = 0;  ///< how many of what is sent and received are copied aside; 0: none
};

class Session {
 public:
  /// Opens the devices, waits for their links, builds the workers. Nothing is sent.
  [[nodiscard]] static base::Result<std::unique_ptr<Session>> configure(Machine& machine,
                                                                        const plan::Plan& plan,
                                                                        const SessionOptions& options = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// All lcores start together; traffic starts with them.
  [[nodiscard]] base::Status start();
  /// The plan's time, drain included, is over.
  [[nodiscard]] bool is_over() const;
  /// Asks the workers, waits a millisecond, and copies what they last answered.
  [[nodiscard]] Progress progress();
  /// Nothing is handed over until `resume`; what falls due meanwhile is given up or caught up with, as each
  /// traffic entry's `when_late` says. Receiving goes on.
  void pause();
  void resume();
  /// Stops the run where a device has gone. A few file accesses; called some times a second.
  void watch_devices();
  /// Sending stops at once; the run is over after the plan's drain. `why` stands in the result.
  void stop(const std::string& why);
  /// Ends the run, now or at its end, and gives the devices back.
  [[nodiscard]] base::Result<measure::RunResult> finish();
  /// After `finish`: the frames that were copied aside; null where none were asked for.
  [[nodiscard]] const port::CaptureStore* captured() const;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace run
