/// \file
/// How long messages are: one size, or a distribution, as a pure function of (seed, index).
///
///     const workload::SizeSource sizes{{.kind = workload::SizeKind::kUniform, .min = 64, .max = 4096}};
///     const std::uint64_t bytes = sizes.at(flow_seed, message_index);
///
/// No floating point: the log-normal goes through a fixed-point table of the normal distribution.
/// Cost: at() is about 10 instructions, a table look-up and, for a table of points, a binary search.
/// Thread: immutable after construction.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace workload {

enum class SizeKind { kFixed, kUniform, kLogNormal, kTable };

/// One step of a cumulative distribution: a share `upto_ppb` of the messages is `bytes` long or shorter.
struct SizePoint {
  std::uint64_t bytes = 0;
  std::uint64_t upto_ppb = 0;  ///< parts per billion, 0 .. 1e9
  friend bool operator==(const SizePoint&, const SizePoint&) = default;
};

/// Plain data; keys that do not belong to `kind` are not read. Sizes in bytes.
struct MessageSizes {
  SizeKind kind = SizeKind::kFixed;
  std::uint64_t fixed = 65'536;
  std::uint64_t min = 1;     ///< uniform and log-normal: never shorter
  std::uint64_t max = 0;     ///< uniform and log-normal: never longer
  std::uint64_t median = 0;  ///< log-normal
  /// Log-normal: standard deviation of the logarithm (base e), thousandths, 0..4000.
  std::uint32_t sigma_thousandths = 1000;
  std::vector<SizePoint>
      points;  ///< table: rising, the last at 1e9; between two points sizes are spread evenly

  friend bool operator==(const MessageSizes&, const MessageSizes&) = default;
};

/// The longest message of the InfiniBand architecture, 2^31 bytes.
inline constexpr std::uint64_t kMessageBytesMax = 1ULL << 31;

}  // namespace workload
