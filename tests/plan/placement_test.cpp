#include "frame/probe_tag.hpp"
#include "plan/make_plan.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Plans computed by hand: addresses, queues, cores, buffers, receivers.
namespace plan {
namespace {

using support::LoadedBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

Plan must(const LoadedBuilder& builder) {
  auto plan = builder.plan();
  EXPECT_TRUE(plan.has_value()) << (plan ? "" : base::to_text(plan.error()));
  return plan ? std::move(*plan) : Plan{};
}

TEST(Placement, EntrysAddressesCountUpOverAllItsPorts) {
  LoadedBuilder builder;
  profile::Endpoints& hosts = builder.endpoints(0);
  hosts.group = "all";
  hosts.per_port = 2;
  hosts.mac = base::MacAddress{{2, 0, 0, 0, 1, 0xff}};
  hosts.ipv4 = base::Ipv4Prefix{.address = {{10, 0, 0, 254}}, .length = 16};
  hosts.vlan = 100;
  builder.traffic().to_endpoints = {0};
  builder.endpoints(1).vlan = 200;
  const Plan plan = must(builder);
  ASSERT_EQ(plan.endpoints.size(), 5u);
  EXPECT_EQ(base::to_text(plan.endpoints[0].mac), "02:00:00:00:01:ff");
  EXPECT_EQ(base::to_text(plan.endpoints[3].mac), "02:00:00:00:02:02");
  EXPECT_EQ(base::to_text(*plan.endpoints[3].ipv4), "10.0.1.1/16");
  EXPECT_EQ(plan.endpoints[1].port, 0u);
  EXPECT_EQ(plan.endpoints[2].port, 1u);
  EXPECT_EQ(plan.endpoints[2].vlan, 100);
  EXPECT_EQ(plan.traffic[0].frame_bytes_max, 4178u) << "four bytes of VLAN tag";
}

TEST(Placement, PortsOwnAddressesAreTakenOneAfterAnother) {
  LoadedBuilder builder;
  builder.port(0).mac = base::MacAddress{{2, 0xaa, 0, 0, 0, 1}};
  builder.port(0).ipv4 = base::Ipv4Prefix{.address = {{192, 0, 2, 10}}, .length = 24};
  builder.port(0).gateway_ipv4 = base::Ipv4Address{{192, 0, 2, 1}};
  builder.port(0).vlan = 7;
  builder.endpoints(0).per_port = 2;
  builder.add_endpoints("second", "a");
  builder.endpoints(1).per_port = 2;
  const Plan plan = must(builder);
  EXPECT_EQ(base::to_text(*plan.endpoints[1].ipv4), "192.0.2.11/24");
  EXPECT_EQ(base::to_text(*plan.endpoints[4].ipv4), "192.0.2.12/24") << "the second entry goes on";
  EXPECT_EQ(base::to_text(plan.endpoints[4].mac), "02:aa:00:00:00:03");
  EXPECT_EQ(plan.endpoints[4].vlan, 7);
  EXPECT_EQ(base::to_text(*plan.endpoints[2].ipv4), "198.18.0.1/15") << "port b has none of its own";
  EXPECT_TRUE(needs_gateway(plan, plan.flows[0]));
}

TEST(Placement, Ipv6HostsHaveNoIpv4UnlessGiven) {
  LoadedBuilder builder;
  builder.endpoints(0).ip_version = builder.endpoints(1).ip_version = profile::IpVersion::kIpv6;
  const Plan plan = must(builder);
  EXPECT_FALSE(plan.endpoints[0].ipv4);
  EXPECT_EQ(base::to_text(*plan.endpoints[0].ipv6), "2001:2::1/48");
  EXPECT_TRUE(plan.flows[0].ipv6);
  EXPECT_EQ(plan.ports[0].ip_mtu, 4096u + 80);
}

TEST(Placement, HostIndexMovesTheDefaultAddresses) {
  LoadedBuilder builder;
  const auto plan =
      make_plan({.loaded = builder.loaded, .facts = builder.facts, .cpus = builder.cpus, .host_index = 2});
  ASSERT_TRUE(plan);
  EXPECT_EQ(base::to_text(*plan->endpoints[0].ipv4), "198.18.32.1/15");
  EXPECT_EQ(base::to_text(plan->endpoints[0].mac), "02:00:00:00:20:01");
}

TEST(Placement, DurationGivenReplacesTheProfiles) {
  LoadedBuilder builder;
  const auto plan = make_plan({.loaded = builder.loaded,
                               .facts = builder.facts,
                               .cpus = builder.cpus,
                               .seed = 99,
                               .duration = base::seconds(7)});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->profile.test.duration, base::seconds(7));
  EXPECT_EQ(plan->seed, 99u);
}

TEST(Placement, FlowsTakeTheQueuesOfTheirPortsInTurns) {
  LoadedBuilder builder;
  builder.port(0).tx_queues = 3;
  builder.port(1).rx_queues = 2;
  builder.traffic().qps_per_pair = 5;
  const Plan plan = must(builder);
  ASSERT_EQ(plan.queues.size(), 5u);
  EXPECT_EQ(plan.ports[0].rx_queues, 1);
  EXPECT_THAT(plan.ports[0].queues, ElementsAre(0, 1, 2));
  EXPECT_THAT(plan.queues[0].sends, ElementsAre(0u, 3u));
  EXPECT_THAT(plan.queues[2].sends, ElementsAre(2u));
  EXPECT_THAT(plan.queues[3].receives, ElementsAre(0u, 2u, 4u));
  EXPECT_THAT(plan.queues[4].receives, ElementsAre(1u, 3u));
  EXPECT_THAT(plan.queues[1].endpoints, IsEmpty()) << "queue 0 answers";
  EXPECT_EQ(plan.queues[1].rx_buffers, 0u) << "it has no receiving half";
  EXPECT_EQ(plan.queues[4].tx_buffers, 0u);
  EXPECT_THAT(plan.queues[1].sources, ElementsAre(wire::PayloadSource::kRandom));
  EXPECT_THAT(plan.lcores[0].queues, ElementsAre(0, 2, 4));
  EXPECT_THAT(plan.lcores[1].queues, ElementsAre(1, 3));
}

TEST(Placement, PortsWithCoresOfTheirOwnKeepThem) {
  LoadedBuilder builder;
  builder.cpus = {0, 1, 2, 3};
  builder.loaded.testbed.tester.cores = {3, 2};
  builder.port(0).cores = {1};
  const Plan plan = must(builder);
  EXPECT_EQ(plan.lcores[plan.queues[0].lcore].cpu, 1u);
  EXPECT_EQ(plan.lcores[plan.queues[1].lcore].cpu, 3u);
}

TEST(Placement, PortWithoutEndpointsIsNotOpened) {
  LoadedBuilder builder;
  builder.add_port("idle").speed = {};
  builder.facts[2].link_speed.reset();
  const Plan plan = must(builder);
  EXPECT_THAT(plan.ports[2].queues, IsEmpty());
  EXPECT_EQ(plan.queues.size(), 2u);
}

TEST(Placement, SwitchesAndHopsGoWhereThereIsLeastToDo) {
  LoadedBuilder builder;
  for (const char* name : {"c", "d", "e"})
    builder.add_port(name);
  for (profile::Port& port : builder.loaded.testbed.ports) {
    port.device = {.kind = profile::DeviceKind::kRing, .name = "ring", .arguments = {}};
  }
  builder.add_endpoints("third", "c");
  builder.loaded.testbed.switches.push_back({.places = {}, .name = "s", .ports = {0, 1, 2}});
  builder.loaded.testbed.cables.push_back({.places = {}, .a = 3, .b = 4, .impair = {{}}});
  builder.loaded.testbed.cables.push_back({.places = {}, .a = 3, .b = 4, .impair = {}});
  const Plan plan = must(builder);
  EXPECT_THAT(plan.lcores[0].queues, ElementsAre(0, 2));
  EXPECT_THAT(plan.lcores[1].queues, ElementsAre(1));
  EXPECT_THAT(plan.lcores[1].switches, ElementsAre(0));
  EXPECT_THAT(plan.lcores[0].hops, ElementsAre(0)) << "equal work: the first; a plain cable needs nobody";
}

TEST(Placement, BuffersCoverWhatACableHoldsBack) {
  LoadedBuilder builder;
  builder.port(0).device =
      builder.port(1).device = {.kind = profile::DeviceKind::kRing, .name = "ring", .arguments = {}};
  builder.loaded.testbed.cables.push_back({.places = {}, .a = 0, .b = 1, .impair = {}});
  EXPECT_EQ(must(builder).queues[0].tx_buffers, 2047u);
  profile::Impairment delay;
  delay.kind = profile::ImpairKind::kDelay;
  delay.delay = base::milliseconds(2);
  delay.jitter = base::milliseconds(1);
  builder.loaded.testbed.cables[0].impair.push_back(delay);
  // 3 ms at 50 Gbit/s of frames of 4178 B and more: 4487, and 1664 of the queue itself.
  EXPECT_EQ(must(builder).queues[0].tx_buffers, 8191u);
  builder.loaded.testbed.cables[0].impair[0].from_port = 1;
  EXPECT_EQ(must(builder).queues[0].tx_buffers, 2047u) << "the other direction";
}

TEST(Placement, ReceiversAddUpTheSpeedsOfPortsNotOfHosts) {
  LoadedBuilder builder;
  builder.add_port("c").speed = base::BitsPerSec{25'000'000'000};
  builder.add_endpoints("third", "c");
  builder.endpoints(0).per_port = 8;
  builder.traffic().from_endpoints = {0, 2};
  builder.traffic().pattern.kind = workload::PatternKind::kIncast;
  builder.traffic().rate = profile::Rate{.unit = profile::RateUnit::kBitsL1, .value = 10'000'000'000};
  const Plan plan = must(builder);
  ASSERT_EQ(plan.receivers.size(), 1u);
  EXPECT_EQ(plan.receivers[0].port, 1u);
  EXPECT_THAT(plan.receivers[0].senders, ElementsAre(0, 2));
  EXPECT_EQ(plan.receivers[0].physical_l1.count(), 125'000'000'000u);
  EXPECT_EQ(plan.receivers[0].offered_l1.count(), 20'000'000'000u);
}

TEST(Placement, NamedFlowsAndReceiversAreKeptInDetail) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 4;
  builder.loaded.profile.series.push_back(
      {.places = {}, .of = {.kind = profile::SubjectKind::kFlow, .index = 0, .member = 2, .name = {}}});
  Plan plan = must(builder);
  EXPECT_FALSE(plan.flows[1].detailed);
  EXPECT_TRUE(plan.flows[2].detailed);
  builder.loaded.profile.series[0].of = {
      .kind = profile::SubjectKind::kReceiver, .index = 1, .member = 0, .name = {}};
  plan = must(builder);
  for (const Flow& flow : plan.flows)
    EXPECT_TRUE(flow.detailed);
}

TEST(Placement, SourcePortsFollowTheirPolicy) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 3;
  profile::SourcePort& port = builder.traffic().udp_source_port;
  port = {.policy = profile::SourcePortPolicy::kFixed, .first = 50'000};
  EXPECT_EQ(must(builder).flows[2].udp_source_port, 50'000);
  port = {.policy = profile::SourcePortPolicy::kPerQp, .first = 50'000, .count = 2};
  EXPECT_EQ(must(builder).flows[1].udp_source_port, 50'001);
  EXPECT_EQ(must(builder).flows[2].udp_source_port, 50'000);
  port.policy = profile::SourcePortPolicy::kFlowLabel;
  // 0x101 * 0x101 = 0x10201: its low 14 bits are 0x201, and what is above them 4.
  EXPECT_EQ(must(builder).flows[1].udp_source_port, 0xc205);
}

TEST(Placement, TagIsAsLongAsTheFramesSay) {
  // plan may not include frame, and repeats the number: 23 payload bytes are accounted by PSN, 24 by tag.
  static_assert(frame::kTagBytes == 24);
}

}  // namespace
}  // namespace plan
