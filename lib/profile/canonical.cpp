#include "profile/canonical.hpp"

#include <fmt/core.h>
#include <utility>

namespace profile {
namespace {

/// A basic string of TOML. Control characters never get past the checker.
std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string scalar_toml(const Scalar& scalar) {
  return scalar.bare ? scalar.text : in_quotes(scalar.text);
}

std::string percent(std::uint64_t ppb) {
  std::string text = fmt::format("{}.{:07}", ppb / 10'000'000, ppb % 10'000'000);
  while (text.ends_with('0') && !text.ends_with(".0"))
    text.pop_back();
  return text;
}

std::string inline_table(const TableValue& table);

/// The value behind "key = "; lists of tables as inline tables.
std::string value_toml(const Value& value) {
  std::vector<std::string> items;
  for (const Scalar& scalar : value.scalars)
    items.push_back(scalar_toml(scalar));
  for (const workload::SizePoint& point : value.points)
    items.push_back(fmt::format("[{}, {}]", point.bytes, percent(point.upto_ppb)));
  for (const TableValue& table : value.tables)
    items.push_back(inline_table(table));
  const KeyType type = value.key->type;
  const bool is_list = type == KeyType::kNames || type == KeyType::kIntegers || type == KeyType::kPoints ||
                       type == KeyType::kTables;
  if (!is_list) return items.front();
  std::string list;
  for (const std::string& item : items) {
    list += list.empty() ? item : ", " + item;
  }
  return "[" + list + "]";
}

std::string inline_table(const TableValue& table) {
  std::string text;
  for (const Value& value : table.values) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", value.key->name, value_toml(value));
  }
  return text.empty() ? "{}" : "{ " + text + " }";
}

std::string lines(const TableValue& table) {
  std::string text;
  for (const Value& value : table.values)
    text += fmt::format("{} = {}\n", value.key->name, value_toml(value));
  return text;
}

void collect_defaults(const TableValue& table, const std::string& path, std::vector<std::string>& found) {
  for (const Value& value : table.values) {
    const std::string here =
        path.empty() ? std::string{value.key->name} : fmt::format("{}.{}", path, value.key->name);
    if (value.key->type == KeyType::kTable) {
      collect_defaults(value.tables.front(), here, found);
    } else if (value.key->type == KeyType::kTables) {
      for (std::size_t i = 0; i < value.tables.size(); ++i) {
        const Value* const name = value.tables[i].find("name");
        const bool is_named = name != nullptr && name->written;
        collect_defaults(
            value.tables[i],
            is_named ? fmt::format("{}.{}", here, name->scalar().text) : fmt::format("{}[{}]", here, i),
            found);
      }
    } else if (!value.written) {
      found.push_back(fmt::format("{} = {}", here, value_toml(value)));
    }
  }
}

}  // namespace

std::string to_toml(const TableValue& root) {
  std::string text;
  for (const Value& value : root.values) {
    const bool is_list = value.key->type == KeyType::kTables;
    for (const TableValue& table : value.tables) {
      text += fmt::format("{}{}{}{}\n{}", text.empty() ? "" : "\n", is_list ? "[[" : "[", value.key->name,
                          is_list ? "]]" : "]", lines(table));
    }
  }
  return text;
}

std::vector<std::string> defaults_in(const TableValue& root) {
  std::vector<std::string> found;
  collect_defaults(root, "", found);
  return found;
}

}  // namespace profile
