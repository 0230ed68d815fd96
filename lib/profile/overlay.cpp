#include "profile/overlay.hpp"

#include "profile/suggest.hpp"
#include "profile/toml_reader.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <optional>

namespace profile {
namespace {

constexpr std::string_view kRemedy =
    "write it as table.key=value, traffic[0].key=value or traffic.NAME.key=value; testbed.port[0].key=value";

/// One step of a path: a key, and an index where one stood in brackets.
struct Step {
  std::string_view key{};
  std::optional<std::size_t> index{};
};

std::optional<Step> parse_step(std::string_view text) {
  Step step{.key = text.substr(0, text.find('['))};
  text.remove_prefix(step.key.size());
  if (step.key.empty()) return std::nullopt;
  if (text.empty()) return step;
  std::size_t index = 0;
  const char* const last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data() + 1, last, index);
  if (!text.ends_with(']') || error != std::errc{} || end != last) return std::nullopt;
  step.index = index;
  return step;
}

/// Walks a path and puts the value at its end.
class Overlay {
 public:
  Overlay(const Setting& setting, Faults& faults)
      : setting_{setting}, place_{.file = "--set " + setting.setting}, faults_{faults} {}

  void apply(RawNode& root, const Table& table) { walk(root, table, setting_.path); }

 private:
  void refuse(std::string what, std::string remedy) {
    faults_.add(place_, "", std::move(what), std::move(remedy));
  }

  void walk(RawNode& node, const Table& table, std::string_view path) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const auto step = parse_step(path.substr(0, dot));
    const std::string_view rest = path.substr(std::min(dot + 1, path.size()));
    if (!step || (dot + 1 == path.size())) {
      refuse(fmt::format("'{}' is no path to a key", setting_.path), std::string{kRemedy});
      return;
    }
    const Key* const key = table.find(step->key);
    if (key == nullptr) {
      std::vector<std::string_view> names;
      for (const Key& known : table.keys)
        names.push_back(known.name);
      refuse(fmt::format("unknown key `{}` in {}", step->key, table.name), did_you_mean(step->key, names));
      return;
    }
    if (key->type == KeyType::kTables && (step->index || !rest.empty())) {
      walk_list(node, *key, *step, rest);
    } else if (key->type == KeyType::kFiles) {
      refuse("files cannot be included from the command line", "write the include into the file");
    } else if (step->index) {
      refuse(fmt::format("`{}` is no list of tables", step->key), std::string{kRemedy});
    } else if (rest.empty()) {
      put(node, *key);
    } else if (key->type == KeyType::kTable) {
      walk_table(node, *key, rest);
    } else {
      refuse(fmt::format("`{}` is no table", step->key), std::string{kRemedy});
    }
  }

  void walk_table(RawNode& node, const Key& key, std::string_view rest) {
    RawMember* member = node.find(key.name);
    if (member == nullptr) {
      node.members.push_back({.key = std::string{key.name}, .place = place_, .value = table_at(place_)});
      member = &node.members.back();
    }
    if (member->value.kind != RawKind::kTable) {
      refuse(fmt::format("`{}` is {} there, and has no keys to set", key.name, quoted(member->value)),
             fmt::format("set `{}` as a whole: {}={{ ... }}", key.name, key.name));
      return;
    }
    walk(member->value, *key.table, rest);
  }

  void walk_list(RawNode& node, const Key& key, const Step& step, std::string_view rest) {
    RawMember* const member = node.find(key.name);
    std::vector<RawNode> none;
    std::vector<RawNode>& items = member == nullptr ? none : member->value.items;
    std::string_view name;
    std::size_t index = 0;
    if (step.index) {
      index = *step.index;
    } else {
      name = rest.substr(0, rest.find('.'));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      const auto named = [&](const RawNode& item) {
        const RawMember* const at = item.find("name");
        return at != nullptr && at->value.text == name;
      };
      index = static_cast<std::size_t>(std::find_if(items.begin(), items.end(), named) - items.begin());
    }
    if (rest.empty()) {
      refuse(fmt::format("'{}' names no key of an entry", setting_.path), std::string{kRemedy});
    } else if (index < items.size() && items[index].kind == RawKind::kTable) {
      walk(items[index], *key.table, rest);
    } else {
      refuse_entry(key, items, name, index);
    }
  }

  void refuse_entry(const Key& key, const std::vector<RawNode>& items, std::string_view name,
                    std::size_t index) {
    if (name.empty()) {
      refuse(fmt::format("there is no {}[{}]", key.name, index),
             fmt::format("the file has {} of them, counted from 0", items.size()));
      return;
    }
    std::vector<std::string_view> names;
    for (const RawNode& item : items) {
      if (const RawMember* const at = item.find("name")) names.push_back(at->value.text);
    }
    refuse(fmt::format("no [[{}]] is called `{}`", key.name, name), did_you_mean(name, names));
  }

  void put(RawNode& node, const Key& key) {
    RawNode value = parse_value(setting_.value, place_);
    // A text needs no quotes even where it looks like a number or a flag.
    const bool is_text =
        key.type == KeyType::kText || key.type == KeyType::kName || key.type == KeyType::kFile;
    if (is_text && value.kind != RawKind::kText) {
      value = text_at(setting_.value, place_);
    }
    if (RawMember* const member = node.find(key.name)) {
      member->place = place_;
      member->value = std::move(value);
    } else {
      node.members.push_back({.key = std::string{key.name}, .place = place_, .value = std::move(value)});
    }
  }

  const Setting& setting_;
  Place place_;
  Faults& faults_;
};

}  // namespace

bool parse_setting(const std::string& text, Setting& out, Faults& faults) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    faults.add({.file = "--set " + text}, "", "expected KEY=VALUE", std::string{kRemedy});
    return false;
  }
  out = {.setting = text, .path = text.substr(0, equals), .value = text.substr(equals + 1)};
  return true;
}

void apply_setting(const Setting& setting, RawNode& root, const Table& table, Faults& faults) {
  Overlay{setting, faults}.apply(root, table);
}

}  // namespace profile
