/// \file
/// A file after checking: every value of the right type and within its limits, defaults filled in.
///
///     for (const profile::TableValue& entry : root.tables("traffic")) bind_traffic(entry);
///
/// What is bound to structs, written out as the effective file and hashed. Cost: set-up only. Thread: values.
#pragma once

#include "profile/place.hpp"
#include "profile/schema.hpp"
#include "workload/message_size.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace profile {

/// One checked value: its canonical writing (without TOML's quotes), and its number where the type has one.
struct Scalar {
  std::string text{};
  std::uint64_t number = 0;
  bool bare = false;  ///< is written without quotes
};

struct TableValue;

struct Value {
  const Key* key = nullptr;
  Place place{};                  ///< of the value; of the table where it is a default
  bool written = false;           ///< false: the default
  std::vector<Scalar> scalars{};  ///< one, or a list's
  std::vector<workload::SizePoint> points{};
  std::vector<TableValue> tables;  ///< (no initialiser: TableValue is still incomplete)

  [[nodiscard]] const Scalar& scalar() const { return scalars.front(); }
};

struct TableValue {
  const Table* table = nullptr;
  std::string path{};           ///< "traffic[0].shape", for messages
  Places places{};              ///< of the table and of every value written in it, right or wrong
  std::vector<Value> values{};  ///< in the order of the table of keys

  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  /// The entries of a list of tables; none where it is absent.
  [[nodiscard]] std::vector<TableValue>& tables(std::string_view key);
};

}  // namespace profile
