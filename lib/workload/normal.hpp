/// \file
/// Quantiles of the normal distribution in integers, at nodes that are dense where the distribution is thin.
///
///     const std::int64_t z_q32 = -workload::normal_tail_nodes()[node];  // lower half
///
/// The tail probabilities of the nodes: 2^-(octave+2) * (1 + step/kSteps), octave 0 .. kOctaves-1, so that
/// neighbours differ by 1/kSteps at most however far out they lie.
/// Cost: the table is computed once a process, some 20 ms, and only where a log-normal is used. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace workload {

inline constexpr std::size_t kNormalOctaves = 30;
inline constexpr std::size_t kNormalSteps = 16;
inline constexpr std::size_t kNormalNodes = kNormalOctaves * kNormalSteps + 1;

/// z such that a share node_probability of a standard normal lies above z, in units of 2^-32: falling from
/// the farthest node (about 6.2) to the middle (0).
[[nodiscard]] std::span<const std::int64_t> normal_tail_nodes();

/// Where a tail probability v / 2^64 (below one half) lies between the nodes.
struct NormalPosition {
  std::size_t node = 0;            ///< the node with the smaller probability
  std::uint32_t fraction_q32 = 0;  ///< of the way to the next one
};

[[nodiscard]] NormalPosition normal_position(std::uint64_t v);

}  // namespace workload
