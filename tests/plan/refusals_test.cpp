#include "plan/make_plan.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Each refusal is read as the user reads it: place, what was found, what to do.
namespace plan {
namespace {

using profile::RateUnit;
using support::LoadedBuilder;
using support::places_at;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

profile::Rate rate_l1(std::uint64_t value) {
  return {.unit = RateUnit::kBitsL1, .value = value};
}

TEST(Refusal, RateAboveLineRateNamesThePlaceOfTheRate) {
  LoadedBuilder builder;
  builder.traffic().places = places_at(40, {"rate"});
  builder.traffic().rate = rate_l1(110'000'000'000);
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("p.toml:41:3 traffic.stream.rate: 110 Gbit/s of layer 1 on port a, whose line rate is "
                "100 Gbit/s\n    lower the rate, or spread the senders over more ports\n"));
}

TEST(Refusal, RateOfLayer2IsJudgedOnTheLine) {
  LoadedBuilder builder;
  builder.traffic().message_size.fixed = 64;
  // Frames of 142 B with FCS are 162 on the line: 87.65 Gbit/s of layer 2 are line rate.
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kBitsL2, .value = 87'654'000'000};
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kBitsL2, .value = 87'655'000'000};
  EXPECT_THAT(builder.refusals(), HasSubstr("whose line rate is 100 Gbit/s"));
}

TEST(Refusal, EntriesTogetherAboveLineRateAreAddedUp) {
  LoadedBuilder builder;
  builder.traffic().rate = rate_l1(60'000'000'000);
  builder.add_traffic("background", {0}, {1}).rate = rate_l1(40'000'000'000);
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic(1).rate = rate_l1(40'000'000'001);
  EXPECT_THAT(builder.refusals(),
              AllOf(HasSubstr("traffic.background.rate: the entries together ask for 100000000.001 kbit/s"),
                    HasSubstr("stream 60 Gbit/s + background 40000000.001 kbit/s")));
}

TEST(Refusal, RateOfEachFlowIsAddedUp) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 10;
  builder.traffic().rate = rate_l1(10'000'000'000);
  builder.traffic().rate_per = profile::RatePer::kFlow;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().qps_per_pair = 11;
  EXPECT_THAT(builder.refusals(), HasSubstr("110 Gbit/s of layer 1 on port a"));
}

TEST(Refusal, MicroburstsLongerThanTheirPeriod) {
  LoadedBuilder builder;
  builder.traffic().rate.reset();
  builder.traffic().message_size.fixed = 1024;  // 1102 B with FCS, 1122 on the line: 89.76 ns
  builder.traffic().shape = {
      .kind = workload::ShapeKind::kMicroburst, .burst_packets = 100, .period = base::nanoseconds(8976)};
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().shape.period = base::nanoseconds(8975);
  EXPECT_THAT(builder.refusals(),
              AllOf(HasSubstr("traffic.stream.shape: "), HasSubstr("shorten the bursts")));
}

TEST(Refusal, CatchUpRateAboveLineRate) {
  LoadedBuilder builder;
  builder.traffic().when_late = profile::WhenLate::kCatchUp;
  builder.traffic().catch_up_rate = profile::Rate{.unit = RateUnit::kShareOfPort, .value = 1'000'000};
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().catch_up_rate->value = 1'000'001;
  EXPECT_THAT(builder.refusals(), HasSubstr("traffic.stream.catch_up_rate: 100000.1 Mbit/s of layer 1"));
}

TEST(Refusal, RateTooSlowToBeKept) {
  LoadedBuilder builder;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kPackets, .value = 1};
  builder.traffic().qps_per_pair = 2000;
  EXPECT_THAT(builder.refusals(), HasSubstr("shared by 2000 flows it leaves less than one frame in months"));
}

TEST(Refusal, RateOfPayloadWithEmptyMessages) {
  LoadedBuilder builder;
  builder.traffic().message_size = {.kind = workload::SizeKind::kUniform, .min = 0, .max = 1};
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kBitsPayload, .value = 1000};
  EXPECT_THAT(builder.refusals(), HasSubstr("a rate of payload, and some messages are empty"));
}

TEST(Refusal, UnknownGroupListsTheKnownOnes) {
  LoadedBuilder builder;
  builder.endpoints(0).places = places_at(10, {"name", "group"});
  builder.endpoints(0).group = "leaf9";
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("p.toml:12:3 endpoints.left.group: testbed t.toml has no group and no port \"leaf9\"\n    "
                "take one of: all a b\n"));
}

TEST(Refusal, TotalThatThePortsDoNotDivide) {
  LoadedBuilder builder;
  builder.endpoints(0).group = "all";
  builder.endpoints(0).per_port = 0;
  builder.endpoints(0).total = 7;
  EXPECT_THAT(builder.refusals(), HasSubstr("7 hosts cannot be spread evenly over the 2 ports of group all"));
}

TEST(Refusal, AddressesThatClash) {
  LoadedBuilder builder;
  base::Ipv4Prefix prefix;
  ASSERT_TRUE(base::parse_ipv4_prefix("10.0.0.7/24", prefix));
  builder.endpoints(0).ipv4 = prefix;
  builder.endpoints(1).ipv4 = prefix;
  builder.endpoints(1).mac = base::MacAddress{{2, 0, 0, 0, 0, 1}};
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("endpoints.right.ipv4: 10.0.0.7 on port b is the address of an endpoint of left on "
                      "port a, too"),
            HasSubstr("endpoints.right.mac: 02:00:00:00:00:01 on port b")));
  builder.endpoints(1).vlan = 7;
  EXPECT_EQ(builder.refusals(), "planned") << "another VLAN is another network";
}

