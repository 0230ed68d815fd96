#include "profile/load.hpp"

#include "base/check.hpp"
#include "profile/bind.hpp"
#include "profile/canonical.hpp"
#include "profile/checker.hpp"
#include "profile/overlay.hpp"
#include "profile/schema.hpp"
#include "profile/sha256.hpp"
#include "profile/toml_reader.hpp"

#include <fmt/core.h>
#include <optional>
#include <utility>

namespace profile {
namespace {

/// `--set` texts, sorted by the file that they are for.
struct Settings {
  std::vector<Setting> profile{};
  std::vector<Setting> testbed{};
};

Settings sort_settings(const std::vector<std::string>& texts, Faults& faults) {
  constexpr std::string_view kTestbed = "testbed.";
  Settings settings;
  for (const std::string& text : texts) {
    Setting setting;
    if (!parse_setting(text, setting, faults)) continue;
    if (setting.path.starts_with(kTestbed)) {
      setting.path.erase(0, kTestbed.size());
      settings.testbed.push_back(std::move(setting));
    } else {
      settings.profile.push_back(std::move(setting));
    }
  }
  return settings;
}

/// A file as it was read with its settings laid over, or nothing where it could not be read.
std::optional<RawNode> with_settings(base::Result<RawNode> root, const std::vector<Setting>& settings,
                                     const Table& table, Faults& faults) {
  if (!root) {
    faults.add(root.error());
    return std::nullopt;
  }
  for (const Setting& setting : settings)
    apply_setting(setting, *root, table, faults);
  return std::move(*root);
}

/// The testbed's file: the option's, else the profile's own.
std::string testbed_file(const LoadOptions& options, const std::optional<RawNode>& root, Faults& faults) {
  if (!options.testbed_file.empty() || !root) return options.testbed_file;
  const RawMember* const test = root->find("test");
  const RawMember* const testbed = test == nullptr ? nullptr : test->value.find("testbed");
  if (testbed != nullptr && testbed->value.kind == RawKind::kText) {
    const bool is_set = testbed->value.place.line == 0;  // by --set: relative to where the program was called
    return relative_to(is_set ? "" : testbed->value.place.file, testbed->value.text);
  }
  if (testbed == nullptr) {
    faults.add(test == nullptr ? root->place : test->value.place, "test", "no testbed is given",
               "name one with --testbed FILE, or as test.testbed in the profile");
  }
  return "";
}

/// Both files read; checks and binds them. A missing one has been reported.
base::Result<Loaded> finish(const std::optional<RawNode>& profile_raw,
                            const std::optional<RawNode>& testbed_raw, Faults& faults) {
  std::optional<TableValue> testbed_values;
  Testbed testbed;
  if (testbed_raw) {
    testbed_values = check_table(*testbed_raw, testbed_root(), faults);
    testbed = bind_testbed(*testbed_values, faults);
  }
  std::optional<TableValue> profile_values;
  if (profile_raw) profile_values = check_table(*profile_raw, profile_root(), faults);
  Profile profile;
  // Without ports, each name of a port would be a fault of its own.
  if (profile_values && !testbed.ports.empty()) profile = bind_profile(*profile_values, testbed, faults);
  if (!faults.empty()) return tl::unexpected(faults.take());
  CHECK(profile_values && testbed_values, "a file that was not read, and no fault");

  Loaded loaded{.profile = std::move(profile),
                .testbed = std::move(testbed),
                .profile_toml = to_toml(*profile_values),
                .testbed_toml = to_toml(*testbed_values),
                .profile_hash{},
                .defaults = defaults_in(*profile_values)};
  loaded.profile_hash = sha256_hex(loaded.profile_toml);
  for (const std::string& text : defaults_in(*testbed_values))
    loaded.defaults.push_back("testbed." + text);
  return loaded;
}

base::Result<Loaded> with_words_of(const std::vector<std::string>& settings, base::Result<Loaded> loaded) {
  if (loaded) loaded->settings = settings;
  return loaded;
}

}  // namespace

base::Result<Loaded> load(const LoadOptions& options) {
  Faults faults;
  const Settings settings = sort_settings(options.settings, faults);
  const auto profile_raw =
      with_settings(read_file(options.profile_file), settings.profile, profile_root(), faults);
  const std::string testbed_name = testbed_file(options, profile_raw, faults);
  const auto testbed_raw =
      testbed_name.empty() ? std::nullopt
                           : with_settings(read_file(testbed_name), settings.testbed, testbed_root(), faults);
  return with_words_of(options.settings, finish(profile_raw, testbed_raw, faults));
}

base::Result<Loaded> load(const LoadTexts& texts) {
  Faults faults;
  const Settings settings = sort_settings(texts.settings, faults);
  const auto profile_raw = with_settings(read_toml(texts.profile_text, texts.profile_name), settings.profile,
                                         profile_root(), faults);
  const auto testbed_raw = with_settings(read_toml(texts.testbed_text, texts.testbed_name), settings.testbed,
                                         testbed_root(), faults);
  return with_words_of(texts.settings, finish(profile_raw, testbed_raw, faults));
}

}  // namespace profile
