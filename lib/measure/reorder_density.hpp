/// \file
/// Frequencies of reordering, summed over as many flows as one likes: a flow of its own, or all of a traffic
/// entry on one worker. Merging is adding.
///
/// RFC 4737: extents and n-reordering. RFC 5236: displacement density (RD) and buffer-occupancy density
/// (RBD). Definitions with our reading of the thresholds: docs/measuring.md, "Reordering".
/// Cost: 2.7 kB. Thread: one writer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace measure {

/// Displacements beyond +-kThreshold, occupancies above it: a packet is given up for lost (RFC 5236's DT,
/// BT).
inline constexpr std::size_t kReorderThreshold = 64;

struct ReorderDensity {
  static constexpr std::size_t kThreshold = kReorderThreshold;

  /// RFC 5236 FD[k]: index k + kThreshold.
  std::array<std::uint64_t, 2 * kThreshold + 1> displacement{};
  std::uint64_t displacement_beyond = 0;  ///< first copies left out of FD
  /// RFC 5236 FB[k]: first copies after whose arrival the recovery buffer held k packets.
  std::array<std::uint64_t, kThreshold + 1> occupancy{};
  std::uint64_t occupancy_given_up = 0;  ///< first copies left out of FB: they came after being given up
  /// RFC 4737 extents: [e] reordered packets with extent e; the last entry holds those at or above it.
  std::array<std::uint64_t, kThreshold + 1> extent{};
  /// RFC 4737: [n] reordered packets whose largest n of n-reordering is n; the last holds those at or above.
  std::array<std::uint64_t, kThreshold + 1> degree{};

  void add_in_order(std::uint64_t count) {
    displacement[kThreshold] += count;
    occupancy[0] += count;
  }

  void merge(const ReorderDensity& other) {
    const auto add = [](auto& into, const auto& from) {
      std::transform(into.begin(), into.end(), from.begin(), into.begin(), std::plus<>{});
    };
    add(displacement, other.displacement);
    add(occupancy, other.occupancy);
    add(extent, other.extent);
    add(degree, other.degree);
    displacement_beyond += other.displacement_beyond;
    occupancy_given_up += other.occupancy_given_up;
  }

  /// m of RFC 4737: packets that are n-reordered (degree = m / L). 1 <= n <= kThreshold.
  [[nodiscard]] std::uint64_t n_reordered(std::size_t n) const {
    std::uint64_t sum = 0;
    for (std::size_t i = n; i < degree.size(); ++i)
      sum += degree[i];
    return sum;
  }

  friend bool operator==(const ReorderDensity&, const ReorderDensity&) = default;
};

}  // namespace measure
