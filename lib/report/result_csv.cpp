#include "report/result_json.hpp"

#include "wire/line.hpp"

#include <fmt/core.h>

namespace report {
namespace {

/// SPEC: lab-facts section 1, the result of a queue pair in the Open Traffic Generator's RoCEv2 model.
constexpr const char* kHeader =
    "flow_name,port_tx,port_rx,src_qp,dest_qp,src_ipv4,dest_ipv4,data_frames_tx,data_frames_rx,frame_delta,"
    "data_frames_retransmitted,frame_sequence_error,tx_bytes,rx_bytes,data_tx_rate,data_rx_rate,message_tx,"
    "message_complete_rx,message_fail,flow_completion_time,avg_latency,min_latency,max_latency,ecn_ce_rx,cnp_"
    "tx,"
    "cnp_rx,ack_tx,ack_rx,nak_tx,nak_rx,first_timestamp,last_timestamp\n";

std::string ipv4_of(const plan::Endpoint& endpoint) {
  return endpoint.ipv4 ? base::to_text(endpoint.ipv4->address) : std::string{};
}

/// Gbit/s of layer 2 over the measured window.
std::string rate(std::uint64_t frame_bytes, std::uint64_t frames, base::Duration window) {
  if (window.ps() <= 0) return {};
  return fmt::format(
      "{:.6f}", static_cast<double>((frame_bytes + wire::kFcsBytes * frames) * 8) / window.seconds() / 1e9);
}

}  // namespace

std::string flows_csv(const RunReport& run) {
  std::string csv = kHeader;
  const base::Duration window = run.result.windows.measured();
  for (std::size_t i = 0; i < run.result.flows_tx.size(); ++i) {
    const plan::Flow& flow = run.plan.flows[i];
    const plan::Endpoint& from = run.plan.endpoints[flow.source];
    const plan::Endpoint& to = run.plan.endpoints[flow.destination];
    const measure::SendResult& tx = run.result.flows_tx[i].sums;
    const measure::ReceiveResult& rx = run.result.flows_rx[i].sums;
    const measure::SequenceCounts& counts = rx.sequence.counts;
    const bool timed = rx.latency_ps.count != 0;
    const auto ns = [&](std::int64_t ps) { return timed ? fmt::format("{}", ps / 1000) : std::string{}; };
    csv += fmt::format(
        "{}/{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},,,,{},{},{},{},,,,,,,{},{}\n",
        run.plan.profile.traffic[flow.traffic].name, i - run.plan.traffic[flow.traffic].first_flow,
        run.plan.testbed.ports[from.port].name, run.plan.testbed.ports[to.port].name, flow.source_qpn,
        flow.destination_qpn, ipv4_of(from), ipv4_of(to), tx.sent, rx.frames,
        static_cast<std::int64_t>(tx.sent) - static_cast<std::int64_t>(rx.frames), tx.retransmissions,
        counts.reordered, tx.payload_bytes, rx.payload_bytes, rate(tx.frame_bytes, tx.sent, window),
        rate(rx.frame_bytes, rx.frames, window), tx.messages, ns(rx.latency_ps.mean()), ns(rx.latency_ps.min),
        ns(rx.latency_ps.max), rx.ce_of_ect(),
        tx.first_sent.is_never() ? std::string{} : fmt::format("{}", tx.first_sent.ps() / 1000),
        rx.frames == 0 ? std::string{} : fmt::format("{}", rx.last_arrival.ps() / 1000));
  }
  return csv;
}

std::string histograms_csv(const RunReport& run) {
  std::string csv = "subject,metric,low_ns,high_ns,count\n";
  for (const measure::SubjectResult& row : run.result.subjects) {
    if (!row.distributions) continue;
    const auto add = [&](const char* metric, const measure::Histogram& histogram) {
      histogram.for_each_bucket([&](base::Duration low, base::Duration high, std::uint64_t count) {
        csv += fmt::format("{},{},{},{},{}\n", row.subject, metric, low.ns(), high.ns(), count);
      });
    };
    add("latency_ns", row.distributions->latency);
    add("latency_lifo_ns", row.distributions->latency_lifo);
    add("inter_arrival_ns", row.distributions->inter_arrival);
    add("lateness_ns", row.distributions->lateness);
  }
  return csv;
}

std::string series_csv(const RunReport& run) {
  std::string csv = "name,unit,subject,port,source,start_ps,interval_ps,value\n";
  for (const measure::SeriesResult& series : run.result.series) {
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      const base::Time start = series.start + series.interval * static_cast<std::int64_t>(i);
      const bool known = series.values[i] != measure::SeriesResult::kNoValue;
      csv += fmt::format("{},{},{},{},{},{},{},{}\n", series.name, series.unit, series.place.subject,
                         series.place.port, series.source, start.ps(), series.interval.ps(),
                         known ? fmt::format("{}", series.values[i]) : std::string{});
    }
  }
  return csv;
}

}  // namespace report
