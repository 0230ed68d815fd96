/// \file
/// The one reader of "number, space, unit" texts: exact decimal arithmetic, no floating point.
///
///     constexpr base::UnitScale kUnits[] = {{"ms", 1'000'000'000}, {"s", 1'000'000'000'000}};
///     if (auto ps = base::parse_scaled("1.5 ms", kUnits, "")) ...
///
/// Thread: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base {

struct UnitScale {
  std::string_view unit;
  std::uint64_t scale;
};

/// number * scale of its unit, or nothing where the text is malformed, the unit is not in the table,
/// the result is not whole, or it does not fit 63 bits. A bare number is read with `bare_unit`
/// ("" in the table allows it). Spaces between number and unit are ignored; `_` may group digits.
[[nodiscard]] std::optional<std::uint64_t> parse_scaled(std::string_view text,
                                                        std::span<const UnitScale> units);

/// value in the largest unit of the table (sorted small to large) that leaves a short exact decimal.
[[nodiscard]] std::string print_scaled(std::uint64_t value, std::span<const UnitScale> units);

}  // namespace base
