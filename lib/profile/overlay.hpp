/// \file
/// `--set KEY=VALUE` over a raw file, before it is checked: typed and checked like what stands in the file.
///
///     profile::apply_setting("traffic.incast.rate=50 %", root, profile_root(), faults);
///
/// A path names tables by key, entries of lists by index `traffic[0]` or by name `traffic.incast`; the table
/// of keys says which is which. Cost: set-up only. Thread: pure.
#pragma once

#include "profile/checker.hpp"
#include "profile/raw.hpp"
#include "profile/schema.hpp"

#include <string>
#include <string_view>

namespace profile {

/// `setting` is what stood behind --set; `path` has no leading "testbed.".
struct Setting {
  std::string setting{};
  std::string path{};
  std::string value{};
};

/// Splits at the first '='; adds a fault where there is none.
[[nodiscard]] bool parse_setting(const std::string& text, Setting& out, Faults& faults);

void apply_setting(const Setting& setting, RawNode& root, const Table& table, Faults& faults);

}  // namespace profile
