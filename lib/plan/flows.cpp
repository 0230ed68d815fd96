#include "base/rng.hpp"
#include "plan/draft.hpp"
#include "roce/mtu.hpp"
#include "workload/pattern.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <map>

namespace plan {
namespace {

std::vector<workload::Seat> seats_of(const Draft& draft, const std::vector<std::uint32_t>& entries) {
  std::vector<workload::Seat> seats;
  for (const std::uint32_t entry : entries) {
    const EndpointRange& range = draft.ranges[entry];
    for (EndpointId id = range.first; id < range.first + range.count; ++id) {
      seats.push_back({.endpoint = id, .place = draft.plan.endpoints[id].port});
    }
  }
  return seats;
}

/// Empty after a refusal, of the pattern or before of the endpoints.
std::vector<workload::Pair> pairs_of(Draft& draft, const profile::Traffic& asked) {
  const std::vector<workload::Seat> from = seats_of(draft, asked.from_endpoints);
  const std::vector<workload::Seat> to = seats_of(draft, asked.to_endpoints);
  if (from.empty() || to.empty()) return {};
  auto pairs = workload::make_pairs(
      asked.pattern, {.from = from, .to = to, .seed = base::seed_for(draft.plan.seed, asked.name)});
  if (!pairs) {
    for (base::Error& error : pairs.error()) {
      refuse(draft, subject_of(asked, "pattern"), std::move(error.what), std::move(error.remedy));
    }
    return {};
  }
  return std::move(*pairs);
}

std::string endpoint_text(const Draft& draft, EndpointId id) {
  const Endpoint& endpoint = draft.plan.endpoints[id];
  return fmt::format("{}/{} on port {}", draft.plan.profile.endpoints[endpoint.endpoints].name,
                     id - draft.ranges[endpoint.endpoints].first,
                     draft.plan.testbed.ports[endpoint.port].name);
}

void check_hairpins(Draft& draft, const profile::Traffic& asked, const std::vector<workload::Pair>& pairs) {
  if (asked.hairpin) return;
  const auto is_hairpin = [&](const workload::Pair& pair) {
    return draft.plan.endpoints[pair.from].port == draft.plan.endpoints[pair.to].port;
  };
  const auto first = std::find_if(pairs.begin(), pairs.end(), is_hairpin);
  if (first == pairs.end()) return;
  refuse(draft, subject_of(asked, "hairpin"),
         fmt::format("{} of {} pairs have both ends on one port, the first {} and {}",
                     std::count_if(first, pairs.end(), is_hairpin), pairs.size(),
                     endpoint_text(draft, first->from), endpoint_text(draft, first->to)),
         "write `across_ports = true` to leave them out, or `hairpin = true` if they are meant");
}

bool uses_ipv6(const Draft& draft, EndpointId id) {
  return draft.plan.profile.endpoints[draft.plan.endpoints[id].endpoints].ip_version ==
         profile::IpVersion::kIpv6;
}

/// Whether frames can be addressed from one to the other: one IP version, one network or a gateway.
void check_reach(Draft& draft, const profile::Traffic& asked, const std::vector<workload::Pair>& pairs) {
  for (const workload::Pair& pair : pairs) {
    const Endpoint& from = draft.plan.endpoints[pair.from];
    const Endpoint& to = draft.plan.endpoints[pair.to];
    const bool ipv6 = uses_ipv6(draft, pair.from);
    const std::string ends =
        fmt::format("{} and {}", endpoint_text(draft, pair.from), endpoint_text(draft, pair.to));
    if (ipv6 != uses_ipv6(draft, pair.to)) {
      refuse(draft, subject_of(asked, "to"), fmt::format("{} use different IP versions", ends),
             "give both endpoints one `ip_version`");
      return;
    }
    const bool on_link = ipv6 ? from.ipv6->length == 128 || from.ipv6->contains(to.ipv6->address)
                              : from.ipv4->length == 32 || from.ipv4->contains(to.ipv4->address);
    if (on_link || (ipv6 ? from.gateway_ipv6.has_value() : from.gateway_ipv4.has_value())) continue;
    refuse(draft, subject_of(asked, "to"),
           fmt::format("{} are in different networks, {} and {}, and there is no gateway", ends,
                       ipv6 ? base::to_text(*from.ipv6) : base::to_text(*from.ipv4),
                       ipv6 ? base::to_text(*to.ipv6) : base::to_text(*to.ipv4)),
           ipv6 ? "give the endpoints or the port `gateway_ipv6`, or one network"
                : "give the endpoints or the port `gateway_ipv4`, or one network");
    return;
  }
}

std::vector<std::uint32_t> neighbours_of(const profile::Testbed& testbed, std::uint32_t port) {
  std::vector<std::uint32_t> ports;
  for (const profile::Cable& cable : testbed.cables) {
    if (cable.a == port) ports.push_back(cable.b);
    if (cable.b == port) ports.push_back(cable.a);
  }
  for (const profile::Switch& device : testbed.switches) {
    if (std::find(device.ports.begin(), device.ports.end(), port) == device.ports.end()) continue;
    ports.insert(ports.end(), device.ports.begin(), device.ports.end());
  }
  return ports;
}

/// Ring ports end at each other: what no cable or switch of the testbed joins cannot be reached.
void check_joined(Draft& draft, const profile::Traffic& asked, const std::vector<workload::Pair>& pairs) {
  const profile::Testbed& testbed = draft.plan.testbed;
  for (const workload::Pair& pair : pairs) {
    const PortId from = draft.plan.endpoints[pair.from].port;
    const PortId to = draft.plan.endpoints[pair.to].port;
    if (testbed.ports[from].device.kind != profile::DeviceKind::kRing) continue;
    const std::vector<std::uint32_t> reached = neighbours_of(testbed, from);
    if (std::find(reached.begin(), reached.end(), to) != reached.end()) continue;
    refuse(draft, subject_of(asked, "to"),
           fmt::format("no cable and no switch joins the ring ports {} and {}", testbed.ports[from].name,
                       testbed.ports[to].name),
           "add a [[cable]] or a [[switch]] to the testbed");
    return;
  }
}

std::uint16_t source_port_of(const profile::SourcePort& asked, std::uint32_t index, const Flow& flow) {
  using enum profile::SourcePortPolicy;
  switch (asked.policy) {
    case kFixed:
      return asked.first;
    case kPerQp:
    case kPerMessage:
      return static_cast<std::uint16_t>(asked.first + index % asked.count);
    case kFlowLabel:
      break;
  }
  return roce::source_port_of(roce::flow_label_of(flow.source_qpn, flow.destination_qpn));
}

void add_flows(Draft& draft, TrafficId id, const std::vector<workload::Pair>& pairs) {
  Plan& plan = draft.plan;
  const profile::Traffic& asked = plan.profile.traffic[id];
  Traffic& traffic = plan.traffic[id];
  traffic.flows = static_cast<std::uint32_t>(pairs.size() * asked.qps_per_pair);
  std::map<EndpointId, std::uint32_t> not_synchronised;  // by receiver
  std::uint32_t index = 0;
  for (const workload::Pair& pair : pairs) {
    for (std::uint32_t qp = 0; qp < asked.qps_per_pair; ++qp, ++index) {
      const std::uint32_t qpn = kFirstQpn + traffic.first_flow + index;
      Flow flow{.traffic = id,
                .source = pair.from,
                .destination = pair.to,
                .source_qpn = qpn,
                .destination_qpn = qpn,
                .first_psn = asked.first_psn,
                .ipv6 = uses_ipv6(draft, pair.from)};
      flow.udp_source_port = source_port_of(asked.udp_source_port, index, flow);
      const bool incast = asked.pattern.kind == workload::PatternKind::kIncast;
      const std::uint32_t turns = !incast ? index : pair.synchronised ? 0 : ++not_synchronised[pair.to];
      const auto offset = static_cast<base::Uint128>(asked.stagger.ps()) * turns;  // checked by check_starts
      flow.start = asked.start + base::Duration{static_cast<std::int64_t>(offset)};
      plan.flows.push_back(flow);
    }
  }
}

/// A flow that starts when the test is over would be counted as one that sent nothing.
bool check_starts(Draft& draft, const profile::Traffic& asked, std::uint64_t flows) {
  const profile::Test& test = draft.plan.profile.test;
  const base::Duration end = test.warmup + test.duration;
  const auto last = static_cast<base::Uint128>(asked.start.ps()) +
                    static_cast<base::Uint128>(asked.stagger.ps()) * (flows - 1);
  if (last < static_cast<base::Uint128>(end.ps())) return true;
  refuse(
      draft, subject_of(asked, asked.start < end ? "stagger" : "start"),
      fmt::format("the last of {} flows would start after the test's end at {}", flows, base::to_text(end)),
      "start earlier, or test longer");
  return false;
}

void plan_entry(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  draft.plan.traffic[id].first_flow = static_cast<FlowId>(draft.plan.flows.size());
  plan_messages(draft, id);
  const std::vector<workload::Pair> pairs = pairs_of(draft, asked);
  if (pairs.empty()) return;
  const std::uint64_t flows = pairs.size() * static_cast<std::uint64_t>(asked.qps_per_pair);
  if (draft.plan.flows.size() + flows > kFlowsMost) {
    refuse(draft, subject_of(asked, "qps_per_pair"),
           fmt::format("{} pairs of {} queue pairs, and {} flows are the most in all", pairs.size(),
                       asked.qps_per_pair, kFlowsMost),
           "take fewer pairs, or fewer queue pairs for each");
    return;
  }
  if (!check_starts(draft, asked, flows)) return;
  check_hairpins(draft, asked, pairs);
  check_reach(draft, asked, pairs);
  check_joined(draft, asked, pairs);
  add_flows(draft, id, pairs);
}

}  // namespace

void plan_flows(Draft& draft) {
  const std::size_t entries = draft.plan.profile.traffic.size();
  draft.plan.traffic.resize(entries);
  draft.traffic.resize(entries);
  for (std::size_t i = 0; i < entries; ++i)
    plan_entry(draft, static_cast<TrafficId>(i));
}

}  // namespace plan
