#include "run/subjects.hpp"

#include <fmt/core.h>
#include <functional>
#include <set>

namespace run {
namespace {

class Subjects {
 public:
  Subjects(const plan::Plan& plan, const port::WorkerSet& workers, measure::RunResult& result)
      : plan_{plan}, workers_{workers}, result_{result} {}

  void add_all() {
    const auto any = [](plan::TrafficId) { return true; };
    add("total", any);
    for (std::size_t t = 0; t < plan_.traffic.size(); ++t) {
      add("traffic:" + plan_.profile.traffic[t].name, [t](plan::TrafficId id) { return id == t; });
    }
    for (std::size_t c = 0; c < plan_.profile.classes.size(); ++c) {
      add("class:" + plan_.profile.classes[c].name,
          [this, c](plan::TrafficId id) { return plan_.profile.traffic[id].class_index == c; });
    }
    for (std::size_t p = 0; p < plan_.ports.size(); ++p) {
      if (!plan_.ports[p].queues.empty()) add_ports("port:" + plan_.testbed.ports[p].name, {p});
    }
    for (const profile::Group& group : plan_.testbed.groups) {
      add_ports("group:" + group.name, {group.ports.begin(), group.ports.end()});
    }
    add_receivers();
    add_named_flows();
  }

 private:
  [[nodiscard]] std::size_t port_of(plan::EndpointId endpoint) const {
    return plan_.endpoints[endpoint].port;
  }

  /// Whole flows of some traffic entries: both halves, and the entries' distributions.
  void add(const std::string& name, const std::function<bool(plan::TrafficId)>& takes) {
    measure::SubjectResult row{.subject = name};
    std::set<std::size_t> receivers;
    for (std::size_t f = 0; f < plan_.flows.size(); ++f) {
      if (!takes(plan_.flows[f].traffic)) continue;
      row.sent.merge(result_.flows_tx[f].sums);
      row.received.merge(result_.flows_rx[f].sums);
      receivers.insert(port_of(plan_.flows[f].destination));
    }
    add_shortfall(row, receivers);
    row.distributions = std::make_unique<measure::Distributions>();
    std::uint64_t tester_bound = 0;
    for (std::size_t q = 0; q < plan_.queues.size(); ++q) {
      const auto id = static_cast<plan::QueueId>(q);
      const engine::ReceiveState& state = workers_.received(id);
      for (std::size_t t = 0; t < state.traffic.size(); ++t) {
        if (!takes(static_cast<plan::TrafficId>(t))) continue;
        add_traffic(*row.distributions, state.traffic[t]);
        tester_bound += state.traffic[t].tester_bound;
      }
      if (name == "total") row.distributions->lateness.merge(workers_.send_books(id).window[1].lateness);
    }
    row.received.tester_bound = tester_bound;
    result_.subjects.push_back(std::move(row));
  }

  void add_ports(const std::string& name, const std::set<std::size_t>& ports) {
    measure::SubjectResult row{.subject = name, .same_flows = false};
    for (std::size_t f = 0; f < plan_.flows.size(); ++f) {
      if (ports.contains(port_of(plan_.flows[f].source))) row.sent.merge(result_.flows_tx[f].sums);
      if (ports.contains(port_of(plan_.flows[f].destination))) row.received.merge(result_.flows_rx[f].sums);
    }
    add_shortfall(row, ports);
    row.distributions = std::make_unique<measure::Distributions>();
    for (const std::size_t port : ports) {
      for (const plan::QueueId queue : plan_.ports[port].queues) {
        for (const engine::ReceiveTraffic& traffic : workers_.received(queue).traffic) {
          add_traffic(*row.distributions, traffic);
          row.received.tester_bound += traffic.tester_bound;
        }
        row.distributions->lateness.merge(workers_.send_books(queue).window[1].lateness);
      }
    }
    result_.subjects.push_back(std::move(row));
  }

  void add_receivers() {
    std::vector<measure::SubjectResult> rows(plan_.endpoints.size());
    for (std::size_t f = 0; f < plan_.flows.size(); ++f) {
      measure::SubjectResult& row = rows[plan_.flows[f].destination];
      row.sent.merge(result_.flows_tx[f].sums);
      row.received.merge(result_.flows_rx[f].sums);
    }
    std::vector<std::uint64_t> seen(plan_.profile.endpoints.size());
    for (std::size_t e = 0; e < rows.size(); ++e) {
      const plan::Endpoint& endpoint = plan_.endpoints[e];
      const std::uint64_t index = seen[endpoint.endpoints]++;
      if (rows[e].sent.scheduled == 0 && rows[e].received.frames == 0) continue;
      rows[e].subject =
          fmt::format("receiver:{}/{}", plan_.profile.endpoints[endpoint.endpoints].name, index);
      add_shortfall(rows[e], {endpoint.port});
      result_.subjects.push_back(std::move(rows[e]));
    }
  }

  void add_named_flows() {
    for (std::size_t q = 0; q < plan_.queues.size(); ++q) {
      const engine::ReceiveState& state = workers_.received(static_cast<plan::QueueId>(q));
      for (std::size_t i = 0; i < state.ids.size(); ++i) {
        if (state.flows[i].detail == engine::ReceiveFlow::kNoDetail) continue;
        const plan::FlowId f = state.ids[i];
        const plan::Flow& flow = plan_.flows[f];
        const engine::ReceiveDetail& detail = state.details[state.flows[i].detail];
        measure::SubjectResult row{
            .subject = fmt::format("flow:{}/{}", plan_.profile.traffic[flow.traffic].name,
                                   f - plan_.traffic[flow.traffic].first_flow),
            .sent = result_.flows_tx[f].sums,
            .received = result_.flows_rx[f].sums,
            .distributions = std::make_unique<measure::Distributions>()};
        add_shortfall(row, {port_of(flow.destination)});
        row.distributions->latency.merge(detail.latency);
        row.distributions->inter_arrival.merge(detail.inter_arrival);
        row.distributions->reordering.merge(detail.reordering);
        result_.subjects.push_back(std::move(row));
      }
    }
  }

  static void add_traffic(measure::Distributions& into, const engine::ReceiveTraffic& from) {
    into.latency.merge(from.latency);
    into.latency_lifo.merge(from.latency_lifo);
    into.inter_arrival.merge(from.inter_arrival);
    into.reordering.merge(from.reordering);
  }

  void add_shortfall(measure::SubjectResult& row, const std::set<std::size_t>& receivers) const {
    const bool all = receivers.size() > 1 || row.subject == "total";
    for (const measure::PortResult& port : result_.ports) {
      if (!receivers.contains(port.port)) continue;
      // Part of a port's flows: how much of its loss was theirs is not known.
      const std::uint64_t low = all || row.subject.starts_with("port:") ? port.lost_in_tester.low : 0;
      row.shortfall.lost_in_tester += {.low = low, .high = port.lost_in_tester.high};
      row.shortfall.tag_damaged += port.tag_damaged;
    }
  }

  const plan::Plan& plan_;
  const port::WorkerSet& workers_;
  measure::RunResult& result_;
};

}  // namespace

void add_subjects(const plan::Plan& plan, const port::WorkerSet& workers, measure::RunResult& result) {
  Subjects{plan, workers, result}.add_all();
}

}  // namespace run
