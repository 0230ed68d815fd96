/// \file
/// Checked values back to TOML: the effective file, in the table's order, with every default.
///
///     const std::string toml = profile::to_toml(root);
///
/// It reads back to equal values; two files that mean the same give the same text. Cost: set-up only.
/// Thread: pure.
#pragma once

#include "profile/values.hpp"

#include <string>
#include <vector>

namespace profile {

[[nodiscard]] std::string to_toml(const TableValue& root);

/// "traffic.incast.ttl = 64" for each value that is a default; entries of lists by their names where they
/// have one.
[[nodiscard]] std::vector<std::string> defaults_in(const TableValue& root);

}  // namespace profile