TEST(Refusal, RangeThatLeavesItsNetworkOrHitsBroadcast) {
  LoadedBuilder builder;
  base::Ipv4Prefix prefix;
  ASSERT_TRUE(base::parse_ipv4_prefix("10.0.0.250/24", prefix));
  builder.endpoints(0).ipv4 = prefix;
  builder.endpoints(0).per_port = 5;
  builder.port(1).ipv4 = base::Ipv4Prefix{.address = {{10, 0, 0, 1}}, .length = 24};
  builder.endpoints(1).per_port = 5;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.endpoints(0).per_port = builder.endpoints(1).per_port = 6;
  EXPECT_THAT(builder.refusals(), HasSubstr("10.0.0.255/24 is the network's own or its broadcast address"));
  builder.endpoints(0).ipv4 = base::Ipv4Prefix{.address = {{10, 0, 0, 254}}, .length = 31};
  builder.endpoints(0).per_port = 2;
  // One entry's range runs over all of its ports: the third host, on port b, is out.
  builder.endpoints(0).group = "all";
  builder.traffic().to_endpoints = {0};
  EXPECT_THAT(builder.refusals(), HasSubstr("the range from 10.0.0.254/31 leaves its network at 10.0.1.0"));
}

TEST(Refusal, Ipv6RangeThatLeavesItsNetwork) {
  LoadedBuilder builder;
  base::Ipv6Prefix prefix;
  ASSERT_TRUE(base::parse_ipv6_prefix("2001:db8::e/124", prefix));
  builder.endpoints(0).ipv6 = prefix;
  builder.endpoints(0).per_port = 2;
  builder.endpoints(1).per_port = 2;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.endpoints(0).per_port = builder.endpoints(1).per_port = 3;
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("endpoints.left.ipv6: the range from 2001:db8::e/124 leaves its network at 2001:db8::10"));
}

TEST(Refusal, MulticastStation) {
  LoadedBuilder builder;
  builder.endpoints(0).mac = base::MacAddress{{1, 0, 0x5e, 0, 0, 1}};
  EXPECT_THAT(builder.refusals(), HasSubstr("endpoints.left.mac: 01:00:5e:00:00:01 is no station's address"));
}

