/// \file
/// Time series of the traffic itself: per queue, port, group, traffic entry and named flow, from the workers'
/// live numbers.
///
///     run::LiveSeries live{plan, workers};
///     live.start();                                     // the lcores run
///     ...
///     for (measure::SeriesResult& series : live.stop()) ...           // before the lcores stop
///
/// A thread asks the workers once an interval (`test.series_interval`). Each answers with the moment of its
/// own step, so that a late question moves no number: what was counted between two answers is spread evenly
/// over the time between them. The sum over a series is what was counted until its last answer.
/// Cost: some microseconds of some core an interval; 8 bytes a point. Thread: made, started and stopped by
/// the control thread.
#pragma once

#include "measure/results.hpp"
#include "measure/time_series.hpp"
#include "plan/plan.hpp"
#include "port/workers.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

namespace run {

/// A count that grows, and over which time it grew.
struct Growth {
  base::Time from;
  base::Time to;
  std::uint64_t count = 0;
};
/// Adds the growth to the intervals that it lies in, each by its share of the time; the whole is kept.
void spread(const Growth& growth, measure::TimeSeries<measure::CountPoint>& series);

class LiveSeries {
 public:
  LiveSeries(const plan::Plan& plan, port::WorkerSet& workers);
  void start();
  /// Asks once more and ends the thread. Called once, after `start`, while the lcores still run.
  [[nodiscard]] std::vector<measure::SeriesResult> stop();

 private:
  struct Line {
    measure::SeriesPlace place;
    std::string_view name;
    std::string_view unit;
    measure::TimeSeries<measure::CountPoint> points;
  };
  /// A number of one worker, and the lines that it is part of.
  struct Source {
    std::uint64_t last = 0;
    std::vector<std::size_t> lines;
  };
  /// What one worker answers, number by number, in one order always.
  struct Queue {
    base::Time at;
    std::vector<Source> sources;
  };

  void add_queue(plan::QueueId id);
  [[nodiscard]] std::vector<std::size_t> lines_of(const measure::SeriesPlace& place,
                                                  std::span<const std::string_view> names);
  void run(const std::stop_token& stop);
  void read_all();
  [[nodiscard]] std::vector<std::uint64_t> numbers(plan::QueueId id) const;

  const plan::Plan& plan_;
  port::WorkerSet& workers_;
  std::vector<Line> lines_;
  std::vector<Queue> queues_;  ///< by the plan's queue
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace run
