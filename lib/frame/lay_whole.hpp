/// \file
/// Packets that cannot be laid by deltas: too short for a tag, or with a payload that was generated.
///
///     frame::lay_whole(slot, header, part, fields, {.source = source, .generated_from = nullptr});
///
/// The ICRC is computed over every byte. Cost: about 100 instructions and the bytes' own. Thread: the
/// worker's.
#pragma once

#include "frame/lay.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace frame {

/// Byte patterns by address: what a generated payload holds at `address`, so that a receiver can check each
/// byte from address and remote key alone. 8 bytes at each multiple of 8.
void fill_generated(std::span<std::byte> bytes, std::uint64_t address, std::uint32_t remote_key);

struct WholePayload {
  wire::PayloadSource source = wire::PayloadSource::kZeros;  ///< kFree: generated
  std::uint64_t address = 0;                                 ///< of the packet's first byte
  std::uint32_t remote_key = 0;
  bool tagged = false;  ///< the payload is long enough, and starts with the tag
};

namespace detail {

/// Payload, pad and ICRC of a frame whose header ends at `end`.
void finish_whole(std::byte* end, std::byte* trailer, const PartLayout& part, const PacketFields& fields,
                  const WholePayload& payload);

}  // namespace detail

template <class Slot>
inline void lay_whole(Slot& slot, const FlowHeader& header, const PartLayout& part,
                      const PacketFields& fields, const WholePayload& payload) {
  const std::uint32_t pad = (0U - fields.payload_bytes) & 3U;
  std::byte* const end = slot.open({.header_bytes = part.header_bytes,
                                    .payload_bytes = fields.payload_bytes,
                                    .trailer_bytes = pad + 4}) +
                         part.header_bytes;
  detail::PatchedHeader{header, part, fields}.lay(end);
  detail::store(end - part.bth_back + 8, __builtin_bswap32(fields.psn_word));
  detail::finish_whole(end, slot.trailer(), part, fields, payload);
}

/// Replaces the tag of a tagged frame that was laid and not sent, and repairs its ICRC. `end`: where the
/// header ends.
void relay_tag(std::byte* end, std::byte* trailer, const PartLayout& part, std::uint32_t payload_bytes,
               const ProbeTag& tag);

}  // namespace frame
