#include "base/decimal.hpp"
#include "base/time.hpp"

#include <array>

namespace base {
namespace {

constexpr std::array<UnitScale, 9> kTimeUnits{{{"ps", 1},
                                               {"ns", 1'000},
                                               {"us", 1'000'000},
                                               {"ms", 1'000'000'000},
                                               {"s", 1'000'000'000'000},
                                               {"m", 60'000'000'000'000},
                                               {"min", 60'000'000'000'000},
                                               {"h", 3'600'000'000'000'000},
                                               {"d", 86'400'000'000'000'000}}};

}  // namespace

bool parse_duration(std::string_view text, Duration& out) {
  const auto ps = parse_scaled(text, kTimeUnits);
  if (ps) out = Duration{static_cast<std::int64_t>(*ps)};
  return ps.has_value();
}

std::string to_text(Duration duration) {
  const bool negative = duration.ps() < 0;
  const auto magnitude = static_cast<std::uint64_t>(negative ? -duration.ps() : duration.ps());
  const std::string text = print_scaled(magnitude, std::span{kTimeUnits}.first(5));
  return negative ? "-" + text : text;
}

}  // namespace base
