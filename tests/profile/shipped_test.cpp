// Every file of profiles/ and testbeds/ loads, and opens with what a reader wants to know first.

#include "profile/load.hpp"
#include "samples.hpp"
#include "workload/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

std::vector<std::filesystem::path> files_in(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator{std::filesystem::path{ROCESTORM_SOURCE_ROOT} / folder}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

TEST(Shipped, EveryProfileLoadsAndItsEffectiveFormIsItsOwn) {
  const auto files = files_in("profiles");
  EXPECT_GE(files.size(), 10u);
  for (const auto& file : files) {
    const auto loaded = profile::load(profile::LoadOptions{.profile_file = file.string()});
    ASSERT_TRUE(loaded) << base::to_text(loaded.error());
    EXPECT_EQ(loaded->profile.test.name, file.stem().string());
    EXPECT_FALSE(loaded->profile.expects.empty()) << file << " expects nothing";
    const profile::Loaded again = samples::load(loaded->profile_toml, loaded->testbed_toml);
    EXPECT_EQ(again.profile_hash, loaded->profile_hash) << file;
  }
}

TEST(Shipped, EveryProfileOpensWithItsQuestion) {
  for (const auto& file : files_in("profiles")) {
    const std::string text = text_of(file);
    EXPECT_TRUE(text.starts_with("# Question: ")) << file;
    EXPECT_THAT(text, testing::HasSubstr("\n# Needs: ")) << file;
    EXPECT_THAT(text, testing::HasSubstr("\n# Expect: ")) << file;
  }
}

TEST(Shipped, EveryTestbedLoads) {
  const auto files = files_in("testbeds");
  EXPECT_GE(files.size(), 4u);
  const std::string profile = samples::profile_with("rate = \"1 %\"");
  for (const auto& file : files) {
    const std::string text = text_of(file);
    samples::load(profile, text);
    EXPECT_TRUE(text.starts_with("# ")) << file;
    EXPECT_THAT(text, testing::HasSubstr("# Needs: ")) << file;
  }
}

TEST(Shipped, TheQuickstartLosesNothingAndIsShort) {
  const auto file = std::filesystem::path{ROCESTORM_SOURCE_ROOT} / "profiles/quickstart.toml";
  const auto loaded = profile::load(profile::LoadOptions{.profile_file = file.string()});
  ASSERT_TRUE(loaded);
  EXPECT_LE(loaded->profile.test.duration, base::seconds(3));
  EXPECT_EQ(loaded->testbed.ports.size(), 2u);
  const bool judges_loss =
      std::any_of(loaded->profile.expects.begin(), loaded->profile.expects.end(),
                  [](const profile::Expect& e) { return e.metric == "lost_frames" && e.max == 0; });
  EXPECT_TRUE(judges_loss);
}

}  // namespace
