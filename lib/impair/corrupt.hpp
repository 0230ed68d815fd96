/// \file
/// Turns bits of a frame over, and repairs the ICRC where the damage shall not show.
///
/// Cost: a pass over the frame where the ICRC is repaired. Thread: pure, but for the random numbers drawn.
#pragma once

#include "base/rng.hpp"
#include "impair/fault.hpp"
#include "impair/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace impair {

/// How many bits differ afterwards, those of a repaired ICRC not counted. What lies outside the frame, or has
/// no meaning in it (a BTH where there is none), is left.
[[nodiscard]] std::uint64_t corrupt(std::span<std::byte> frame, const Corrupt& how,
                                    const Identified& identified, base::Rng& rng);

}  // namespace impair
