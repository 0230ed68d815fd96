#include "profile/toml_reader.hpp"

#include <toml++/toml.h>

#include <fmt/core.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace profile {
namespace {

Place place_of(const toml::source_region& source, const std::string& file) {
  return {.file = file, .line = source.begin.line, .column = source.begin.column};
}

/// The parser quotes what it saw, line breaks too.
std::string one_line(std::string_view text) {
  std::string line{text};
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line;
}

/// The shortest digits that read back to the same double, without an exponent.
std::string digits_of(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find('e') == std::string::npos) return text;
  text = fmt::format("{:.18f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// A file may nest deeper than any profile does: the tree's recursion ends here.
constexpr int kDeepest = 32;

RawNode convert(const toml::node& node, const std::string& file, int depth) {
  RawNode raw = table_at(place_of(node.source(), file));
  if (const auto* table = node.as_table(); table != nullptr && depth < kDeepest) {
    raw.kind = RawKind::kTable;
    for (const auto& [key, value] : *table) {
      raw.members.push_back({.key = std::string{key.str()},
                             .place = place_of(key.source(), file),
                             .value = convert(value, file, depth + 1)});
    }
  } else if (const auto* array = node.as_array(); array != nullptr && depth < kDeepest) {
    raw.kind = RawKind::kArray;
    for (const toml::node& item : *array)
      raw.items.push_back(convert(item, file, depth + 1));
  } else if (const auto* text = node.as_string()) {
    raw.kind = RawKind::kText;
    raw.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    raw.kind = RawKind::kInteger;
    raw.integer = integer->get();
  } else if (const auto* decimal = node.as_floating_point()) {
    raw.kind = RawKind::kDecimal;
    raw.text = digits_of(decimal->get());
  } else if (const auto* flag = node.as_boolean()) {
    raw.kind = RawKind::kFlag;
    raw.integer = flag->get() ? 1 : 0;
  } else {
    std::ostringstream type;
    type << node.type();
    raw.kind = RawKind::kOther;
    raw.text = type.str();
  }
  return raw;
}

/// Lays `over` onto `under`: tables key by key, lists of tables one behind the other, else `over` wins.
void merge(RawNode& under, RawNode over) {
  for (RawMember& member : over.members) {
    RawMember* const there = under.find(member.key);
    if (there == nullptr) {
      under.members.push_back(std::move(member));
    } else if (there->value.kind == RawKind::kTable && member.value.kind == RawKind::kTable) {
      merge(there->value, std::move(member.value));
    } else if (there->value.kind == RawKind::kArray && member.value.kind == RawKind::kArray) {
      auto& items = member.value.items;
      there->value.items.insert(there->value.items.end(), std::make_move_iterator(items.begin()),
                                std::make_move_iterator(items.end()));
    } else {
      *there = std::move(member);
    }
  }
  under.place = over.place;
}

/// Files being read, outermost first, by their canonical paths.
using Chain = std::vector<std::string>;

base::Result<RawNode> read_with_includes(const std::string& file, const std::string& where, Chain& chain);
base::Result<RawNode> parse_with_includes(std::string_view text, const std::string& file, Chain& chain);

/// The included files of `root`, merged in their order.
base::Result<RawNode> read_includes(const RawNode& list, const std::string& file, Chain& chain) {
  RawNode merged = table_at({.file = file, .line = 1, .column = 1});
  base::Errors errors;
  const auto refuse = [&](const RawNode& node, std::string what, std::string remedy) {
    errors.push_back(
        {.where = to_text(node.place) + " include", .what = std::move(what), .remedy = std::move(remedy)});
  };
  if (list.kind != RawKind::kArray) {
    refuse(list, fmt::format("found {}, expected a list of files", quoted(list)),
           "write include = [\"file.toml\"]");
  }
  for (const RawNode& item : list.items) {
    if (item.kind != RawKind::kText) {
      refuse(item, fmt::format("found {}, expected a file's name", quoted(item)), "write it in quotes");
      continue;
    }
    auto included = read_with_includes(relative_to(file, item.text), to_text(item.place) + " include", chain);
    if (included) {
      merge(merged, std::move(*included));
    } else {
      errors.insert(errors.end(), included.error().begin(), included.error().end());
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return merged;
}

base::Result<RawNode> read_with_includes(const std::string& file, const std::string& where, Chain& chain) {
  std::error_code ignored;
  const std::string canonical = std::filesystem::weakly_canonical(file, ignored).string();
  if (std::find(chain.begin(), chain.end(), canonical) != chain.end()) {
    return base::fail({.where = where,
                       .what = fmt::format("'{}' includes itself, through {} file(s)", file, chain.size()),
                       .remedy = "take one of the includes out"});
  }
  auto text = read_text(file, where);
  if (!text) return tl::unexpected(std::move(text).error());
  chain.push_back(canonical);
  auto root = parse_with_includes(*text, file, chain);
  chain.pop_back();
  return root;
}

base::Result<RawNode> parse_with_includes(std::string_view text, const std::string& file, Chain& chain) {
  auto root = parse_toml(text, file);
  if (!root) return root;
  const RawMember* const include = root->find("include");
  if (include == nullptr) return root;
  auto merged = read_includes(include->value, file, chain);
  if (!merged) return merged;
  std::erase_if(root->members, [](const RawMember& member) { return member.key == "include"; });
  merge(*merged, std::move(*root));
  return merged;
}

}  // namespace

base::Result<RawNode> parse_toml(std::string_view text, const std::string& file) {
  try {
    return convert(toml::parse(text, file), file, 0);
  } catch (const toml::parse_error& error) {
    return base::fail(
        {.where = to_text(place_of(error.source(), file)),
         .what = one_line(error.description()),
         .remedy = "the file is not TOML from here on; texts and values with units stand in quotes"});
  }
}

RawNode parse_value(std::string_view text, const Place& place) {
  RawNode node = text_at(text, place);
  try {
    const toml::table parsed = toml::parse(fmt::format("value = {}\n", text));
    // More than one key: the text held a line of its own, and is none of TOML's values.
    if (const toml::node* value = parsed.get("value"); value != nullptr && parsed.size() == 1) {
      node = convert(*value, place.file, 0);
    }
  } catch (const toml::parse_error&) {
    // Not a TOML value, so it is a text: `--set test.duration=5s` needs no quotes within quotes.
  }
  const auto set_place = [&](auto& self, RawNode& at) -> void {
    at.place = place;
    for (RawNode& item : at.items)
      self(self, item);
    for (RawMember& member : at.members) {
      member.place = place;
      self(self, member.value);
    }
  };
  set_place(set_place, node);
  return node;
}

base::Result<RawNode> read_file(const std::string& file) {
  Chain chain;
  return read_with_includes(file, file, chain);
}

base::Result<RawNode> read_toml(std::string_view text, const std::string& file) {
  Chain chain;
  return parse_with_includes(text, file, chain);
}

base::Result<std::string> read_text(const std::string& file, const std::string& where) {
  std::error_code error;
  if (std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error)) {
    return base::fail({.where = where,
                       .what = fmt::format("'{}' is no regular file", file),
                       .remedy = "name a file; folders, pipes and devices are not read"});
  }
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  // An empty file sets the fail bit of `text` alone.
  if (!stream || (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf()))) {
    return base::fail({.where = where,
                       .what = fmt::format("cannot read '{}': {}", file, std::strerror(errno)),
                       .remedy = "check the name; paths are relative to the file that names them"});
  }
  return text.str();
}

std::string relative_to(const std::string& from, const std::string& file) {
  const std::filesystem::path path{file};
  if (path.is_absolute()) return file;
  return (std::filesystem::path{from}.parent_path() / path).lexically_normal().string();
}

}  // namespace profile
