/// \file
/// A TOML file as a plain tree, with the place of every key and value: what the reader hands to the checker.
///
///     const RawMember* found = node.find("rate");
///     if (found != nullptr && found->value.kind == RawKind::kText) ...
///
/// It keeps toml++ in one translation unit, lets files be merged and `--set` be laid over them, and is what
/// the fuzzer drives. Cost: set-up only. Thread: plain values.
#pragma once

#include "profile/place.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace profile {

enum class RawKind : std::uint8_t { kTable, kArray, kText, kInteger, kDecimal, kFlag, kOther };

struct RawMember;

struct RawNode {
  RawKind kind = RawKind::kTable;
  Place place{};
  std::string text{};        ///< text; a decimal's shortest exact digits; the type's name of a kOther
  std::int64_t integer = 0;  ///< integer; flag: 0 or 1
  /// Table, in the order of the keys' names. No initialiser: RawMember is still incomplete.
  std::vector<RawMember> members;
  std::vector<RawNode> items{};  ///< array

  /// The member of that name, or null.
  [[nodiscard]] const RawMember* find(std::string_view key) const;
  [[nodiscard]] RawMember* find(std::string_view key);
};

struct RawMember {
  std::string key{};
  Place place{};  ///< of the key
  RawNode value{};
};

/// An empty table, and a text, as if they stood there.
[[nodiscard]] RawNode table_at(const Place& place);
[[nodiscard]] RawNode text_at(std::string_view text, const Place& place);

/// The value as a message quotes it: "10 s" in quotes, 12, true, a table, a list.
[[nodiscard]] std::string quoted(const RawNode& node);

}  // namespace profile
