#include "base/int128.hpp"
#include "plan/draft.hpp"
#include "plan/text.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <map>
#include <utility>

namespace plan {
namespace {

/// Layer-1 rate of one sharing as a whole, by what the loads of its port say.
base::BitsPerSec load_l1(const Draft& draft, PortId port, TrafficId traffic) {
  for (const PortLoad& load : draft.loads) {
    if (load.port == port && load.traffic == traffic) return load.average_l1;
  }
  return {};
}

/// Flows between two ports of one entry, and how many of the entry leave the sending port at all.
struct Between {
  TrafficId traffic;
  PortId from;
  PortId to;
  friend auto operator<=>(const Between&, const Between&) = default;
};

void check_incasts(Draft& draft, const Receiver& receiver) {
  const base::BitsPerSec speed = draft.plan.ports[receiver.port].speed;
  if (speed.count() == 0 || receiver.physical_l1 > speed) return;
  const std::string& name = draft.plan.testbed.ports[receiver.port].name;
  for (std::size_t i = 0; i < draft.plan.traffic.size(); ++i) {
    const profile::Traffic& asked = draft.plan.profile.traffic[i];
    if (asked.pattern.kind != workload::PatternKind::kIncast || asked.allow_uncongested) continue;
    const Traffic& traffic = draft.plan.traffic[i];
    const std::span<const Flow> flows =
        std::span{draft.plan.flows}.subspan(traffic.first_flow, traffic.flows);
    const bool here = std::any_of(flows.begin(), flows.end(), [&](const Flow& flow) {
      return draft.plan.endpoints[flow.destination].port == receiver.port;
    });
    if (!here) continue;
    refuse(draft, subject_of(asked, "pattern"),
           fmt::format("an incast that congests nothing: {} sending port{} of {} in all, into port {} of {}, "
                       "over-subscription {}",
                       receiver.senders.size(), receiver.senders.size() == 1 ? "" : "s",
                       base::to_text(receiver.physical_l1), name, base::to_text(speed),
                       over_subscription_text(draft.plan, receiver)),
           "add a further sending port, take a slower egress or set a shaper on the device; or write "
           "`allow_uncongested = true`");
  }
}

}  // namespace

void plan_receivers(Draft& draft) {
  Plan& plan = draft.plan;
  std::map<Between, std::uint32_t> flows_between;
  std::map<std::pair<TrafficId, PortId>, std::uint32_t> flows_from;
  for (const Flow& flow : plan.flows) {
    const PortId from = plan.endpoints[flow.source].port;
    const PortId to = plan.endpoints[flow.destination].port;
    ++flows_between[{.traffic = flow.traffic, .from = from, .to = to}];
    ++flows_from[{flow.traffic, from}];
  }
  std::map<PortId, Receiver> receivers;
  for (const auto& [between, flows] : flows_between) {
    Receiver& receiver = receivers[between.to];
    receiver.port = between.to;
    const base::BitsPerSec load = load_l1(draft, between.from, between.traffic);
    const std::uint32_t all = flows_from[{between.traffic, between.from}];
    receiver.offered_l1 +=
        base::BitsPerSec{static_cast<std::uint64_t>(static_cast<base::Uint128>(load.count()) * flows / all)};
    auto& senders = receiver.senders;
    if (std::find(senders.begin(), senders.end(), between.from) != senders.end()) continue;
    senders.insert(std::lower_bound(senders.begin(), senders.end(), between.from), between.from);
    receiver.physical_l1 += plan.ports[between.from].speed;
  }
  for (auto& [port, receiver] : receivers) {
    check_incasts(draft, receiver);
    plan.receivers.push_back(std::move(receiver));
  }
}

}  // namespace plan
