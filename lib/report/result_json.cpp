#include "report/result_json.hpp"

#include "measure/books.hpp"
#include "profile/metric.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace report {
namespace {

using nlohmann::ordered_json;

ordered_json interval(measure::Interval value) {
  constexpr std::uint64_t kUnbounded = std::uint64_t{1} << 62;
  ordered_json json{{"low", value.low}};
  json["high"] = value.high >= kUnbounded ? ordered_json() : ordered_json(value.high);
  return json;
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json value_json(const verdict::MetricValue& value) {
  if (!value.known) return {{"known", false}, {"why_not", value.why_not}};
  return {{"known", true}, {"low", value.low}, {"high", value.high}};
}

/// Every metric that is known for the row, in base units.
ordered_json metrics_of(const verdict::RowMetrics& numbers) {
  ordered_json metrics = ordered_json::object();
  for (const profile::MetricFacts& facts : profile::all_metrics())
    metrics[std::string{facts.name}] = value_json(numbers.value(facts.name));
  return metrics;
}

ordered_json books_json(const measure::Books& books) {
  return {{"scheduled", books.scheduled},
          {"sent", books.sent},
          {"refused", books.refused},
          {"abandoned", books.abandoned},
          {"received_good", interval(books.received_good)},
          {"received_corrupt", interval(books.received_corrupt)},
          {"lost_in_tester", interval(books.lost_in_tester)},
          {"lost_outside", interval(books.lost_outside)},
          {"duplicates", interval(books.duplicates)},
          {"never_sent", books.never_sent}};
}

ordered_json summary_json(const measure::MinMaxSum& values) {
  if (values.count == 0) return {{"count", 0}};
  return {{"count", values.count}, {"min", values.min}, {"mean", values.mean()}, {"max", values.max}};
}

/// [[k, count], ...] of those that are not zero; `first` is the k of index 0.
template <class Counts>
ordered_json density_json(const Counts& counts, std::int64_t first) {
  ordered_json density = ordered_json::array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) density.push_back({first + static_cast<std::int64_t>(i), counts[i]});
  }
  return density;
}

/// RFC 4737 and RFC 5236; docs/measuring.md has the definitions.
ordered_json reordering_json(const measure::SubjectResult& row) {
  const measure::SequenceCounts& counts = row.received.sequence.counts;
  const measure::FreeRuns& runs = counts.free_runs;
  ordered_json json{{"extent", summary_json(counts.extent)},
                    {"extent_unknown", counts.extent_unknown},
                    {"late_time_ps", summary_json(counts.late_time)},
                    {"gap", summary_json(counts.reorder_gap)},
                    {"free_runs",
                     {{"runs", runs.runs},
                      {"packets", runs.packets},
                      {"squares", static_cast<double>(runs.squares)},
                      {"longest", runs.longest},
                      {"open_packets", runs.open_packets}}}};
  if (row.distributions == nullptr) return json;
  const measure::ReorderDensity& density = row.distributions->reordering;
  constexpr auto kThreshold = static_cast<std::int64_t>(measure::ReorderDensity::kThreshold);
  std::array<std::uint64_t, measure::ReorderDensity::kThreshold> n_reordered{};
  for (std::size_t n = 1; n <= n_reordered.size(); ++n)
    n_reordered[n - 1] = density.n_reordered(n);
  json["extents"] = density_json(density.extent, 0);
  json["n_reordered"] = density_json(n_reordered, 1);
  json["displacement"] = density_json(density.displacement, -kThreshold);
  json["displacement_left_out"] = density.displacement_beyond;
  json["buffer_occupancy"] = density_json(density.occupancy, 0);
  json["buffer_occupancy_left_out"] = density.occupancy_given_up;
  return json;
}

ordered_json subjects_json(const RunReport& run) {
  ordered_json subjects = ordered_json::array();
  for (const measure::SubjectResult& row : run.result.subjects) {
    const verdict::RowMetrics numbers{run.result, row};
    ordered_json json{{"subject", row.subject}, {"metrics", metrics_of(numbers)}};
    if (row.same_flows) json["frame_accounting"] = books_json(numbers.books());
    json["ecn_sent_x_received"] = row.received.ecn;
    json["reordering"] = reordering_json(row);
    subjects.push_back(std::move(json));
  }
  return subjects;
}

