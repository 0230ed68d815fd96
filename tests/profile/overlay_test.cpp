#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using samples::kTestbed;
using samples::profile_with;
using testing::HasSubstr;

const std::string kProfile = profile_with("rate = \"1 Gbit/s\"\npattern = \"pairs\"");

profile::Loaded with(const std::string& setting) {
  return samples::load(kProfile, kTestbed, {setting});
}

std::string refused(const std::string& setting) {
  return samples::refusal(kProfile, kTestbed, {setting});
}

TEST(Set, ReachesKeysByIndexAndByName) {
  EXPECT_EQ(with("traffic[0].rate=10G").profile.traffic[0].rate,
            (profile::Rate{.unit = profile::RateUnit::kBitsL2, .value = 10'000'000'000}));
  EXPECT_EQ(with("traffic.a.rate=50 %").profile.traffic[0].rate,
            (profile::Rate{.unit = profile::RateUnit::kShareOfPort, .value = 500'000}));
  EXPECT_EQ(with("test.duration=5s").profile.test.duration, base::seconds(5));
  EXPECT_EQ(with("test.seed=0x10").profile.test.seed, 16u);
  EXPECT_EQ(with("testbed.port.p1.mtu=4200").testbed.ports[1].mtu, 4200u);
}

TEST(Set, TakesTomlValuesAndBareTexts) {
  EXPECT_EQ(with("test.name=42").profile.test.name, "42");
  EXPECT_EQ(with("test.question=is it 5 = 5?").profile.test.question, "is it 5 = 5?");
  EXPECT_EQ(with("test.name=\"quoted\"").profile.test.name, "quoted");
  EXPECT_EQ(with("traffic.a.message_size={kind=\"uniform\",max=100}").profile.traffic[0].message_size.max,
            100u);
  EXPECT_EQ(with("traffic.a.shape.kind=poisson").profile.traffic[0].shape.kind,
            workload::ShapeKind::kPoisson);
  const auto testbed = with("testbed.cable[0].impair=[{kind=\"lose\",nth=[100]}]").testbed;
  ASSERT_EQ(testbed.cables[0].impair.size(), 1u);
  EXPECT_THAT(testbed.cables[0].impair[0].nth, testing::ElementsAre(100));
}

TEST(Set, IsCheckedLikeTheFile) {
  EXPECT_THAT(refused("test.duration=5"),
              HasSubstr("--set test.duration=5 test.duration: found 5, expected a time"));
  EXPECT_THAT(refused("traffic.a.ttl=0"), HasSubstr("at least 1"));
  EXPECT_THAT(refused("traffic.a.ttl.x=0"), HasSubstr("`ttl` is no table"));
}

TEST(Set, NamesWhatIsWrongWithAPath) {
  EXPECT_THAT(refused("test.duraton=5s"), HasSubstr("did you mean `duration`?"));
  EXPECT_THAT(refused("traffic.b.rate=1G"), HasSubstr("no [[traffic]] is called `b`"));
  EXPECT_THAT(refused("traffic[1].rate=1G"), HasSubstr("there is no traffic[1]"));
  EXPECT_THAT(refused("traffic[x].rate=1G"), HasSubstr("is no path to a key"));
  EXPECT_THAT(refused("traffic.a=1"), HasSubstr("names no key of an entry"));
  EXPECT_THAT(refused("traffic.a.pattern.kind=ring"), HasSubstr("set `pattern` as a whole"));
  EXPECT_THAT(refused("test[0].name=x"), HasSubstr("is no list of tables"));
  EXPECT_THAT(refused("duration"), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(refused("=5"), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(refused("include=[\"/etc/passwd\"]"), HasSubstr("cannot be included from the command line"));
  EXPECT_THAT(refused("testbed.prot.p0.mtu=1500"), HasSubstr("did you mean `port`?"));
}

TEST(Set, CountsInTheHash) {
  EXPECT_NE(with("test.seed=2").profile_hash, samples::load(kProfile).profile_hash);
  EXPECT_EQ(with("test.seed=1").profile_hash, samples::load(kProfile).profile_hash);
}

}  // namespace
