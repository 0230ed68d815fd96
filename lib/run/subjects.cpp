#include "run/subjects.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace run {
namespace {

using measure::Distributions;
using measure::SubjectResult;

constexpr auto kMeasured = static_cast<std::size_t>(frame::Window::kMeasured);

/// A row of the result while it is added up.
struct Row {
  SubjectResult result;
  // Port -> how many of its flows are received or sent there.
  std::map<std::size_t, std::uint32_t> received_at;
  std::map<std::size_t, std::uint32_t> sent_at;
};

class Subjects {
 public:
  Subjects(const plan::Plan& plan, const port::WorkerSet& workers, measure::RunResult& result)
      : plan_{plan}, workers_{workers}, result_{result} {}

  void add_all() {
    make_rows();
    for (plan::FlowId flow = 0; flow < plan_.flows.size(); ++flow)
      add_flow(flow);
    for (std::size_t queue = 0; queue < plan_.queues.size(); ++queue)
      add_queue(static_cast<plan::QueueId>(queue));
    for (std::vector<Row>* const rows : {&rows_, &receivers_, &named_}) {
      for (Row& row : *rows)
        finish(row);
    }
  }

 private:
  /// Rows of a traffic entry's flows, or of a port's: indices into `rows_`.
  using RowIds = std::vector<std::size_t>;

  std::size_t make_row(std::string subject, bool same_flows) {
    rows_.push_back({.result = {.subject = std::move(subject),
                                .same_flows = same_flows,
                                .distributions = std::make_unique<Distributions>()}});
    return rows_.size() - 1;
  }

  void make_rows() {
    const profile::Profile& profile = plan_.profile;
    const std::size_t total = make_row("total", true);
    rows_of_traffic_.assign(plan_.traffic.size(), {total});
    for (std::size_t t = 0; t < plan_.traffic.size(); ++t)
      rows_of_traffic_[t].push_back(make_row("traffic:" + profile.traffic[t].name, true));
    for (std::size_t c = 0; c < profile.classes.size(); ++c) {
      const std::size_t row = make_row("class:" + profile.classes[c].name, true);
      for (std::size_t t = 0; t < plan_.traffic.size(); ++t) {
        if (profile.traffic[t].class_index == c) rows_of_traffic_[t].push_back(row);
      }
    }
    rows_of_port_.resize(plan_.ports.size());
    for (std::size_t p = 0; p < plan_.ports.size(); ++p) {
      if (plan_.ports[p].queues.empty()) continue;
      const std::size_t row = make_row("port:" + plan_.testbed.ports[p].name, false);
      rows_of_port_[p].push_back(row);
      for (const std::size_t whole : {total, row})
        rows_[whole].result.ports.push_back(static_cast<std::uint16_t>(p));
    }
    for (const profile::Group& group : plan_.testbed.groups) {
      const std::size_t row = make_row("group:" + group.name, false);
      for (const std::uint32_t port : group.ports) {
        rows_of_port_[port].push_back(row);
        rows_[row].result.ports.push_back(static_cast<std::uint16_t>(port));
      }
    }
    make_receivers();
    flows_received_at_.assign(plan_.ports.size(), 0);
    flows_sent_at_.assign(plan_.ports.size(), 0);
    frames_sent_at_.assign(plan_.ports.size(), 0);
    copies_at_.assign(plan_.ports.size(), 0);
    warmup_missing_at_.assign(plan_.ports.size(), 0);
  }

  void make_receivers() {
    std::vector<std::uint64_t> seen(plan_.profile.endpoints.size());
    for (const plan::Endpoint& endpoint : plan_.endpoints) {
      const std::string& name = plan_.profile.endpoints[endpoint.endpoints].name;
      receivers_.push_back(
          {.result = {.subject = fmt::format("receiver:{}/{}", name, seen[endpoint.endpoints]++)}});
    }
    for (const plan::Flow& flow : plan_.flows) {
      // Only where every flow to an endpoint is kept in detail is there a distribution of all of them.
      SubjectResult& row = receivers_[flow.destination].result;
      if (flow.detailed && row.distributions == nullptr)
        row.distributions = std::make_unique<Distributions>();
    }
    for (const plan::Flow& flow : plan_.flows) {
      if (!flow.detailed) receivers_[flow.destination].result.distributions.reset();
    }
  }

