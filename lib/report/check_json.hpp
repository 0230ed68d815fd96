/// \file
/// What `rocestorm check` found, as JSON: that both files are good, or every fault of them.
///
///     fmt::print("{}", report::check_json({.profile = "p.toml", .faults = loaded.error()}));
///
/// Thread: plain function.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace report {

inline constexpr std::string_view kCheckSchema = "rocestorm/check/1";

struct CheckReport {
  std::string profile{};       ///< the file, as it was given
  std::string testbed{};       ///< the file; empty where it was not found out
  std::string profile_hash{};  ///< empty: the profile is not good
  std::vector<std::string> defaults{};
  base::Errors faults{};  ///< empty: both files are good
};

/// Ends with a newline.
[[nodiscard]] std::string check_json(const CheckReport& check);

}  // namespace report
