#include "plan/make_plan.hpp"

#include "plan/draft.hpp"

#include <fmt/core.h>
#include <utility>

namespace plan {

std::string where_text(const Subject& subject) {
  std::string text = profile::to_text(subject.places.of(subject.key));
  if (!text.empty()) text += ' ';
  text += subject.table;
  if (!subject.name.empty()) text += fmt::format(".{}", subject.name);
  if (!subject.key.empty()) text += fmt::format(".{}", subject.key);
  return text;
}

Subject subject_of(const profile::Traffic& traffic, std::string_view key) {
  return {.places = traffic.places, .table = "traffic", .name = traffic.name, .key = key};
}
Subject subject_of(const profile::Port& port, std::string_view key) {
  return {.places = port.places, .table = "port", .name = port.name, .key = key};
}
Subject subject_of(const profile::Endpoints& endpoints, std::string_view key) {
  return {.places = endpoints.places, .table = "endpoints", .name = endpoints.name, .key = key};
}

void refuse(Draft& draft, const Subject& subject, std::string what, std::string remedy) {
  draft.errors.push_back(
      {.where = where_text(subject), .what = std::move(what), .remedy = std::move(remedy)});
}

void note_default(Draft& draft, std::string text) {
  draft.plan.defaults.push_back(std::move(text));
}

base::Result<Plan> make_plan(const PlanInput& input) {
  Draft draft{.input = input};
  draft.plan.profile = input.loaded.profile;
  draft.plan.testbed = input.loaded.testbed;
  draft.plan.profile_hash = input.loaded.profile_hash;
  draft.plan.settings = input.loaded.settings;
  draft.plan.defaults = input.loaded.defaults;
  draft.plan.seed = input.seed.value_or(input.loaded.profile.test.seed);
  draft.plan.host_index = input.host_index;
  if (input.duration) draft.plan.profile.test.duration = *input.duration;

  check_times(draft);
  plan_endpoints(draft);
  plan_ports(draft);
  plan_flows(draft);
  plan_schedules(draft);
  plan_port_sizes(draft);
  plan_workers(draft);
  plan_receivers(draft);
  plan_subjects(draft);
  plan_memory(draft);
  if (!draft.errors.empty()) return tl::unexpected(std::move(draft.errors));
  return std::move(draft.plan);
}

bool needs_gateway(const Plan& plan, const Flow& flow) {
  const Endpoint& source = plan.endpoints[flow.source];
  const Endpoint& destination = plan.endpoints[flow.destination];
  if (flow.ipv6) {
    return source.gateway_ipv6.has_value() && !source.ipv6->contains(destination.ipv6->address);
  }
  return source.gateway_ipv4.has_value() && !source.ipv4->contains(destination.ipv4->address);
}

}  // namespace plan
