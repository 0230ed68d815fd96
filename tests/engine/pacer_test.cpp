#include "engine/pacer.hpp"

#include "base/rng.hpp"
#include "engine/message.hpp"
#include "engine/small_plan.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <vector>

namespace {

using workload::ShapeKind;

constexpr int kFrames = 100'000;

/// One flow, stepped as the sender does.
struct Stepper {
  explicit Stepper(const test::EntrySpec& spec) : Stepper{test::SmallPlan{spec}} {}
  explicit Stepper(test::SmallPlan small)
      : planned{std::move(small)}, state{engine::make_send_state({.plan = planned.plan, .queue = 0})} {}
  engine::SendClass& send_class() { return state.classes[0]; }
  engine::SendFlow& flow() { return state.flows[0]; }
  engine::SendFlowBooks& books() { return state.books[0]; }

  /// Lays the next packet in mind; returns what it was charged.
  engine::PacketCharge step() {
    if (!flow().in_message) engine::begin_message(flow(), books(), send_class());
    const engine::NextPacket packet = engine::next_packet(flow(), send_class());
    const engine::PacketCharge charge = engine::charge_of(send_class(), packet);
    engine::advance(flow(), books(), send_class(), packet);
    engine::step_schedule(flow(), books(), send_class(), charge);
    return charge;
  }
  std::uint64_t skip(base::Time now, base::Time ends = base::Time::never()) {
    if (!flow().in_message) engine::begin_message(flow(), books(), send_class());
    const auto charge = engine::charge_of(send_class(), engine::next_packet(flow(), send_class()));
    return engine::skip_missed(flow(), books(), send_class(), charge, {.now = now, .ends = ends});
  }

  test::SmallPlan planned;
  engine::SendState state;
};

plan::Pace random_pace(base::Rng& rng) {
  const std::uint64_t denominator = 1 + rng.below(1ULL << rng.below(40));
  const std::uint64_t ps_a_unit = 1 + rng.below(1000);
  return {.charge = static_cast<plan::Pace::Charge>(rng.below(4)),
          .ps_numerator = denominator * ps_a_unit + rng.below(denominator),
          .ps_denominator = denominator};
}

base::Time scheduled(base::Time start, const plan::Pace& pace, base::Uint128 units) {
  return start + base::Duration{static_cast<std::int64_t>(units * pace.ps_numerator / pace.ps_denominator)};
}

TEST(Pacer, KeepsAConstantRateToThePicosecondWhateverItsRemainders) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    test::EntrySpec spec{.traffic = {.path_mtu = 1024},
                         .message_bytes = 24 + rng.below(5000),
                         .pace = random_pace(rng),
                         .start = base::Duration{static_cast<std::int64_t>(rng.below(1'000'000))}};
    if (rng.below(2) == 0) spec.sizes = {100, 1024, 2000, 9000};
    Stepper stepper{spec};
    base::Uint128 units = 0;
    for (int n = 0; n < kFrames; ++n) {
      ASSERT_EQ(stepper.flow().due, scheduled(base::Time{} + spec.start, *spec.pace, units)) << n;
      units += engine::charged_units(spec.pace->charge, stepper.step());
    }
  }
}

