/// \file
/// Limits that several rows of the table of keys share. Cost: constants. Thread: pure.
#pragma once

#include <cstdint>

namespace profile {

inline constexpr std::uint64_t kMax16 = 0xffff;
inline constexpr std::uint64_t kMax24 = 0xff'ffff;
inline constexpr std::uint64_t kMax32 = 0xffff'ffff;
inline constexpr std::uint64_t kWholePpm = 1'000'000;
inline constexpr std::uint64_t kPsPerMs = 1'000'000'000;
/// 100 days in picoseconds: what base::Time holds, less some room for sums.
inline constexpr std::uint64_t kLongestPs = 100ULL * 86'400 * 1'000'000'000'000;
inline constexpr std::uint64_t kVlanMax = 4094;

}  // namespace profile
