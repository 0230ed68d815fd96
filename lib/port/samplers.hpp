/// \file
/// The slow sources beside the traffic, and the housekeeping thread that reads them.
///
///     auto samplers = port::samplers_of(ports);
///     samplers.push_back(port::stolen_time_sampler({0, 1}));
///     port::Housekeeper housekeeper{std::move(samplers), {.clock = clock, .interval = base::seconds(1)}};
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
#include <string>
#include <thread>
#include <vector>

namespace port {

/// Of each started device: its counters, its link, and the kernel's statistics (ethtool) where an interface
/// stands on it. The ports must outlive the samplers.
[[nodiscard]] std::vector<std::unique_ptr<measure::Sampler>> samplers_of(PortSet& ports);

/// What a hypervisor takes from CPUs, from /proc/stat.
[[nodiscard]] std::unique_ptr<measure::Sampler> stolen_time_sampler(std::vector<std::uint32_t> cpus);

struct HousekeeperOptions {
  TscClock clock;
  base::Duration interval = base::seconds(1);
};

class Housekeeper {
 public:
  Housekeeper(std::vector<std::unique_ptr<measure::Sampler>> samplers, const HousekeeperOptions& options);

  /// Reads all once more and ends the thread; the series of all samplers, in their order. Called once.
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

  HousekeeperOptions options_;
  std::vector<Kept> kept_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace port
