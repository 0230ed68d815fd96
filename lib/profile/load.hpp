/// \file
/// From files to a checked Profile and Testbed, or to all that is wrong with them at once.
///
///     auto loaded = profile::load({.profile_file = "profiles/incast.toml",
///                                  .settings = {"test.duration=5s", "testbed.port[0].speed=25G"}});
///     if (!loaded) return tl::unexpected(std::move(loaded).error());
///     plan::make_plan({.profile = loaded->profile, .testbed = loaded->testbed, ...});
///
/// Cost: set-up; reads files. Thread: any, no shared state.
#pragma once

#include "base/error.hpp"
#include "profile/profile.hpp"
#include "profile/testbed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace profile {

struct LoadOptions {
  std::string profile_file{};
  /// Empty: the one that the profile names in `test.testbed`, relative to the profile's folder.
  std::string testbed_file{};
  /// `KEY=VALUE` as given to `--set`: "traffic[0].rate=10G", "traffic.incast.rate=50 %",
  /// "testbed.port[0].mtu=4200". The value is TOML, or a bare text.
  std::vector<std::string> settings{};
};

struct Loaded {
  Profile profile;
  Testbed testbed;
  /// The effective files: includes, settings and defaults written out, canonical; they read back equal.
  std::string profile_toml{};
  std::string testbed_toml{};
  /// SHA-256 of profile_toml, 64 hex digits: the same test has the same hash.
  std::string profile_hash{};
  /// "traffic.incast.ttl = 64": each default that was filled in, in the files' order.
  std::vector<std::string> defaults{};
  /// As they were given to `load`.
  std::vector<std::string> settings{};
};

[[nodiscard]] base::Result<Loaded> load(const LoadOptions& options);

/// Files that are not on a disk; what they include is, relative to the names.
struct LoadTexts {
  std::string profile_text{};
  std::string testbed_text{};
  std::string profile_name = "profile.toml";
  std::string testbed_name = "testbed.toml";
  std::vector<std::string> settings{};
};

[[nodiscard]] base::Result<Loaded> load(const LoadTexts& texts);

}  // namespace profile
