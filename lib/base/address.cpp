#include "base/address.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <cstddef>

namespace base {
namespace {

template <std::size_t kSize>
std::array<std::uint8_t, kSize> plus(std::array<std::uint8_t, kSize> bytes, std::uint64_t n) {
  for (std::size_t i = kSize; i-- > 0 && n != 0;) {
    n += bytes[i];
    bytes[i] = static_cast<std::uint8_t>(n);
    n >>= 8;
  }
  return bytes;
}

template <std::size_t kSize>
bool same_prefix(const std::array<std::uint8_t, kSize>& a, const std::array<std::uint8_t, kSize>& b,
                 unsigned length) {
  for (std::size_t i = 0; i < kSize && length > 0; ++i) {
    const unsigned bits = std::min(length, 8U);
    if (((a[i] ^ b[i]) >> (8 - bits)) != 0) return false;
    length -= bits;
  }
  return true;
}

/// inet_pton wants a terminated text; no address is longer than this.
template <class Address>
bool parse_with_inet(int family, std::string_view text, Address& out) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  Address parsed;
  if (inet_pton(family, terminated.data(), parsed.bytes.data()) != 1) return false;
  out = parsed;
  return true;
}

/// Splits "address/length"; false where the length is malformed or above `longest`.
bool take_prefix_length(std::string_view& text, std::uint8_t longest, std::uint8_t& length) {
  const std::size_t slash = text.find('/');
  length = longest;
  if (slash == std::string_view::npos) return true;
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  text = text.substr(0, slash);
  return error == std::errc{} && end == digits.data() + digits.size() && length <= longest;
}

}  // namespace

bool Ipv4Prefix::contains(const Ipv4Address& other) const {
  return same_prefix(address.bytes, other.bytes, length);
}

bool Ipv6Prefix::contains(const Ipv6Address& other) const {
  return same_prefix(address.bytes, other.bytes, length);
}

bool parse_mac(std::string_view text, MacAddress& out) {
  constexpr std::size_t kTextSize = 17;  // six pairs and five separators
  if (text.size() != kTextSize) return false;
  MacAddress parsed;
  for (std::size_t i = 0; i < parsed.bytes.size(); ++i) {
    const char* const pair = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(pair, pair + 2, parsed.bytes[i], 16);
    if (error != std::errc{} || end != pair + 2) return false;
    if (i + 1 < parsed.bytes.size() && pair[2] != ':' && pair[2] != '-') return false;
  }
  out = parsed;
  return true;
}

bool parse_ipv4(std::string_view text, Ipv4Address& out) {
  return parse_with_inet(AF_INET, text, out);
}

bool parse_ipv6(std::string_view text, Ipv6Address& out) {
  return parse_with_inet(AF_INET6, text, out);
}

bool parse_ipv4_prefix(std::string_view text, Ipv4Prefix& out) {
  Ipv4Prefix parsed;
  if (!take_prefix_length(text, 32, parsed.length) || !parse_ipv4(text, parsed.address)) return false;
  out = parsed;
  return true;
}

bool parse_ipv6_prefix(std::string_view text, Ipv6Prefix& out) {
  Ipv6Prefix parsed;
  if (!take_prefix_length(text, 128, parsed.length) || !parse_ipv6(text, parsed.address)) return false;
  out = parsed;
  return true;
}

std::string to_text(const MacAddress& address) {
  const auto& b = address.bytes;
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::string to_text(const Ipv4Address& address) {
  const auto& b = address.bytes;
  return fmt::format("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
}

std::string to_text(const Ipv6Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
}

std::string to_text(const Ipv4Prefix& prefix) {
  return fmt::format("{}/{}", to_text(prefix.address), prefix.length);
}

std::string to_text(const Ipv6Prefix& prefix) {
  return fmt::format("{}/{}", to_text(prefix.address), prefix.length);
}

MacAddress offset_by(const MacAddress& first, std::uint64_t n) {
  return {plus(first.bytes, n)};
}

Ipv4Address offset_by(const Ipv4Address& first, std::uint64_t n) {
  return {plus(first.bytes, n)};
}

Ipv6Address offset_by(const Ipv6Address& first, std::uint64_t n) {
  return {plus(first.bytes, n)};
}

}  // namespace base