TEST(Refusal, GatewayWithoutAnAddressOfItsKindOrNetwork) {
  LoadedBuilder builder;
  base::Ipv6Address gateway;
  ASSERT_TRUE(base::parse_ipv6("2001:db8::1", gateway));
  builder.endpoints(0).gateway_ipv6 = gateway;
  builder.endpoints(1).gateway_ipv4 = base::Ipv4Address{{10, 0, 0, 1}};
  EXPECT_THAT(builder.refusals(),
              AllOf(HasSubstr("endpoints.left.gateway_ipv6: a gateway 2001:db8::1, and the endpoints have no "
                              "address of its kind"),
                    HasSubstr("endpoints.right.gateway_ipv4: the gateway 10.0.0.1 is outside the network of "
                              "198.18.0.2/15")));
}

TEST(Refusal, PeersInOtherNetworksNeedAGateway) {
  LoadedBuilder builder;
  builder.endpoints(0).ipv4 = base::Ipv4Prefix{.address = {{10, 0, 0, 2}}, .length = 24};
  builder.endpoints(1).ipv4 = base::Ipv4Prefix{.address = {{10, 0, 1, 2}}, .length = 24};
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("left/0 on port a and right/0 on port b are in different networks, 10.0.0.2/24 and "
                      "10.0.1.2/24, and there is no gateway"),
            HasSubstr("gateway_ipv4")));
  builder.endpoints(0).gateway_ipv4 = base::Ipv4Address{{10, 0, 0, 1}};
  const auto plan = builder.plan();
  ASSERT_TRUE(plan);
  EXPECT_TRUE(needs_gateway(*plan, plan->flows[0]));
}

TEST(Refusal, EndsOfDifferentIpVersions) {
  LoadedBuilder builder;
  builder.endpoints(1).ip_version = profile::IpVersion::kIpv6;
  EXPECT_THAT(builder.refusals(),
              HasSubstr("left/0 on port a and right/0 on port b use different IP versions"));
}

TEST(Refusal, HairpinsAreCounted) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = 4;
  builder.traffic().to_endpoints = {0};
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("traffic.stream.hairpin: 2 of 2 pairs have both ends on one port, the first left/0 on port "
                "a and left/2 on port a"));
  builder.traffic().hairpin = true;
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, PatternThatDoesNotFitTheEndpoints) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = 3;
  EXPECT_THAT(builder.refusals(), HasSubstr("traffic.stream.pattern: pairs of 3 senders and 1 receivers"));
}

TEST(Refusal, MoreFlowsThanQueuePairNumbers) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = builder.endpoints(1).per_port = 257;
  builder.traffic().qps_per_pair = 65'536;
  EXPECT_THAT(builder.refusals(),
              HasSubstr("257 pairs of 65536 queue pairs, and 16776958 flows are the most"));
}

TEST(Refusal, RingPortsThatNothingJoins) {
  LoadedBuilder builder;
  builder.port(0).device =
      builder.port(1).device = {.kind = profile::DeviceKind::kRing, .name = "ring", .arguments = {}};
  EXPECT_THAT(builder.refusals(), HasSubstr("no cable and no switch joins the ring ports a and b"));
  builder.loaded.testbed.cables.push_back({.places = {}, .a = 0, .b = 1, .impair = {}});
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, FlowsThatStartAfterTheEnd) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 11;
  builder.traffic().stagger = base::milliseconds(100);
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("traffic.stream.stagger: the last of 11 flows would start after the test's end at 1 s"));
  builder.traffic().qps_per_pair = 10;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().start = base::seconds(1);
  EXPECT_THAT(builder.refusals(), HasSubstr("traffic.stream.start: "));
}