TEST(Pacer, ChargesAMessageOnItsLastPacket) {
  Stepper stepper{{.traffic = {.path_mtu = 1024},
                   .message_bytes = 3000,
                   .pace = plan::Pace{.charge = plan::Pace::Charge::kMessage, .ps_numerator = 7'000}}};
  for (int n = 0; n < 30; ++n) {
    EXPECT_EQ(stepper.flow().due.ps(), n / 3 * 7'000) << n;
    stepper.step();
  }
}

TEST(Pacer, StartsEachBurstOnTheAbsoluteGrid) {
  const base::Duration period = base::nanoseconds(1000) + base::picoseconds(7);
  for (const ShapeKind kind : {ShapeKind::kBursts, ShapeKind::kMicroburst}) {
    Stepper stepper{
        {.traffic = {.path_mtu = 1024, .shape = {.kind = kind, .burst_packets = 5}},
         .pace = plan::Pace{.charge = plan::Pace::Charge::kFrame, .ps_numerator = 1001, .ps_denominator = 3},
         .period = period,
         .start = base::picoseconds(11)}};
    for (int n = 0; n < kFrames; ++n) {
      ASSERT_EQ(stepper.flow().due.ps(), 11 + n / 5 * period.ps() + n % 5 * 1001 / 3) << n;
      stepper.step();
    }
  }
}

TEST(Pacer, IsSilentInTheOffTimeAndStartsAnewWithEachPeriod) {
  Stepper stepper{
      {.traffic = {.path_mtu = 1024, .shape = {.kind = ShapeKind::kOnOff, .on = base::nanoseconds(100)}},
       .pace = plan::Pace{.charge = plan::Pace::Charge::kFrame, .ps_numerator = 100'000, .ps_denominator = 7},
       .period = base::nanoseconds(350)}};
  // 14,285 5/7 ps: frames 0 .. 6 are due within 100 ns, the seventh at exactly 100 ns is not.
  for (int n = 0; n < kFrames; ++n) {
    ASSERT_EQ(stepper.flow().due.ps(), n / 7 * 350'000LL + n % 7 * 100'000 / 7) << n;
    stepper.step();
  }
}

TEST(Pacer, ClimbsARampStepByStep) {
  test::SmallPlan small;
  std::vector<plan::RampStep> ramp;
  for (int i = 0; i < 4; ++i) {
    ramp.push_back({.at = base::nanoseconds(1000 * i),
                    .pace = small.add_pace(test::SmallPlan::every(base::nanoseconds(400 - 100 * i)))});
  }
  small.add({.traffic = {.path_mtu = 1024, .shape = {.kind = ShapeKind::kRamp}},
             .interval = base::nanoseconds(400),
             .ramp = ramp,
             .start = base::nanoseconds(50)});
  Stepper stepper{std::move(small)};
  // 400 ns apart until 1000, 300 until 2000, 200 until 3000, then 100 for ever; all 50 ns later.
  const std::vector<std::int64_t> by_hand{0,    400,  800,  1200, 1500, 1800, 2100,
                                          2300, 2500, 2700, 2900, 3100, 3200};
  for (const std::int64_t ns : by_hand) {
    EXPECT_EQ(stepper.flow().due, base::Time{} + base::nanoseconds(50 + ns));
    stepper.step();
  }
  for (int n = 0; n < kFrames; ++n)
    stepper.step();
  EXPECT_EQ(stepper.flow().due, base::Time{} + base::nanoseconds(50 + 3300 + 100LL * kFrames));
}

TEST(Pacer, SpacesPoissonArrivalsWithTheRightMeanAndRepeatably) {
  const test::EntrySpec spec{.traffic = {.path_mtu = 1024, .shape = {.kind = ShapeKind::kPoisson}},
                             .interval = base::nanoseconds(83)};
  Stepper one{spec};
  Stepper two{spec};
  std::vector<int> within(4);  // gaps below k * mean
  base::Time previous;
  for (int n = 0; n < kFrames; ++n) {
    ASSERT_EQ(one.flow().due, two.flow().due);
    const base::Duration gap = one.flow().due - previous;
    previous = one.flow().due;
    for (std::size_t k = 0; k < within.size(); ++k)
      within[k] += gap < base::nanoseconds(83) * static_cast<std::int64_t>(k + 1) ? 1 : 0;
    one.step();
    two.step();
  }
  const double mean = static_cast<double>(previous.ps()) / kFrames;
  EXPECT_NEAR(mean, 83'000, 4 * 83'000 / std::sqrt(kFrames));
  for (std::size_t k = 0; k < within.size(); ++k) {
    const double share = 1 - std::exp(-static_cast<double>(k + 1));
    EXPECT_NEAR(within[k], kFrames * share, 4 * std::sqrt(kFrames * share * (1 - share))) << k;
  }
}

/// Skipping must give up exactly the slots that one finds by walking through the schedule.
TEST(Pacer, GivesUpExactlyTheSlotsThatAreTooLate) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    const auto kind = rng.below(2) == 0 ? ShapeKind::kConstant : ShapeKind::kOnOff;
    const test::EntrySpec spec{.traffic = {.path_mtu = 1024,
                                           .shape = {.kind = kind, .on = base::microseconds(3)},
                                           .max_back_to_back = static_cast<std::uint32_t>(1 + rng.below(8))},
                               .message_bytes = 512,
                               .pace = random_pace(rng),
                               .period = base::microseconds(5)};
    Stepper skipping{spec};
    Stepper walking{spec};
    for (std::uint64_t i = rng.below(20); i != 0; --i) {
      skipping.step();
      walking.step();
    }
    const base::Time now =
        skipping.flow().due + base::Duration{static_cast<std::int64_t>(rng.below(20'000'000))};
    base::Time ends = base::Time::never();
    if (rng.below(3) == 0) {
      ends = skipping.flow().due + base::Duration{static_cast<std::int64_t>(1 + rng.below(10'000'000))};
    }
    const base::Duration most = engine::late_most(walking.send_class());
    std::uint64_t expected = 0;
    while (now - walking.flow().due >= most && walking.flow().due < ends) {
      walking.step();
      ++expected;
    }
    EXPECT_EQ(skipping.skip(now, ends), expected);
    EXPECT_EQ(skipping.flow().due, walking.flow().due);
    EXPECT_EQ(skipping.flow().carry, walking.flow().carry);
    EXPECT_EQ(skipping.skip(now, ends), 0U);
  }
}

TEST(Pacer, GivesUpTheSameSlotsHoweverOftenItLooks) {
  for (const ShapeKind kind : {ShapeKind::kConstant, ShapeKind::kPoisson}) {
    const test::EntrySpec spec{
        .traffic = {.path_mtu = 1024, .shape = {.kind = kind}},
        .sizes = {100, 1024, 2000, 9000},
        .pace =
            plan::Pace{.charge = plan::Pace::Charge::kWireBytes, .ps_numerator = 1000, .ps_denominator = 7}};
    Stepper once{spec};
    Stepper often{spec};
    const base::Time end = base::Time{} + base::microseconds(100);
    std::uint64_t sum = 0;
    for (base::Time now; now <= end; now += base::nanoseconds(10))
      sum += often.skip(now);
    EXPECT_EQ(once.skip(end), sum);
    EXPECT_GT(sum, 100U);
    EXPECT_EQ(once.flow().due, often.flow().due);
  }
}

TEST(Pacer, GivesUpWholeBurstsWhoseSuccessorIsDue) {
  Stepper stepper{{.traffic = {.path_mtu = 1024, .shape = {.kind = ShapeKind::kBursts, .burst_packets = 8}},
                   .interval = base::nanoseconds(10),
                   .period = base::nanoseconds(1000)}};
  for (int i = 0; i < 3; ++i)
    stepper.step();
  EXPECT_EQ(stepper.skip(base::Time{999'000}), 0U);
  EXPECT_EQ(stepper.skip(base::Time{3'500'000}), 5U + 8U + 8U);
  EXPECT_EQ(stepper.flow().due, base::Time{3'000'000});
  // The end cuts a burst: of the one at 3000 ns and the one at 4000, frames before 4035 count.
  EXPECT_EQ(stepper.skip(base::Time{9'000'000}, base::Time{4'035'000}), 8U + 4U);
}

TEST(Pacer, GivesUpWholeMessagesWhereMessagesArePaced) {
  Stepper stepper{{.traffic = {.path_mtu = 1024},
                   .message_bytes = 10 * 1024,
                   .pace = plan::Pace{.charge = plan::Pace::Charge::kMessage, .ps_numerator = 1'000'000}}};
  // All ten packets are due at once and take their time on the line: nothing is given up for that.
  EXPECT_EQ(stepper.skip(base::Time{999'999}), 0U);
  EXPECT_EQ(stepper.skip(base::Time{3'000'000}), 3U * 10U);
  EXPECT_EQ(stepper.flow().due, base::Time{3'000'000});
}

}  // namespace
