/// \file
/// MAC, IPv4 and IPv6 addresses as values, and `IpAddress`, which is one of the latter two.
///
///     const auto first = wire::parse_ipv4("10.0.0.1");
///     const wire::Ipv4Address seventh = first->plus(6);         // endpoints are placed by range
///     const std::string text = wire::to_text(seventh);          // "10.0.0.7"
///
/// Stored in network order with alignment 1, so headers are built of them. Ordered as numbers.
/// Cost: inline, except the texts, which allocate. Thread: plain values.
#pragma once

#include "base/big_endian.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wire {

class MacAddress {
 public:
  constexpr MacAddress() = default;
  constexpr explicit MacAddress(const std::array<std::uint8_t, 6>& bytes) : bytes_{bytes} {}
  /// From the low 48 bits: MacAddress::from_value(0x020000000001) is 02:00:00:00:00:01.
  [[nodiscard]] static constexpr MacAddress from_value(std::uint64_t value) {
    MacAddress mac;
    for (std::size_t i = 0; i < 6; ++i) {
      mac.bytes_[i] = static_cast<std::uint8_t>(value >> (8 * (5 - i)));
    }
    return mac;
  }
  [[nodiscard]] constexpr std::uint64_t value() const {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes_)
      value = (value << 8) | byte;
    return value;
  }
  [[nodiscard]] constexpr const std::array<std::uint8_t, 6>& bytes() const { return bytes_; }
  /// The address `index` further on. Wraps after 48 bits: who places ranges checks `plus(n - 1) >= *this`.
  [[nodiscard]] constexpr MacAddress plus(std::uint64_t index) const { return from_value(value() + index); }

  [[nodiscard]] constexpr bool is_multicast() const { return (bytes_[0] & 1) != 0; }
  [[nodiscard]] constexpr bool is_broadcast() const { return value() == 0xffff'ffff'ffff; }
  [[nodiscard]] constexpr bool is_zero() const { return value() == 0; }

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;

 private:
  std::array<std::uint8_t, 6> bytes_{};
};

inline constexpr MacAddress kBroadcastMac = MacAddress::from_value(0xffff'ffff'ffff);

class Ipv4Address {
 public:
  constexpr Ipv4Address() = default;
  constexpr explicit Ipv4Address(std::uint32_t value) : value_{value} {}

  [[nodiscard]] constexpr std::uint32_t value() const { return value_.value(); }
  /// Wraps after 32 bits; see MacAddress::plus.
  [[nodiscard]] constexpr Ipv4Address plus(std::uint64_t index) const {
    return Ipv4Address{static_cast<std::uint32_t>(value() + index)};
  }
  [[nodiscard]] constexpr bool is_multicast() const { return (value() >> 28) == 0xe; }
  [[nodiscard]] constexpr bool is_zero() const { return value() == 0; }

  friend constexpr bool operator==(Ipv4Address, Ipv4Address) = default;
  friend constexpr auto operator<=>(Ipv4Address a, Ipv4Address b) { return a.value() <=> b.value(); }

 private:
  base::Be32 value_;
};

class Ipv6Address {
 public:
  constexpr Ipv6Address() = default;
  constexpr explicit Ipv6Address(const std::array<std::uint8_t, 16>& bytes) : bytes_{bytes} {}

