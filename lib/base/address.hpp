/// \file
/// MAC, IPv4 and IPv6 addresses as values: read, printed, counted up.
///
///     base::Ipv4Prefix prefix;
///     if (!base::parse_ipv4_prefix("198.18.0.1/15", prefix)) ...
///     const base::Ipv4Address tenth = base::offset_by(prefix.address, 9);
///
/// Bytes stand in network order, as in a header. Cost: parsing and printing are for set-up.
/// Thread: plain values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};
  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
  [[nodiscard]] constexpr bool is_multicast() const { return (bytes[0] & 1) != 0; }
};

struct Ipv4Address {
  std::array<std::uint8_t, 4> bytes{};
  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;
};

struct Ipv6Address {
  std::array<std::uint8_t, 16> bytes{};
  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;
};

/// An address and the length of its network's prefix in bits.
struct Ipv4Prefix {
  Ipv4Address address;
  std::uint8_t length = 32;
  friend constexpr auto operator<=>(const Ipv4Prefix&, const Ipv4Prefix&) = default;
  [[nodiscard]] bool contains(const Ipv4Address& other) const;
};

struct Ipv6Prefix {
  Ipv6Address address;
  std::uint8_t length = 128;
  friend constexpr auto operator<=>(const Ipv6Prefix&, const Ipv6Prefix&) = default;
  [[nodiscard]] bool contains(const Ipv6Address& other) const;
};

/// Reads "02:00:00:00:00:01" (or with '-').
[[nodiscard]] bool parse_mac(std::string_view text, MacAddress& out);
[[nodiscard]] bool parse_ipv4(std::string_view text, Ipv4Address& out);
/// Reads RFC 4291 text, "::" and a dotted tail included; no zone.
[[nodiscard]] bool parse_ipv6(std::string_view text, Ipv6Address& out);
/// "198.18.0.1/15"; without "/n" the prefix is the whole address.
[[nodiscard]] bool parse_ipv4_prefix(std::string_view text, Ipv4Prefix& out);
[[nodiscard]] bool parse_ipv6_prefix(std::string_view text, Ipv6Prefix& out);

[[nodiscard]] std::string to_text(const MacAddress& address);
[[nodiscard]] std::string to_text(const Ipv4Address& address);
/// RFC 5952: lower case, the longest run of zeros as "::".
[[nodiscard]] std::string to_text(const Ipv6Address& address);
[[nodiscard]] std::string to_text(const Ipv4Prefix& prefix);
[[nodiscard]] std::string to_text(const Ipv6Prefix& prefix);

/// The n-th address after it, wrapping at the end of the address space.
[[nodiscard]] MacAddress offset_by(const MacAddress& first, std::uint64_t n);
[[nodiscard]] Ipv4Address offset_by(const Ipv4Address& first, std::uint64_t n);
[[nodiscard]] Ipv6Address offset_by(const Ipv6Address& first, std::uint64_t n);

}  // namespace base
