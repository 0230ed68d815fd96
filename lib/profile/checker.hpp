/// \file
/// A raw file against the table of keys: every fault with its place, its expectation and its remedy.
///
///     profile::Faults faults;
///     TableValue root = profile::check_table(raw, profile::profile_root(), faults);
///     if (!faults.empty()) return tl::unexpected(faults.take());
///
/// What could not be read is left out of the result, so that checking goes on behind a fault.
/// Cost: set-up only. Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "profile/raw.hpp"
#include "profile/values.hpp"

#include <string>
#include <utility>
#include <vector>

namespace profile {

/// Faults as they are found; handed over sorted by file, line and column.
class Faults {
 public:
  /// `subject` is the key as a path, "traffic[0].rate"; it stands behind the place.
  void add(const Place& place, std::string subject, std::string what, std::string remedy);
  /// Faults that carry their own places, as of a file that could not be read.
  void add(const base::Errors& errors);

  [[nodiscard]] bool empty() const { return faults_.empty(); }
  [[nodiscard]] std::size_t size() const { return faults_.size(); }
  [[nodiscard]] base::Errors take();

 private:
  std::vector<std::pair<Place, base::Error>> faults_;
};

/// The table's values with defaults. `path` is empty for a root.
[[nodiscard]] TableValue check_table(const RawNode& raw, const Table& table, Faults& faults);

}  // namespace profile
