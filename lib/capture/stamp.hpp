/// \file
/// When a captured frame was seen, in the file's own ticks and as one exact point in time.
///
///     const capture::TickScale nanoseconds = capture::TickScale::decimal(9);
///     const capture::Stamp stamp = nanoseconds.stamp(ticks, {});
///     const base::Duration since_first = stamp - first;
///
/// A wall-clock time does not fit base::Time (picoseconds since 1970 need 71 bits), so a Stamp is two
/// numbers. Cost: a division or two a stamp. Thread: plain values.
#pragma once

#include "base/time.hpp"

#include <compare>
#include <cstdint>

namespace capture {

inline constexpr std::uint64_t kPicosecondsPerSecond = 1'000'000'000'000;

/// Seconds since the file's epoch (1970-01-01 00:00 UTC in nearly all files) and picoseconds within.
struct Stamp {
  std::int64_t seconds = 0;
  std::uint64_t picoseconds = 0;  ///< below kPicosecondsPerSecond

  friend constexpr auto operator<=>(const Stamp&, const Stamp&) = default;
};

/// The span between two stamps. More than 106 days is told as the longest Duration of that sign: a damaged
/// time stamp must not wrap around into a plausible one.
[[nodiscard]] base::Duration operator-(const Stamp& later, const Stamp& earlier);
/// A run's time on the wall clock: `start` plus the picoseconds of `time`.
[[nodiscard]] Stamp stamp_at(const Stamp& start, base::Time time);

/// What a tick is worth: 10^-exponent or 2^-exponent seconds, 0..127 as pcapng's if_tsresol has it.
class TickScale {
 public:
  [[nodiscard]] static constexpr TickScale decimal(std::uint8_t exponent) { return TickScale{exponent}; }
  [[nodiscard]] static constexpr TickScale binary(std::uint8_t exponent) {
    return TickScale{static_cast<std::uint8_t>(exponent | kBinary)};
  }
  /// The byte of if_tsresol: its top bit tells binary from decimal.
  [[nodiscard]] static constexpr TickScale from_option(std::uint8_t value) { return TickScale{value}; }
  [[nodiscard]] constexpr std::uint8_t option() const { return option_; }

  /// What is finer than a picosecond is cut off. `offset_seconds` is if_tsoffset; sums saturate.
  [[nodiscard]] Stamp stamp(std::uint64_t ticks, std::int64_t offset_seconds) const;
  /// The last tick that is not after `stamp`; 0 for stamps before the epoch, the largest for those beyond it.
  [[nodiscard]] std::uint64_t ticks(const Stamp& stamp) const;

  friend constexpr bool operator==(TickScale, TickScale) = default;

 private:
  static constexpr std::uint8_t kBinary = 0x80;
  constexpr explicit TickScale(std::uint8_t option) : option_{option} {}

  std::uint8_t option_;
};

}  // namespace capture
