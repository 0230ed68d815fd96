#include "plan/text.hpp"

#include "support/shipped.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace plan {
namespace {

class ShippedProfile : public testing::TestWithParam<std::string> {};

TEST_P(ShippedProfile, IsPlanned) {
  const auto loaded = profile::load({.profile_file = GetParam(), .testbed_file = {}, .settings = {}});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  const auto plan = test::plan_of(*loaded);
  ASSERT_TRUE(plan) << base::to_text(plan.error());
  EXPECT_GT(plan->flows.size(), 0u);
  for (const Traffic& traffic : plan->traffic) {
    EXPECT_GT(traffic.offered_l1.count(), 0u);
    EXPECT_GE(traffic.frame_bytes_min, 64u);
  }
  std::istringstream lines{to_text(*plan)};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
  const auto again = test::plan_of(*loaded);
  EXPECT_TRUE(dump(*plan) == dump(*again));
}

INSTANTIATE_TEST_SUITE_P(Profiles, ShippedProfile, testing::ValuesIn(test::shipped_profiles()),
                         test::name_of_shipped);

}  // namespace
}  // namespace plan
