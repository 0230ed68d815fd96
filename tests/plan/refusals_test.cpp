#include "plan/make_plan.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plan {
namespace {

using support::LoadedBuilder;
using testing::HasSubstr;

TEST(Refusal, RateAboveLineRateNamesThePlaceOfTheRate) {
  LoadedBuilder builder;
  builder.traffic().places = support::places_at(40, {"rate"});
  builder.traffic().rate = profile::Rate{.unit = profile::RateUnit::kBitsL1, .value = 110'000'000'000};
  EXPECT_THAT(
      builder.refusals(),
      HasSubstr("p.toml:41:3 traffic stream, rate: 110 Gbit/s of layer 1 on port a, whose line rate is "
                "100 Gbit/s\n    lower the rate, or spread the senders over more ports\n"));
}

}  // namespace
}  // namespace plan
