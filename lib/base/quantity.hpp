/// \file
/// Quantities that do not mix: bytes of a frame are not bytes on the wire, bits are not packets.
///
///     const base::FrameBytes frame{1098};
///     base::BitsPerSec rate{100'000'000'000};
///
/// A quantity is built explicitly and read with `.count()`; it adds to and compares with its own kind only.
/// The one way from FrameBytes to WireBytes is `wire::on_the_wire`.
/// Cost: one 64-bit integer. Thread: plain values.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(std::uint64_t count) : count_{count} {}

  [[nodiscard]] constexpr std::uint64_t count() const { return count_; }

  constexpr Quantity& operator+=(Quantity other) {
    count_ += other.count_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    count_ -= other.count_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.count_ + b.count_}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.count_ - b.count_}; }
  friend constexpr Quantity operator*(Quantity a, std::uint64_t times) { return Quantity{a.count_ * times}; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  std::uint64_t count_ = 0;
};

/// What a packet buffer holds: Ethernet header to the last byte before the FCS.
using FrameBytes = Quantity<struct FrameBytesTag>;
/// What the line is busy for: the frame, FCS, preamble and the shortest gap.
using WireBytes = Quantity<struct WireBytesTag>;
/// Message and payload sizes.
using Bytes = Quantity<struct BytesTag>;
using BitsPerSec = Quantity<struct BitsPerSecTag>;
using PacketsPerSec = Quantity<struct PacketsPerSecTag>;
using TscCycles = Quantity<struct TscCyclesTag>;

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
static_assert(Addable<FrameBytes, FrameBytes>);
static_assert(!Addable<FrameBytes, WireBytes>);
static_assert(!Addable<FrameBytes, BitsPerSec>);
static_assert(!std::convertible_to<std::uint64_t, FrameBytes>);

/// Reads "4096", "64 KiB", "1.5 MB" (units B KB MB GB TB, KiB MiB GiB TiB). KB = 1000, KiB = 1024. Exact.
[[nodiscard]] bool parse_bytes(std::string_view text, Bytes& out);
[[nodiscard]] std::string to_text(Bytes bytes);
[[nodiscard]] std::string to_text(FrameBytes bytes);

/// Reads "25 Gbit/s", "400G", "10Gbps", "2.5 Mbit/s", "800 kbit/s", "9600 bit/s". Decimal prefixes. Exact.
[[nodiscard]] bool parse_bits_per_sec(std::string_view text, BitsPerSec& out);
[[nodiscard]] std::string to_text(BitsPerSec rate);

/// Reads "1.5 Mpps", "200 kpps", "10 pps".
[[nodiscard]] bool parse_packets_per_sec(std::string_view text, PacketsPerSec& out);
[[nodiscard]] std::string to_text(PacketsPerSec rate);

}  // namespace base
