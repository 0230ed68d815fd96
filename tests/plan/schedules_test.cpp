#include "plan/make_plan.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Plans computed by hand: how frames lie in time.
namespace plan {
namespace {

using profile::RateUnit;
using support::LoadedBuilder;
using workload::ShapeKind;

Plan must(const LoadedBuilder& builder) {
  auto plan = builder.plan();
  EXPECT_TRUE(plan.has_value()) << (plan ? "" : base::to_text(plan.error()));
  return plan ? std::move(*plan) : Plan{};
}

const Schedule& schedule_of(const Plan& plan, FlowId flow) {
  return plan.schedules.at(plan.flows.at(flow).schedule);
}
const Pace& pace_of_flow(const Plan& plan, FlowId flow) {
  return plan.paces.at(schedule_of(plan, flow).pace);
}

/// Messages of one packet of 1102 B with FCS: 1122 B on the line, 89,760 ps at 100 Gbit/s.
LoadedBuilder one_packet_messages() {
  LoadedBuilder builder;
  builder.traffic().message_size.fixed = 1024;
  return builder;
}

TEST(Schedules, BurstsShareTheLineOfTheirPort) {
  LoadedBuilder builder = one_packet_messages();
  builder.traffic().rate.reset();
  builder.traffic().qps_per_pair = 2;
  builder.traffic().shape = {.kind = ShapeKind::kBursts, .burst_packets = 10, .gap = base::microseconds(1)};
  const Plan plan = must(builder);
  EXPECT_EQ(pace_of_flow(plan, 0), (Pace{Pace::Charge::kWireBytes, 160, 1})) << "80 ps a byte, two flows";
  EXPECT_EQ(schedule_of(plan, 0).period.ps(), 2 * 10 * 89'760 + 1'000'000) << "both bursts, then the gap";
  EXPECT_EQ(plan.flows[0].start.ps(), 0);
  EXPECT_EQ(plan.flows[1].start.ps(), 89'760) << "in turns, frame by frame";
  // 20 frames of 1122 B in 2.7952 us.
  EXPECT_EQ(plan.traffic[0].offered_l1.count(), 20u * 1122 * 8 * 1'000'000'000'000 / 2'795'200);
}

TEST(Schedules, BurstsOfUnequalFramesUseTheirMean) {
  LoadedBuilder builder;
  builder.traffic().rate.reset();
  builder.traffic().message_size.fixed = 4096;
  builder.traffic().path_mtu = 1024;  // 1122 B on the line and three times 1106
  builder.traffic().shape = {.kind = ShapeKind::kBursts, .burst_packets = 2, .gap = base::nanoseconds(1)};
  const Plan plan = must(builder);
  EXPECT_EQ(schedule_of(plan, 0).period.ps(), (1122 + 3 * 1106) / 4 * 2 * 80 + 1000 + 0)
      << "4440 B in four frames: two of 1110 on average";
}

TEST(Schedules, PortsOfUnequalSpeedHaveBurstsOfTheirOwnLength) {
  LoadedBuilder builder = one_packet_messages();
  builder.add_port("c").speed = base::BitsPerSec{50'000'000'000};
  builder.add_endpoints("slow", "c");
  builder.endpoints(1).per_port = 2;
  builder.traffic().from_endpoints = {0, 2};
  builder.traffic().rate.reset();
  builder.traffic().shape = {.kind = ShapeKind::kBursts, .burst_packets = 10, .gap = base::microseconds(1)};
  const Plan plan = must(builder);
  EXPECT_EQ(schedule_of(plan, 0).period.ps(), 10 * 89'760 + 1'000'000);
  EXPECT_EQ(schedule_of(plan, 1).period.ps(), 20 * 89'760 + 1'000'000);
  EXPECT_EQ(plan.flows[1].start.ps(), 0) << "all ports at once";
}

TEST(Schedules, MicroburstsKeepTheirPeriod) {
  LoadedBuilder builder = one_packet_messages();
  builder.traffic().rate.reset();
  builder.traffic().shape = {
      .kind = ShapeKind::kMicroburst, .burst_packets = 64, .period = base::microseconds(100)};
  const Plan plan = must(builder);
  EXPECT_EQ(schedule_of(plan, 0).period, base::microseconds(100));
  EXPECT_EQ(pace_of_flow(plan, 0), (Pace{Pace::Charge::kWireBytes, 80, 1}));
  EXPECT_EQ(plan.traffic[0].offered_l1.count(), 64u * 1122 * 8 * 10'000ULL);
}

TEST(Schedules, OnOffOffersItsShareOfThePeriod) {
  LoadedBuilder builder;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kBitsL1, .value = 90'000'000'000};
  builder.traffic().shape = {
      .kind = ShapeKind::kOnOff, .on = base::milliseconds(1), .off = base::milliseconds(2)};
  const Plan plan = must(builder);
  EXPECT_EQ(schedule_of(plan, 0).period, base::milliseconds(3));
  EXPECT_EQ(plan.traffic[0].offered_l1.count(), 30'000'000'000u);
}

TEST(Schedules, RampClimbsInSteps) {
  LoadedBuilder builder;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kPackets, .value = 1000};
  builder.traffic().ramp_to = profile::Rate{.unit = RateUnit::kPackets, .value = 3000};
  builder.traffic().shape = {.kind = ShapeKind::kRamp, .ramp_time = base::milliseconds(500)};
  const Plan plan = must(builder);
  const Schedule& schedule = schedule_of(plan, 0);
  ASSERT_EQ(schedule.ramp.size(), 101u);
  EXPECT_EQ(schedule.ramp[0].at.ps(), 0);
  EXPECT_EQ(schedule.ramp[0].pace, schedule.pace);
  // The first step's middle is 1010 packets/s: 1e12 / 1010 ps.
  EXPECT_EQ(plan.paces[schedule.ramp[0].pace], (Pace{Pace::Charge::kFrame, 100'000'000'000, 101}));
  EXPECT_EQ(schedule.ramp[50].at, base::milliseconds(250));
  EXPECT_EQ(schedule.ramp[100].at, base::milliseconds(500));
  EXPECT_EQ(plan.paces[schedule.ramp[100].pace], (Pace{Pace::Charge::kFrame, 1'000'000'000, 3}));
}

TEST(Schedules, RateOfASenderIsSharedByItsFlowsAlone) {
  LoadedBuilder builder;
  builder.endpoints(0).per_port = builder.endpoints(1).per_port = 3;
  builder.traffic().qps_per_pair = 2;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kBitsL1, .value = 8'000'000'000};
  builder.traffic().rate_per = profile::RatePer::kSender;
  const Plan plan = must(builder);
  EXPECT_EQ(pace_of_flow(plan, 5), (Pace{Pace::Charge::kWireBytes, 2000, 1})) << "4 Gbit/s for each flow";
  EXPECT_EQ(plan.traffic[0].offered_l1.count(), 24'000'000'000u);
}

TEST(Schedules, CatchUpRateIsSharedAsTheRateIs) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 4;
  builder.traffic().when_late = profile::WhenLate::kCatchUp;
  builder.traffic().catch_up_rate = profile::Rate{.unit = RateUnit::kShareOfPort, .value = 800'000};
  const Plan plan = must(builder);
  ASSERT_TRUE(schedule_of(plan, 0).catch_up_pace);
  EXPECT_EQ(plan.paces[*schedule_of(plan, 0).catch_up_pace], (Pace{Pace::Charge::kWireBytes, 400, 1}));
}

TEST(Schedules, WrittenStaggerIsObeyedAsItStands) {
  LoadedBuilder builder;
  builder.traffic().qps_per_pair = 3;
  builder.traffic().start = base::milliseconds(5);
  builder.traffic().places = support::places_at(40, {"stagger"});
  EXPECT_EQ(must(builder).flows[2].start, base::milliseconds(5)) << "a written zero: all at once";
  builder.traffic().stagger = base::microseconds(7);
  EXPECT_EQ(must(builder).flows[2].start, base::milliseconds(5) + base::microseconds(14));
}

TEST(Schedules, IncastStaggersThoseThatAreNotSynchronised) {
  LoadedBuilder builder;
  builder.traffic().places = support::places_at(40, {"stagger"});
  builder.traffic().stagger = base::microseconds(1);
  builder.traffic().allow_uncongested = true;
  builder.traffic().pattern = {
      .kind = workload::PatternKind::kIncast, .receivers = 2, .synchronised_ppm = 500'000};
  builder.endpoints(0).per_port = 4;
  builder.endpoints(1).per_port = 2;
  const Plan plan = must(builder);
  std::vector<std::int64_t> starts_us;
  for (const Flow& flow : plan.flows)
    starts_us.push_back(flow.start.ps() / 1'000'000);
  EXPECT_THAT(starts_us, testing::ElementsAre(0, 0, 1, 2, 0, 0, 1, 2)) << "for each receiver";
}

TEST(Schedules, PoissonFlowsNeedNoTurns) {
  LoadedBuilder builder;
  builder.traffic().shape.kind = ShapeKind::kPoisson;
  builder.traffic().qps_per_pair = 3;
  const Plan plan = must(builder);
  for (const Flow& flow : plan.flows)
    EXPECT_EQ(flow.start.ps(), 0);
}

TEST(Schedules, TagNeeds24BytesInEveryPacketAndTheLast) {
  LoadedBuilder builder;
  const auto account = [&] { return must(builder).traffic[0].account; };
  builder.traffic().message_size.fixed = 24;
  EXPECT_EQ(account(), Account::kTag);
  builder.traffic().message_size.fixed = 23;
  EXPECT_EQ(account(), Account::kPsn);
  builder.traffic().message_size.fixed = 4096 + 24;
  EXPECT_EQ(account(), Account::kTag);
  builder.traffic().end.bytes = 2 * 4120 + 24;
  EXPECT_EQ(account(), Account::kTag) << "the last message is cut to 24 B";
  builder.traffic().end.bytes = 2 * 4120 + 4096 + 23;
  EXPECT_EQ(account(), Account::kPsn) << "its last packet has 23 B";
  builder.traffic().end.bytes.reset();
  builder.traffic().message_size = {.kind = workload::SizeKind::kUniform, .min = 24, .max = 4096};
  EXPECT_EQ(account(), Account::kTag);
  builder.traffic().message_size.max = 4097;
  EXPECT_EQ(account(), Account::kPsn);
}

TEST(Schedules, ReadRequestsAreAccountedByPsn) {
  LoadedBuilder builder;
  builder.traffic().verb = profile::Verb::kRead;
  builder.traffic().rate = profile::Rate{.unit = RateUnit::kMessages, .value = 1000};
  const Plan plan = must(builder);
  EXPECT_EQ(plan.traffic[0].account, Account::kPsn);
  EXPECT_EQ(plan.traffic[0].psns_per_message, 16u) << "a request takes the PSNs of its response";
  EXPECT_EQ(plan.traffic[0].frame_bytes_max, 78u);
}

TEST(Schedules, DistributionBecomesEquallyLikelySizes) {
  LoadedBuilder builder;
  builder.traffic().message_size = {.kind = workload::SizeKind::kUniform, .min = 100, .max = 4195};
  const Plan plan = must(builder);
  const std::vector<std::uint32_t>& sizes = plan.traffic[0].sizes;
  ASSERT_EQ(sizes.size(), 4096u);
  for (std::uint32_t i = 0; i < 4096; ++i)
    ASSERT_EQ(sizes[i], 100 + i);
  EXPECT_EQ(plan.traffic[0].psns_per_message, 0u);
  builder.traffic().message_size.max = 100;
  EXPECT_THAT(must(builder).traffic[0].sizes, testing::ElementsAre(100u)) << "a distribution of one size";
}

}  // namespace
}  // namespace plan
