// The effective files: they read back equal, and the hash follows what they mean.

#include "base/rng.hpp"
#include "profile/sha256.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using samples::profile_with;
using testing::HasSubstr;

TEST(Effective, ReadsBackEqual) {
  const std::string rich = profile_with(R"(
pattern = { kind = "incast", synchronised = "33.3333 %", senders = 1 }
message_size = { kind = "points", points = [[64, 12.5], [4096, 100]] }
rate = "1.25 Gbit/s payload"
catch_up_rate = "2 Gbit/s payload"
when_late = "catch_up"
shape = { kind = "on_off", on = "1.5 ms", off = "0.001 ns" }
bytes = "1 GB"
)",
                                        R"(
[[expect]]
metric = "latency_ns_p99"
max = 1500
[[expect]]
metric = "loss_share"
max = "1 ppb"
)");
  std::string quoted = rich;
  quoted.replace(quoted.find("\"sample\""), 8, "\"sample\"\nquestion = 'with \"quotes\" and \\ and é'");
  const profile::Loaded first = samples::load(quoted);
  EXPECT_EQ(first.profile.test.question, "with \"quotes\" and \\ and é");
  const profile::Loaded second = samples::load(first.profile_toml, first.testbed_toml);
  EXPECT_EQ(second.profile_toml, first.profile_toml);
  EXPECT_EQ(second.testbed_toml, first.testbed_toml);
  EXPECT_EQ(second.profile_hash, first.profile_hash);
  EXPECT_EQ(second.profile.test.question, first.profile.test.question);
  EXPECT_TRUE(second.defaults.empty()) << "a default was not written out: " << second.defaults.front();
}

TEST(Effective, MeansTheSameHoweverItWasWritten) {
  const auto hash = [](const std::string& keys) { return samples::load(profile_with(keys)).profile_hash; };
  const std::string plain = hash("rate = \"1 Gbit/s\"\nmessage_size = \"64 KiB\"");
  EXPECT_EQ(plain,
            hash("rate='1000Mbps' # comment\nmessage_size = { size = 65536, kind = \"fixed\" }\nttl = 0x40"));
  EXPECT_NE(plain, hash("rate = \"1 Gbit/s L1\""));
  EXPECT_NE(plain, hash("rate = \"1 Gbit/s\"\nttl = 65"));
  EXPECT_EQ(plain.size(), 64u);
}

TEST(Sha256, AgreesWithThePublishedVectors) {
  // SPEC: FIPS 180-2, appendix B, and the empty message.
  EXPECT_EQ(profile::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(profile::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(profile::sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(profile::sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
