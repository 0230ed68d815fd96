/// \file
/// Profiles, testbeds and settings as users write them: what is accepted reads back equal, what is refused
/// says where and why. An input is a profile, a line "%%%%", a testbed, and again behind such lines any
/// settings.

#include "fuzz.hpp"

#include "profile/load.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace {

constexpr std::string_view kSeparator = "%%%%\n";

std::string take_part(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(kSeparator), rest.size());
  std::string part{rest.substr(0, end)};
  rest.remove_prefix(std::min(end + kSeparator.size(), rest.size()));
  return part;
}

void check_refusal(const base::Errors& errors) {
  CHECK(!errors.empty(), "refused without a reason");
  for (const base::Error& error : errors) {
    CHECK(!error.where.empty() && !error.what.empty() && !error.remedy.empty(),
          "'{}' at '{}' says too little", error.what, error.where);
    CHECK(error.kind == base::ErrorKind::kInput, "'{}' is not the user's fault", error.what);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  profile::LoadTexts texts;
  texts.profile_text = take_part(rest);
  texts.testbed_text = take_part(rest);
  while (!rest.empty())
    texts.settings.push_back(take_part(rest));
  const auto loaded = profile::load(texts);
  if (!loaded) {
    check_refusal(loaded.error());
    return 0;
  }
  const auto again = profile::load(
      profile::LoadTexts{.profile_text = loaded->profile_toml, .testbed_text = loaded->testbed_toml});
  CHECK(again.has_value(), "the effective files are refused:\n{}\n{}{}", base::to_text(again.error()),
        loaded->profile_toml, loaded->testbed_toml);
  CHECK(again->profile_toml == loaded->profile_toml, "written as\n{}read back as\n{}", loaded->profile_toml,
        again->profile_toml);
  CHECK(again->testbed_toml == loaded->testbed_toml, "written as\n{}read back as\n{}", loaded->testbed_toml,
        again->testbed_toml);
  CHECK(again->profile_hash == loaded->profile_hash && again->defaults.empty(),
        "a default was not written out");
  return 0;
}
