#include "profile/checker.hpp"

#include "profile/metric.hpp"
#include "profile/scalar.hpp"
#include "profile/suggest.hpp"
#include "profile/toml_reader.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <tuple>

namespace profile {
namespace {

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string{key} : fmt::format("{}.{}", path, key);
}

std::string remedy_for(const Key& key, const RawNode& raw) {
  if (key.type == KeyType::kChoice && raw.kind == RawKind::kText) return did_you_mean(raw.text, key.choices);
  if (key.type == KeyType::kMetric && raw.kind == RawKind::kText) {
    std::vector<std::string_view> names;
    for (const MetricFacts& metric : all_metrics())
      names.push_back(metric.name);
    return did_you_mean(raw.text, names);
  }
  if (key.standard.empty() || key.standard == "{}") return fmt::format("`{}`: {}", key.name, key.doc);
  return fmt::format("`{}`: {} Default {}.", key.name, key.doc, key.standard);
}

class Checker {
 public:
  explicit Checker(Faults& faults) : faults_{faults} {}

  TableValue check(const RawNode& given, const Table& table, const std::string& path) {
    TableValue result{.table = &table, .path = path, .places = {.table = given.place}};
    const RawNode raw = without_shorthand(given, table);
    for (const RawMember& member : raw.members)
      result.places.keys.emplace(member.key, member.value.place);
    if (raw.kind != RawKind::kTable) {
      faults_.add(raw.place, path, fmt::format("found {}, expected a table", quoted(raw)),
                  fmt::format("write it as a table: {}", table.doc));
      return result;
    }
    refuse_unknown(raw, table, path);
    for (const Key& key : table.keys) {
      check_key(raw, key, result);
    }
    return result;
  }

 private:
  /// `pattern = "ring"` as `pattern = { kind = "ring" }`.
  static RawNode without_shorthand(const RawNode& raw, const Table& table) {
    const bool is_integer = raw.kind == RawKind::kInteger && !table.integer_shorthand.empty();
    const bool is_scalar =
        raw.kind != RawKind::kTable && raw.kind != RawKind::kArray && !table.shorthand.empty();
    if (!is_integer && !is_scalar) return raw;
    RawNode full = table_at(raw.place);
    const std::string_view key = is_integer ? table.integer_shorthand : table.shorthand;
    full.members.push_back({.key = std::string{key}, .place = raw.place, .value = raw});
    if (is_integer) {
      full.members.push_back({.key = std::string{table.integer_key},
                              .place = raw.place,
                              .value = text_at(table.integer_choice, raw.place)});
    }
    return full;
  }

  void refuse_unknown(const RawNode& raw, const Table& table, const std::string& path) {
    std::vector<std::string_view> names;
    for (const Key& key : table.keys)
      names.push_back(key.name);
    for (const RawMember& member : raw.members) {
      if (table.find(member.key) != nullptr) continue;
      faults_.add(member.place, join(path, member.key),
                  fmt::format("unknown key `{}` in {}", member.key, path.empty() ? table.name : path),
                  did_you_mean(member.key, names));
    }
  }

  void check_key(const RawNode& raw, const Key& key, TableValue& result) {
    const RawMember* const member = raw.find(key.name);
    const Admission admission = admit(key, result);
    const std::string path = join(result.path, key.name);
    if (member == nullptr) {
      if (admission != Admission::kYes || (!key.unless.empty() && raw.find(key.unless) != nullptr)) return;
      fill_in(key, path, result);
      return;
    }
    if (admission == Admission::kNo) {
      const Scalar& choice = result.find(key.when.key)->scalar();
      faults_.add(member->place, path,
                  fmt::format("`{}` does not go with {} = \"{}\"", key.name, key.when.key, choice.text),
                  fmt::format("take it out, or choose {} from: {}", key.when.key, key.when.choices));
      return;
    }
    if (const RawMember* other = key.unless.empty() ? nullptr : raw.find(key.unless); other != nullptr) {
      faults_.add(member->place, path, fmt::format("`{}` and `{}` exclude one another", key.name, key.unless),
                  "keep one of them");
      return;
    }
    read(key, member->value, path, true, result);
  }

  enum class Admission : std::uint8_t { kYes, kNo, kUnknown };