ordered_json flows_json(const RunReport& run) {
  ordered_json flows = ordered_json::array();
  for (std::size_t i = 0; i < run.result.flows_tx.size(); ++i) {
    const plan::Flow& flow = run.plan.flows[i];
    const measure::SendResult& sent = run.result.flows_tx[i].sums;
    const measure::ReceiveResult& received = run.result.flows_rx[i].sums;
    flows.push_back({{"flow", i},
                     {"traffic", run.plan.profile.traffic[flow.traffic].name},
                     {"destination_qp", flow.destination_qpn},
                     {"tx",
                      {{"scheduled", sent.scheduled},
                       {"sent", sent.sent},
                       {"refused", sent.refused},
                       {"abandoned", sent.abandoned},
                       {"frame_bytes", sent.frame_bytes},
                       {"payload_bytes", sent.payload_bytes},
                       {"messages", sent.messages}}},
                     {"rx",
                      {{"frames", received.frames},
                       {"frame_bytes", received.frame_bytes},
                       {"payload_bytes", received.payload_bytes},
                       {"received", received.sequence.counts.received},
                       {"duplicates", interval(received.sequence.duplicates())},
                       {"lost", interval(received.sequence.lost())},
                       {"lost_tail", received.sequence.lost_tail},
                       {"reordered", received.sequence.counts.reordered},
                       {"beyond_window", received.sequence.counts.beyond_window},
                       {"after_drain", received.sequence.counts.after_drain},
                       {"corrupt", received.corrupt},
                       {"icrc_unchecked", received.icrc_unchecked},
                       {"ecn", received.ecn}}}});
  }
  return flows;
}

ordered_json ports_json(const RunReport& run) {
  ordered_json ports = ordered_json::array();
  for (const measure::PortResult& port : run.result.ports) {
    ordered_json counters = ordered_json::object();
    for (const measure::DeviceCounter& counter : port.counters)
      counters[counter.name] = counter.value;
    ordered_json foreign = ordered_json::object();
    for (const measure::KindCount& kind : port.foreign)
      foreign[kind.kind] = kind.frames;
    ports.push_back({{"port", port.name},
                     {"frames_received", port.frames_received},
                     {"frames_handed_over", port.frames_handed_over},
                     {"ours", port.ours},
                     {"tag_damaged", port.tag_damaged},
                     {"misdelivered", port.misdelivered},
                     {"foreign", foreign},
                     {"lost_in_tester", interval(port.lost_in_tester)},
                     {"counters_complete", port.counters_complete},
                     {"device_counters", counters}});
  }
  return ports;
}

ordered_json expectations_json(const RunReport& run) {
  ordered_json lines = ordered_json::array();
  for (const verdict::Expectation& line : run.judgement.expectations) {
    lines.push_back({{"metric", line.metric},
                     {"of", line.of},
                     {"limit", line.limit},
                     {"value", value_json(line.value)},
                     {"verdict", verdict::to_text(line.verdict)},
                     {"reason", line.reason},
                     {"place", line.place}});
  }
  return lines;
}

ordered_json queues_json(const RunReport& run) {
  ordered_json queues = ordered_json::array();
  for (const measure::QueueResult& queue : run.result.queues) {
    queues.push_back(ordered_json{{"port", run.plan.testbed.ports[queue.port].name},
                                  {"queue", queue.queue},
                                  {"cpu", run.plan.lcores[queue.lcore].cpu},
                                  {"scheduled", queue.sent.scheduled},
                                  {"sent", queue.sent.sent},
                                  {"refused", queue.sent.refused},
                                  {"abandoned", queue.sent.abandoned},
                                  {"late_frames", or_null(queue.sent.late)},
                                  {"back_to_back", queue.back_to_back},
                                  {"offered_bursts", queue.offered_bursts},
                                  {"short_bursts", queue.short_bursts},
                                  {"no_buffer", queue.no_buffer},
                                  {"backlog_stops", queue.backlog_stops},
                                  {"received_bursts", queue.received_bursts},
                                  {"full_bursts", queue.full_bursts}});
  }
  return queues;
}

ordered_json lcores_json(const RunReport& run) {
  ordered_json lcores = ordered_json::array();
  for (const measure::LcoreResult& lcore : run.result.lcores) {
    const auto known = [&](base::Duration time) {
      return lcore.times_known ? ordered_json(time.ns()) : ordered_json();
    };
    lcores.push_back(ordered_json{{"cpu", lcore.cpu},
                                  {"start_skew_ns", lcore.start_skew.ns()},
                                  {"longest_poll_gap_ns", lcore.longest_poll_gap.ns()},
                                  {"rounds", lcore.rounds},
                                  {"on_cpu_ns", known(lcore.on_cpu)},
                                  {"waited_ns", known(lcore.waited)},
                                  {"stolen_ns", known(lcore.stolen)}});
  }
  return lcores;
}

ordered_json machine_json(const measure::MachineFacts& machine) {
  ordered_json devices = ordered_json::array();
  for (const measure::DeviceFacts& device : machine.devices) {
    devices.push_back(
        ordered_json{{"port", device.name},
                     {"device", device.device},
                     {"driver", device.driver},
                     {"mac", device.mac.empty() ? ordered_json() : ordered_json(device.mac)},
                     {"numa_node", device.numa_node < 0 ? ordered_json() : ordered_json(device.numa_node)},
                     {"speed_bits_per_sec", device.speed_bits_per_sec},
                     {"virtual", device.is_virtual}});
  }
  ordered_json json{{"host", machine.host},
                    {"cpu", machine.cpu},
                    {"cpus", machine.cpus},
                    {"kernel", machine.kernel},
                    {"dpdk", machine.dpdk},
                    {"compiler", machine.compiler},
                    {"instruction_set", machine.instruction_set},
                    {"tsc_hz", machine.tsc_hz},
                    {"tsc_error_ppb", machine.tsc_error_ppb}};
  json["stolen_time_ppm"] = or_null(machine.stolen_time_ppm);
  json["devices"] = std::move(devices);
  return json;
}

