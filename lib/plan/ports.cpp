#include "plan/draft.hpp"
#include "wire/line.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace plan {
namespace {

constexpr std::uint32_t kEthernetAndVlanBytes = 18;
/// What stations of a network may send unless told otherwise: ARP, ND and ping of others fit it.
constexpr std::uint32_t kUsualIpMtu = 1500;

bool has_endpoints(const Draft& draft, PortId id) {
  return std::any_of(draft.plan.endpoints.begin(), draft.plan.endpoints.end(),
                     [&](const Endpoint& endpoint) { return endpoint.port == id; });
}

const PortFacts* find_facts(const Draft& draft, std::string_view name) {
  const auto found = std::find_if(draft.input.facts.begin(), draft.input.facts.end(),
                                  [&](const PortFacts& facts) { return facts.name == name; });
  return found == draft.input.facts.end() ? nullptr : &*found;
}

void check_default_route(Draft& draft, const profile::Port& asked, const Port& port) {
  if (!port.facts.carries_default_route || asked.allow_default_route) return;
  refuse(draft, subject_of(asked, "allow_default_route"),
         fmt::format("{} carries the default route of this host", port.facts.device),
         "take another device, or write `allow_default_route = true` if this one is meant");
}

void plan_speed(Draft& draft, const profile::Port& asked, Port& port) {
  const std::optional<base::BitsPerSec> link = port.facts.link_speed;
  port.speed = asked.speed;
  if (asked.speed.count() == 0) {
    if (!link || link->count() == 0) {
      refuse(draft, subject_of(asked, "speed"),
             port.facts.is_virtual
                 ? fmt::format("a virtual device ({}) has no speed of its own", port.facts.driver)
                 : fmt::format("the speed of {} is not known while its link is down", port.facts.device),
             "write the port's `speed`, such as \"25 Gbit/s\", in the testbed");
      return;
    }
    port.speed = *link;
    note_default(draft, fmt::format("port.{}.speed = {}", asked.name, base::to_text(port.speed)));
  } else if (!port.facts.is_virtual && link && asked.speed > *link) {
    refuse(draft, subject_of(asked, "speed"),
           fmt::format("`speed` of {} is above the {} at which the link of {} runs",
                       base::to_text(asked.speed), base::to_text(*link), port.facts.device),
           "leave `speed` out, or repair the link");
  }
}

struct QueueLimit {
  std::string_view key;
  std::uint32_t asked;
  std::uint32_t most;
};

void check_queues(Draft& draft, const profile::Port& asked, const Port& port) {
  const PortFacts& facts = port.facts;
  for (const QueueLimit& limit : {QueueLimit{"rx_queues", asked.rx_queues, facts.rx_queues_most},
                                  QueueLimit{"tx_queues", asked.tx_queues, facts.tx_queues_most}}) {
    if (limit.asked == 0) {
      refuse(draft, subject_of(asked, limit.key), "no queue is too few", "write 1 or more");
    } else if (limit.asked > limit.most) {
      refuse(draft, subject_of(asked, limit.key),
             fmt::format("{} queues, and {} ({}) has at most {}", limit.asked, facts.device, facts.driver,
                         limit.most),
             fmt::format("write `{} = {}`", limit.key, limit.most));
    }
  }
  if (asked.rx_queues > 1 && !facts.steers_flows) {
    refuse(draft, subject_of(asked, "rx_queues"),
           fmt::format("{} receive queues, and {} ({}) cannot make every flow arrive on a known one",
                       asked.rx_queues, facts.device, facts.driver),
           "write `rx_queues = 1`; `tx_queues` may be more");
  }
}

/// Whose wish the largest IP packet of the port is, for the refusal's text.
const profile::Traffic* largest_sender(const Draft& draft, PortId id, std::uint32_t ip_bytes) {
  for (const Flow& flow : draft.plan.flows) {
    if (draft.plan.endpoints[flow.source].port != id && draft.plan.endpoints[flow.destination].port != id) {
      continue;
    }
    const bool vlan = draft.plan.endpoints[flow.source].vlan.has_value();
    const auto& totals = draft.traffic[flow.traffic].totals[index_of({.vlan = vlan, .ipv6 = flow.ipv6})];
    if (totals.ip_bytes_max == ip_bytes) return &draft.plan.profile.traffic[flow.traffic];
  }
  return nullptr;
}

std::string limit_text(const PortFacts& facts) {
  return facts.ip_mtu_limit.empty() ? fmt::format("{} ({})", facts.device, facts.driver) : facts.ip_mtu_limit;
}

void plan_mtu(Draft& draft, PortId id) {
  const profile::Port& asked = draft.plan.testbed.ports[id];
  Port& port = draft.plan.ports[id];
  const std::uint32_t needed = draft.ip_bytes[id];
  const std::uint32_t most = port.facts.ip_mtu_most;
  const profile::Traffic* traffic = largest_sender(draft, id, needed);
  if (asked.mtu > most) {
    refuse(draft, subject_of(asked, "mtu"),
           fmt::format("`mtu` of {} is above the {} that {} allows", asked.mtu, most, limit_text(port.facts)),
           fmt::format("write at most {}", most));
  } else if (traffic != nullptr && asked.mtu != 0 && needed > asked.mtu) {
    refuse(draft, subject_of(*traffic, "path_mtu"),
           fmt::format("IP packets of {} B, and port {} has `mtu = {}`", needed, asked.name, asked.mtu),
           "lower `path_mtu`, or raise the port's `mtu` in the testbed");
  } else if (traffic != nullptr && needed > most) {
    refuse(draft, subject_of(*traffic, "path_mtu"),
           fmt::format("IP packets of {} B, and port {} carries at most {}: the limit of {}", needed,
                       asked.name, most, limit_text(port.facts)),
           "lower `path_mtu`, or raise that limit");
  }
  port.ip_mtu = asked.mtu != 0 ? asked.mtu : std::max(needed, std::min(kUsualIpMtu, most));
  if (asked.mtu == 0) note_default(draft, fmt::format("port.{}.mtu = {}", asked.name, port.ip_mtu));
  port.buffer_bytes = kEthernetAndVlanBytes + port.ip_mtu;
}

/// A cap that does not hold one frame would call every sample tester-bound.
void plan_backlog(Draft& draft, PortId id) {
  const profile::Test& test = draft.plan.profile.test;
  const profile::Port& asked = draft.plan.testbed.ports[id];
  Port& port = draft.plan.ports[id];
  port.backlog_most = test.backlog;
  if (port.speed.count() == 0) return;
  const base::FrameBytes largest{kEthernetAndVlanBytes + draft.ip_bytes[id]};
  const base::Duration frame_time = wire::wire_time(wire::on_the_wire(largest), port.speed);
  if (test.places.written("backlog")) {
    if (test.backlog < frame_time) {
      refuse(draft, {.places = test.places, .table = "test", .name = {}, .key = "backlog"},
             fmt::format("{} does not hold one frame: {} B take {} on port {}", base::to_text(test.backlog),
                         largest.count(), base::to_text(frame_time), asked.name),
             "raise `backlog`, or leave it out");
    }
  } else if (port.backlog_most < frame_time * 2) {
    port.backlog_most = frame_time * 2;
    note_default(draft, fmt::format("port.{}.backlog = {}", asked.name, base::to_text(port.backlog_most)));
  }
}

}  // namespace

