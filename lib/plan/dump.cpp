#include "plan/text.hpp"

#include <fmt/format.h>
#include <iterator>
#include <string>

namespace plan {
namespace {

using Out = std::back_insert_iterator<std::string>;

template <class Id>
std::string list(const std::vector<Id>& ids) {
  return fmt::format("[{}]", fmt::join(ids, " "));
}

template <class Address>
std::string text_or_none(const std::optional<Address>& address) {
  return address ? base::to_text(*address) : "-";
}

void dump_ports(const Plan& plan, Out out) {
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    const Port& port = plan.ports[i];
    fmt::format_to(
        out, "port {} {} device={} speed={} ip_mtu={} buffer={} backlog={} rx={} tx={} queues={}\n", i,
        plan.testbed.ports[i].name, port.facts.device, port.speed.count(), port.ip_mtu, port.buffer_bytes,
        port.backlog_most.ps(), port.rx_queues, port.tx_queues, list(port.queues));
  }
  for (std::size_t i = 0; i < plan.lcores.size(); ++i) {
    const Lcore& lcore = plan.lcores[i];
    fmt::format_to(out, "lcore {} cpu={} queues={} switches={} hops={}\n", i, lcore.cpu, list(lcore.queues),
                   list(lcore.switches), list(lcore.hops));
  }
  for (std::size_t i = 0; i < plan.queues.size(); ++i) {
    const Queue& queue = plan.queues[i];
    std::string sources;
    for (const wire::PayloadSource source : queue.sources)
      sources += fmt::format(" {}", name_of(source));
    fmt::format_to(out,
                   "queue {} port={} number={} lcore={} tx_buffers={} rx_buffers={} sources={} sends={} "
                   "receives={} endpoints={}\n",
                   i, queue.port, queue.device_queue, queue.lcore, queue.tx_buffers, queue.rx_buffers,
                   sources, list(queue.sends), list(queue.receives), list(queue.endpoints));
  }
}

void dump_endpoints(const Plan& plan, Out out) {
  for (std::size_t i = 0; i < plan.endpoints.size(); ++i) {
    const Endpoint& endpoint = plan.endpoints[i];
    fmt::format_to(out, "endpoint {} entry={} port={} {} {} {} vlan={} gateways={} {}\n", i,
                   endpoint.endpoints, endpoint.port, base::to_text(endpoint.mac),
                   text_or_none(endpoint.ipv4), text_or_none(endpoint.ipv6), endpoint.vlan.value_or(0),
                   text_or_none(endpoint.gateway_ipv4), text_or_none(endpoint.gateway_ipv6));
  }
}

void dump_traffic(const Plan& plan, Out out) {
  for (std::size_t i = 0; i < plan.traffic.size(); ++i) {
    const Traffic& traffic = plan.traffic[i];
    fmt::format_to(out,
                   "traffic {} {} first={} flows={} account={} source={} psns={} frames={}..{} l1={} l2={} "
                   "payload={} sizes={}\n",
                   i, plan.profile.traffic[i].name, traffic.first_flow, traffic.flows,
                   name_of(traffic.account), name_of(traffic.source), traffic.psns_per_message,
                   traffic.frame_bytes_min, traffic.frame_bytes_max, traffic.offered_l1.count(),
                   traffic.offered_l2.count(), traffic.offered_payload.count(), list(traffic.sizes));
  }
  for (std::size_t i = 0; i < plan.paces.size(); ++i) {
    const Pace& pace = plan.paces[i];
    fmt::format_to(out, "pace {} {} {}/{}\n", i, name_of(pace.charge), pace.ps_numerator,
                   pace.ps_denominator);
  }
  for (std::size_t i = 0; i < plan.schedules.size(); ++i) {
    const Schedule& schedule = plan.schedules[i];
    std::string ramp;
    for (const RampStep& step : schedule.ramp)
      ramp += fmt::format(" {}:{}", step.at.ps(), step.pace);
    fmt::format_to(out, "schedule {} pace={} catch_up={} period={} ramp={}\n", i, schedule.pace,
                   schedule.catch_up_pace ? fmt::format("{}", *schedule.catch_up_pace) : "-",
                   schedule.period.ps(), ramp);
  }
  for (std::size_t i = 0; i < plan.flows.size(); ++i) {
    const Flow& flow = plan.flows[i];
    fmt::format_to(
        out,
        "flow {} traffic={} {}->{} queues={}->{} qpn={}->{} psn={} udp={} ipv{} schedule={} start={}"
        "{}\n",
        i, flow.traffic, flow.source, flow.destination, flow.tx_queue, flow.rx_queue, flow.source_qpn,
        flow.destination_qpn, flow.first_psn, flow.udp_source_port, flow.ipv6 ? 6 : 4, flow.schedule,
        flow.start.ps(), flow.detailed ? " detailed" : "");
  }
}

}  // namespace

std::string dump(const Plan& plan) {
  std::string text;
  const Out out{text};
  const profile::Test& test = plan.profile.test;
  fmt::format_to(out, "plan profile={} seed={} host={} windows={} {} {} {}\n", plan.profile_hash, plan.seed,
                 plan.host_index, test.settle.ps(), test.warmup.ps(), test.duration.ps(), test.drain.ps());
  for (const std::string& text_of_default : plan.defaults)
    fmt::format_to(out, "default {}\n", text_of_default);
  dump_ports(plan, out);
  dump_endpoints(plan, out);
  dump_traffic(plan, out);
  for (const Receiver& receiver : plan.receivers) {
    fmt::format_to(out, "receiver {} senders={} offered={} physical={}\n", receiver.port,
                   list(receiver.senders), receiver.offered_l1.count(), receiver.physical_l1.count());
  }
  fmt::format_to(out, "memory {}\n", plan.memory.count());
  return text;
}

}  // namespace plan
