/// \file
/// The nearest known name for a misspelt one.
///
///     remedy = profile::did_you_mean("rat", names);  // "did you mean `rate`?"
///
/// Cost: set-up only. Thread: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace profile {

/// Insertions, deletions, substitutions and exchanges of neighbours between the two.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// "did you mean `x`?" where one of the names is near, else "known are `a`, `b`, ..." (the first dozen).
[[nodiscard]] std::string did_you_mean(std::string_view misspelt, std::span<const std::string_view> names);

}  // namespace profile
