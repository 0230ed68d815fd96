#include "workload/normal.hpp"

#include "base/fixed_point.hpp"
#include "base/int128.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace workload {
namespace {

using base::Uint128;

// z is in units of 2^-32; what is computed with it in units of 2^-48, as are probabilities.
constexpr int kFraction = 48;
constexpr std::uint64_t kOneOverSqrtTwoPi = 112'292'269'084'889;
constexpr std::int64_t kFarthest = 7LL << 32;

Uint128 times(Uint128 a, Uint128 b) {
  return (a * b) >> kFraction;
}

/// exp(-z^2/2) / sqrt(2 pi).
Uint128 density(Uint128 z) {
  const auto half_square_q32 = static_cast<std::uint64_t>(times(z, z) >> (kFraction - 32 + 1));
  const auto exponent =
      static_cast<std::int64_t>((static_cast<Uint128>(half_square_q32) * base::kLog2EQ32) >> 32);
  return base::scale_by_exp2(kOneOverSqrtTwoPi, -exponent);
}

/// The share of a standard normal above z. Near the middle by Taylor's series, 1/2 - density * (z + z^3/3 +
/// z^5/(3*5) + ...); in the tail, where that would cancel, by Laplace's continued fraction, density / (z +
/// 1/(z + 2/(z + 3/(z + ...)))).
std::uint64_t share_above(std::int64_t z_q32) {
  const auto z = static_cast<Uint128>(z_q32) << (kFraction - 32);
  constexpr std::int64_t kTail = 3LL << 31;  // 1.5
  if (z_q32 < kTail) {
    Uint128 term = z;
    Uint128 sum = z;
    for (unsigned k = 3; term != 0; k += 2) {
      term = times(times(term, z), z) / k;
      sum += term;
    }
    return (1ULL << (kFraction - 1)) - static_cast<std::uint64_t>(times(sum, density(z)));
  }
  constexpr unsigned kLevels = 100;  // enough for 2^-32 at 1.5, more than enough beyond
  Uint128 fraction = z;
  for (unsigned level = kLevels; level >= 1; --level) {
    fraction = z + (static_cast<Uint128>(level) << (2 * kFraction)) / fraction;
  }
  return static_cast<std::uint64_t>((density(z) << kFraction) / fraction);
}

/// Nodes from the farthest (smallest probability) to the middle.
std::array<std::int64_t, kNormalNodes> make_nodes() {
  std::array<std::int64_t, kNormalNodes> nodes{};
  std::int64_t above = kFarthest;
  for (std::size_t i = 0; i + 1 < kNormalNodes; ++i) {
    const std::size_t octave = kNormalOctaves - 1 - i / kNormalSteps;
    const std::uint64_t probability =
        ((kNormalSteps + i % kNormalSteps) << kFraction) / kNormalSteps >> (octave + 2);
    std::int64_t below = 0;
    while (above - below > 1) {
      const std::int64_t middle = below + (above - below) / 2;
      (share_above(middle) >= probability ? below : above) = middle;
    }
    nodes[i] = below;
  }
  return nodes;  // the last one is the middle, 0
}

}  // namespace

std::span<const std::int64_t> normal_tail_nodes() {
  static const std::array<std::int64_t, kNormalNodes> nodes = make_nodes();
  return nodes;
}

NormalPosition normal_position(std::uint64_t v) {
  constexpr int kStepBits = std::countr_zero(kNormalSteps);
  const auto octave = static_cast<std::size_t>(std::countl_zero(v | 1) - 1);
  if (octave >= kNormalOctaves) return {};
  const std::uint64_t below_leading = v << (octave + 2);  // the bits behind the leading one
  return {.node = (kNormalOctaves - 1 - octave) * kNormalSteps +
                  static_cast<std::size_t>(below_leading >> (64 - kStepBits)),
          .fraction_q32 = static_cast<std::uint32_t>((below_leading << kStepBits) >> 32)};
}

}  // namespace workload
