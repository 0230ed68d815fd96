#include "wire/address.hpp"

#include <fmt/format.h>

namespace wire {
namespace {

/// The value of one hexadecimal digit, or 16.
constexpr unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

/// Takes a number 0..255 without leading zeros from the front.
std::optional<std::uint32_t> take_decimal_byte(std::string_view& text) {
  std::uint32_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    if (digits == 3 || (digits == 1 && value == 0)) return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || value > 255) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

constexpr std::size_t kGroups = 8;

/// The 16-bit groups of an IPv6 text, or of one side of its "::".
struct Groups {
  std::array<std::uint16_t, kGroups> values{};
  std::size_t count = 0;
  bool ends_in_quad = false;

  /// "", or groups with single colons between them, the last two perhaps as a dotted quad.
  [[nodiscard]] bool read(std::string_view text) {
    while (!text.empty()) {
      if (count != 0) {
        if (!text.starts_with(':')) return false;
        text.remove_prefix(1);
      }
      if (const auto quad = parse_ipv4(text)) {
        ends_in_quad = true;
        return push(quad->value() >> 16) && push(quad->value() & 0xffff);
      }
      std::uint32_t group = 0;
      std::size_t digits = 0;
      while (digits < text.size() && hex_digit(text[digits]) < 16) {
        group = group << 4 | hex_digit(text[digits++]);
        if (digits > 4) return false;
      }
      if (digits == 0 || !push(group)) return false;
      text.remove_prefix(digits);
    }
    return true;
  }
  [[nodiscard]] bool push(std::uint32_t group) {
    if (count == kGroups) return false;
    values[count++] = static_cast<std::uint16_t>(group);
    return true;
  }
  [[nodiscard]] Ipv6Address address() const {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < kGroups; ++i) {
      bytes[2 * i] = static_cast<std::uint8_t>(values[i] >> 8);
      bytes[2 * i + 1] = static_cast<std::uint8_t>(values[i]);
    }
    return Ipv6Address{bytes};
  }
};

/// Groups [first, first + count) that "::" stands for: the first longest run of two zeros or more.
struct ZeroRun {
  std::size_t first = kGroups;
  std::size_t count = 0;
};
ZeroRun longest_zeros(const std::array<std::uint16_t, kGroups>& groups) {
  ZeroRun best;
  for (std::size_t first = 0; first < kGroups; ++first) {
    std::size_t count = 0;
    while (first + count < kGroups && groups[first + count] == 0)
      ++count;
    if (count >= 2 && count > best.count) best = {.first = first, .count = count};
  }
  return best;
}

}  // namespace

std::optional<MacAddress> parse_mac(std::string_view text) {
  constexpr std::size_t kLength = 17;
  if (text.size() != kLength) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (i % 3 == 2) {
      if (text[i] != ':') return std::nullopt;
      continue;
    }
    const unsigned digit = hex_digit(text[i]);
    if (digit > 15) return std::nullopt;
    value = (value << 4) | digit;
  }
  return MacAddress::from_value(value);
}

std::optional<Ipv4Address> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const auto number = take_decimal_byte(text);
    if (!number) return std::nullopt;
    value = (value << 8) | *number;
    const bool is_last = part == 3;
    if (is_last ? !text.empty() : !text.starts_with('.')) return std::nullopt;
    if (!is_last) text.remove_prefix(1);
  }
  return Ipv4Address{value};
}

std::optional<Ipv6Address> parse_ipv6(std::string_view text) {
  Groups before;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!before.read(text) || before.count != kGroups) return std::nullopt;
    return before.address();
  }
  Groups after;
  if (!before.read(text.substr(0, gap)) || !after.read(text.substr(gap + 2))) return std::nullopt;
  // "::" stands for one group at least; a dotted quad ends the text or is no part of it.
  if (before.count + after.count >= kGroups || before.ends_in_quad) return std::nullopt;
  for (std::size_t i = 0; i < after.count; ++i) {
    before.values[kGroups - after.count + i] = after.values[i];
  }
  return before.address();
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (const auto v4 = parse_ipv4(text)) return IpAddress{*v4};
  if (const auto v6 = parse_ipv6(text)) return IpAddress{*v6};
  return std::nullopt;
}

std::string to_text(const MacAddress& address) {
  const auto& b = address.bytes();
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::string to_text(Ipv4Address address) {
  const std::uint32_t v = address.value();
  return fmt::format("{}.{}.{}.{}", v >> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255);
}

std::string to_text(const Ipv6Address& address) {
  if (is_v4_mapped(address)) {
    return "::ffff:" + to_text(Ipv4Address{static_cast<std::uint32_t>(address.lower())});
  }
  std::array<std::uint16_t, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<std::uint16_t>(address.bytes()[2 * i] << 8 | address.bytes()[2 * i + 1]);
  }
  const ZeroRun zeros = longest_zeros(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.first) {
      text += "::";
      i += zeros.count - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += fmt::format("{:x}", groups[i]);
  }
  return text;
}

std::string to_text(const IpAddress& address) {
  return address.is_v4() ? to_text(address.v4()) : to_text(address.v6());
}

}  // namespace wire
