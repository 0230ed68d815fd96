/// \file
/// Where things stand in a packet buffer, and how many buffers a queue pair needs.
///
///     | header, laid backwards, at most 256 | payload, primed, 4096 | trailer, 8 |
///                                           ^ kPayloadOffset, whatever the header's length
///
/// Thread: constants.
#pragma once

#include "engine/port.hpp"

#include <cstddef>
#include <cstdint>

namespace port {

inline constexpr std::uint32_t kPayloadOffset = engine::kHeaderMost;
inline constexpr std::uint32_t kTxRoom =
    kPayloadOffset + static_cast<std::uint32_t>(engine::kPrimedBytes + engine::kTrailerMost);
/// The largest frame, without FCS, that a buffer holds.
inline constexpr std::uint32_t kFrameBytesMost = kTxRoom;

/// What a frame has around its IP packet, without FCS.
inline constexpr std::uint32_t kEthernetAndVlanBytes = 18;

static_assert(kPayloadOffset % 64 == 0, "the payload begins a cache line, and the header ends one");

/// A lcore keeps so many buffers of a pool at hand before it asks the other cores' common store.
inline constexpr std::uint32_t kPoolCache = 256;

/// Buffers for `slots` frames in flight: in the queue itself, in the one behind a switch or a hop, in two
/// lcores' caches (each may hold half as much again), and in the worker's hands.
[[nodiscard]] constexpr std::uint32_t buffers_for(std::uint32_t slots) {
  return 2 * slots + 3 * kPoolCache + 8 * static_cast<std::uint32_t>(engine::kBurst);
}

}  // namespace port
