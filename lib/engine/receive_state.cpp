#include "engine/receive_state.hpp"

#include "base/check.hpp"

namespace engine {
namespace {

std::uint8_t traffic_class_of(const profile::Traffic& asked) {
  return wire::traffic_class(asked.dscp, static_cast<wire::Ecn>(asked.ecn));
}

}  // namespace

ReceiveState make_receive_state(const plan::Plan& plan, plan::QueueId queue) {
  ReceiveState state;
  state.ids = plan.queues[queue].receives;
  state.local_of.assign(plan.flows.size(), ReceiveState::kNone);
  state.window = plan.profile.test.sequence_window;
  state.icrc_check_one_in = plan.profile.test.icrc_check.one_in;
  state.traffic.resize(plan.traffic.size());
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const plan::Flow& planned = plan.flows[state.ids[i]];
    const profile::Traffic& asked = plan.profile.traffic[planned.traffic];
    const plan::Traffic& entry = plan.traffic[planned.traffic];
    state.local_of[state.ids[i]] = static_cast<std::uint32_t>(i);
    const bool vlan = plan.endpoints[planned.destination].vlan.has_value();
    state.flows.push_back({.traffic = planned.traffic,
                           .traffic_class = traffic_class_of(asked),
                           .ttl = asked.ttl,
                           .pcp = vlan ? asked.pcp : ReceiveFlow::kUntagged,
                           .tagged = entry.account == plan::Account::kTag});
    if (planned.detailed) {
      CHECK(state.details.size() < ReceiveFlow::kNoDetail, "more than 65,535 detailed flows on one queue");
      state.flows.back().detail = static_cast<std::uint16_t>(state.details.size());
      state.details.emplace_back();
    }
    const bool read = asked.verb == profile::Verb::kRead && entry.psns_per_message != 0;
    state.rare.push_back(
        {.first_psn = planned.first_psn, .psns_per_frame = read ? entry.psns_per_message : 1});
  }
  state.sums.resize(state.ids.size());
  return state;
}

}  // namespace engine
