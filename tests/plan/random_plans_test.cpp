#include "base/rng.hpp"
#include "plan/make_plan.hpp"
#include "plan/text.hpp"

#include "support/loaded_builder.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <map>
#include <set>

// What must hold of every plan, over random small profiles: each story's seed is printed where it fails.
namespace plan {
namespace {

using profile::RatePer;
using profile::RateUnit;

/// A prime: a share of it among many flows need not fit a pace's 63 bits (rate_test).
constexpr std::uint64_t kOddSpeed = 99'999'999'977;

/// A profile that is always possible: few hosts, low rates, no flow within a port.
support::LoadedBuilder random_story(std::uint64_t seed) {
  base::Rng rng{seed};
  support::LoadedBuilder builder;
  const std::uint64_t ports = 2 + rng.below(5);
  for (std::uint64_t i = 2; i < ports; ++i)
    builder.add_port(fmt::format("p{}", i));
  builder.loaded.testbed.groups[0].ports.clear();
  constexpr std::uint64_t kSpeeds[] = {10'000'000'000, 25'000'000'000, 100'000'000'000, kOddSpeed};
  for (std::uint32_t i = 0; i < ports; ++i) {
    profile::Port& port = builder.port(i);
    port.speed = base::BitsPerSec{kSpeeds[rng.below(4)]};
    builder.facts[i].link_speed = port.speed;
    port.rx_queues = 1 + static_cast<std::uint32_t>(rng.below(3));
    port.tx_queues = 1 + static_cast<std::uint32_t>(rng.below(3));
    builder.loaded.testbed.groups[0].ports.push_back(i);
  }
  builder.loaded.profile.endpoints.clear();
  builder.loaded.profile.traffic.clear();
  profile::Endpoints& hosts =
      builder.add_endpoints("hosts", "all", 1 + static_cast<std::uint32_t>(rng.below(4)));
  if (rng.below(2) == 0) hosts.ip_version = profile::IpVersion::kIpv6;
  if (rng.below(3) == 0) hosts.vlan = static_cast<std::uint16_t>(1 + rng.below(4094));
  const std::uint64_t entries = 1 + rng.below(3);
  for (std::uint64_t i = 0; i < entries; ++i) {
    profile::Traffic& traffic = builder.add_traffic(fmt::format("t{}", i), {0}, {0});
    constexpr workload::PatternKind kPatterns[] = {
        workload::PatternKind::kPermutation, workload::PatternKind::kAllToAll, workload::PatternKind::kZipf,
        workload::PatternKind::kIncast};
    traffic.pattern.kind = kPatterns[rng.below(4)];
    traffic.pattern.across_places = true;
    traffic.pattern.draws = 2;
    traffic.allow_uncongested = true;
    traffic.qps_per_pair = 1 + static_cast<std::uint32_t>(rng.below(4));
    constexpr profile::Verb kVerbs[] = {profile::Verb::kWrite, profile::Verb::kWriteWithImmediate,
                                        profile::Verb::kSend, profile::Verb::kSendWithImmediate};
    traffic.verb = kVerbs[rng.below(4)];
    traffic.path_mtu = 256U << rng.below(5);
    traffic.message_size.fixed = 1 + rng.below(20'000);
    if (rng.below(3) == 0) {
      traffic.message_size = {.kind = workload::SizeKind::kUniform, .min = 1 + rng.below(100), .max = 9000};
    }
    constexpr RateUnit kUnits[] = {RateUnit::kBitsL1,      RateUnit::kBitsL2,  RateUnit::kBitsPayload,
                                   RateUnit::kShareOfPort, RateUnit::kPackets, RateUnit::kMessages};
    const RateUnit unit = kUnits[rng.below(6)];
    const bool bits =
        unit == RateUnit::kBitsL1 || unit == RateUnit::kBitsL2 || unit == RateUnit::kBitsPayload;
    const std::uint64_t most = bits ? 20'000'000 : unit == RateUnit::kShareOfPort ? 2'000 : 1'000;
    traffic.rate = profile::Rate{.unit = unit, .value = 1 + rng.below(most)};
    traffic.rate_per = static_cast<RatePer>(rng.below(3));
  }
  return builder;
}

/// The flows that share one rate, by what the profile calls the rate's subject.
std::uint32_t sharing_key(const Plan& plan, const Flow& flow, RatePer per, FlowId id) {
  if (per == RatePer::kFlow) return id;
  return per == RatePer::kPort ? plan.endpoints[flow.source].port : flow.source;
}

/// The flows' paces add up to the rate asked for, as fractions: no rounding.
void expect_exact_sum(const Plan& plan, const profile::Traffic& asked, const Flow& flow,
                      std::uint32_t flows) {
  const Pace& pace = plan.paces[plan.schedules[flow.schedule].pace];
  const bool share = asked.rate->unit == RateUnit::kShareOfPort;
  const bool bits = asked.rate->unit != RateUnit::kPackets && asked.rate->unit != RateUnit::kMessages;
  base::Uint128 planned = static_cast<base::Uint128>(pace.ps_denominator) * flows * 1'000'000'000'000;
  base::Uint128 wanted = static_cast<base::Uint128>(asked.rate->value) * pace.ps_numerator;
  if (bits) planned *= 8;
  base::Uint128 tolerance = 0;
  if (share) {
    const std::uint64_t speed = plan.ports[plan.endpoints[flow.source].port].speed.count();
    planned *= 1'000'000;
    wanted *= speed;
    if (speed == kOddSpeed) tolerance = wanted >> 60;
  }
  const base::Uint128 difference = planned < wanted ? wanted - planned : planned - wanted;
  EXPECT_TRUE(difference <= tolerance) << "traffic " << asked.name;
}

void expect_rates_add_up(const Plan& plan) {
  for (std::size_t i = 0; i < plan.traffic.size(); ++i) {
    const Traffic& traffic = plan.traffic[i];
    const profile::Traffic& asked = plan.profile.traffic[i];
    std::map<std::uint32_t, std::uint32_t> sharing;
    for (FlowId id = traffic.first_flow; id < traffic.first_flow + traffic.flows; ++id) {
      ++sharing[sharing_key(plan, plan.flows[id], asked.rate_per, id)];
    }
    for (FlowId id = traffic.first_flow; id < traffic.first_flow + traffic.flows; ++id) {
      const Flow& flow = plan.flows[id];
      expect_exact_sum(plan, asked, flow, sharing[sharing_key(plan, flow, asked.rate_per, id)]);
    }
  }
}

void expect_ids_and_queues_fit(const Plan& plan) {
  FlowId next = 0;
  for (const Traffic& traffic : plan.traffic) {
    EXPECT_EQ(traffic.first_flow, next) << "flows of an entry are contiguous";
    next += traffic.flows;
  }
  EXPECT_EQ(next, plan.flows.size());
  std::vector<FlowId> sent;
  std::vector<FlowId> received;
  for (std::size_t i = 0; i < plan.queues.size(); ++i) {
    const Queue& queue = plan.queues[i];
    EXPECT_EQ(plan.ports[queue.port].queues.at(queue.device_queue), i);
    EXPECT_TRUE(std::is_sorted(queue.sends.begin(), queue.sends.end()));
    EXPECT_TRUE(std::is_sorted(queue.receives.begin(), queue.receives.end()));
    EXPECT_TRUE(queue.sends.empty() || queue.device_queue < plan.ports[queue.port].tx_queues);
    EXPECT_TRUE(queue.receives.empty() || queue.device_queue < plan.ports[queue.port].rx_queues);
    for (const FlowId id : queue.sends)
      EXPECT_EQ(plan.flows[id].tx_queue, i);
    for (const FlowId id : queue.receives)
      EXPECT_EQ(plan.flows[id].rx_queue, i);
    sent.insert(sent.end(), queue.sends.begin(), queue.sends.end());
    received.insert(received.end(), queue.receives.begin(), queue.receives.end());
  }
  EXPECT_EQ(std::set<FlowId>(sent.begin(), sent.end()).size(), plan.flows.size());
  EXPECT_EQ(sent.size(), plan.flows.size());
  EXPECT_EQ(received.size(), plan.flows.size());
  for (std::size_t i = 0; i < plan.flows.size(); ++i) {
    const Flow& flow = plan.flows[i];
    EXPECT_EQ(plan.queues[flow.tx_queue].port, plan.endpoints[flow.source].port);
    EXPECT_EQ(plan.queues[flow.rx_queue].port, plan.endpoints[flow.destination].port);
    EXPECT_EQ(flow.destination_qpn, kFirstQpn + i);
    EXPECT_NE(flow.source, flow.destination);
  }
}

void expect_work_is_shared_out(const Plan& plan) {
  std::vector<int> owners(plan.queues.size());
  for (std::size_t i = 0; i < plan.lcores.size(); ++i) {
    for (const QueueId id : plan.lcores[i].queues) {
      ++owners[id];
      EXPECT_EQ(plan.queues[id].lcore, i);
    }
  }
  for (const int count : owners)
    EXPECT_EQ(count, 1);
  std::size_t answering = 0;
  for (const Queue& queue : plan.queues)
    answering += queue.endpoints.size();
  EXPECT_EQ(answering, plan.endpoints.size()) << "each endpoint answers on one queue";
}

void expect_receivers_match_the_flows(const Plan& plan) {
  std::map<PortId, std::set<PortId>> senders;
  for (const Flow& flow : plan.flows) {
    senders[plan.endpoints[flow.destination].port].insert(plan.endpoints[flow.source].port);
  }
  EXPECT_EQ(plan.receivers.size(), senders.size());
  std::uint64_t offered = 0;
  for (const Receiver& receiver : plan.receivers) {
    const std::set<PortId>& from = senders[receiver.port];
    EXPECT_TRUE(std::equal(receiver.senders.begin(), receiver.senders.end(), from.begin(), from.end()));
    std::uint64_t physical = 0;
    for (const PortId port : from)
      physical += plan.ports[port].speed.count();
    EXPECT_EQ(receiver.physical_l1.count(), physical);
    offered += receiver.offered_l1.count();
  }
  std::uint64_t asked = 0;
  for (const Traffic& traffic : plan.traffic)
    asked += traffic.offered_l1.count();
  // Each share is rounded down on its own: a bit/s for each pair of ports and entry.
  const std::uint64_t roundings = plan.traffic.size() * plan.ports.size() * plan.ports.size();
  EXPECT_LE(offered, asked);
  EXPECT_GE(offered + roundings, asked);
}

TEST(RandomPlans, KeepWhatEveryPlanMustKeep) {
  int planned = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const support::LoadedBuilder story = random_story(seed);
    const auto plan = story.plan();
    if (!plan) {
      ADD_FAILURE() << base::to_text(plan.error());
      continue;
    }
    ++planned;
    expect_rates_add_up(*plan);
    expect_ids_and_queues_fit(*plan);
    expect_work_is_shared_out(*plan);
    expect_receivers_match_the_flows(*plan);
    EXPECT_EQ(dump(*plan), dump(*story.plan()));
    if (HasFailure()) break;
  }
  EXPECT_EQ(planned, 200);
}

}  // namespace
}  // namespace plan