  void add_flow(plan::FlowId id) {
    const plan::Flow& flow = plan_.flows[id];
    const measure::SendResult& sent = result_.flows_tx[id].sums;
    const measure::ReceiveResult& received = result_.flows_rx[id].sums;
    const std::size_t source = plan_.endpoints[flow.source].port;
    const std::size_t destination = plan_.endpoints[flow.destination].port;
    ++flows_received_at_[destination];
    ++flows_sent_at_[source];
    frames_sent_at_[source] += sent.sent;
    copies_at_[destination] += received.sequence.duplicates().high;
    const auto add_whole = [&](Row& row) {
      row.result.sent.merge(sent);
      add_received(row, received, {.from = source, .to = destination});
    };
    for (const std::size_t row : rows_of_traffic_[flow.traffic])
      add_whole(rows_[row]);
    add_whole(receivers_[flow.destination]);
    for (const std::size_t row : rows_of_port_[source])
      rows_[row].result.sent.merge(sent);
    for (const std::size_t row : rows_of_port_[destination])
      add_received(rows_[row], received, {.from = source, .to = destination});
    if (!flow.detailed) return;
    named_.push_back(
        {.result = {.subject = flow_subject(plan_, id), .distributions = std::make_unique<Distributions>()}});
    add_whole(named_.back());
    named_of_[id] = named_.size() - 1;
  }

  struct Ports {
    std::size_t from = 0;
    std::size_t to = 0;
  };
  /// Loss is a number of the receiving half, wherever in the tester it happened.
  static void add_received(Row& row, const measure::ReceiveResult& received, Ports ports) {
    row.result.received.merge(received);
    ++row.received_at[ports.to];
    ++row.sent_at[ports.from];
  }

  /// Frames of the warm-up that were sent and did not come. Flows told by PSN have none: their windows are
  /// one.
  void add_warmup(plan::QueueId id) {
    const engine::SendState& state = workers_.sent(id);
    constexpr auto kWarmup = static_cast<std::size_t>(frame::Window::kWarmup);
    for (std::size_t i = 0; i < state.flows.size(); ++i) {
      const plan::FlowId flow = state.flows[i].id;
      if (plan_.traffic[plan_.flows[flow].traffic].account != plan::Account::kTag) continue;
      const std::uint64_t sent = state.books[i].tally[kWarmup].frames;
      const std::uint64_t came = result_.flows_rx[flow].sums.warmup_frames;
      warmup_missing_at_[plan_.endpoints[plan_.flows[flow].destination].port] += sent - std::min(sent, came);
    }
    control_frames_ += workers_.control_books(id).frames;
  }

  /// What a queue kept beside its flows: distributions and lateness.
  void add_queue(plan::QueueId id) {
    add_warmup(id);
    const RowIds& of_port = rows_of_port_[plan_.queues[id].port];
    const engine::ReceiveState& state = workers_.received(id);
    for (std::size_t t = 0; t < state.traffic.size(); ++t) {
      for (const RowIds* const rows : {&std::as_const(rows_of_traffic_[t]), &of_port}) {
        for (const std::size_t row : *rows)
          add_traffic(rows_[row].result, state.traffic[t]);
      }
    }
    for (std::size_t i = 0; i < state.ids.size(); ++i) {
      if (state.flows[i].detail == engine::ReceiveFlow::kNoDetail) continue;
      add_detail(state.ids[i], state.details[state.flows[i].detail], of_port);
    }
    const engine::SendBooks::Window& sent = workers_.send_books(id).window[kMeasured];
    add_lateness(rows_.front().result, sent);
    for (const std::size_t row : of_port)
      add_lateness(rows_[row].result, sent);
  }

  static void add_traffic(SubjectResult& row, const engine::ReceiveTraffic& from) {
    row.distributions->latency.merge(from.latency);
    row.distributions->latency_lifo.merge(from.latency_lifo);
    row.distributions->inter_arrival.merge(from.inter_arrival);
    row.distributions->reordering.merge(from.reordering);
    row.received.tester_bound += from.tester_bound;
  }