  /// Unknown where the key that decides is itself at fault: then nothing is demanded.
  static Admission admit(const Key& key, const TableValue& result) {
    if (key.when.always()) return Admission::kYes;
    const Value* const decides = result.find(key.when.key);
    if (decides != nullptr) return key.when.admits(decides->scalar().text) ? Admission::kYes : Admission::kNo;
    return Admission::kUnknown;  // the deciding key is missing or at fault, and has been reported
  }

  void fill_in(const Key& key, const std::string& path, TableValue& result) {
    if (key.required) {
      faults_.add(result.places.table, result.path,
                  fmt::format("`{}` is missing, expected {}", key.name, expectation(key)),
                  fmt::format("add `{}`: {}", key.name, key.doc));
    } else if (!key.standard.empty()) {
      read(key, parse_value(key.standard, result.places.table), path, false, result);
    }
  }

  void refuse_value(const Key& key, const RawNode& raw, const std::string& path) {
    faults_.add(raw.place, path, fmt::format("found {}, expected {}", quoted(raw), expectation(key)),
                remedy_for(key, raw));
  }

  void read(const Key& key, const RawNode& raw, const std::string& path, bool written, TableValue& result) {
    Value value;
    value.key = &key;
    value.place = raw.place;
    value.written = written;
    bool good = true;
    switch (key.type) {
      case KeyType::kTable:
        value.tables.push_back(check(raw, *key.table, path));
        break;
      case KeyType::kTables:
        good = read_tables(key, raw, path, value);
        break;
      case KeyType::kNames:
      case KeyType::kIntegers:
      case KeyType::kFiles:
        good = read_list(key, raw, path, value);
        break;
      case KeyType::kPoints:
        good = read_points(key, raw, path, value);
        break;
      default:
        good = read_one(key, raw, path, value);
    }
    if (good) result.values.push_back(std::move(value));
  }

  bool read_one(const Key& key, const RawNode& raw, const std::string& path, Value& value) {
    auto scalar = parse_scalar(key, raw);
    if (!scalar) {
      refuse_value(key, raw, path);
      return false;
    }
    value.scalars.push_back(std::move(*scalar));
    return true;
  }

  bool read_list(const Key& key, const RawNode& raw, const std::string& path, Value& value) {
    if (raw.kind != RawKind::kArray) return read_one(key, raw, path, value);
    bool good = true;
    for (const RawNode& item : raw.items)
      good = read_one(key, item, path, value) && good;
    if (raw.items.empty() && key.required) {
      refuse_value(key, raw, path);
      return false;
    }
    return good;
  }

  bool read_points(const Key& key, const RawNode& raw, const std::string& path, Value& value) {
    auto points = parse_points(raw);
    if (!points) {
      refuse_value(key, raw, path);
      return false;
    }
    value.points = std::move(*points);
    return true;
  }

  bool read_tables(const Key& key, const RawNode& raw, const std::string& path, Value& value) {
    if (raw.kind != RawKind::kArray) {
      faults_.add(raw.place, path, fmt::format("found {}, expected a list of tables", quoted(raw)),
                  fmt::format("write [[{}]] above each entry", key.name));
      return false;
    }
    for (std::size_t i = 0; i < raw.items.size(); ++i) {
      value.tables.push_back(check(raw.items[i], *key.table, fmt::format("{}[{}]", path, i)));
    }
    return true;
  }

  Faults& faults_;
};

}  // namespace

void Faults::add(const Place& place, std::string subject, std::string what, std::string remedy) {
  const std::string where = subject.empty() ? to_text(place) : fmt::format("{} {}", to_text(place), subject);
  faults_.emplace_back(place,
                       base::Error{.where = where, .what = std::move(what), .remedy = std::move(remedy)});
}

void Faults::add(const base::Errors& errors) {
  for (const base::Error& error : errors)
    faults_.emplace_back(Place{}, error);
}

base::Errors Faults::take() {
  std::stable_sort(faults_.begin(), faults_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.file, a.first.line, a.first.column) <
           std::tie(b.first.file, b.first.line, b.first.column);
  });
  base::Errors errors;
  for (auto& fault : faults_)
    errors.push_back(std::move(fault.second));
  faults_.clear();
  return errors;
}

TableValue check_table(const RawNode& raw, const Table& table, Faults& faults) {
  return Checker{faults}.check(raw, table, "");
}

}  // namespace profile