void plan_ports(Draft& draft) {
  const profile::Testbed& testbed = draft.plan.testbed;
  draft.plan.ports.resize(testbed.ports.size());
  for (std::size_t i = 0; i < testbed.ports.size(); ++i) {
    const profile::Port& asked = testbed.ports[i];
    const PortFacts* facts = find_facts(draft, asked.name);
    if (facts == nullptr) {
      draft.errors.push_back({.kind = base::ErrorKind::kInternal,
                              .where = where_text(subject_of(asked, "")),
                              .what = "nothing is known of the device",
                              .remedy = ""});
      continue;
    }
    Port& port = draft.plan.ports[i];
    port.facts = *facts;
    check_default_route(draft, asked, port);
    if (!has_endpoints(draft, static_cast<PortId>(i))) continue;
    plan_speed(draft, asked, port);
    check_queues(draft, asked, port);
    port.rx_queues = static_cast<std::uint16_t>(asked.rx_queues);
    port.tx_queues = static_cast<std::uint16_t>(asked.tx_queues);
  }
}

void plan_port_sizes(Draft& draft) {
  draft.ip_bytes.assign(draft.plan.ports.size(), 0);
  for (const Flow& flow : draft.plan.flows) {
    const Endpoint& source = draft.plan.endpoints[flow.source];
    const Endpoint& destination = draft.plan.endpoints[flow.destination];
    const std::size_t form = index_of({.vlan = source.vlan.has_value(), .ipv6 = flow.ipv6});
    const std::uint32_t bytes = draft.traffic[flow.traffic].totals[form].ip_bytes_max;
    for (const PortId port : {source.port, destination.port}) {
      draft.ip_bytes[port] = std::max(draft.ip_bytes[port], bytes);
    }
  }
  for (std::size_t i = 0; i < draft.plan.ports.size(); ++i) {
    if (!has_endpoints(draft, static_cast<PortId>(i))) continue;
    plan_mtu(draft, static_cast<PortId>(i));
    plan_backlog(draft, static_cast<PortId>(i));
  }
}

}  // namespace plan
