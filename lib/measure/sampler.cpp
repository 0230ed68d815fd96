#include "measure/sampler.hpp"

#include "base/check.hpp"

namespace measure {

namespace {
SeriesResult named(const SampleInfo& info, base::Time start, base::Duration interval) {
  return {.name = info.name,
          .unit = info.unit,
          .kind = info.kind,
          .place = info.place,
          .source = info.source,
          .clock = info.clock,
          .start = start,
          .interval = interval,
          .values = {}};
}

/// The last point is given even if its interval is not over.
SeriesResult series_of(const SampleInfo& info, const TimeSeries<CountPoint>& points) {
  SeriesResult series = named(info, points.start(), points.interval());
  for (const CountPoint& point : points.points())
    series.values.push_back(static_cast<std::int64_t>(point.count));
  return series;
}

SeriesResult series_of(const SampleInfo& info, const TimeSeries<GaugePoint>& points) {
  SeriesResult series = named(info, points.start(), points.interval());
  for (const GaugePoint& point : points.points()) {
    const auto samples = static_cast<std::int64_t>(point.samples);
    series.values.push_back(samples == 0 ? SeriesResult::kNoValue : point.sum / samples);
  }
  return series;
}
}  // namespace

SampledSeries::SampledSeries(std::vector<SampleInfo> infos, const TimeSeriesOptions& options)
    : infos_{std::move(infos)}, options_{options}, lines_(infos_.size()) {}

void SampledSeries::add_one(std::size_t index, base::Time now, std::int64_t value) {
  Line& line = lines_[index];
  const bool counts = infos_[index].kind == SeriesKind::kCount;
  const std::int64_t growth = value - line.last;
  line.last = value;
  if (counts && (!began_ || growth == 0)) return;
  if (!line.points) {
    line.points =
        counts ? Points{TimeSeries<CountPoint>{options_}} : Points{TimeSeries<GaugePoint>{options_}};
  }
  if (counts) {
    // A count that went back was set to zero by somebody: what it shows is what grew since.
    std::get<TimeSeries<CountPoint>>(*line.points).at(now).count +=
        static_cast<std::uint64_t>(growth > 0 ? growth : value);
  } else {
    std::get<TimeSeries<GaugePoint>>(*line.points).at(now).set(value);
  }
}

void SampledSeries::add(base::Time now, const std::optional<std::vector<std::int64_t>>& values) {
  if (!values) {
    ++silent_;
    return;
  }
  CHECK(values->size() == infos_.size(), "a sampler of {} numbers gave {}", infos_.size(), values->size());
  for (std::size_t i = 0; i < infos_.size(); ++i)
    add_one(i, now, (*values)[i]);
  began_ = true;
}

std::vector<SeriesResult> SampledSeries::take() const {
  std::vector<SeriesResult> taken;
  for (std::size_t i = 0; i < infos_.size(); ++i) {
    if (!lines_[i].points) continue;
    taken.push_back(
        std::visit([&](const auto& points) { return series_of(infos_[i], points); }, *lines_[i].points));
  }
  return taken;
}

}  // namespace measure
