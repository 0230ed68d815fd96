#include "base/decimal.hpp"
#include "base/int128.hpp"
#include "base/quantity.hpp"

#include <fmt/core.h>
#include <array>

namespace base {
namespace {

constexpr std::uint64_t kMax = 0x7fff'ffff'ffff'ffff;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// Digits before and after the point as one number, and how many stood after it.
struct Digits {
  std::uint64_t value = 0;
  int decimals = 0;
};

std::optional<Digits> take_digits(std::string_view& text) {
  Digits digits;
  bool any = false;
  bool point = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !point && any) {
      point = true;
    } else if (is_digit(c)) {
      if (digits.value > (kMax - 9) / 10) return std::nullopt;
      digits.value = digits.value * 10 + static_cast<std::uint64_t>(c - '0');
      digits.decimals += point ? 1 : 0;
      any = true;
    } else if (c != '_' || !any) {
      break;
    }
    text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return digits;
}

constexpr std::array<UnitScale, 9> kByteUnits{{{"B", 1},
                                               {"KB", 1'000},
                                               {"KiB", 1ULL << 10},
                                               {"MB", 1'000'000},
                                               {"MiB", 1ULL << 20},
                                               {"GB", 1'000'000'000},
                                               {"GiB", 1ULL << 30},
                                               {"TB", 1'000'000'000'000},
                                               {"TiB", 1ULL << 40}}};

constexpr std::array<UnitScale, 16> kBitRateUnits{{{"bit/s", 1},
                                                   {"kbit/s", 1'000},
                                                   {"Mbit/s", 1'000'000},
                                                   {"Gbit/s", 1'000'000'000},
                                                   {"Tbit/s", 1'000'000'000'000},
                                                   {"bps", 1},
                                                   {"kbps", 1'000},
                                                   {"Kbps", 1'000},
                                                   {"Mbps", 1'000'000},
                                                   {"Gbps", 1'000'000'000},
                                                   {"Tbps", 1'000'000'000'000},
                                                   {"Kbit/s", 1'000},
                                                   {"k", 1'000},
                                                   {"M", 1'000'000},
                                                   {"G", 1'000'000'000},
                                                   {"T", 1'000'000'000'000}}};

constexpr std::array<UnitScale, 4> kPacketRateUnits{
    {{"pps", 1}, {"kpps", 1'000}, {"Mpps", 1'000'000}, {"Gpps", 1'000'000'000}}};

template <class Quantity>
bool parse_into(std::string_view text, std::span<const UnitScale> units, Quantity& out) {
  const auto value = parse_scaled(text, units);
  if (value) out = Quantity{*value};
  return value.has_value();
}

}  // namespace

std::optional<std::uint64_t> parse_scaled(std::string_view text, std::span<const UnitScale> units) {
  text = trim(text);
  const auto digits = take_digits(text);
  if (!digits) return std::nullopt;
  text = trim(text);
  for (const UnitScale& unit : units) {
    if (text != unit.unit) continue;
    Uint128 value = static_cast<Uint128>(digits->value) * unit.scale;
    for (int i = 0; i < digits->decimals; ++i) {
      if (value % 10 != 0) return std::nullopt;
      value /= 10;
    }
    if (value > kMax) return std::nullopt;
    return static_cast<std::uint64_t>(value);
  }
  return std::nullopt;
}

std::string print_scaled(std::uint64_t value, std::span<const UnitScale> units) {
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    if (value < unit->scale && unit->scale != 1) continue;
    const std::uint64_t whole = value / unit->scale;
    const std::uint64_t rest = value % unit->scale;
    if (rest == 0) return fmt::format("{} {}", whole, unit->unit);
    const std::uint64_t thousandths = rest * 1000 / unit->scale;
    if (rest * 1000 % unit->scale != 0 || unit->scale % 1000 != 0) continue;
    std::string text = fmt::format("{}.{:03}", whole, thousandths);
    while (text.back() == '0')
      text.pop_back();
    return fmt::format("{} {}", text, unit->unit);
  }
  return fmt::format("{} {}", value, units.front().unit);
}

bool parse_bytes(std::string_view text, Bytes& out) {
  if (!text.empty() && is_digit(text.back())) return parse_into(text, std::array{UnitScale{"", 1}}, out);
  return parse_into(text, kByteUnits, out);
}

std::string to_text(Bytes bytes) {
  const std::uint64_t n = bytes.count();
  constexpr std::array<UnitScale, 3> kBinary{{{"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}}};
  for (auto unit = kBinary.rbegin(); unit != kBinary.rend(); ++unit) {
    if (n != 0 && n % unit->scale == 0) return fmt::format("{} {}", n / unit->scale, unit->unit);
  }
  constexpr std::array<UnitScale, 5> kDecimal{
      {{"B", 1}, {"KB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}}};
  return print_scaled(n, kDecimal);
}

std::string to_text(FrameBytes bytes) {
  return fmt::format("{} B", bytes.count());
}

bool parse_bits_per_sec(std::string_view text, BitsPerSec& out) {
  return parse_into(text, kBitRateUnits, out);
}

std::string to_text(BitsPerSec rate) {
  return print_scaled(rate.count(), std::span{kBitRateUnits}.first(5));
}

bool parse_packets_per_sec(std::string_view text, PacketsPerSec& out) {
  return parse_into(text, kPacketRateUnits, out);
}

std::string to_text(PacketsPerSec rate) {
  return print_scaled(rate.count(), kPacketRateUnits);
}

}  // namespace base
