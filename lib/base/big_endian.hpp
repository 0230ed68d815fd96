/// \file
/// Integers in network byte order, as they lie in a header.
///
///     struct UdpHeader { base::Be16 source_port; base::Be16 destination_port; ... };
///     if (header.destination_port.value() == 4791) ...
///     header.length = base::Be16{40};
///
/// The only ways in and out are the explicit constructor and `.value()`: an implicit conversion would let
/// a host-order number slip into a header, or be compared with one, without a sound.
/// Alignment is 1, so headers may stand at any offset. Cost: one byte swap. Thread: plain values.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace base {

/// An unsigned integer of `kBytes` bytes, most significant first; `Host` is what it is read as.
template <class Host, std::size_t kBytes>
class BigEndian {
 public:
  constexpr BigEndian() = default;
  constexpr explicit BigEndian(Host host) : BigEndian{host, Indices{}} {}

  [[nodiscard]] constexpr Host value() const { return value(Indices{}); }
  friend constexpr bool operator==(BigEndian, BigEndian) = default;

 private:
  using Indices = std::make_index_sequence<kBytes>;

  // PERF: folds over the indices, not loops: g++ 12 at -O2 makes one load and one bswap of a fold, but
  // keeps a loop over the bytes as a loop (about 10 instructions a field; seen in the assembly).
  template <std::size_t... kIndex>
  constexpr BigEndian(Host host, std::index_sequence<kIndex...>)
      : bytes_{static_cast<std::uint8_t>(host >> (8 * (kBytes - 1 - kIndex)))...} {}

  template <std::size_t... kIndex>
  [[nodiscard]] constexpr Host value(std::index_sequence<kIndex...>) const {
    return static_cast<Host>(((static_cast<Host>(bytes_[kIndex]) << (8 * (kBytes - 1 - kIndex))) | ...));
  }

  std::array<std::uint8_t, kBytes> bytes_{};
};

using Be16 = BigEndian<std::uint16_t, 2>;
using Be24 = BigEndian<std::uint32_t, 3>;
using Be32 = BigEndian<std::uint32_t, 4>;
using Be64 = BigEndian<std::uint64_t, 8>;

static_assert(sizeof(Be16) == 2 && sizeof(Be24) == 3 && sizeof(Be32) == 4 && sizeof(Be64) == 8);
static_assert(alignof(Be64) == 1 && std::is_trivially_copyable_v<Be32>);
static_assert(!std::convertible_to<std::uint16_t, Be16> && !std::convertible_to<Be16, std::uint16_t>);
static_assert(Be24{0x123456}.value() == 0x123456);

}  // namespace base
