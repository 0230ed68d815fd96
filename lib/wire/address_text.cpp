#include "wire/address.hpp"

#include <arpa/inet.h>
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
  const std::string terminated{text};
  base::Be32 bytes;
  // A text with a NUL inside would be read only up to it.
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (inet_pton(AF_INET, terminated.c_str(), &bytes) != 1) return std::nullopt;
  return Ipv4Address{bytes.value()};
}

std::optional<Ipv6Address> parse_ipv6(std::string_view text) {
  const std::string terminated{text};
  std::array<std::uint8_t, 16> bytes{};
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
  return Ipv6Address{bytes};
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
  std::array<char, INET6_ADDRSTRLEN> text{};
  // Cannot fail: the family is known and the buffer has the size that the interface names.
  (void)inet_ntop(AF_INET6, address.bytes().data(), text.data(), INET6_ADDRSTRLEN);
  return text.data();
}

std::string to_text(const IpAddress& address) {
  return address.is_v4() ? to_text(address.v4()) : to_text(address.v6());
}

}  // namespace wire
