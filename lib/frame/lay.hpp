/// \file
/// Lays one packet of a flow into an empty frame: copy, patch, tag, ICRC.
///
///     frame::PacketFields fields{.psn_word = psn, .payload_bytes = 1024, .tag = frame::tag_words(tag)};
///     frame::lay(slot, header, layout.part(frame::Part::kOnly), fields);
///
/// Payloads of kTagBytes and more; shorter ones have no tag and go through lay_whole.
/// Cost: about 75 instructions whatever the length, 3 to 5 cache lines. Thread: the worker's own.
#pragma once

#include "frame/flow_header.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace frame {

inline constexpr std::uint32_t kAckRequestBit = 0x8000'0000;

struct PacketFields {
  std::uint32_t psn_word = 0;  ///< AckReq in bit 31, PSN in bits 0..23
  std::uint32_t payload_bytes = 0;
  TagWords tag;
  std::uint32_t immediate = 0;
  std::uint32_t message_bytes = 0;  ///< 0: as in the flow's header
  std::uint16_t source_port = 0;    ///< 0: as in the flow's header
};

namespace detail {

template <class T>
inline T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
inline void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

inline std::uint16_t swapped(std::uint16_t value) {
  return __builtin_bswap16(value);
}

/// RFC 1071: the header's checksum with length zero, and the length, make the header's checksum.
inline std::uint16_t checksum_with(std::uint16_t checksum_of_zero_length, std::uint16_t length) {
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum_of_zero_length);
  sum += length;
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// Copies the header of `part` so that it ends at `end`, and patches what PSN and lengths change.
inline void lay_header(std::byte* end, const FlowHeader& header, const PartLayout& part, const LengthRow& row,
                       const PacketFields& fields) {
  std::memcpy(end - kCopyBytes, header.bytes.data() - part.copy_back, kCopyBytes);
  const std::uint32_t pad = (0U - fields.payload_bytes) & 3U;
  std::byte* const bth = end - part.bth_back;
  store<std::uint16_t>(bth, static_cast<std::uint16_t>(part.opcode | (pad << 12)));
  store<std::uint32_t>(bth + 8, __builtin_bswap32(fields.psn_word));
  store<std::uint16_t>(bth - 4, row.udp_length);
  store<std::uint16_t>(end - part.ip_length_back, row.ip_length);
  if (part.ip_checksum_back != 0) {
    std::byte* const checksum = end - part.ip_checksum_back;
    store(checksum, checksum_with(load<std::uint16_t>(checksum), row.ip_length));
  }
}

/// The fields that change from message to message, where the traffic has such.
inline void lay_message_fields(std::byte* end, const PartLayout& part, const PacketFields& fields,
                               IcrcSum& sum) {
  if (part.has_immediate) {
    const std::uint32_t lying = __builtin_bswap32(fields.immediate);
    store(end - 4, lying);
    sum.add(static_cast<std::uint64_t>(lying) << 32, part.immediate_factor);
  }
  if (part.has_remote_address && fields.message_bytes != 0) {
    const std::uint32_t lying = __builtin_bswap32(fields.message_bytes);
    store(end - part.message_bytes_back, lying);
    sum.add(static_cast<std::uint64_t>(lying) << 32, part.message_bytes_factor);
  }
  if (fields.source_port != 0) {
    const std::uint16_t lying = __builtin_bswap16(fields.source_port);
    store(end - part.bth_back - 8, lying);
    sum.add(static_cast<std::uint64_t>(lying) << 48, part.source_port_factor);
  }
}

/// The tag's words as they lie in the frame, for IcrcSum::add.
inline void add_tag(IcrcSum& sum, const TagWords& tag, const PartLayout& part) {
  for (std::size_t i = 0; i < 3; ++i)
    sum.add(__builtin_bswap64(tag.host[i]), part.tag_factor[i]);
}

/// Pad bytes (zero) and ICRC: one store of 8 bytes, of which the frame has 4 + pad.
inline void lay_trailer(std::byte* trailer, std::uint32_t payload_bytes, std::uint32_t icrc) {
  const std::uint32_t pad = (0U - payload_bytes) & 3U;
  store<std::uint64_t>(trailer, static_cast<std::uint64_t>(icrc) << (8 * pad));
}

}  // namespace detail

/// Lays the packet. `fields.payload_bytes` is kTagBytes .. path MTU; the frame's payload is primed with the
/// layout's source.
template <class Slot>
inline void lay(Slot& slot, const FlowHeader& header, const PartLayout& part, const PacketFields& fields) {
  const LengthRow& row = part.rows[fields.payload_bytes];
  const std::uint32_t pad = (0U - fields.payload_bytes) & 3U;
  std::byte* const end = slot.open({.header_bytes = part.header_bytes,
                                    .payload_bytes = fields.payload_bytes,
                                    .trailer_bytes = pad + 4}) +
                         part.header_bytes;
  detail::lay_header(end, header, part, row, fields);
  IcrcSum sum{header.base[part.index]};
  sum.add(static_cast<std::uint64_t>(__builtin_bswap32(fields.psn_word)) << 32, part.psn_factor);
  if (part.has_message_fields) detail::lay_message_fields(end, part, fields, sum);
  store_tag_words(end, fields.tag);
  detail::add_tag(sum, fields.tag, part);
  detail::lay_trailer(slot.trailer(), fields.payload_bytes,
                      sum.shifted_by(row.shift_low, row.shift_high) ^ row.rest);
}

}  // namespace frame
