#include "profile/describe.hpp"
#include "profile/scalar.hpp"
#include "profile/schema.hpp"

#include <fmt/core.h>

namespace profile {
namespace {

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

std::string limits(const Key& key) {
  if (!key.choices.empty()) {
    std::string text;
    for (const std::string_view choice : key.choices)
      text += fmt::format("{}`{}`", text.empty() ? "" : ", ", choice);
    return text;
  }
  if (has_min(key) && has_max(key))
    return fmt::format("`{}` to `{}`", limit_text(key, key.min), limit_text(key, key.max));
  if (has_min(key)) return fmt::format("from `{}`", limit_text(key, key.min));
  if (has_max(key)) return fmt::format("up to `{}`", limit_text(key, key.max));
  return "";
}

std::string default_cell(const Key& key) {
  if (key.required) return "required";
  return key.standard == "{}" ? "see below" : code(key.standard);
}

std::string row(const Key& key) {
  std::string doc{key.doc};
  if (!key.when.always()) doc = fmt::format("With `{}` = {}. {}", key.when.key, key.when.choices, doc);
  if (!key.unless.empty()) doc = fmt::format("Not with `{}`. {}", key.unless, doc);
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, type_name(key.type), default_cell(key),
                     limits(key), cell(doc));
}

/// The table under its heading, then those inside it.
std::string section(const Table& table, std::string_view heading) {
  std::string text = fmt::format("\n### {}\n\n{}", heading, table.doc);
  if (!table.shorthand.empty()) text += fmt::format(" A value alone is its `{}`.", table.shorthand);
  if (!table.integer_shorthand.empty()) {
    text += fmt::format(" A number alone is its `{}`, with `{}` = `{}`.", table.integer_shorthand,
                        table.integer_key, table.integer_choice);
  }
  text += "\n\n| key | type | default | limits | meaning |\n|---|---|---|---|---|\n";
  for (const Key& key : table.keys)
    text += row(key);
  for (const Key& key : table.keys) {
    if (key.table == nullptr) continue;
    const bool is_root = table.name == "profile" || table.name == "testbed";
    const bool is_list = key.type == KeyType::kTables;
    const std::string inner = is_root && is_list ? fmt::format("[[{}]]", key.name)
                              : is_root          ? fmt::format("[{}]", key.name)
                                                 : fmt::format("{}, key {}", heading, key.name);
    text += section(*key.table, inner);
  }
  return text;
}

std::string unit_name(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::kCount:
      return "count";
    case MetricUnit::kBytes:
      return "bytes";
    case MetricUnit::kTime:
      return "time, a bare number is nanoseconds";
    case MetricUnit::kBitsPerSec:
      return "bit/s";
    case MetricUnit::kPacketsPerSec:
      return "packets/s";
    case MetricUnit::kShare:
      break;
  }
  return "share, a bare number is a fraction of 1";
}

}  // namespace

std::string reference_markdown() {
  std::string text =
      "# Profiles and testbeds: every key\n\n"
      "Made from the table that drives the checker (`lib/profile/keys_*.cpp`) by `write_profile_reference`; "
      "a test\n"
      "compares. Files are TOML. Values with a unit stand in quotes: `\"10 us\"`, `\"64 KiB\"`, `\"25 "
      "Gbit/s\"`;\n"
      "KB is 1000 bytes, KiB is 1024. A bit rate is layer 2 with FCS unless followed by `L1` or `payload`; "
      "`%` of a\n"
      "rate is layer 1 of the port's speed. Unknown keys are errors. `--set KEY=VALUE` sets any key:\n"
      "`traffic.NAME.rate=10G`, `traffic[0].shape.kind=poisson`, `testbed.port.p0.mtu=4200`.\n\n"
      "## Profile\n";
  text += section(profile_root(), "Top of the file");
  text += "\n## Testbed\n";
  text += section(testbed_root(), "Top of the testbed");
  text +=
      "\n## Metrics of `[[expect]]`\n\nDefined in `docs/measuring.md`.\n\n| metric | limits in | meaning "
      "|\n|---|---|---|\n";
  for (const MetricFacts& metric : all_metrics()) {
    text += fmt::format("| `{}` | {} | {} |\n", metric.name, unit_name(metric.unit), cell(metric.doc));
  }
  return text;
}

}  // namespace profile
