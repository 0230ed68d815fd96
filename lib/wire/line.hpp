/// \file
/// How long a frame keeps the line busy.
///
///     const base::WireBytes wire = wire::on_the_wire(base::FrameBytes{1098});      // 1122
///     const base::Duration busy = wire::wire_time(wire, base::BitsPerSec{100'000'000'000});
///
/// Three lengths of one frame, never mixed (docs/measuring.md): FrameBytes is what a packet buffer holds;
/// layer 2 adds the FCS and the padding that the MAC adds to short frames; layer 1 (WireBytes) adds preamble,
/// start delimiter and the shortest gap.
/// Thread: pure.
#pragma once

#include "base/int128.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace wire {

inline constexpr std::uint64_t kFcsBytes = 4;
inline constexpr std::uint64_t kPreambleBytes = 8;  ///< 7 of preamble, 1 start frame delimiter
inline constexpr std::uint64_t kGapBytes = 12;      ///< the shortest inter-packet gap, 96 bit times
/// The shortest frame without FCS; the MAC pads up to it.
inline constexpr base::FrameBytes kFrameMin{60};

/// Layer 2: with padding and FCS. What RFC 2544 calls the frame size, and what a `bit rate` counts.
[[nodiscard]] constexpr base::Bytes layer2_bytes(base::FrameBytes frame) {
  return base::Bytes{std::max(frame, kFrameMin).count() + kFcsBytes};
}

/// Layer 1: all that the line is busy with.
[[nodiscard]] constexpr base::WireBytes on_the_wire(base::FrameBytes frame) {
  return base::WireBytes{layer2_bytes(frame).count() + kPreambleBytes + kGapBytes};
}

/// Bytes at a line rate, which must not be 0. A whole number of picoseconds at 10, 25, 40, 50, 100, 200, 400,
/// 800 and 1600 Gbit/s; at other rates rounded to the nearest, half up: who adds up many frames adds the
/// bytes.
[[nodiscard]] constexpr base::Duration wire_time(base::WireBytes bytes, base::BitsPerSec rate) {
  const base::Uint128 bit_picoseconds = static_cast<base::Uint128>(bytes.count()) * 8 * 1'000'000'000'000U;
  return base::Duration{static_cast<std::int64_t>((bit_picoseconds + rate.count() / 2) / rate.count())};
}

static_assert(on_the_wire(base::FrameBytes{60}).count() == 84);
static_assert(on_the_wire(base::FrameBytes{58}).count() == 84);
static_assert(on_the_wire(base::FrameBytes{4154}).count() == 4178);
static_assert(wire_time(base::WireBytes{1}, base::BitsPerSec{1'600'000'000'000}).ps() == 5);

}  // namespace wire
