/// \file
/// Checked values by key name, as the structs want them.
///
///     const Fields fields{entry};
///     traffic.ttl = fields.number<std::uint8_t>("ttl", 64);
///
/// A name that the table of keys does not have is our mistake (CHECK). What the checker left out because it
/// was at fault, or does not apply, reads as the fallback: the file is refused anyway.
/// Cost: set-up only. Thread: plain values.
#pragma once

#include "base/address.hpp"
#include "base/check.hpp"
#include "base/time.hpp"
#include "profile/scalar.hpp"
#include "profile/values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace profile {

class Fields {
 public:
  explicit Fields(const TableValue& table) : table_{table} {}

  [[nodiscard]] const Value* find(std::string_view key) const {
    CHECK(table_.table->find(key) != nullptr, "no key {} in {}", key, table_.table->name);
    return table_.find(key);
  }
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

  template <class T>
  [[nodiscard]] T number(std::string_view key, T fallback = T{}) const {
    const Value* const value = find(key);
    return value == nullptr ? fallback : static_cast<T>(value->scalar().number);
  }
  template <class T>
  [[nodiscard]] std::optional<T> optional_number(std::string_view key) const {
    return has(key) ? std::optional{number<T>(key)} : std::nullopt;
  }
  template <class E>
  [[nodiscard]] E choice(std::string_view key, E fallback = E{}) const {
    return static_cast<E>(number<std::uint64_t>(key, static_cast<std::uint64_t>(fallback)));
  }
  [[nodiscard]] bool flag(std::string_view key) const { return number<std::uint64_t>(key) != 0; }
  [[nodiscard]] base::Duration duration(std::string_view key) const {
    return base::Duration{number<std::int64_t>(key)};
  }
  [[nodiscard]] std::optional<base::Duration> optional_duration(std::string_view key) const {
    return has(key) ? std::optional{duration(key)} : std::nullopt;
  }
  [[nodiscard]] std::string text(std::string_view key) const {
    const Value* const value = find(key);
    return value == nullptr ? std::string{} : value->scalar().text;
  }
  [[nodiscard]] std::optional<Rate> rate(std::string_view key) const {
    return has(key) ? parse_rate(text(key)) : std::nullopt;
  }
  template <class Address>
  [[nodiscard]] std::optional<Address> address(std::string_view key,
                                               bool (*parse)(std::string_view, Address&)) const {
    Address address;
    if (!has(key) || !parse(text(key), address)) return std::nullopt;
    return address;
  }
  template <class T>
  [[nodiscard]] std::vector<T> numbers(std::string_view key) const {
    std::vector<T> numbers;
    if (const Value* const value = find(key)) {
      for (const Scalar& scalar : value->scalars)
        numbers.push_back(static_cast<T>(scalar.number));
    }
    return numbers;
  }

 private:
  const TableValue& table_;
};

}  // namespace profile
