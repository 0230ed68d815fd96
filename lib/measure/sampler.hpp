/// \file
/// Slow sources of numbers, read a few times a second beside the traffic: a driver's counters, a link's
/// state, stolen time; later optics, switches, whatever tells a number.
///
///     struct Temperature : measure::Sampler { ... };
///     measure::SampledSeries series{sampler.infos(), {.start = start, .interval = base::seconds(1)}};
///     series.add(now, sampler.read());
///     auto open_list = series.take();                    // measure::SeriesResult, those that ever moved
///
/// Thread: the one that samples; a source that others read as well says how in its own header.
#pragma once

#include "measure/results.hpp"
#include "measure/time_series.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace measure {

/// One number of a source: what its series will say of itself.
struct SampleInfo {
  std::string name;  ///< "rx_missed_errors", "link_up", "stolen_ns"
  std::string unit;  ///< "frames", "1", "ns"
  SeriesKind kind = SeriesKind::kCount;
  SeriesPlace place;
  std::string source;         ///< "xstats", "ethtool", "/proc/stat"
  std::string clock = "run";  ///< who stamps it: the run's clock, unless the source has one of its own
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  /// Does not change while the sampler lives.
  [[nodiscard]] virtual const std::vector<SampleInfo>& infos() const = 0;
  /// One value an info, in their order; nothing where the source fell silent.
  [[nodiscard]] virtual std::optional<std::vector<std::int64_t>> read() = 0;
};

/// The series of one sampler. A count begins at its first reading: what was counted before is nobody's. A
/// source that falls silent leaves a hole, never a zero that looks measured: a count's growth over the hole
/// is booked where it speaks again, a gauge has no value there, and `silent` tells.
class SampledSeries {
 public:
  SampledSeries(std::vector<SampleInfo> infos, const TimeSeriesOptions& options);

  void add(base::Time now, const std::optional<std::vector<std::int64_t>>& values);
  /// How often the source did not answer.
  [[nodiscard]] std::uint64_t silent() const { return silent_; }
  /// Counts that ever grew and gauges that were ever read.
  [[nodiscard]] std::vector<SeriesResult> take() const;

 private:
  using Points = std::variant<TimeSeries<CountPoint>, TimeSeries<GaugePoint>>;
  /// One number's memory. Its points are made when it first moves: a NIC has hundreds of counters.
  struct Line {
    std::optional<Points> points;
    std::int64_t last = 0;
  };

  void add_one(std::size_t index, base::Time now, std::int64_t value);

  std::vector<SampleInfo> infos_;
  TimeSeriesOptions options_;
  std::vector<Line> lines_;
  bool began_ = false;  ///< a first reading gave the counts' zero
  std::uint64_t silent_ = 0;
};

}  // namespace measure
