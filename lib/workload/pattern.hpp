/// \file
/// Who sends to whom: patterns over lists of endpoints.
///
///     const workload::Pattern incast{.kind = workload::PatternKind::kIncast, .senders = 8};
///     auto pairs = workload::make_pairs(incast, {.from = hosts, .to = hosts, .seed = 7});
///     for (const workload::Pair& pair : *pairs) add_flow(pair.from, pair.to);
///
/// Everything is decided by integers and a seed: equal on every machine and compiler.
/// Cost: set-up, linear in the number of pairs. Thread: pure.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace workload {

enum class PatternKind {
  kPairs,        ///< the i-th of `from` to the i-th of `to`; within one set, its first half to its second
  kPermutation,  ///< each sends to one and receives from one, drawn by the seed, none to itself
  kIncast,       ///< `senders` endpoints to each of `receivers`
  kAllToAll,     ///< each of `from` to each of `to`
  kRing,         ///< each to the next of the same set, the last to the first
  kZipf,         ///< each sender draws `draws` receivers, the first of `to` most often
};

/// Plain data; keys that do not belong to `kind` are not read.
struct Pattern {
  PatternKind kind = PatternKind::kPairs;
  /// Pairs and ring: the opposite direction too.
  bool bidirectional = false;
  /// Incast: how many send to each receiver, the first ones of `from`; 0: all that are not receivers.
  std::uint32_t senders = 0;
  /// Incast: how many are sent to, the first ones of `to`.
  std::uint32_t receivers = 1;
  /// Incast, parts per million: this share of each receiver's senders starts together, the first ones; the
  /// rest starts staggered (see Pair::synchronised).
  std::uint32_t synchronised_ppm = 1'000'000;
  /// Zipf: the weight of the k-th of `to` is 1 / k^exponent; thousandths, 0..4000.
  std::uint32_t exponent_thousandths = 1000;
  /// Zipf: receivers drawn by each sender, one of them possibly more than once.
  std::uint32_t draws = 1;
  /// Pairs whose ends share a place (a port) are never made: all-to-all and incast leave them out, draws
  /// avoid them, pairs and ring that would need one are refused.
  bool across_places = false;

  friend bool operator==(const Pattern&, const Pattern&) = default;
};

/// An endpoint as patterns see it.
struct Seat {
  std::uint32_t endpoint = 0;  ///< the caller's id; equal ids are one endpoint
  std::uint32_t place = 0;     ///< what it stands behind: a port
};

struct Pair {
  std::uint32_t from = 0;  ///< endpoint ids, as given
  std::uint32_t to = 0;
  bool synchronised = true;  ///< starts with the others (incast); false: at its own staggered time

  friend bool operator==(const Pair&, const Pair&) = default;
};

struct PatternInput {
  std::span<const Seat> from;
  std::span<const Seat> to;
  std::uint64_t seed = 0;  ///< already made for this traffic entry: base::seed_for(run_seed, name)
};

/// More flows than this in one entry are refused rather than held in memory.
inline constexpr std::uint64_t kPairsMax = 1U << 22;

/// The pairs in a fixed order, none with both ends one endpoint. Refused, with the reason, where the sets
/// do not fit the pattern; `where` of the error is left empty for the caller to fill.
[[nodiscard]] base::Result<std::vector<Pair>> make_pairs(const Pattern& pattern, const PatternInput& input);

}  // namespace workload
