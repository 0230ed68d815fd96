/// \file
/// The probe tag: the first 24 payload bytes of a frame between two ends of rocestorm.
///
///     byte  0      magic 0x72 ('r')
///           1      version (1)
///           2-3    check of the other 22 bytes
///           4-7    flow id
///           8-11   sequence number within (flow, window), low 32 bits; the receiver extends it
///           12     window: 0 warm-up, 1 measured
///           13     attempt: 0 original, n the n-th retransmission (255: that often or more)
///           14-15  zero
///           16-23  send time, picoseconds of the run's clock (predicted first bit out)
///
/// All fields big-endian. Sequence and time come from here, not from the PSN, so loss and reordering are
/// exact and a foreign RoCEv2 packet is never mistaken for ours. The check is the high half of a
/// multiply-xor of the three words: every single flipped bit changes it (tested for all of them), and any
/// other damage goes unseen once in 65,536.
/// Cost: three stores, two multiplications. Thread: pure.
#pragma once

#include "base/time.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace frame {

inline constexpr std::size_t kTagBytes = 24;
inline constexpr std::uint8_t kTagMagic = 0x72;
inline constexpr std::uint8_t kTagVersion = 1;

enum class Window : std::uint8_t { kWarmup = 0, kMeasured = 1 };

struct ProbeTag {
  std::uint32_t flow = 0;
  std::uint32_t sequence = 0;
  Window window = Window::kMeasured;
  std::uint8_t attempt = 0;
  base::Time sent_at;

  friend constexpr bool operator==(const ProbeTag&, const ProbeTag&) = default;
};

/// The tag as three words, each the big-endian reading of 8 bytes; word 0 with its check filled in.
struct TagWords {
  std::array<std::uint64_t, 3> host{};
};

namespace detail {

// Odd, and without a run of 16 equal bits, so that a flipped bit of a word reaches the product's high half.
inline constexpr std::uint64_t kMix1 = 0x9e3779b97f4a7c15;
inline constexpr std::uint64_t kMix2 = 0xc2b2ae3d27d4eb4f;
inline constexpr std::uint64_t kMix0 = 0xd6e8feb86659fd93;

constexpr std::uint64_t tag_check(std::uint64_t word0_without_check, std::uint64_t word1,
                                  std::uint64_t word2) {
  return ((word0_without_check * kMix0) ^ (word1 * kMix1) ^ (word2 * kMix2)) >> 48;
}

inline constexpr std::uint64_t kCheckMask = 0x0000'ffff'0000'0000;
inline constexpr std::uint64_t kTagStart =
    (static_cast<std::uint64_t>(kTagMagic) << 56) | (static_cast<std::uint64_t>(kTagVersion) << 48);

}  // namespace detail

/// Bytes 12 to 15 of a tag.
[[nodiscard]] constexpr std::uint32_t tag_place(Window window, std::uint8_t attempt) {
  return (static_cast<std::uint32_t>(window) << 24) | (static_cast<std::uint32_t>(attempt) << 16);
}

/// `sequence_and_place`: bytes 8 to 15.
[[nodiscard]] constexpr TagWords tag_words(std::uint32_t flow, std::uint64_t sequence_and_place,
                                           std::uint64_t time_ps) {
  const std::uint64_t start = detail::kTagStart | flow;
  return {
      {start | (detail::tag_check(start, sequence_and_place, time_ps) << 32), sequence_and_place, time_ps}};
}

[[nodiscard]] constexpr TagWords tag_words(const ProbeTag& tag) {
  return tag_words(tag.flow,
                   (static_cast<std::uint64_t>(tag.sequence) << 32) | tag_place(tag.window, tag.attempt),
                   static_cast<std::uint64_t>(tag.sent_at.ps()));
}

/// The tag in `words`, or nothing where magic, version, check or the zero bytes do not fit.
[[nodiscard]] constexpr std::optional<ProbeTag> read_tag(const TagWords& words) {
  const auto [start, place, time] = words.host;
  if ((start & 0xffff'0000'0000'0000) != detail::kTagStart) return std::nullopt;
  const std::uint64_t plain = start & ~detail::kCheckMask;
  if (((start & detail::kCheckMask) >> 32) != detail::tag_check(plain, place, time)) return std::nullopt;
  if ((place & 0xffff) != 0 || ((place >> 24) & 0xff) > 1) return std::nullopt;
  return ProbeTag{.flow = static_cast<std::uint32_t>(start),
                  .sequence = static_cast<std::uint32_t>(place >> 32),
                  .window = static_cast<Window>((place >> 24) & 0xff),
                  .attempt = static_cast<std::uint8_t>(place >> 16),
                  .sent_at = base::Time{static_cast<std::int64_t>(time)}};
}

/// Whether the bytes claim to be a tag: what tells a damaged tag of ours from a foreign payload.
[[nodiscard]] constexpr bool looks_like_tag(const TagWords& words) {
  return (words.host[0] & 0xffff'0000'0000'0000) == detail::kTagStart;
}

static_assert(std::endian::native == std::endian::little, "loads and stores below swap bytes");

/// `bytes` holds at least kTagBytes.
[[nodiscard]] inline TagWords load_tag_words(const std::byte* bytes) {
  TagWords words;
  std::memcpy(words.host.data(), bytes, kTagBytes);
  for (std::uint64_t& word : words.host)
    word = __builtin_bswap64(word);
  return words;
}

/// Writes kTagBytes at `bytes`. Returns the words as they lie.
inline std::array<std::uint64_t, 3> store_tag_words(std::byte* bytes, const TagWords& words) {
  std::array<std::uint64_t, 3> lying;
  for (std::size_t i = 0; i < 3; ++i)
    lying[i] = __builtin_bswap64(words.host[i]);
  std::memcpy(bytes, lying.data(), kTagBytes);
  return lying;
}

}  // namespace frame
