#include "report/plan_json.hpp"

#include "plan/text.hpp"

#include <nlohmann/json.hpp>

namespace report {
namespace {

using Json = nlohmann::ordered_json;

template <class Address>
Json address_or_null(const std::optional<Address>& address) {
  return address ? Json(base::to_text(*address)) : Json(nullptr);
}

Json rates(const plan::Traffic& traffic) {
  return {{"offered_bits_per_sec_l1", traffic.offered_l1.count()},
          {"offered_bits_per_sec_l2", traffic.offered_l2.count()},
          {"offered_bits_per_sec_payload", traffic.offered_payload.count()}};
}

Json windows(const profile::Test& test) {
  return {{"settle_ps", test.settle.ps()},
          {"warmup_ps", test.warmup.ps()},
          {"duration_ps", test.duration.ps()},
          {"drain_ps", test.drain.ps()}};
}

Json ports(const plan::Plan& plan) {
  Json array = Json::array();
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    const plan::Port& port = plan.ports[i];
    array.push_back({{"name", plan.testbed.ports[i].name},
                     {"device", port.facts.device},
                     {"driver", port.facts.driver},
                     {"peer", plan.testbed.ports[i].peer},
                     {"opened", !port.queues.empty()},
                     {"speed_bits_per_sec", port.speed.count()},
                     {"ip_mtu_bytes", port.ip_mtu},
                     {"buffer_bytes", port.buffer_bytes},
                     {"backlog_ps", port.backlog_most.ps()},
                     {"rx_queues", port.rx_queues},
                     {"tx_queues", port.tx_queues},
                     {"queues", port.queues}});
  }
  return array;
}

Json queues(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Queue& queue : plan.queues) {
    Json sources = Json::array();
    for (const wire::PayloadSource source : queue.sources) {
      sources.push_back(plan::name_of(source));
    }
    array.push_back({{"port", plan.testbed.ports[queue.port].name},
                     {"device_queue", queue.device_queue},
                     {"lcore", queue.lcore},
                     {"sends", queue.sends.size()},
                     {"receives", queue.receives.size()},
                     {"endpoints", queue.endpoints.size()},
                     {"sources", sources},
                     {"tx_buffers_per_source", queue.tx_buffers},
                     {"rx_buffers", queue.rx_buffers}});
  }
  return array;
}

Json lcores(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Lcore& lcore : plan.lcores) {
    array.push_back(
        {{"cpu", lcore.cpu}, {"queues", lcore.queues}, {"switches", lcore.switches}, {"cables", lcore.hops}});
  }
  return array;
}

Json endpoints(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Endpoint& endpoint : plan.endpoints) {
    array.push_back({{"endpoints", plan.profile.endpoints[endpoint.endpoints].name},
                     {"port", plan.testbed.ports[endpoint.port].name},
                     {"mac", base::to_text(endpoint.mac)},
                     {"ipv4", address_or_null(endpoint.ipv4)},
                     {"ipv6", address_or_null(endpoint.ipv6)},
                     {"vlan", endpoint.vlan ? Json(*endpoint.vlan) : Json(nullptr)},
                     {"gateway_ipv4", address_or_null(endpoint.gateway_ipv4)},
                     {"gateway_ipv6", address_or_null(endpoint.gateway_ipv6)}});
  }
  return array;
}

Json traffic(const plan::Plan& plan) {
  Json array = Json::array();
  for (std::size_t i = 0; i < plan.traffic.size(); ++i) {
    const plan::Traffic& planned = plan.traffic[i];
    Json entry{
        {"name", plan.profile.traffic[i].name},
        {"first_flow", planned.first_flow},
        {"flows", planned.flows},
        {"accounted_by", plan::name_of(planned.account)},
        {"psns_per_message", planned.psns_per_message == 0 ? Json(nullptr) : Json(planned.psns_per_message)},
        {"frame_bytes_min", planned.frame_bytes_min},
        {"frame_bytes_max", planned.frame_bytes_max}};
    entry.update(rates(planned));
    array.push_back(std::move(entry));
  }
  return array;
}

Json paces(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Pace& pace : plan.paces) {
    array.push_back({{"unit", plan::name_of(pace.charge)},
                     {"numerator", pace.ps_numerator},
                     {"denominator", pace.ps_denominator}});
  }
  return array;
}

Json schedules(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Schedule& schedule : plan.schedules) {
    Json ramp = Json::array();
    for (const plan::RampStep& step : schedule.ramp) {
      ramp.push_back({{"at_ps", step.at.ps()}, {"pace", step.pace}});
    }
    array.push_back(
        {{"pace", schedule.pace},
         {"catch_up_pace", schedule.catch_up_pace ? Json(*schedule.catch_up_pace) : Json(nullptr)},
         {"period_ps", schedule.period.ps()},
         {"ramp", std::move(ramp)}});
  }
  return array;
}

Json flows(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Flow& flow : plan.flows) {
    array.push_back({{"traffic", flow.traffic},
                     {"source", flow.source},
                     {"destination", flow.destination},
                     {"tx_queue", flow.tx_queue},
                     {"rx_queue", flow.rx_queue},
                     {"source_qpn", flow.source_qpn},
                     {"destination_qpn", flow.destination_qpn},
                     {"first_psn", flow.first_psn},
                     {"udp_source_port", flow.udp_source_port},
                     {"ip_version", flow.ipv6 ? 6 : 4},
                     {"schedule", flow.schedule},
                     {"start_ps", flow.start.ps()},
                     {"detailed", flow.detailed}});
  }
  return array;
}

Json receivers(const plan::Plan& plan) {
  Json array = Json::array();
  for (const plan::Receiver& receiver : plan.receivers) {
    Json senders = Json::array();
    for (const plan::PortId port : receiver.senders) {
      senders.push_back(plan.testbed.ports[port].name);
    }
    array.push_back({{"port", plan.testbed.ports[receiver.port].name},
                     {"senders", std::move(senders)},
                     {"offered_bits_per_sec_l1", receiver.offered_l1.count()},
                     {"physical_bits_per_sec_l1", receiver.physical_l1.count()},
                     {"over_subscription", plan::over_subscription_text(plan, receiver)}});
  }
  return array;
}

}  // namespace

std::string plan_json(const plan::Plan& plan) {
  const Json document{{"schema", kPlanSchema},
                      {"test", plan.profile.test.name},
                      {"question", plan.profile.test.question},
                      {"profile", plan.profile.file},
                      {"profile_hash", plan.profile_hash},
                      {"testbed", plan.testbed.file},
                      {"seed", plan.seed},
                      {"host_index", plan.host_index},
                      {"windows", windows(plan.profile.test)},
                      {"memory_bytes", plan.memory.count()},
                      {"ports", ports(plan)},
                      {"queues", queues(plan)},
                      {"lcores", lcores(plan)},
                      {"endpoints", endpoints(plan)},
                      {"traffic", traffic(plan)},
                      {"paces", paces(plan)},
                      {"schedules", schedules(plan)},
                      {"flows", flows(plan)},
                      {"receivers", receivers(plan)},
                      {"defaults", plan.defaults}};
  // Texts of a file need not be UTF-8.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace report
