// Each file of tests/data/bad holds faults. Behind a line with a fault stands a comment whose caret points at
// the fault's column, followed by a pattern of the message ("#<" points at column 1). They were written by
// hand: the test is that each fault is reported right there, with that text, and nothing else is.

#include "profile/load.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace {

struct Expected {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string pattern{};
};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

std::vector<Expected> markers_in(const std::string& text) {
  std::vector<Expected> markers;
  std::istringstream lines{text};
  std::string line;
  std::size_t number = 0;
  std::size_t fault_line = 0;
  const std::regex marker{"^#( *\\^|<) (.*)$"};
  while (std::getline(lines, line)) {
    ++number;
    std::smatch match;
    if (!std::regex_match(line, match, marker)) {
      fault_line = number;
      continue;
    }
    const std::string at = match[1];
    markers.push_back({.line = fault_line, .column = at == "<" ? 1 : at.size() + 1, .pattern = match[2]});
  }
  return markers;
}

class BadFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(BadFile, IsRefusedRightThereAndNowhereElse) {
  const std::filesystem::path data{ROCESTORM_TEST_DATA};
  const std::string file = GetParam().string();
  const std::string good = (data / "good").string();
  const bool is_profile = GetParam().parent_path().filename() == "profile";
  const auto loaded = is_profile
                          ? profile::load({.profile_file = file, .testbed_file = good + "/testbed.toml"})
                          : profile::load({.profile_file = good + "/profile.toml", .testbed_file = file});
  ASSERT_FALSE(loaded) << "the file was accepted";
  const std::vector<Expected> expected = markers_in(text_of(file));
  ASSERT_FALSE(expected.empty()) << "the file has no marker";
  const base::Errors& errors = loaded.error();
  ASSERT_EQ(errors.size(), expected.size()) << base::to_text(errors);
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const std::string place = fmt::format("{}:{}:{}", file, expected[i].line, expected[i].column);
    const std::string& where = errors[i].where;
    EXPECT_TRUE(where == place || where.starts_with(place + " ")) << "expected at " << place << ", found:\n"
                                                                  << base::to_text(errors);
    EXPECT_TRUE(std::regex_search(errors[i].what + " " + errors[i].remedy, std::regex{expected[i].pattern}))
        << "expected /" << expected[i].pattern << "/, found:\n"
        << base::to_text(errors);
    EXPECT_FALSE(errors[i].remedy.empty()) << "nothing says what to do: " << errors[i].what;
    EXPECT_EQ(errors[i].kind, base::ErrorKind::kInput);
  }
}

std::vector<std::filesystem::path> bad_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{ROCESTORM_TEST_DATA "/bad"}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, BadFile, testing::ValuesIn(bad_files()), [](const auto& file) {
  std::string name = file.param.parent_path().filename().string() + "_" + file.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(BadFiles, AreAtLeastSixty) {
  EXPECT_GE(bad_files().size(), 60u);
}

TEST(BadFiles, TheFilesBesideThemAreGood) {
  const std::string good = ROCESTORM_TEST_DATA "/good";
  const auto loaded =
      profile::load({.profile_file = good + "/profile.toml", .testbed_file = good + "/testbed.toml"});
  EXPECT_TRUE(loaded) << base::to_text(loaded.error());
}

}  // namespace
