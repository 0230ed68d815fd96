#include "plan/draft.hpp"
#include "profile/metric.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace plan {
namespace {

using profile::SubjectKind;

/// A place in [[expect]] or [[series]] that names something.
struct Naming {
  const profile::Places& places;
  std::string_view table;
  const profile::Subject& of;
};

void refuse_name(Draft& draft, const Naming& naming, std::string what, std::string remedy) {
  refuse(draft, {.places = naming.places, .table = naming.table, .name = {}, .key = "of"}, std::move(what),
         std::move(remedy));
}

void check_port_or_group(Draft& draft, const Naming& naming) {
  const profile::Testbed& testbed = draft.plan.testbed;
  const auto named = [&](const auto& thing) { return thing.name == naming.of.name; };
  const bool is_port = naming.of.kind == SubjectKind::kPort;
  const bool known = is_port ? std::any_of(testbed.ports.begin(), testbed.ports.end(), named)
                             : std::any_of(testbed.groups.begin(), testbed.groups.end(), named);
  if (known) return;
  std::string names;
  if (is_port) {
    for (const profile::Port& port : testbed.ports)
      names += " " + port.name;
  } else {
    for (const profile::Group& group : testbed.groups)
      names += " " + group.name;
  }
  refuse_name(
      draft, naming,
      fmt::format("testbed {} has no {} \"{}\"", testbed.file, is_port ? "port" : "group", naming.of.name),
      "take one of:" + names);
}

void mark_flow(Draft& draft, const Naming& naming) {
  const Traffic& traffic = draft.plan.traffic[naming.of.index];
  if (traffic.flows == 0) return;  // refused before
  if (naming.of.member >= traffic.flows) {
    refuse_name(
        draft, naming,
        fmt::format("traffic {} has {} flows, the last is number {}",
                    draft.plan.profile.traffic[naming.of.index].name, traffic.flows, traffic.flows - 1),
        "name one of them");
    return;
  }
  draft.plan.flows[traffic.first_flow + naming.of.member].detailed = true;
}

/// A receiver's numbers are the sum over the flows to it, so each of them is kept in detail.
void mark_receiver(Draft& draft, const Naming& naming) {
  const EndpointRange& range = draft.ranges[naming.of.index];
  if (range.count == 0) return;  // refused before
  if (naming.of.member >= range.count) {
    refuse_name(draft, naming,
                fmt::format("endpoints {} are {}, the last is number {}",
                            draft.plan.profile.endpoints[naming.of.index].name, range.count, range.count - 1),
                "name one of them");
    return;
  }
  const EndpointId receiver = range.first + static_cast<EndpointId>(naming.of.member);
  bool receives = false;
  for (Flow& flow : draft.plan.flows) {
    if (flow.destination != receiver) continue;
    flow.detailed = true;
    receives = true;
  }
  if (!receives && !draft.plan.flows.empty()) {
    refuse_name(draft, naming, "nothing is sent to this endpoint", "name one that receives");
  }
}

void resolve(Draft& draft, const Naming& naming) {
  switch (naming.of.kind) {
    case SubjectKind::kPort:
    case SubjectKind::kGroup:
      check_port_or_group(draft, naming);
      break;
    case SubjectKind::kFlow:
    case SubjectKind::kQueuePair:
      mark_flow(draft, naming);
      break;
    case SubjectKind::kReceiver:
      mark_receiver(draft, naming);
      break;
    case SubjectKind::kTotal:
    case SubjectKind::kTraffic:
    case SubjectKind::kClass:
      break;
  }
}

bool concerns(const profile::Subject& subject, const Draft& draft, std::uint32_t traffic) {
  switch (subject.kind) {
    case SubjectKind::kTotal:
      return true;
    case SubjectKind::kTraffic:
    case SubjectKind::kFlow:
    case SubjectKind::kQueuePair:
      return subject.index == traffic;
    case SubjectKind::kClass:
      return draft.plan.profile.traffic[traffic].class_index == subject.index;
    case SubjectKind::kPort:
    case SubjectKind::kGroup:
    case SubjectKind::kReceiver:
      break;
  }
  return false;
}

/// The send time travels in the probe tag: without one nobody knows a latency.
void check_tag_for(Draft& draft, const profile::Expect& expect) {
  if (!expect.metric.starts_with("latency_")) return;
  for (std::size_t i = 0; i < draft.plan.traffic.size(); ++i) {
    const Traffic& traffic = draft.plan.traffic[i];
    if (traffic.flows == 0 || traffic.account == Account::kTag) continue;
    if (!concerns(expect.of, draft, static_cast<std::uint32_t>(i))) continue;
    const profile::Traffic& asked = draft.plan.profile.traffic[i];
    refuse(draft, {.places = expect.places, .table = "expect", .name = {}, .key = "metric"},
           fmt::format("{} of traffic {} cannot be measured: its send time stands in the first 24 payload "
                       "bytes, and some of its packets carry fewer",
                       expect.metric, asked.name),
           "give every message, and its last packet, 24 B or more; or drop the expectation");
    return;
  }
}

void check_detailed(Draft& draft) {
  const auto detailed = std::count_if(draft.plan.flows.begin(), draft.plan.flows.end(),
                                      [](const Flow& flow) { return flow.detailed; });
  if (static_cast<std::size_t>(detailed) <= profile::kNamedFlowsMax) return;
  refuse(draft,
         {.places = draft.plan.profile.test.places, .table = "expect and series", .name = {}, .key = {}},
         fmt::format("{} flows are to be kept in detail, {} are the most", detailed, profile::kNamedFlowsMax),
         "name fewer flows, or receivers with fewer flows to them");
}

}  // namespace

void plan_subjects(Draft& draft) {
  // Copies of the lists: marking flows writes to the plan in which they stand.
  for (const profile::Expect& expect : draft.input.loaded.profile.expects) {
    resolve(draft, {.places = expect.places, .table = "expect", .of = expect.of});
    check_tag_for(draft, expect);
  }
  for (const profile::Series& series : draft.input.loaded.profile.series) {
    resolve(draft, {.places = series.places, .table = "series", .of = series.of});
  }
  check_detailed(draft);
}

}  // namespace plan
