/// \file
/// Which bytes a payload holds before anybody writes to it.
///
/// A buffer's payload is written once, when its pool is made, and sent again and again. Who makes the
/// buffers (port, simulation) and who tables the payload's CRCs (frame) must agree on every byte, so the
/// bytes are said here, once.
///
///     const auto block = wire::primed_block(wire::PayloadSource::kCounter);
///     std::memcpy(payload, block.data(), block.size());
///     assert(block[300] == wire::primed_byte(wire::PayloadSource::kCounter, 300));
///
/// Cost: a look-up in read-only tables (16 KiB in all). Thread: any.
#pragma once

#include "base/rng.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace wire {

/// What a buffer's payload holds when it is taken. The primed ones are written once, when their pool is
/// made: byte i of the payload is 0x00, 0xff, i mod 256, or byte i of a fixed pseudo-random block. Who
/// sends overwrites at most the first 24 bytes (probe tag) and the trailer; the port restores the bytes
/// that the last trailer covered. `kFree` buffers hold anything: the sender writes every byte.
enum class PayloadSource : std::uint8_t { kZeros, kOnes, kCounter, kRandom, kFree };
inline constexpr std::size_t kPayloadSources = 5;

/// Payload offsets 0 .. kPrimedBytes - 1 can be sent.
inline constexpr std::size_t kPrimedBytes = 4096;
/// Bytes after the last payload byte that a trailer (pad and ICRC) may cover.
inline constexpr std::size_t kTrailerMost = 8;
/// A block reaches behind the last trailer, so that restoring what a trailer covered needs no bound check.
inline constexpr std::size_t kPrimedBlockBytes = kPrimedBytes + kTrailerMost;

using PrimedBlock = std::array<std::byte, kPrimedBlockBytes>;

namespace detail {

/// Byte i of the random block is byte i mod 8, lowest first, of the i/8-th number of a fixed stream.
constexpr PrimedBlock make_primed_block(PayloadSource source) {
  PrimedBlock block{};
  base::Rng rng{base::seed_for(0, "primed payload")};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (i % 8 == 0) number = rng.next();
    const std::uint64_t byte = source == PayloadSource::kOnes      ? 0xff
                               : source == PayloadSource::kCounter ? i
                               : source == PayloadSource::kRandom  ? number >> (i % 8 * 8)
                                                                   : 0;
    block[i] = static_cast<std::byte>(byte & 0xff);
  }
  return block;
}

inline constexpr std::array<PrimedBlock, 4> kPrimedBlocks{
    make_primed_block(PayloadSource::kZeros), make_primed_block(PayloadSource::kOnes),
    make_primed_block(PayloadSource::kCounter), make_primed_block(PayloadSource::kRandom)};

}  // namespace detail

/// The bytes of a primed source. `source` is not kFree, which has none.
[[nodiscard]] constexpr std::span<const std::byte, kPrimedBlockBytes> primed_block(PayloadSource source) {
  return detail::kPrimedBlocks.at(static_cast<std::size_t>(source));
}

/// Byte `index` (below kPrimedBlockBytes) of a primed source.
[[nodiscard]] constexpr std::byte primed_byte(PayloadSource source, std::size_t index) {
  return primed_block(source)[index];
}

static_assert(primed_byte(PayloadSource::kZeros, 4095) == std::byte{0});
static_assert(primed_byte(PayloadSource::kOnes, 0) == std::byte{0xff});
static_assert(primed_byte(PayloadSource::kCounter, 300) == std::byte{300 - 256});

}  // namespace wire
