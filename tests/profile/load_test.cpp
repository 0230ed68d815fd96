#include "profile/load.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>

namespace {

using samples::kTestbed;
using samples::profile_with;
using samples::traffic_of;
using testing::ElementsAre;
using testing::HasSubstr;

/// Files in a folder of their own, gone with the test.
class Folder {
 public:
  Folder()
      : path_{std::filesystem::path{testing::TempDir()} /
              ("rocestorm-profile-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name} << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

TEST(Load, FillsInEveryDefault) {
  const profile::Loaded loaded = samples::load(profile_with("rate = \"1 Gbit/s\""));
  const profile::Test& test = loaded.profile.test;
  EXPECT_EQ(test.duration, base::seconds(10));
  EXPECT_EQ(test.drain, base::milliseconds(500));
  EXPECT_EQ(test.settle, base::milliseconds(100));
  EXPECT_EQ(test.backlog, base::microseconds(5));
  EXPECT_EQ(test.sequence_window, 4096u);
  EXPECT_EQ(test.icrc_check.one_in, 1u);
  const profile::Traffic& traffic = loaded.profile.traffic.at(0);
  EXPECT_EQ(traffic.message_size.fixed, 65'536u);
  EXPECT_EQ(traffic.path_mtu, 4096u);
  EXPECT_EQ(traffic.ecn, profile::Ecn::kEct0);
  EXPECT_EQ(traffic.ttl, 64);
  EXPECT_EQ(traffic.max_back_to_back, 4u);
  EXPECT_EQ(traffic.from_endpoints, traffic.to_endpoints);
  EXPECT_THAT(loaded.defaults, testing::Contains("traffic.a.ttl = 64"));
  EXPECT_THAT(loaded.defaults, testing::Contains("traffic.a.message_size.size = \"64 KiB\""));
  EXPECT_THAT(loaded.defaults, testing::Contains("testbed.port.p0.link_timeout = \"10 s\""));
  EXPECT_THAT(loaded.defaults, testing::Not(testing::Contains(HasSubstr("speed"))));
}

TEST(Load, GivesTrafficWithoutAClassTheDefaultOne) {
  const profile::Loaded loaded = samples::load(profile_with("rate = \"1 %\""));
  ASSERT_EQ(loaded.profile.classes.size(), 1u);
  EXPECT_EQ(loaded.profile.classes[0].name, "default");
  // The struct's own defaults and those of the table of keys must not drift apart.
  const auto written =
      samples::load(profile_with("rate = \"1 %\"\nclass = \"c\"", "[[class]]\nname = \"c\"")).profile;
  ASSERT_EQ(written.classes.size(), 1u);
  EXPECT_EQ(written.classes[0].dscp, loaded.profile.classes[0].dscp);
  EXPECT_EQ(written.classes[0].pcp, loaded.profile.classes[0].pcp);
  EXPECT_EQ(written.classes[0].priority, loaded.profile.classes[0].priority);
  EXPECT_EQ(written.classes[0].lossless, loaded.profile.classes[0].lossless);
}

TEST(Load, TakesDscpAndPcpFromTheClassUnlessWritten) {
  const std::string gold = "[[class]]\nname = \"gold\"\ndscp = 46\npcp = 5\npriority = 6\nlossless = true";
  const auto plain = samples::load(profile_with("rate = \"1 %\"\nclass = \"gold\"", gold)).profile;
  EXPECT_EQ(plain.traffic[0].dscp, 46);
  EXPECT_EQ(plain.traffic[0].pcp, 5);
  EXPECT_EQ(plain.classes[plain.traffic[0].class_index].priority, 6);
  EXPECT_TRUE(plain.classes[0].lossless);
  const auto own = samples::load(profile_with("rate = \"1 %\"\nclass = \"gold\"\ndscp = 0", gold)).profile;
  EXPECT_EQ(own.traffic[0].dscp, 0);
  EXPECT_EQ(own.traffic[0].pcp, 5);
}

TEST(Load, ReadsEachChoiceAsItsOwnValue) {
  using enum profile::Verb;
  const std::string rate = "rate = \"1 Gbit/s\"\n";
  EXPECT_EQ(traffic_of(rate + "verb = \"write_with_immediate\"\nimmediate = 9").verb, kWriteWithImmediate);
  EXPECT_EQ(traffic_of(rate + "verb = \"send\"").verb, kSend);
  EXPECT_EQ(traffic_of(rate + "verb = \"send_with_immediate\"").verb, kSendWithImmediate);
  EXPECT_EQ(traffic_of(rate + "verb = \"read\"").verb, kRead);
  EXPECT_EQ(traffic_of(rate + "framing = \"uc\"").framing, profile::Framing::kUc);
  EXPECT_EQ(traffic_of(rate + "ecn = \"non_ect\"").ecn, profile::Ecn::kNonEct);
  EXPECT_EQ(traffic_of(rate + "ecn = \"ect_1\"").ecn, profile::Ecn::kEct1);
  EXPECT_EQ(traffic_of(rate + "ecn = \"ce\"").ecn, profile::Ecn::kCe);
  EXPECT_EQ(traffic_of(rate + "payload = \"generated\"").payload, profile::PayloadSource::kGenerated);
  EXPECT_EQ(traffic_of(rate + "payload = \"counter\"").payload, profile::PayloadSource::kCounter);
  EXPECT_EQ(traffic_of(rate + "ack_request = \"every\"").ack_request, profile::AckRequest::kEvery);
  EXPECT_EQ(traffic_of(rate + "rate_per = \"sender\"").rate_per, profile::RatePer::kSender);
  EXPECT_EQ(traffic_of(rate + "rate_per = \"flow\"").rate_per, profile::RatePer::kFlow);
  EXPECT_EQ(traffic_of(rate + "when_late = \"catch_up\"\ncatch_up_rate = \"2 Gbit/s\"").when_late,
            profile::WhenLate::kCatchUp);
  EXPECT_EQ(traffic_of(rate + "udp_source_port = \"flow_label\"").udp_source_port.policy,
            profile::SourcePortPolicy::kFlowLabel);
  EXPECT_EQ(traffic_of(rate + "udp_source_port = \"per_message\"").udp_source_port.policy,
            profile::SourcePortPolicy::kPerMessage);
}

TEST(Load, ReadsShorthandsAndTheirFullForms) {
  const std::string rate = "rate = \"1 Gbit/s\"\n";
  EXPECT_EQ(traffic_of(rate + "pattern = \"permutation\"").pattern.kind, workload::PatternKind::kPermutation);
  EXPECT_EQ(traffic_of(rate + "message_size = 1000").message_size.fixed, 1000u);
  EXPECT_EQ(traffic_of(rate + "message_size = \"1 KB\"").message_size.fixed, 1000u);
  const profile::SourcePort port = traffic_of(rate + "udp_source_port = 50000").udp_source_port;
  EXPECT_EQ(port.policy, profile::SourcePortPolicy::kFixed);
  EXPECT_EQ(port.first, 50'000);
  const workload::Pattern zipf =
      traffic_of(rate + "pattern = { kind = \"zipf\", exponent = 1.25, draws = 4, across_ports = true }")
          .pattern;
  EXPECT_EQ(zipf, (workload::Pattern{.kind = workload::PatternKind::kZipf,
                                     .exponent_thousandths = 1250,
                                     .draws = 4,
                                     .across_places = true}));
  const workload::Pattern incast =
      traffic_of(rate +
                 "pattern = { kind = \"incast\", senders = 8, receivers = 2, synchronised = \"12.5 %\" }")
          .pattern;
  EXPECT_EQ(incast.senders, 8u);
  EXPECT_EQ(incast.synchronised_ppm, 125'000u);
}

TEST(Load, ReadsEveryShape) {
  const auto shape = [](const std::string& keys) { return traffic_of(keys).shape; };
  EXPECT_EQ(shape("shape = { kind = \"bursts\", packets = 64, gap = \"100 us\" }"),
            (workload::Shape{
                .kind = workload::ShapeKind::kBursts, .burst_packets = 64, .gap = base::microseconds(100)}));
  EXPECT_EQ(
      shape("shape = { kind = \"microburst\", packets = 8, period = \"1 ms\" }"),
      (workload::Shape{
          .kind = workload::ShapeKind::kMicroburst, .burst_packets = 8, .period = base::milliseconds(1)}));
  EXPECT_EQ(
      shape("rate = \"1 %\"\nshape = { kind = \"on_off\", on = \"1 ms\", off = \"2 ms\" }"),
      (workload::Shape{
          .kind = workload::ShapeKind::kOnOff, .on = base::milliseconds(1), .off = base::milliseconds(2)}));
  const profile::Traffic ramp =
      traffic_of("rate = \"1 %\"\nshape = { kind = \"ramp\", to = \"50 %\", time = \"1 s\" }");
  EXPECT_EQ(ramp.shape.ramp_time, base::seconds(1));
  EXPECT_EQ(ramp.ramp_to, (profile::Rate{.unit = profile::RateUnit::kShareOfPort, .value = 500'000}));
}

TEST(Load, ReadsSizesFromAFileBesideTheProfileAndKeepsThemInTheEffectiveOne) {
  const Folder folder;
  folder.write("sizes/a.cdf", "64 50\n4096 100\n");
  const std::string file = folder.write(
      "p.toml", profile_with("rate = \"1 %\"\nmessage_size = { kind = \"file\", file = \"sizes/a.cdf\" }"));
  const std::string testbed = folder.write("t.toml", kTestbed);
  const auto loaded = profile::load({.profile_file = file, .testbed_file = testbed});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  const std::vector<workload::SizePoint> points{{64, 500'000'000}, {4096, 1'000'000'000}};
  EXPECT_EQ(loaded->profile.traffic[0].message_size.points, points);
  EXPECT_THAT(loaded->profile_toml, HasSubstr("points = [[64, 50.0], [4096, 100.0]]"));
  EXPECT_EQ(samples::load(loaded->profile_toml).profile.traffic[0].message_size.points, points);
}

TEST(Load, ReportsAFaultInTheFileOfSizesThere) {
  const Folder folder;
  const std::string sizes = folder.write("a.cdf", "64 50\nmany 100\n");
  const std::string file = folder.write(
      "p.toml", profile_with("rate = \"1 %\"\nmessage_size = { kind = \"file\", file = \"a.cdf\" }"));
  const auto loaded = profile::load({.profile_file = file, .testbed_file = folder.write("t.toml", kTestbed)});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(base::to_text(loaded.error()), HasSubstr(sizes + ":2:1: 'many' is no size"));
}

TEST(Load, ReportsBothFilesAtOnce) {
  const std::string text =
      samples::refusal(profile_with("rate = \"fast\""), "[[port]]\nname = \"p0\"\nvdev = \"net_null\"\n");
  EXPECT_THAT(text, HasSubstr("profile.toml:8:8 traffic[0].rate: found \"fast\""));
  EXPECT_THAT(text, HasSubstr("testbed.toml:3:8 port[0].vdev: `speed` is missing"));
}

TEST(Load, MergesIncludedFiles) {
  const Folder folder;
  folder.write("common/base.toml",
               "[test]\nname = \"common\"\nduration = \"3 s\"\n[[endpoints]]\nname = \"hosts\"\n");
  const std::string file =
      folder.write("p.toml",
                   "include = [\"common/base.toml\"]\n[test]\nname = \"own\"\n[[traffic]]\nname = "
                   "\"a\"\nfrom = \"hosts\"\nrate = \"1 %\"\n");
  const auto loaded = profile::load({.profile_file = file, .testbed_file = folder.write("t.toml", kTestbed)});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  EXPECT_EQ(loaded->profile.test.name, "own");
  EXPECT_EQ(loaded->profile.test.duration, base::seconds(3));
  EXPECT_EQ(loaded->profile.endpoints.size(), 1u);
  EXPECT_EQ(loaded->profile.test.places.of("duration").line, 3u);
  EXPECT_THAT(loaded->profile.test.places.of("duration").file, testing::EndsWith("common/base.toml"));
  EXPECT_THAT(loaded->profile_toml, testing::Not(HasSubstr("include")));
}

TEST(Load, FindsIncludesThatRunInACircle) {
  const Folder folder;
  folder.write("b.toml", "include = [\"a.toml\"]\n");
  const std::string a = folder.write("a.toml", "\n  include = [\"b.toml\"]\n");
  const auto loaded = profile::load({.profile_file = a, .testbed_file = folder.write("t.toml", kTestbed)});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(base::to_text(loaded.error()),
              testing::AllOf(HasSubstr("b.toml:1:12 include"), HasSubstr("includes itself")));
}

TEST(Load, NamesAFileThatIsNotThere) {
  const Folder folder;
  const std::string profile = folder.write("p.toml", "include = [\"none.toml\", 3]\n");
  const auto loaded = profile::load({.profile_file = profile, .testbed_file = "/dev/zero"});
  ASSERT_FALSE(loaded);
  const std::string text = base::to_text(loaded.error());
  EXPECT_THAT(text, HasSubstr(profile + ":1:12 include: cannot read"));
  EXPECT_THAT(text, HasSubstr(profile + ":1:25 include: found 3"));
  EXPECT_THAT(text, HasSubstr("'/dev/zero' is no regular file"));
}

TEST(Load, TakesTheProfilesOwnTestbedUnlessTold) {
  const Folder folder;
  folder.write("beds/t.toml", kTestbed);
  const std::string profile =
      folder.write("profiles/p.toml",
                   "[test]\nname = \"x\"\ntestbed = \"../beds/t.toml\"\n[[endpoints]]\nname = "
                   "\"hosts\"\n[[traffic]]\nname = \"a\"\nfrom = \"hosts\"\nrate = \"1 %\"\n");
  const auto loaded = profile::load(profile::LoadOptions{.profile_file = profile});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  EXPECT_EQ(loaded->testbed.ports.size(), 2u);
  const auto without = profile::load(
      profile::LoadOptions{.profile_file = folder.write("q.toml", profile_with("rate = \"1 %\""))});
  ASSERT_FALSE(without);
  EXPECT_THAT(base::to_text(without.error()), HasSubstr("no testbed is given"));
}

TEST(Testbed, ResolvesNamesAndKnowsTheGroupOfAllPorts) {
  const std::string text = kTestbed + R"(
[[port]]
name = "nic"
device = "0000:3b:00.1,flag=1"
tx_hold = "1 ms"
cores = [2, 3]
[[port]]
name = "wire"
device = "mlx5_0"
vlan = 7
[[group]]
name = "rings"
ports = ["p1", "p0"]
[[dut]]
vendor = "v"
)";
  const profile::Testbed testbed = samples::load(profile_with("rate = \"1 %\""), text).testbed;
  ASSERT_EQ(testbed.ports.size(), 4u);
  EXPECT_EQ(testbed.ports[0].device.kind, profile::DeviceKind::kRing);
  EXPECT_EQ(testbed.ports[2].device.kind, profile::DeviceKind::kPci);
  EXPECT_EQ(testbed.ports[2].device.name, "0000:3b:00.1");
  EXPECT_EQ(testbed.ports[2].device.arguments, "flag=1");
  EXPECT_EQ(testbed.ports[2].tx_hold, base::milliseconds(1));
  EXPECT_EQ(testbed.ports[3].device.kind, profile::DeviceKind::kNamed);
  EXPECT_EQ(testbed.ports[3].speed, base::BitsPerSec{0});
  EXPECT_EQ(testbed.ports[3].vlan, 7);
  ASSERT_EQ(testbed.groups.size(), 2u);
  EXPECT_THAT(testbed.groups[0].ports, ElementsAre(1, 0));
  EXPECT_EQ(testbed.groups[1].name, "all");
  EXPECT_THAT(testbed.groups[1].ports, ElementsAre(0, 1, 2, 3));
  ASSERT_EQ(testbed.cables.size(), 1u);
  EXPECT_EQ(testbed.cables[0].b, 1u);
  EXPECT_EQ(testbed.duts[0].vendor, "v");
}

TEST(Testbed, ReadsImpairments) {
  std::string text = kTestbed;
  text +=
      "impair = [{ kind = \"lose\", nth = [9, 3], from = \"p1\" }, { kind = \"corrupt\", ppm = 10, where = "
      "\"icrc\" },"
      " { kind = \"delay\", every = 2, delay = \"1 us\", jitter = \"5 ns\", frames = \"any\", limit = 7, "
      "after = \"1 s\", until = \"2 s\" },"
      " { kind = \"dscp\", every = 3, dscp = 8 }, { kind = \"reorder\", every = 4, distance = 5 }]\n";
  const profile::Testbed testbed = samples::load(profile_with("rate = \"1 %\""), text).testbed;
  const std::vector<profile::Impairment>& rules = testbed.cables.at(0).impair;
  ASSERT_EQ(rules.size(), 5u);
  EXPECT_EQ(rules[0].kind, profile::ImpairKind::kLose);
  EXPECT_THAT(rules[0].nth, ElementsAre(3, 9));
  EXPECT_EQ(rules[0].from_port, 1u);
  EXPECT_TRUE(rules[0].roce_only);
  EXPECT_EQ(rules[1].where, profile::CorruptPlace::kIcrc);
  EXPECT_EQ(rules[1].ppm, 10u);
  EXPECT_FALSE(rules[2].roce_only);
  EXPECT_EQ(rules[2].delay, base::microseconds(1));
  EXPECT_EQ(rules[2].jitter, base::nanoseconds(5));
  EXPECT_EQ(rules[2].until, base::seconds(2));
  EXPECT_EQ(rules[3].kind, profile::ImpairKind::kRewriteDscp);
  EXPECT_EQ(rules[3].dscp, 8);
  EXPECT_EQ(rules[4].distance, 5u);
}

TEST(Expect, ReadsLimitsInTheUnitOfTheirMetric) {
  const auto expects = samples::load(profile_with("rate = \"1 %\"", R"(
[[expect]]
metric = "latency_ns_p99"
of = "traffic:a"
max = "10 us"
[[expect]]
metric = "latency_ns_max"
max = 1500
[[expect]]
metric = "loss_share"
of = "flow:a/3"
max = 0.001
[[expect]]
metric = "rx_bits_per_sec_l2"
of = "port:p1"
min = "99.5 Mbit/s"
[[expect]]
metric = "lost_frames"
of = "receiver:hosts/1"
equals = 0
)"))
                           .profile.expects;
  ASSERT_EQ(expects.size(), 5u);
  EXPECT_EQ(expects[0].max, 10'000'000);  // picoseconds
  EXPECT_EQ(expects[0].of,
            (profile::Subject{.kind = profile::SubjectKind::kTraffic, .index = 0, .name = "a"}));
  EXPECT_EQ(expects[1].max, 1'500'000);
  EXPECT_EQ(expects[1].of.kind, profile::SubjectKind::kTotal);
  EXPECT_EQ(expects[2].max, 1'000'000);  // parts per billion
  EXPECT_EQ(expects[2].of.member, 3u);
  EXPECT_EQ(expects[3].min, 99'500'000);
  EXPECT_EQ(expects[3].of.name, "p1");
  EXPECT_EQ(expects[4].equals, 0);
  EXPECT_EQ(expects[4].of.member, 1u);
}

TEST(Expect, NamesAtMostSoManyFlows) {
  std::string series;
  for (std::size_t i = 0; i < profile::kNamedFlowsMax; ++i) {
    series += "[[series]]\nof = \"flow:a/" + std::to_string(i) + "\"\n";
  }
  const std::string again = "[[expect]]\nmetric = \"lost_frames\"\nof = \"qp:a/0\"\nmax = 0\n";
  EXPECT_EQ(samples::refusal(profile_with("rate = \"1 %\"", series + again)), "")
      << "a flow named twice counts once";
  const std::string one_more = "[[expect]]\nmetric = \"lost_frames\"\nof = \"receiver:hosts/0\"\nmax = 0\n";
  EXPECT_THAT(samples::refusal(profile_with("rate = \"1 %\"", series + one_more)),
              HasSubstr("more than 1024 flows"));
}

}  // namespace
