// The schema, the reference and the checker follow from one table. Here the three are held against each
// other: what the schema says of a key (choices, limits, default, requirement) is tried on the checker, and
// read from the reference's rows.

#include "profile/describe.hpp"
#include "profile/checker.hpp"
#include "profile/metric.hpp"
#include "profile/schema.hpp"
#include "profile/toml_reader.hpp"
#include "samples.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

/// Every table of a schema: its path of keys, and its object.
void collect(const Json& object, const std::string& path, std::map<std::string, Json>& found) {
  found[path] = object;
  for (const auto& [name, key] : object["properties"].items()) {
    const Json* inner = nullptr;
    if (key.contains("properties")) inner = &key;
    if (key.contains("anyOf") && key["anyOf"][0].contains("properties")) inner = &key["anyOf"][0];
    if (key.contains("items") && key["items"].contains("properties")) inner = &key["items"];
    if (inner != nullptr) collect(*inner, path.empty() ? name : path + "." + name, found);
  }
}

std::map<std::string, Json> tables_of(profile::FileKind kind) {
  std::map<std::string, Json> tables;
  collect(Json::parse(profile::json_schema(kind)), "", tables);
  return tables;
}

/// The table of keys at the same path.
const profile::Table& table_at(const profile::Table& root, const std::string& path) {
  const profile::Table* table = &root;
  std::istringstream steps{path};
  std::string step;
  while (std::getline(steps, step, '.'))
    table = table->find(step)->table;
  return *table;
}

std::string toml_of(const Json& value) {
  return value.is_object() ? "{}" : value.dump();
}

/// What the checker says of `key = value` alone in a table, about that key.
std::string complaint(const profile::Table& table, const std::string& key, const std::string& value,
                      const std::string& beside) {
  const auto raw = profile::parse_toml(beside + key + " = " + value + "\n", "probe");
  if (!raw) return base::to_text(raw.error());
  profile::Faults faults;
  static_cast<void>(profile::check_table(*raw, table, faults));
  std::string text;
  for (const base::Error& error : faults.take()) {
    const std::string& where = error.where;
    const std::size_t blank = where.find(' ');
    const std::string subject = blank == std::string::npos ? "" : where.substr(blank + 1);
    if (subject == key || subject.starts_with(key + ".") || subject.starts_with(key + "["))
      text += error.what + "\n";
  }
  return text;
}

/// The deciding key of an `x-when`, set so that the key applies.
std::string beside(const Json& key) {
  if (!key.contains("x-when")) return "";
  return fmt::format("{} = {}\n", key["x-when"]["key"].get<std::string>(),
                     key["x-when"]["choices"][0].dump());
}

/// The schema of single values: of a list's items, of a shorthand's value.
const Json& single(const Json& key) {
  return key.contains("anyOf") ? key["anyOf"][0] : key;
}

void probe_key(const profile::Table& table, const std::string& name, const Json& key,
               const std::string& path) {
  SCOPED_TRACE(fmt::format("key {} of {}", name, path));
  const std::string others = beside(key);
  const auto accepts = [&](const std::string& value) {
    return complaint(table, name, value, others).empty();
  };
  const Json& value = single(key);
  for (const Json& choice : value.value("enum", Json::array())) {
    EXPECT_TRUE(accepts(choice.dump())) << choice << ": " << complaint(table, name, choice.dump(), others);
  }
  if (value.contains("enum")) {
    EXPECT_FALSE(accepts("\"none-of-these\""));
    EXPECT_FALSE(accepts("77"));
  }
  if (key.contains("default")) {
    EXPECT_TRUE(accepts(toml_of(key["default"]))) << complaint(table, name, toml_of(key["default"]), others);
  }
  if (value.value("type", Json{}) == "integer") {
    const auto least = value["minimum"].get<std::uint64_t>();
    const auto most = value["maximum"].get<std::uint64_t>();
    EXPECT_TRUE(accepts(fmt::format("{}", least)));
    EXPECT_TRUE(accepts(fmt::format("{}", most)));
    EXPECT_FALSE(accepts(fmt::format("{}", static_cast<std::int64_t>(least) - 1)));
    EXPECT_FALSE(accepts(fmt::format("{}", most + 1)));
    EXPECT_FALSE(accepts("\"text\""));
  }
  if (value.value("type", Json{}) == "boolean") {
    EXPECT_TRUE(accepts("true"));
    EXPECT_FALSE(accepts("1"));
  }
  for (const char* limit : {"x-min", "x-max"}) {
    if (!key.contains(limit)) continue;
    EXPECT_TRUE(accepts(key[limit].dump())) << limit << complaint(table, name, key[limit].dump(), others);
  }
  if (key["x-type"] == "time" || key["x-type"] == "size") {
    const std::string unit = key["x-type"] == "time" ? "ps" : "B";
    if (key.contains("x-min")) {
      EXPECT_FALSE(accepts(fmt::format("\"0 {}\"", unit)));
    }
    EXPECT_FALSE(accepts("\"1 parsec\""));
  }
  if (value.contains("pattern")) {
    EXPECT_TRUE(accepts("\"a-Z_9\""));
    EXPECT_FALSE(accepts("\"with blank\""));
  }
  EXPECT_FALSE(accepts("1979-05-27")) << "no key is a date";
}