  [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// The upper (prefix) and the lower (interface) 64 bits.
  [[nodiscard]] constexpr std::uint64_t upper() const { return half(0); }
  [[nodiscard]] constexpr std::uint64_t lower() const { return half(8); }
  [[nodiscard]] static constexpr Ipv6Address from_halves(std::uint64_t upper, std::uint64_t lower) {
    Ipv6Address address;
    for (std::size_t i = 0; i < 8; ++i) {
      address.bytes_[i] = static_cast<std::uint8_t>(upper >> (8 * (7 - i)));
      address.bytes_[8 + i] = static_cast<std::uint8_t>(lower >> (8 * (7 - i)));
    }
    return address;
  }
  /// Adds to all 128 bits; wraps after the last; see MacAddress::plus.
  [[nodiscard]] constexpr Ipv6Address plus(std::uint64_t index) const {
    const std::uint64_t low = lower() + index;
    return from_halves(upper() + (low < index ? 1 : 0), low);
  }
  [[nodiscard]] constexpr bool is_multicast() const { return bytes_[0] == 0xff; }
  [[nodiscard]] constexpr bool is_link_local() const {
    return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
  }
  [[nodiscard]] constexpr bool is_zero() const { return upper() == 0 && lower() == 0; }

  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;

 private:
  [[nodiscard]] constexpr std::uint64_t half(std::size_t first) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      value = (value << 8) | bytes_[first + i];
    }
    return value;
  }

  std::array<std::uint8_t, 16> bytes_{};
};

static_assert(sizeof(MacAddress) == 6 && alignof(MacAddress) == 1);
static_assert(sizeof(Ipv4Address) == 4 && alignof(Ipv4Address) == 1);
static_assert(sizeof(Ipv6Address) == 16 && alignof(Ipv6Address) == 1);

/// The address by which RoCEv2 names an IPv4 end (its GID): ::ffff:a.b.c.d.
[[nodiscard]] constexpr Ipv6Address v4_mapped(Ipv4Address address) {
  return Ipv6Address::from_halves(0, 0xffff'0000'0000 | address.value());
}
[[nodiscard]] constexpr bool is_v4_mapped(const Ipv6Address& address) {
  return address.upper() == 0 && (address.lower() >> 32) == 0xffff;
}

/// An IPv4 or an IPv6 address. Every IPv4 address is before every IPv6 address.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): loses nothing
  constexpr IpAddress(Ipv4Address address) : bytes_{v4_mapped(address)} {}
  // NOLINTNEXTLINE(google-explicit-constructor): loses nothing
  constexpr IpAddress(const Ipv6Address& address) : is_v6_{true}, bytes_{address} {}

  [[nodiscard]] constexpr bool is_v4() const { return !is_v6_; }
  [[nodiscard]] constexpr bool is_v6() const { return is_v6_; }
  /// Means something only if is_v4().
  [[nodiscard]] constexpr Ipv4Address v4() const {
    return Ipv4Address{static_cast<std::uint32_t>(bytes_.lower())};
  }
  /// Means something only if is_v6().
  [[nodiscard]] constexpr const Ipv6Address& v6() const { return bytes_; }
  /// The RoCEv2 GID: the IPv6 address, or ::ffff:a.b.c.d.
  [[nodiscard]] constexpr const Ipv6Address& gid() const { return bytes_; }
  /// The address `index` further on, of the same version.
  [[nodiscard]] constexpr IpAddress plus(std::uint64_t index) const {
    return is_v6_ ? IpAddress{bytes_.plus(index)} : IpAddress{v4().plus(index)};
  }
  [[nodiscard]] constexpr bool is_zero() const { return is_v6_ ? bytes_.is_zero() : v4().is_zero(); }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v6_ = false;
  Ipv6Address bytes_ = v4_mapped(Ipv4Address{});
};

/// "02:00:00:00:00:01", two digits a byte, either case.
[[nodiscard]] std::optional<MacAddress> parse_mac(std::string_view text);
/// Dotted quad, four decimal numbers without leading zeros.
[[nodiscard]] std::optional<Ipv4Address> parse_ipv4(std::string_view text);
/// RFC 4291 text, without zone.
[[nodiscard]] std::optional<Ipv6Address> parse_ipv6(std::string_view text);
/// Either.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

[[nodiscard]] std::string to_text(const MacAddress& address);
[[nodiscard]] std::string to_text(Ipv4Address address);
/// The canonical text of RFC 5952.
[[nodiscard]] std::string to_text(const Ipv6Address& address);
[[nodiscard]] std::string to_text(const IpAddress& address);

}  // namespace wire