ordered_json series_json(const RunReport& run) {
  ordered_json all = ordered_json::array();
  for (const measure::SeriesResult& series : run.result.series) {
    ordered_json values = ordered_json::array();
    for (const std::int64_t value : series.values)
      values.push_back(value == measure::SeriesResult::kNoValue ? ordered_json() : ordered_json(value));
    ordered_json place = ordered_json::object();
    if (!series.place.host.empty()) place["host"] = series.place.host;
    if (!series.place.port.empty()) place["port"] = series.place.port;
    if (series.place.queue) place["queue"] = *series.place.queue;
    if (series.place.lane) place["lane"] = *series.place.lane;
    if (series.place.priority) place["priority"] = *series.place.priority;
    if (!series.place.subject.empty()) place["subject"] = series.place.subject;
    all.push_back(ordered_json{{"name", series.name},
                               {"unit", series.unit},
                               {"kind", series.kind == measure::SeriesKind::kCount ? "count" : "gauge"},
                               {"place", std::move(place)},
                               {"source", series.source},
                               {"clock", series.clock},
                               {"start_ps", series.start.ps()},
                               {"interval_ps", series.interval.ps()},
                               {"values", std::move(values)}});
  }
  return all;
}

ordered_json capture_json(const std::optional<measure::CaptureResult>& capture) {
  if (!capture) return {};
  return {{"frames", capture->frames}, {"frames_left_out", capture->frames_left_out}};
}

ordered_json duts_json(const RunReport& run) {
  ordered_json duts = ordered_json::array();
  for (const profile::Dut& dut : run.plan.testbed.duts) {
    duts.push_back(ordered_json{{"name", dut.name},
                                {"vendor", dut.vendor},
                                {"model", dut.model},
                                {"serial", dut.serial},
                                {"firmware", dut.firmware},
                                {"notes", dut.notes}});
  }
  return duts;
}

}  // namespace

std::string result_json(const RunReport& run, int exit_code) {
  const measure::RunResult& result = run.result;
  ordered_json json{{"schema", kResultSchema},
                    {"world", result.world == measure::World::kPorts ? "ports" : "simulated"},
                    {"name", result.name},
                    {"question", result.question},
                    {"verdict", verdict::to_text(run.judgement.verdict)},
                    {"exit_code", exit_code},
                    {"version", result.version},
                    {"profile_hash", result.profile_hash},
                    {"seed", result.seed},
                    {"cut_short", result.cut_short},
                    {"broken_books", run.judgement.broken_books}};
  json["settings"] = run.plan.settings;
  json["testbed"] = run.plan.testbed.file;
  json["dut"] = duts_json(run);
  json["windows"] = {{"start_utc_ns", or_null(result.windows.start_utc_ns)},
                     {"start_asked_utc_ns", or_null(result.windows.start_asked_utc_ns)},
                     {"measured_from_ps", result.windows.measured_from.ps()},
                     {"sending_ended_ps", result.windows.sending_ended.ps()},
                     {"drain_ended_ps", result.windows.drain_ended.ps()},
                     {"ended_ps", result.windows.ended.ps()}};
  json["windows"]["start_skew_ns"] =
      result.windows.start_skew ? ordered_json(result.windows.start_skew->ns()) : ordered_json();
  json["expectations"] = expectations_json(run);
  json["subjects"] = subjects_json(run);
  json["ports"] = ports_json(run);
  json["queues"] = queues_json(run);
  json["lcores"] = lcores_json(run);
  json["flows"] = flows_json(run);
  json["series"] = series_json(run);
  json["capture"] = capture_json(result.capture);
  json["defaults"] = run.plan.defaults;
  json["not_measured"] = result.not_measured;
  if (result.machine) json["machine"] = machine_json(*result.machine);
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::optional<int> exit_code_in(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("schema", std::string{}) != kResultSchema) return std::nullopt;
  const auto code = json.find("exit_code");
  if (code == json.end() || !code->is_number_integer()) return std::nullopt;
  return code->get<int>();
}

std::string events_jsonl(const RunReport& run) {
  std::string lines;
  for (const measure::Event& event : run.result.events) {
    ordered_json json{{"at_ps", event.at.ps()}, {"kind", event.kind}, {"text", event.text}};
    json["utc_ns"] = event.utc_ns ? ordered_json(*event.utc_ns) : ordered_json();
    lines += json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  }
  return lines;
}

}  // namespace report