void probe_table(const profile::Table& table, const Json& object, const std::string& path) {
  EXPECT_EQ(object["additionalProperties"], false);
  EXPECT_FALSE(complaint(table, "no_such_key", "1", "").empty());
  ASSERT_EQ(object["properties"].size(), table.keys.size()) << path;
  for (const auto& [name, key] : object["properties"].items())
    probe_key(table, name, key, path);
  // What the schema requires, and no more, is missed by the checker in an empty table.
  profile::Faults faults;
  static_cast<void>(profile::check_table(profile::RawNode{}, table, faults));
  std::vector<std::string> missed;
  for (const base::Error& error : faults.take())
    missed.push_back(error.what.substr(1, error.what.find('`', 1) - 1));
  for (const Json& required : object.value("required", Json::array())) {
    EXPECT_THAT(missed, testing::Contains(required.get<std::string>())) << path;
  }
  for (const std::string& key : missed) {
    EXPECT_TRUE(object["properties"][key].value("x-required", false)) << path << " " << key;
  }
}

TEST(Describe, TheCheckerDoesWhatTheSchemaSays) {
  for (const auto& [path, object] : tables_of(profile::FileKind::kProfile))
    probe_table(table_at(profile::profile_root(), path), object, path);
  for (const auto& [path, object] : tables_of(profile::FileKind::kTestbed))
    probe_table(table_at(profile::testbed_root(), path), object, path);
}

/// The reference's rows: key -> cells, under each heading.
std::map<std::string, std::map<std::string, std::vector<std::string>>> rows_of(const std::string& text) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> sections;
  std::istringstream lines{text};
  std::string line;
  std::string heading;
  while (std::getline(lines, line)) {
    if (line.starts_with("### ")) heading = line.substr(4);
    if (line.starts_with("## Metrics")) break;
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    const std::regex cell{"\\| ((?:[^|\\\\]|\\\\.)*?) ?(?=\\|)"};
    for (auto at = std::sregex_iterator{line.begin(), line.end(), cell}; at != std::sregex_iterator{}; ++at)
      cells.push_back((*at)[1]);
    std::string key = cells.at(0).substr(1, cells.at(0).size() - 2);
    sections[heading][key] = cells;
  }
  return sections;
}

std::string heading_of(const std::string& path, bool is_profile, const profile::Table& root) {
  if (path.empty()) return is_profile ? "Top of the file" : "Top of the testbed";
  std::istringstream steps{path};
  std::string step;
  std::string heading;
  while (std::getline(steps, step, '.')) {
    const bool is_list = heading.empty() && root.find(step)->type == profile::KeyType::kTables;
    heading = heading.empty() ? (is_list ? "[[" + step + "]]" : "[" + step + "]") : heading + ", key " + step;
  }
  return heading;
}

void compare_with_reference(profile::FileKind kind) {
  const bool is_profile = kind == profile::FileKind::kProfile;
  const profile::Table& root = is_profile ? profile::profile_root() : profile::testbed_root();
  const auto sections = rows_of(profile::reference_markdown());
  for (const auto& [path, object] : tables_of(kind)) {
    const std::string heading = heading_of(path, is_profile, root);
    ASSERT_TRUE(sections.contains(heading)) << heading;
    const auto& rows = sections.at(heading);
    EXPECT_EQ(rows.size(), object["properties"].size()) << heading;
    for (const auto& [name, key] : object["properties"].items()) {
      SCOPED_TRACE(heading + " " + name);
      ASSERT_TRUE(rows.contains(name));
      const std::vector<std::string>& cells = rows.at(name);
      ASSERT_EQ(cells.size(), 5u);
      EXPECT_EQ(cells[1], key["x-type"].get<std::string>());
      EXPECT_THAT(cells[4], HasSubstr(key["description"].get<std::string>()));
      if (key.value("x-required", false)) {
        EXPECT_EQ(cells[2], "required");
      }
      if (key.contains("default") && !key["default"].is_object()) {
        const auto raw = profile::parse_value(cells[2].substr(1, cells[2].size() - 2), {});
        EXPECT_EQ(profile::quoted(raw), profile::quoted(profile::parse_value(toml_of(key["default"]), {})));
      }
      if (key["x-type"] != "table") {
        for (const Json& choice : single(key).value("enum", Json::array())) {
          if (key["x-type"] != "metric") {
            EXPECT_THAT(cells[3], HasSubstr(choice.is_string() ? choice.get<std::string>() : choice.dump()));
          }
        }
      }
      for (const char* limit : {"x-min", "x-max"}) {
        if (!key.contains(limit) || single(key).contains("enum")) continue;
        EXPECT_THAT(cells[3], HasSubstr(key[limit].dump()));
      }
    }
  }
}

TEST(Describe, TheReferenceSaysWhatTheSchemaSays) {
  compare_with_reference(profile::FileKind::kProfile);
  compare_with_reference(profile::FileKind::kTestbed);
}

TEST(Describe, TheCommittedReferenceIsTheGeneratedOne) {
  std::ostringstream text;
  text << std::ifstream{ROCESTORM_SOURCE_ROOT "/docs/profile-reference.md"}.rdbuf();
  EXPECT_TRUE(text.str() == profile::reference_markdown())
      << "the table of keys was changed: run build/tests/profile/write_profile_reference > "
         "docs/profile-reference.md";
}

TEST(Describe, OneSchemaHoldsBothKindsOfFile) {
  const Json both = Json::parse(profile::json_schemas());
  EXPECT_EQ(both["anyOf"].size(), 2u);
  EXPECT_EQ(both["$defs"]["profile"]["properties"],
            Json::parse(profile::json_schema(profile::FileKind::kProfile))["properties"]);
  EXPECT_EQ(both["$defs"]["testbed"]["properties"],
            Json::parse(profile::json_schema(profile::FileKind::kTestbed))["properties"]);
}

TEST(Describe, EveryMetricIsListedAndSpeltOnce) {
  const std::string text = profile::reference_markdown();
  for (const profile::MetricFacts& metric : profile::all_metrics()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("\n| `{}` | ", metric.name)));
    EXPECT_EQ(profile::find_metric(metric.name), &metric) << metric.name << " is listed twice";
  }
}

}  // namespace