TEST(Refusal, TestOfMoreThanAHundredDays) {
  LoadedBuilder builder;
  builder.loaded.profile.test.warmup = builder.loaded.profile.test.duration = base::seconds(51LL * 86'400);
  EXPECT_THAT(builder.refusals(),
              HasSubstr("test.duration: settling, warm-up, measuring and draining together"));
}

// Ports, queues, cores and memory.

TEST(Refusal, VirtualDeviceWithoutSpeed) {
  LoadedBuilder builder;
  builder.port(0).speed = {};
  EXPECT_EQ(builder.refusals(), "planned") << "the link's own";
  builder.facts[0].link_speed.reset();
  EXPECT_THAT(builder.refusals(),
              HasSubstr("port.a.speed: the speed of 0000:3b:00.a is not known while its link"));
  builder.facts[0].is_virtual = true;
  builder.facts[0].driver = "net_null";
  EXPECT_THAT(builder.refusals(),
              HasSubstr("t.toml:110:1 port.a.speed: a virtual device (net_null) has no speed of "
                        "its own\n    write the port's `speed`"));
}

TEST(Refusal, SpeedThatTheLinkDoesNotReach) {
  LoadedBuilder builder;
  builder.facts[0].link_speed = base::BitsPerSec{25'000'000'000};
  EXPECT_THAT(builder.refusals(),
              HasSubstr("port.a.speed: `speed` of 100 Gbit/s is above the 25 Gbit/s at which the link"));
  builder.facts[0].is_virtual = true;
  EXPECT_EQ(builder.refusals(), "planned") << "a virtual device claims nonsense";
}

TEST(Refusal, PortOfTheDefaultRoute) {
  LoadedBuilder builder;
  builder.facts[1].carries_default_route = true;
  EXPECT_THAT(builder.refusals(),
              HasSubstr("t.toml:120:1 port.b.allow_default_route: 0000:3b:00.b carries the "
                        "default route of this host\n    take another device"));
  builder.port(1).allow_default_route = true;
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, QueuesThatTheDeviceDoesNotHaveOrSteer) {
  LoadedBuilder builder;
  builder.port(0).tx_queues = 17;
  builder.port(1).rx_queues = 2;
  builder.facts[1].steers_flows = false;
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("port.a.tx_queues: 17 queues, and 0000:3b:00.a (mlx5_pci) has at most 16"),
            HasSubstr("port.b.rx_queues: 2 receive queues, and 0000:3b:00.b (mlx5_pci) cannot make every "
                      "flow arrive on a known one")));
  builder.port(0).tx_queues = 16;
  builder.facts[1].steers_flows = true;
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, MtuNamesWhoSetsTheLimit) {
  LoadedBuilder builder;
  builder.facts[1].ip_mtu_most = 4155;
  builder.facts[1].ip_mtu_limit = "veth1's kernel side";
  EXPECT_THAT(builder.refusals(),
              HasSubstr("traffic.stream.path_mtu: IP packets of 4156 B, and port b carries at "
                        "most 4155: the limit of veth1's kernel side"));
  builder.facts[1].ip_mtu_most = 4156;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.port(1).mtu = 4155;
  EXPECT_THAT(builder.refusals(), HasSubstr("and port b has `mtu = 4155`"));
  builder.port(1).mtu = 9000;
  EXPECT_THAT(builder.refusals(),
              HasSubstr("port.b.mtu: `mtu` of 9000 is above the 4156 that veth1's kernel side"));
}

TEST(Refusal, BacklogThatHoldsNoFrame) {
  LoadedBuilder builder;
  builder.loaded.profile.test.places = places_at(1, {"backlog"});
  builder.loaded.profile.test.backlog = base::nanoseconds(335);  // 4174 + 20 B at 100 Gbit/s: 335.52 ns
  EXPECT_THAT(builder.refusals(), HasSubstr("p.toml:2:3 test.backlog: 335 ns does not hold one frame"));
  builder.loaded.profile.test.backlog = base::nanoseconds(336);
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, CoresThatTheProcessMayNotUse) {
  LoadedBuilder builder;
  builder.loaded.testbed.tester.cores = {0, 5};
  builder.port(1).cores = {7};
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("tester.cores: core 5 is not one this process may run on\n    take some of: 0 1;"),
            HasSubstr("port.b.cores: core 7 is not one")));
  builder.loaded.testbed.tester.cores.clear();
  builder.port(1).cores.clear();
  builder.cpus.clear();
  EXPECT_THAT(builder.refusals(), HasSubstr("tester.cores: no core is left to run on"));
}

