/// \file
/// Small profiles and testbeds of the tests: a good pair, to which a test adds what it is about.
#pragma once

#include "profile/load.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace samples {

inline const std::string kTestbed = R"(
[[port]]
name = "p0"
vdev = "ring"
speed = "10 Gbit/s"
[[port]]
name = "p1"
vdev = "ring"
speed = "10 Gbit/s"
[[cable]]
ports = ["p0", "p1"]
)";

/// `traffic` stands in the only [[traffic]] entry, `rest` behind it.
inline std::string profile_with(const std::string& traffic, const std::string& rest = "") {
  return "[test]\nname = \"sample\"\n[[endpoints]]\nname = \"hosts\"\n[[traffic]]\nname = \"a\"\nfrom = "
         "\"hosts\"\n" +
         traffic + "\n" + rest;
}

inline profile::Loaded load(const std::string& profile, const std::string& testbed = kTestbed,
                            std::vector<std::string> settings = {}) {
  auto loaded = profile::load(
      profile::LoadTexts{.profile_text = profile, .testbed_text = testbed, .settings = std::move(settings)});
  EXPECT_TRUE(loaded) << base::to_text(loaded.error());
  return loaded ? std::move(*loaded) : profile::Loaded{};
}

/// The one entry of a profile that has only this in it.
inline profile::Traffic traffic_of(const std::string& keys) {
  auto loaded = load(profile_with(keys));
  return loaded.profile.traffic.empty() ? profile::Traffic{} : loaded.profile.traffic.front();
}

inline std::string refusal(const std::string& profile, const std::string& testbed = kTestbed,
                           std::vector<std::string> settings = {}) {
  const auto loaded = profile::load(
      profile::LoadTexts{.profile_text = profile, .testbed_text = testbed, .settings = std::move(settings)});
  return loaded ? "" : base::to_text(loaded.error());
}

}  // namespace samples
