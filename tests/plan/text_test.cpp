#include "plan/text.hpp"

#include "support/loaded_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace plan {
namespace {

using support::LoadedBuilder;
using testing::HasSubstr;

std::string text_of(const LoadedBuilder& builder) {
  const auto plan = builder.plan();
  return plan ? to_text(*plan) : base::to_text(plan.error());
}

TEST(PlanText, SaysWhatWillHappen) {
  const std::string text = text_of(LoadedBuilder{});
  EXPECT_THAT(text,
              HasSubstr("ports       a: 0000:3b:00.a (mlx5_pci), 100 Gbit/s, IP MTU 4156 B, 1 receive and 1 "
                        "transmit queue\n"));
  EXPECT_THAT(text, HasSubstr("endpoints   left: 1 host on port a: 02:00:00:00:00:01, 198.18.0.1/15\n"));
  EXPECT_THAT(text,
              HasSubstr("traffic     stream: 1 flow (pairs), rc write of 64 KiB, path MTU 4096, ect_0"));
  EXPECT_THAT(text,
              HasSubstr("constant: 50 Gbit/s of layer 1, 49.76 Gbit/s of layer 2, 49 Gbit/s of payload; "
                        "frames"));
  EXPECT_THAT(text,
              HasSubstr("receivers   b: 50 Gbit/s of layer 1 offered; over-subscription 1.00 (100 Gbit/s"));
  EXPECT_THAT(text, HasSubstr("cores       0: port a queue 0 (sends 1, receives 0)\n"));
  EXPECT_THAT(text, HasSubstr("defaults    endpoints.left: addresses from"));
}

TEST(PlanText, FitsAHundredColumns) {
  LoadedBuilder builder;
  builder.loaded.profile.test.question =
      "Does a long question, of which there are some, stay within the hundred columns that a terminal in a "
      "lab "
      "is known to have, even where it runs over three lines of text, as this one does?";
  builder.endpoints(0).ip_version = profile::IpVersion::kIpv6;
  builder.endpoints(1).ip_version = profile::IpVersion::kIpv6;
  builder.endpoints(0).per_port = builder.endpoints(1).per_port = 100;
  builder.port(0).peer = "a-leaf-with-quite-a-long-name-in-pod-7:Ethernet128/4";
  std::istringstream lines{text_of(builder)};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 100u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
  EXPECT_GT(count, 15u);
}

TEST(PlanText, RatesAreShortAndNeverRoundedUp) {
  EXPECT_EQ(short_text(base::BitsPerSec{100'000'000'000}), "100 Gbit/s");
  EXPECT_EQ(short_text(base::BitsPerSec{48'979'999'999}), "48.97 Gbit/s");
  EXPECT_EQ(short_text(base::BitsPerSec{1'600'000'000'000}), "1.6 Tbit/s");
  EXPECT_EQ(short_text(base::BitsPerSec{9'999'900}), "9.999 Mbit/s");
  EXPECT_EQ(short_text(base::BitsPerSec{999}), "999 bit/s");
}

TEST(PlanDump, IsEqualForEqualInputsAndTellsOthersApart) {
  LoadedBuilder builder;
  const std::string once = dump(*builder.plan());
  EXPECT_EQ(once, dump(*builder.plan()));
  EXPECT_THAT(once, HasSubstr("\npace 0 ps/byte_l1 160/1\n"));
  EXPECT_THAT(once,
              HasSubstr("\nflow 0 traffic=0 0->1 queues=0->1 qpn=256->256 psn=0 udp=49152 ipv4 schedule=0 "
                        "start=0\n"));
  builder.traffic().first_psn = 7;
  EXPECT_NE(once, dump(*builder.plan()));
}

}  // namespace
}  // namespace plan
