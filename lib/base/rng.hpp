/// \file
/// Random numbers that are the same on every machine and compiler: integers only.
///
///     base::Rng rng{base::seed_for(run_seed, "traffic", flow_id)};
///     const std::uint64_t egress = rng.below(8);
///
/// The generator is splitmix64 (Steele, Lea, Flood 2014): 64 bits of state, one multiply-xor chain a number.
/// Streams are made by hashing a seed with a name and an index, so that a flow's stream depends on nothing
/// but (seed, what, index), never on the order in which things came up.
/// Cost: about 6 instructions a number. Thread: one owner.
#pragma once

#include "base/int128.hpp"

#include <cstdint>
#include <string_view>

namespace base {

class Rng {
 public:
  constexpr explicit Rng(std::uint64_t seed) : state_{seed} {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// What next() will return.
  [[nodiscard]] constexpr std::uint64_t peek() const {
    Rng copy = *this;
    return copy.next();
  }
  /// 0 .. bound-1; the bias is below bound / 2^64. `bound` is at least 1.
  constexpr std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }
  /// True `parts_per_million` times in a million.
  constexpr bool one_in_ppm(std::uint64_t parts_per_million) { return below(1'000'000) < parts_per_million; }

 private:
  std::uint64_t state_;
};

/// A seed for the stream `what`[index] of a run.
[[nodiscard]] constexpr std::uint64_t seed_for(std::uint64_t run_seed, std::string_view what,
                                               std::uint64_t index = 0) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
  for (const char c : what)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  Rng mix{hash ^ run_seed};
  Rng stream{mix.next() ^ (index * 0x9e3779b97f4a7c15 + 1)};
  return stream.next();
}

}  // namespace base
