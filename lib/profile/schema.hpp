/// \file
/// The one table of keys: it drives the checker, the JSON Schema and docs/profile-reference.md.
///
///     for (const profile::Key& key : profile::profile_root().keys) ...
///
/// A key's default is written as in a file; the checker reads it like any value. Adding a key is a row here
/// and its reading in bind_*.cpp. Cost: constants. Thread: pure.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace profile {

/// What a value is. The texts that people read about each stand in scalar.cpp.
enum class KeyType : std::uint8_t {
  kText,
  kName,      ///< letters, digits, '-' and '_'
  kNames,     ///< a name, or a list of them
  kFile,      ///< relative to the file that names it
  kFiles,     ///< a list of such; the reader takes them in
  kInteger,   ///< with `choices`: one of these
  kIntegers,  ///< an integer, or a list of them
  kDecimal,   ///< number: thousandths
  kFlag,
  kChoice,    ///< number: the choice's index
  kDuration,  ///< number: picoseconds
  kBytes,     ///< number: bytes
  kSpeed,     ///< number: bit/s
  kRate,      ///< see profile::Rate
  kShare,     ///< number: parts per million
  kOneIn,     ///< "all", "none" or "1/N"; number: N, 0 for none
  kMac,
  kIpv4,
  kIpv4Prefix,
  kIpv6,
  kIpv6Prefix,
  kPoints,   ///< list of [bytes, percent]
  kMetric,   ///< a name of metric.hpp
  kSubject,  ///< what a number is about, see profile::SubjectKind
  kLimit,    ///< in the unit of the entry's metric
  kTable,
  kTables,  ///< a list of tables
};

struct Table;

/// A condition on another key of the same table, written before it there.
struct When {
  std::string_view key{};
  std::string_view choices{};  ///< of that key, separated by blanks; empty: no condition

  [[nodiscard]] bool always() const { return choices.empty(); }
  [[nodiscard]] bool admits(std::string_view choice) const;
};

struct Key {
  std::string_view name{};
  KeyType type = KeyType::kText;
  std::string_view standard{};  ///< default, as TOML; empty: none
  bool required = false;
  When when{};  ///< only then may it be written, is required, has its default
  std::string_view
      unless{};           ///< excludes that key; default and requirement fall away where that one is written
  std::uint64_t min = 0;  ///< of the number, in the type's base unit
  std::uint64_t max = std::numeric_limits<std::int64_t>::max();
  std::span<const std::string_view> choices{};
  const Table* table = nullptr;  ///< of a kTable or kTables
  std::string_view doc{};        ///< a sentence; Markdown
};

struct Table {
  std::string_view name{};
  std::string_view doc{};
  std::span<const Key> keys{};
  /// `pattern = "ring"` stands for `pattern = { kind = "ring" }` where this is "kind".
  std::string_view shorthand{};
  /// `udp_source_port = 50000` stands for `{ policy = "fixed", first = 50000 }`.
  std::string_view integer_shorthand{};
  std::string_view integer_key{};     ///< a further key that the integer form sets ...
  std::string_view integer_choice{};  ///< ... to this

  [[nodiscard]] const Key* find(std::string_view key) const;
};

/// The root tables of the two kinds of file.
[[nodiscard]] const Table& profile_root();
[[nodiscard]] const Table& testbed_root();

/// `[[traffic]]`, which has a file of its own.
[[nodiscard]] const Table& traffic_table();

}  // namespace profile
