#include "report/plan_json.hpp"

#include "support/loaded_builder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::json;

plan::Plan planned(const support::LoadedBuilder& builder) {
  auto plan = builder.plan();
  EXPECT_TRUE(plan) << (plan ? "" : base::to_text(plan.error()));
  return std::move(*plan);
}

TEST(PlanJson, HoldsThePlanUnderTheNamesOfTheProfile) {
  support::LoadedBuilder builder;
  builder.traffic().qps_per_pair = 2;
  builder.endpoints(0).vlan = builder.endpoints(1).vlan = 7;
  const Json json = Json::parse(report::plan_json(planned(builder)));
  EXPECT_EQ(json["schema"], "rocestorm/plan/1");
  EXPECT_EQ(json["windows"]["duration_ps"], 1'000'000'000'000);
  EXPECT_EQ(json["ports"][0]["name"], "a");
  EXPECT_EQ(json["ports"][1]["speed_bits_per_sec"], 100'000'000'000);
  EXPECT_EQ(json["ports"][1]["queues"], Json::array({1}));
  EXPECT_EQ(json["queues"][0]["sends"], 2);
  EXPECT_EQ(json["queues"][0]["sources"], (Json{"random", "free"}));
  EXPECT_EQ(json["endpoints"][1]["ipv4"], "198.18.0.2/15");
  EXPECT_TRUE(json["endpoints"][1]["ipv6"].is_null());
  EXPECT_EQ(json["endpoints"][1]["vlan"], 7);
  EXPECT_EQ(json["traffic"][0]["accounted_by"], "probe tag");
  EXPECT_EQ(json["traffic"][0]["offered_bits_per_sec_l1"], 50'000'000'000);
  EXPECT_EQ(json["paces"][0], (Json{{"unit", "ps/byte_l1"}, {"numerator", 320}, {"denominator", 1}}));
  ASSERT_EQ(json["flows"].size(), 2u);
  EXPECT_EQ(json["flows"][1]["destination_qpn"], 257);
  EXPECT_TRUE(json["schedules"][0]["catch_up_pace"].is_null());
  EXPECT_EQ(json["receivers"][0]["over_subscription"], "1.00");
  EXPECT_FALSE(json["defaults"].empty());
}

TEST(PlanJson, IsTheSameTextForTheSamePlan) {
  const support::LoadedBuilder builder;
  EXPECT_EQ(report::plan_json(planned(builder)), report::plan_json(planned(builder)));
}

TEST(PlanJson, SurvivesTextsThatAreNotUtf8) {
  support::LoadedBuilder builder;
  builder.loaded.profile.test.question = "caf\xe9?";
  const Json json = Json::parse(report::plan_json(planned(builder)));
  EXPECT_EQ(json["question"], "caf\xef\xbf\xbd?") << "U+FFFD in place";
}

}  // namespace
