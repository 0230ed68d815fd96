/// \file
/// The slow sources beside the traffic, and the housekeeping thread that reads them.
///
///     auto samplers = port::samplers_of(ports);
///     samplers.push_back(port::stolen_time_sampler({0, 1}));
///     port::Housekeeper housekeeper{std::move(samplers), base::seconds(1)};   // counts begin here
///     housekeeper.start(clock);
///     ...                                                       // the run
///     std::vector<measure::SeriesResult> series = housekeeper.stop();
///
/// Cost: some milliseconds of some core each interval; with every core an lcore it preempts one, which that
/// lcore's poll gaps show. Thread: made and stopped by the control thread.
#pragma once

#include "base/time.hpp"
#include "measure/results.hpp"
#include "measure/sampler.hpp"
#include "port/ports.hpp"
#include "port/tsc_clock.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace port {

/// Of each started device: its counters, its link, and the kernel's statistics (ethtool) where an interface
/// stands on it. The ports must outlive the samplers.
[[nodiscard]] std::vector<std::unique_ptr<measure::Sampler>> samplers_of(PortSet& ports);

/// What a hypervisor takes from CPUs, from /proc/stat.
[[nodiscard]] std::unique_ptr<measure::Sampler> stolen_time_sampler(std::vector<std::uint32_t> cpus);

class Housekeeper {
 public:
  /// Reads all once: what they count from here on belongs to the run.
  Housekeeper(std::vector<std::unique_ptr<measure::Sampler>> samplers, base::Duration interval);
  /// Begins to read, by the run's clock. Called once.
  void start(const TscClock& clock);

  /// Reads all once more and ends the thread; the series of all samplers, in their order. Called once,
  /// after `start`.
  [[nodiscard]] std::vector<measure::SeriesResult> stop();
  /// How often a source did not answer; after `stop`.
  [[nodiscard]] std::uint64_t silent() const;

 private:
  struct Kept {
    std::unique_ptr<measure::Sampler> sampler;
    measure::SampledSeries series;
  };
  void run(const std::stop_token& stop);
  void read_all();

  base::Duration interval_;
  std::optional<TscClock> clock_;  ///< unset: before time 0
  std::vector<Kept> kept_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace port
