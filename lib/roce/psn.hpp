/// \file
/// Packet sequence numbers: 24 bits, in a circle.
///
///     const roce::Psn next = psn + 1;
///     const std::int32_t ahead = roce::distance(expected, arrived);   // 0: in order; > 0: gap; < 0:
///     duplicate
///
/// There is no operator<: on a circle it is not transitive, and sorting by it goes wrong unseen.
/// SPEC: IBTA vol 1, 9.7.1: half the circle (2^23) is behind, the rest ahead. Thread: plain values.
#pragma once

#include <cstdint>

namespace roce {

inline constexpr std::uint32_t kPsnMask = 0xff'ffff;
/// Requests that may be out unacknowledged: beyond it, new and duplicate cannot be told apart.
inline constexpr std::uint32_t kPsnWindow = 1U << 23;

class Psn {
 public:
  constexpr Psn() = default;
  /// The low 24 bits are taken.
  constexpr explicit Psn(std::uint32_t value) : value_{value & kPsnMask} {}

  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }

  friend constexpr Psn operator+(Psn psn, std::uint32_t steps) { return Psn{psn.value_ + steps}; }
  friend constexpr Psn operator-(Psn psn, std::uint32_t steps) { return Psn{psn.value_ - steps}; }
  friend constexpr bool operator==(Psn, Psn) = default;

 private:
  std::uint32_t value_ = 0;
};

/// Steps from `from` to `to`, -2^23 .. 2^23 - 1.
[[nodiscard]] constexpr std::int32_t distance(Psn from, Psn to) {
  return static_cast<std::int32_t>((to.value() - from.value()) << 8) >> 8;
}
[[nodiscard]] constexpr bool is_after(Psn psn, Psn reference) {
  return distance(reference, psn) > 0;
}

static_assert(distance(Psn{0xff'fffe}, Psn{1}) == 3);
static_assert(distance(Psn{1}, Psn{0xff'fffe}) == -3);
static_assert(distance(Psn{0}, Psn{0x80'0000}) == -0x80'0000);

}  // namespace roce
