#include "plan/make_plan.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plan {
namespace {

using profile::RateUnit;
using support::LoadedBuilder;

Plan must(const LoadedBuilder& builder) {
  auto plan = builder.plan();
  EXPECT_TRUE(plan.has_value()) << base::to_text(plan.error());
  return plan ? std::move(*plan) : Plan{};
}

TEST(MakePlan, TwoHostsAndOneFlow) {
  const Plan plan = must(LoadedBuilder{});
  ASSERT_EQ(plan.endpoints.size(), 2u);
  EXPECT_EQ(base::to_text(plan.endpoints[0].mac), "02:00:00:00:00:01");
  EXPECT_EQ(base::to_text(plan.endpoints[1].mac), "02:00:00:00:00:02");
  EXPECT_EQ(base::to_text(*plan.endpoints[0].ipv4), "198.18.0.1/15");
  EXPECT_EQ(base::to_text(*plan.endpoints[1].ipv4), "198.18.0.2/15");
  EXPECT_FALSE(plan.endpoints[0].ipv6) << "its traffic uses IPv4";

  ASSERT_EQ(plan.flows.size(), 1u);
  const Flow& flow = plan.flows[0];
  EXPECT_EQ(flow.source, 0u);
  EXPECT_EQ(flow.destination, 1u);
  EXPECT_EQ(flow.destination_qpn, kFirstQpn);
  EXPECT_EQ(flow.udp_source_port, 49152u);
  EXPECT_EQ(flow.start.ps(), 0);
  EXPECT_FALSE(needs_gateway(plan, flow));
  // Half of 100 Gbit/s: 160 ps a byte on the line.
  EXPECT_EQ(plan.paces[plan.schedules[flow.schedule].pace], (Pace{Pace::Charge::kWireBytes, 160, 1}));

  // 64 KiB at path MTU 4096: 16 frames of 4096 + 62 B with FCS, the first with 16 B of RETH.
  const Traffic& traffic = plan.traffic[0];
  EXPECT_EQ(traffic.psns_per_message, 16u);
  EXPECT_EQ(traffic.frame_bytes_min, 4158u);
  EXPECT_EQ(traffic.frame_bytes_max, 4174u);
  EXPECT_EQ(traffic.account, Account::kTag);
  EXPECT_EQ(traffic.source, wire::PayloadSource::kRandom);
  EXPECT_EQ(traffic.offered_l1.count(), 50'000'000'000u);
  const std::uint64_t l2 = 16 * 4158 + 16;
  const std::uint64_t l1 = l2 + 16 * 20;
  EXPECT_EQ(traffic.offered_l2.count(), 50'000'000'000u * l2 / l1);
  EXPECT_EQ(traffic.offered_payload.count(), 50'000'000'000u * 65'536 / l1);
}

TEST(MakePlan, EachPortHasAQueueOnItsOwnCore) {
  const Plan plan = must(LoadedBuilder{});
  ASSERT_EQ(plan.queues.size(), 2u);
  ASSERT_EQ(plan.lcores.size(), 2u);
  EXPECT_EQ(plan.lcores[0].cpu, 0u);
  EXPECT_EQ(plan.lcores[1].cpu, 1u);
  EXPECT_THAT(plan.lcores[1].queues, testing::ElementsAre(1));
  EXPECT_THAT(plan.queues[0].sends, testing::ElementsAre(0u));
  EXPECT_THAT(plan.queues[1].receives, testing::ElementsAre(0u));
  EXPECT_THAT(plan.queues[1].endpoints, testing::ElementsAre(1u));
  EXPECT_THAT(plan.queues[0].sources,
              testing::ElementsAre(wire::PayloadSource::kRandom, wire::PayloadSource::kFree));
  EXPECT_EQ(plan.ports[0].ip_mtu, 4096u + 60) << "20 IPv4, 8 UDP, 12 BTH, 16 RETH, 4 ICRC";
  EXPECT_EQ(plan.ports[0].buffer_bytes, 4096u + 60 + 18);
  EXPECT_EQ(plan.ports[0].backlog_most, base::microseconds(5));
}

TEST(MakePlan, FlowsOfAPortTakeTurns) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 4;
  builder.traffic().message_size.fixed = 1024;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kPackets, .value = 1'000'000};
  const Plan plan = must(builder);
  ASSERT_EQ(plan.flows.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(plan.paces[plan.schedules[plan.flows[i].schedule].pace],
              (Pace{Pace::Charge::kFrame, 4'000'000, 1}));
    EXPECT_EQ(plan.flows[i].start, base::microseconds(static_cast<std::int64_t>(i)));
    EXPECT_EQ(plan.flows[i].udp_source_port, 49152u + i);
  }
  EXPECT_EQ(plan.paces.size(), 1u);
  EXPECT_EQ(plan.schedules.size(), 1u);
}

TEST(MakePlan, SameInputsGiveTheSamePlanAndAnotherSeedAnother) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = 32;
  builder.endpoints(1).per_port = 32;
  builder.traffic().pattern.kind = workload::PatternKind::kPermutation;
  const auto receivers_of = [&](std::uint64_t seed) {
    const auto plan =
        make_plan({.loaded = builder.loaded, .facts = builder.facts, .cpus = builder.cpus, .seed = seed});
    std::vector<EndpointId> receivers;
    for (const Flow& flow : plan->flows)
      receivers.push_back(flow.destination);
    return receivers;
  };
  EXPECT_EQ(receivers_of(1), receivers_of(1));
  EXPECT_NE(receivers_of(1), receivers_of(2));
}

}  // namespace
}  // namespace plan
