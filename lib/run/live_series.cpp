#include "run/live_series.hpp"

#include "base/int128.hpp"
#include "run/subjects.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace run {
namespace {

// Bytes are without FCS, as in the books.
constexpr std::array<std::string_view, 7> kQueueNames{"tx_frames",      "tx_frame_bytes", "rx_frames",
                                                      "rx_frame_bytes", "refused_frames", "abandoned_frames",
                                                      "late_frames"};
constexpr std::array<std::string_view, 8> kTrafficNames{"tx_frames",    "tx_frame_bytes", "tx_payload_bytes",
                                                        "rx_frames",    "rx_frame_bytes", "rx_payload_bytes",
                                                        "rx_ce_frames", "missing_frames"};
constexpr std::array<std::string_view, 4> kFlowNames{"tx_frames", "tx_frame_bytes", "rx_frames",
                                                     "rx_frame_bytes"};

void append(const engine::LiveQueue& live, std::vector<std::uint64_t>& out) {
  for (const std::uint64_t number :
       {live.frames_sent, live.frame_bytes_sent, live.frames_received, live.frame_bytes_received,
        live.refused, live.abandoned, live.late_frames})
    out.push_back(number);
}
void append(const engine::LiveTraffic& live, std::vector<std::uint64_t>& out) {
  for (const std::uint64_t number :
       {live.frames_sent, live.frame_bytes_sent, live.payload_bytes_sent, live.frames_received,
        live.frame_bytes_received, live.payload_bytes_received, live.ce, live.gap_numbers})
    out.push_back(number);
}
void append(const engine::LiveFlow& live, std::vector<std::uint64_t>& out) {
  for (const std::uint64_t number :
       {live.frames_sent, live.frame_bytes_sent, live.frames_received, live.frame_bytes_received})
    out.push_back(number);
}

}  // namespace

void spread(const Growth& growth, measure::TimeSeries<measure::CountPoint>& series) {
  if (growth.count == 0) return;
  const std::int64_t whole = std::max<std::int64_t>(1, (growth.to - growth.from).ps());
  std::uint64_t given = 0;
  for (base::Time from = growth.from; from < growth.to;) {
    // First, for a full series halves itself here: the interval is the one that then holds.
    measure::CountPoint& point = series.at(from);
    const std::int64_t interval = series.interval().ps();
    const std::int64_t into = (from - series.start()).ps();
    const base::Time ends = series.start() + base::Duration{(into / interval + 1) * interval};
    const base::Time to = std::min(ends, growth.to);
    const auto until = static_cast<std::uint64_t>((to - growth.from).ps());
    const auto share =
        static_cast<std::uint64_t>(base::Uint128{growth.count} * until / static_cast<std::uint64_t>(whole));
    point.count += share - given;
    given = share;
    from = to;
  }
  series.at(growth.to).count += growth.count - given;
}

LiveSeries::LiveSeries(const plan::Plan& plan, port::WorkerSet& workers) : plan_{plan}, workers_{workers} {
  for (std::size_t id = 0; id < plan.queues.size(); ++id)
    add_queue(static_cast<plan::QueueId>(id));
}

/// The lines of these names at a place; made where it is new.
std::vector<std::size_t> LiveSeries::lines_of(const measure::SeriesPlace& place,
                                              std::span<const std::string_view> names) {
  std::vector<std::size_t> found;
  for (const std::string_view name : names) {
    const auto line = std::find_if(lines_.begin(), lines_.end(), [&](const Line& known) {
      return known.name == name && known.place.port == place.port && known.place.queue == place.queue &&
             known.place.subject == place.subject;
    });
    found.push_back(static_cast<std::size_t>(line - lines_.begin()));
    if (line != lines_.end()) continue;
    const bool bytes = name.find("bytes") != std::string_view::npos;
    lines_.push_back({.place = place,
                      .name = name,
                      .unit = bytes ? "bytes" : "frames",
                      .points = measure::TimeSeries<measure::CountPoint>{
                          {.start = base::Time{}, .interval = plan_.profile.test.series_interval}}});
  }
  return found;
}