  /// A flow of its own has its times in its entry's histograms as well, its reordering only here.
  void add_detail(plan::FlowId id, const engine::ReceiveDetail& detail, const RowIds& of_port) {
    const plan::Flow& flow = plan_.flows[id];
    for (const RowIds* const rows : {&std::as_const(rows_of_traffic_[flow.traffic]), &of_port}) {
      for (const std::size_t row : *rows)
        rows_[row].result.distributions->reordering.merge(detail.reordering);
    }
    for (SubjectResult* const row :
         {&named_[named_of_.at(id)].result, &receivers_[flow.destination].result}) {
      if (row->distributions == nullptr) continue;
      row->distributions->latency.merge(detail.latency);
      row->distributions->inter_arrival.merge(detail.inter_arrival);
      row->distributions->reordering.merge(detail.reordering);
      row->received.tester_bound += detail.tester_bound;
    }
  }

  static void add_lateness(SubjectResult& row, const engine::SendBooks::Window& sent) {
    row.distributions->lateness.merge(sent.lateness);
    row.sent.late = row.sent.late.value_or(0) + sent.late_frames;
  }

  void finish(Row& row) {
    if (row.result.subject.starts_with("receiver:") && row.received_at.empty()) return;
    for (const measure::PortResult& port : result_.ports) {
      add_lost_at_receiver(row, port);
      add_stuck_at_sender(row, port);
    }
    result_.subjects.push_back(std::move(row.result));
  }

  void add_lost_at_receiver(Row& row, const measure::PortResult& port) const {
    const auto flows = row.received_at.find(port.port);
    if (flows == row.received_at.end()) return;
    // Of a port that receives others' flows, too, nobody knows what part of its loss was theirs.
    const bool all = flows->second == flows_received_at_[port.port];
    measure::PortShortfall& shortfall = row.result.shortfall;
    shortfall.lost_in_tester += {.low = all ? surely_measured(port) : 0, .high = port.lost_in_tester.high};
    shortfall.tag_damaged += port.tag_damaged;
    shortfall.tag_damaged_own += all ? port.tag_damaged : 0;
  }

  /// Of the frames that the tester lost at a port, those that can only have been first copies of measured
  /// frames: less what it may have lost of the warm-up and of the hosts' own words. Where foreign frames or
  /// copies arrive, any of them may have been one.
  [[nodiscard]] std::uint64_t surely_measured(const measure::PortResult& port) const {
    for (const measure::KindCount& kind : port.foreign) {
      if (kind.kind != "control" && kind.frames != 0) return 0;
    }
    if (copies_at_[port.port] != 0) return 0;
    const std::uint64_t others = warmup_missing_at_[port.port] + control_frames_;
    return port.lost_in_tester.low - std::min(port.lost_in_tester.low, others);
  }

  void add_stuck_at_sender(Row& row, const measure::PortResult& port) const {
    const auto flows = row.sent_at.find(port.port);
    if (flows == row.sent_at.end() || port.stuck == 0) return;
    // Some of what is stuck may have been of the warm-up, or no traffic.
    const std::uint64_t others =
        port.frames_handed_over - std::min(port.frames_handed_over, frames_sent_at_[port.port]);
    const bool all = flows->second == flows_sent_at_[port.port];
    row.result.shortfall.lost_in_tester +=
        {.low = all ? port.stuck - std::min(port.stuck, others) : 0, .high = port.stuck};
  }

  const plan::Plan& plan_;
  const port::WorkerSet& workers_;
  measure::RunResult& result_;
  std::vector<Row> rows_;       ///< total first; then traffic, classes, ports, groups
  std::vector<Row> receivers_;  ///< by endpoint
  std::vector<Row> named_;      ///< flows that the profile names
  std::map<plan::FlowId, std::size_t> named_of_;
  std::vector<RowIds> rows_of_traffic_;
  std::vector<RowIds> rows_of_port_;
  // By port.
  std::vector<std::uint32_t> flows_received_at_;
  std::vector<std::uint32_t> flows_sent_at_;
  std::vector<std::uint64_t> frames_sent_at_;
  std::vector<std::uint64_t> copies_at_;
  std::vector<std::uint64_t> warmup_missing_at_;
  std::uint64_t control_frames_ = 0;  ///< of all ports, beside the traffic
};

}  // namespace

std::string flow_subject(const plan::Plan& plan, plan::FlowId flow) {
  const plan::TrafficId entry = plan.flows[flow].traffic;
  return fmt::format("flow:{}/{}", plan.profile.traffic[entry].name, flow - plan.traffic[entry].first_flow);
}

void add_subjects(const plan::Plan& plan, const port::WorkerSet& workers, measure::RunResult& result) {
  Subjects{plan, workers, result}.add_all();
}

}  // namespace run
