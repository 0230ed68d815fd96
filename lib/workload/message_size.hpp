/// \file
/// How long messages are: one size, or a distribution, as a pure function of (seed, index).
///
///     const workload::SizeSource sizes{{.kind = workload::SizeKind::kUniform, .min = 64, .max = 4096}};
///     const std::uint64_t bytes = sizes.at(flow_seed, message_index);
///
/// No floating point: the log-normal goes through a fixed-point table of the normal distribution.
/// Cost: at() is some 15 instructions and a table look-up; for a table of points, a binary search.
/// Thread: immutable after construction.
#pragma once

#include "base/error.hpp"
#include "base/rng.hpp"

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
  /// Table: rising, the last at 1e9; between two points sizes are spread evenly.
  std::vector<SizePoint> points{};

  friend bool operator==(const MessageSizes&, const MessageSizes&) = default;
};

/// The longest message of the InfiniBand architecture, 2^31 bytes.
inline constexpr std::uint64_t kMessageBytesMax = 1ULL << 31;

/// What is wrong with the sizes, or nothing: an order, a range, points that do not rise. `where` stays empty.
[[nodiscard]] base::Status check_sizes(const MessageSizes& sizes);

/// Reads a file of a cumulative distribution: a line a point, "bytes share", rising; shares up to 1 or up to
/// 100 (percent), as the last line says; '#' starts a comment. `file` is for the places of the faults.
[[nodiscard]] base::Result<std::vector<SizePoint>> parse_size_points(std::string_view text,
                                                                     std::string_view file);

/// Sizes by index. Made from sizes that check_sizes() passes.
class SizeSource {
 public:
  explicit SizeSource(const MessageSizes& sizes);

  /// The size of message `index` of the stream `seed`, in bytes.
  [[nodiscard]] std::uint64_t at(std::uint64_t seed, std::uint64_t index) const {
    if (kind_ == SizeKind::kFixed) return shortest_;
    // The index-th number of the splitmix64 stream, without those before it.
    return at_quantile(base::Rng{seed + index * 0x9e3779b97f4a7c15}.next());
  }
  /// The size below which a share u / 2^64 of the messages lies.
  [[nodiscard]] std::uint64_t at_quantile(std::uint64_t u) const;

  [[nodiscard]] std::uint64_t shortest() const { return shortest_; }
  [[nodiscard]] std::uint64_t longest() const { return longest_; }
  /// The expected size, rounded down.
  [[nodiscard]] std::uint64_t mean() const { return mean_; }

 private:
  /// From `begin_q32` (share of the messages, units of 2^-32) on, sizes rise from `bytes` by
  /// `slope` * (u - begin_q32) / 2^32, up to `last`.
  struct Step {
    std::uint64_t begin_q32;
    std::uint64_t bytes;
    std::uint64_t slope_q32;
    std::uint64_t last;
  };

  void make_table_steps(const MessageSizes& sizes);
  void make_log_normal_nodes(const MessageSizes& sizes);

  SizeKind kind_;
  std::uint64_t shortest_ = 0;
  std::uint64_t longest_ = 0;
  std::uint64_t mean_ = 0;
  std::vector<Step> steps_;  ///< table
  /// Log-normal: sizes at the nodes of normal.hpp, the lower half, then the upper.
  std::vector<std::uint64_t> nodes_;
};

}  // namespace workload
