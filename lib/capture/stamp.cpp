#include "capture/stamp.hpp"

#include "base/int128.hpp"

#include <limits>

namespace capture {
namespace {

using base::Int128;
using base::Uint128;

constexpr std::uint64_t kUint64Max = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();
constexpr unsigned kPicosecondExponent = 12;

constexpr std::int64_t saturate(Int128 value) {
  if (value > kInt64Max) return kInt64Max;
  if (value < kInt64Min) return kInt64Min;
  return static_cast<std::int64_t>(value);
}

/// 10^exponent, for the exponents of which it fits.
constexpr std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    power *= 10;
  }
  return power;
}
constexpr unsigned kLargestPowerOfTen = 19;  // 10^19 < 2^64 < 10^20
static_assert(power_of_ten(kLargestPowerOfTen) == 10'000'000'000'000'000'000u);

struct Split {
  std::uint64_t seconds;
  std::uint64_t picoseconds;
};

Split split_decimal(std::uint64_t ticks, unsigned exponent) {
  const std::uint64_t per_second = exponent <= kLargestPowerOfTen ? power_of_ten(exponent) : 0;
  const std::uint64_t seconds = per_second != 0 ? ticks / per_second : 0;
  const std::uint64_t rest = per_second != 0 ? ticks % per_second : ticks;
  if (exponent <= kPicosecondExponent) {
    return {.seconds = seconds, .picoseconds = rest * power_of_ten(kPicosecondExponent - exponent)};
  }
  const unsigned finer = exponent - kPicosecondExponent;
  return {.seconds = seconds, .picoseconds = finer <= kLargestPowerOfTen ? rest / power_of_ten(finer) : 0};
}

Split split_binary(std::uint64_t ticks, unsigned exponent) {
  const std::uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
  const std::uint64_t rest = exponent < 64 ? ticks & ((std::uint64_t{1} << exponent) - 1) : ticks;
  const Uint128 scaled = Uint128{rest} * kPicosecondsPerSecond;  // below 2^104
  return {.seconds = seconds, .picoseconds = static_cast<std::uint64_t>(scaled >> exponent)};
}

}  // namespace

base::Duration operator-(const Stamp& later, const Stamp& earlier) {
  const Int128 seconds = Int128{later.seconds} - earlier.seconds;
  const Int128 picoseconds =
      static_cast<Int128>(later.picoseconds) - static_cast<Int128>(earlier.picoseconds);
  return base::Duration{saturate(seconds * static_cast<Int128>(kPicosecondsPerSecond) + picoseconds)};
}

Stamp stamp_at(const Stamp& start, base::Time time) {
  const Int128 total = static_cast<Int128>(start.picoseconds) + time.ps();
  const Int128 per_second = static_cast<Int128>(kPicosecondsPerSecond);
  Int128 seconds = total / per_second;
  Int128 rest = total % per_second;
  if (rest < 0) {
    rest += per_second;
    --seconds;
  }
  return {.seconds = saturate(start.seconds + seconds), .picoseconds = static_cast<std::uint64_t>(rest)};
}

Stamp TickScale::stamp(std::uint64_t ticks, std::int64_t offset_seconds) const {
  const unsigned exponent = option_ & ~unsigned{kBinary};
  const Split split =
      (option_ & kBinary) != 0 ? split_binary(ticks, exponent) : split_decimal(ticks, exponent);
  return {.seconds = saturate(static_cast<Int128>(split.seconds) + offset_seconds),
          .picoseconds = split.picoseconds};
}

std::uint64_t TickScale::ticks(const Stamp& stamp) const {
  if (stamp.seconds < 0) return 0;
  const unsigned exponent = option_ & ~unsigned{kBinary};
  const bool binary = (option_ & kBinary) != 0;
  if (binary ? exponent >= 64 : exponent > kLargestPowerOfTen) {
    return stamp == Stamp{} ? 0 : kUint64Max;
  }
  const Uint128 per_second = binary ? Uint128{1} << exponent : Uint128{power_of_ten(exponent)};
  const Uint128 whole = per_second * static_cast<std::uint64_t>(stamp.seconds);
  const Uint128 part = per_second * stamp.picoseconds / kPicosecondsPerSecond;
  const Uint128 sum = whole + part;
  return sum > kUint64Max ? kUint64Max : static_cast<std::uint64_t>(sum);
}

}  // namespace capture