void LiveSeries::add_queue(plan::QueueId id) {
  const plan::Queue& planned = plan_.queues[id];
  const std::string& port = plan_.testbed.ports[planned.port].name;
  Queue queue;
  const auto add = [&](const std::vector<measure::SeriesPlace>& places,
                       std::span<const std::string_view> names) {
    const std::size_t first = queue.sources.size();
    queue.sources.resize(first + names.size());
    for (const measure::SeriesPlace& place : places) {
      const std::vector<std::size_t> lines = lines_of(place, names);
      for (std::size_t i = 0; i < names.size(); ++i)
        queue.sources[first + i].lines.push_back(lines[i]);
    }
  };
  std::vector<measure::SeriesPlace> places{{.port = port, .queue = planned.device_queue}, {.port = port}};
  for (const profile::Group& group : plan_.testbed.groups) {
    if (std::find(group.ports.begin(), group.ports.end(), planned.port) != group.ports.end())
      places.push_back({.subject = "group:" + group.name});
  }
  add(places, kQueueNames);
  for (const profile::Traffic& traffic : plan_.profile.traffic)
    add({{.subject = "traffic:" + traffic.name}}, kTrafficNames);
  for (const engine::WatchedFlow& watched : engine::watched_flows(plan_, id))
    add({{.subject = flow_subject(plan_, watched.flow)}}, kFlowNames);
  queues_.push_back(std::move(queue));
}

/// In the order of add_queue.
std::vector<std::uint64_t> LiveSeries::numbers(plan::QueueId id) const {
  std::vector<std::uint64_t> numbers;
  append(workers_.live_queue(id), numbers);
  for (std::size_t entry = 0; entry < plan_.traffic.size(); ++entry)
    append(workers_.live_traffic(id, static_cast<plan::TrafficId>(entry)), numbers);
  const std::size_t watched = engine::watched_flows(plan_, id).size();
  for (std::size_t flow = 0; flow < watched; ++flow)
    append(workers_.live_flow(id, flow), numbers);
  return numbers;
}

void LiveSeries::read_all() {
  workers_.ask();
  for (std::size_t id = 0; id < queues_.size(); ++id) {
    Queue& queue = queues_[id];
    const auto queue_id = static_cast<plan::QueueId>(id);
    const base::Time at = workers_.live_queue(queue_id).at;
    if (at <= queue.at) continue;  // it did not answer: its core was away
    const std::vector<std::uint64_t> now = numbers(queue_id);
    for (std::size_t i = 0; i < now.size(); ++i) {
      Source& source = queue.sources[i];
      const Growth growth{.from = queue.at, .to = at, .count = now[i] - std::exchange(source.last, now[i])};
      for (const std::size_t line : source.lines)
        spread(growth, lines_[line].points);
    }
    queue.at = at;
  }
}

void LiveSeries::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void LiveSeries::run(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  // Absolute, so that reading does not stretch the interval.
  auto next = std::chrono::steady_clock::now();
  for (;;) {
    next += std::chrono::nanoseconds{plan_.profile.test.series_interval.ns()};
    wake_.wait_until(lock, stop, next, [] { return false; });
    if (stop.stop_requested()) return;
    read_all();
  }
}

std::vector<measure::SeriesResult> LiveSeries::stop() {
  thread_.request_stop();
  thread_.join();
  read_all();
  std::vector<measure::SeriesResult> taken;
  for (const Line& line : lines_) {
    std::vector<std::int64_t> values;
    std::uint64_t sum = 0;
    for (const measure::CountPoint& point : line.points.points()) {
      values.push_back(static_cast<std::int64_t>(point.count));
      sum += point.count;
    }
    if (sum == 0) continue;
    taken.push_back({.name = std::string{line.name},
                     .unit = std::string{line.unit},
                     .kind = measure::SeriesKind::kCount,
                     .place = line.place,
                     .source = "engine",
                     .clock = "run",
                     .start = line.points.start(),
                     .interval = line.points.interval(),
                     .values = std::move(values)});
  }
  return taken;
}

}  // namespace run
