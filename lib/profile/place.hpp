/// \file
/// Where a value stood, so that every refusal can name it.
///
///     return base::fail({.where = profile::to_text(traffic.places.of("rate")) + " traffic incast, rate",
///     ...});
///
/// Cost: set-up only. Thread: plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace profile {

struct Place {
  std::string file{};  ///< as given by the user; "--set traffic[0].rate" for a value from the command line
  std::uint32_t line = 0;    ///< from 1; 0: the place has no lines
  std::uint32_t column = 0;  ///< from 1

  friend bool operator==(const Place&, const Place&) = default;
};

/// "file:line:column", or the file alone.
[[nodiscard]] std::string to_text(const Place& place);

/// A table's place and those of the keys that were written in it. A key that took its default has none.
struct Places {
  Place table{};
  std::map<std::string, Place, std::less<>> keys{};

  /// The key's place, or the table's where the key was not written.
  [[nodiscard]] const Place& of(std::string_view key) const;
  [[nodiscard]] bool written(std::string_view key) const { return keys.find(key) != keys.end(); }
};

}  // namespace profile