TEST(Refusal, BuffersBeyondTheMemoryAllowed) {
  LoadedBuilder builder;
  // 2047 buffers of 4174 + 512 B for: a's random, a's and b's written ones, both receive pools.
  builder.loaded.testbed.tester.memory = base::Bytes{5 * 2047 * 4686 - 1};
  EXPECT_THAT(builder.refusals(), HasSubstr("tester.memory: packet buffers need 46 MiB, and"));
  builder.loaded.testbed.tester.memory = base::Bytes{5 * 2047 * 4686};
  EXPECT_EQ(builder.refusals(), "planned");
}

TEST(Refusal, PortOfWhichNothingIsKnownIsOurMistake) {
  LoadedBuilder builder;
  builder.facts.pop_back();
  const auto plan = builder.plan();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().front().kind, base::ErrorKind::kInternal);
}

// What the results could not tell.

TEST(Refusal, IncastThatCongestsNothingNamesTheCure) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = 8;
  builder.traffic().pattern = {.kind = workload::PatternKind::kIncast};
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("traffic.stream.pattern: an incast that congests nothing: 1 sending port of 100 Gbit/s "
                      "in all, into port b of 100 Gbit/s, over-subscription 1.00"),
            HasSubstr("add a further sending port, take a slower egress or set a shaper on the device; or "
                      "write `allow_uncongested = true`")));
  builder.port(1).speed = base::BitsPerSec{99'999'999'999};
  EXPECT_EQ(builder.refusals(), "planned") << "a slower egress";
  builder.port(1).speed = support::k100G;
  builder.traffic().allow_uncongested = true;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().allow_uncongested = false;
  builder.add_port("c");
  builder.add_endpoints("more", "c");
  builder.traffic().from_endpoints = {0, 2};
  EXPECT_EQ(builder.refusals(), "planned") << "a further sending port";
}

TEST(Refusal, NamesThatTheTestbedOrThePlanDoNotHave) {
  LoadedBuilder builder;
  const auto expect = [&](profile::SubjectKind kind, std::uint32_t index, std::uint64_t member,
                          std::string name) {
    builder.loaded.profile.expects.push_back(
        {.places = places_at(60, {"of"}),
         .metric = "lost_frames",
         .of = {.kind = kind, .index = index, .member = member, .name = std::move(name)},
         .min = {},
         .max = 0,
         .equals = {}});
  };
  expect(profile::SubjectKind::kPort, 0, 0, "x");
  expect(profile::SubjectKind::kGroup, 0, 0, "y");
  expect(profile::SubjectKind::kFlow, 0, 1, "");
  expect(profile::SubjectKind::kReceiver, 1, 1, "");
  expect(profile::SubjectKind::kReceiver, 0, 0, "");
  EXPECT_THAT(
      builder.refusals(),
      AllOf(HasSubstr("p.toml:61:3 expect.of: testbed t.toml has no port \"x\"\n    "
                      "take one of: a b"),
            HasSubstr("has no group \"y\""), HasSubstr("traffic stream has 1 flows, the last is number 0"),
            HasSubstr("endpoints right are 1, the last is number 0"),
            HasSubstr("nothing is sent to this endpoint")));
}

TEST(Refusal, LatencyOfPacketsTooShortForATag) {
  LoadedBuilder builder;
  builder.loaded.profile.expects.push_back({.places = places_at(60, {"metric"}),
                                            .metric = "latency_ns_p99",
                                            .of = {.kind = profile::SubjectKind::kTraffic, .name = {}},
                                            .min = {},
                                            .max = 1000,
                                            .equals = {}});
  builder.traffic().message_size.fixed = 4096 + 24;
  EXPECT_EQ(builder.refusals(), "planned");
  builder.traffic().message_size.fixed = 4096 + 23;
  EXPECT_THAT(builder.refusals(),
              HasSubstr("p.toml:61:3 expect.metric: latency_ns_p99 of traffic stream cannot be "
                        "measured"));
}

TEST(Refusal, AllFaultsAreToldAtOnce) {
  LoadedBuilder builder;
  builder.endpoints(0).group = "nowhere";
  builder.facts[1].carries_default_route = true;
  builder.add_traffic("other", {1}, {1}).pattern.kind = workload::PatternKind::kPermutation;
  const auto plan = builder.plan();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().size(), 3u) << base::to_text(plan.error());
}

}  // namespace
}  // namespace plan
