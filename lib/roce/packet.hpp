/// \file
/// A RoCEv2 packet read: BTH, where its extension headers, payload and ICRC are.
///
///     const auto packet = roce::parse(view.subspan(frame.payload_offset), frame.payload_length);
///     if (packet.fault == roce::Fault::kNone) account(packet.psn, packet.destination_qpn,
///     packet.payload_length); if (const auto reth = roce::read_extension<roce::Reth>(udp_payload, packet))
///     ...
///
/// Offsets count from the BTH's first byte. `udp_payload` is what is contiguous of the UDP payload (it may
/// end early), `length` the UDP payload's true length. Nothing is read outside the view. Whatever the fault,
/// all fields that could be read are filled; with kNone, BTH, extension headers, payload, pad and ICRC lie
/// within `length`. Whether the ICRC is right is icrc.hpp's question. Cost: about 25 instructions, inline.
/// Thread: pure.
#pragma once

#include "roce/headers.hpp"
#include "roce/opcode.hpp"
#include "roce/psn.hpp"
#include "wire/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roce {

enum class Fault : std::uint8_t {
  kNone,
  kTruncated,      ///< the view ends inside BTH or extension headers that the packet has
  kTooShort,       ///< no room for BTH, extension headers, pad and ICRC
  kUnknownOpcode,  ///< extension headers, if any, count as payload
  kVersion,        ///< transport header version is not 0
};
/// "none", "truncated", "too short", "unknown opcode", "version".
[[nodiscard]] std::string_view to_text(Fault fault);

struct ParsedRoce {
  Fault fault = Fault::kNone;
  std::uint8_t opcode = 0;
  std::uint8_t pad = 0;
  std::uint8_t flags = 0;        ///< BTH byte 1
  std::uint8_t congestion = 0;   ///< BTH byte 4
  std::uint8_t acknowledge = 0;  ///< BTH byte 8
  std::uint16_t partition_key = 0;
  std::uint16_t payload_offset = 0;
  std::uint16_t payload_length = 0;  ///< without pad
  std::uint16_t icrc_offset = 0;
  std::uint32_t destination_qpn = 0;
  Psn psn{};

  [[nodiscard]] constexpr bool solicited() const { return (flags & Bth::kSolicited) != 0; }
  [[nodiscard]] constexpr bool migration() const { return (flags & Bth::kMigration) != 0; }
  [[nodiscard]] constexpr bool fecn() const { return (congestion & Bth::kFecn) != 0; }
  [[nodiscard]] constexpr bool becn() const { return (congestion & Bth::kBecn) != 0; }
  [[nodiscard]] constexpr bool ack_request() const { return (acknowledge & Bth::kAckRequest) != 0; }

  friend bool operator==(const ParsedRoce&, const ParsedRoce&) = default;
};

/// BTH and ICRC: the shortest packet.
inline constexpr std::size_t kPacketBytesMin = sizeof(Bth) + 4;

[[nodiscard]] inline ParsedRoce parse(std::span<const std::byte> udp_payload, std::size_t length) {
  ParsedRoce packet;
  if (length < kPacketBytesMin || udp_payload.size() < sizeof(Bth)) [[unlikely]] {
    packet.fault = length < kPacketBytesMin ? Fault::kTooShort : Fault::kTruncated;
    return packet;
  }
  // PERF: field by field, as in wire::parse.
  const std::byte* const bth = udp_payload.data();
  packet.opcode = wire::load<std::uint8_t>(bth + offsetof(Bth, opcode));
  packet.flags = wire::load<std::uint8_t>(bth + offsetof(Bth, flags));
  packet.pad = (packet.flags >> 4) & 3;
  packet.congestion = wire::load<std::uint8_t>(bth + offsetof(Bth, congestion));
  packet.acknowledge = wire::load<std::uint8_t>(bth + offsetof(Bth, acknowledge));
  packet.partition_key = wire::load<base::Be16>(bth + offsetof(Bth, partition_key)).value();
  packet.destination_qpn = wire::load<base::Be32>(bth + offsetof(Bth, congestion)).value() & kQpnMask;
  packet.psn = Psn{wire::load<base::Be32>(bth + offsetof(Bth, acknowledge)).value()};

  const std::uint8_t listed = extension_bytes(packet.opcode);
  const bool is_known = listed != kUnknownExtensionBytes;
  const std::size_t payload_offset = sizeof(Bth) + (is_known ? listed : 0U);
  const std::size_t icrc_offset = length - 4;
  packet.icrc_offset = static_cast<std::uint16_t>(icrc_offset);
  if (payload_offset + packet.pad > icrc_offset) [[unlikely]] {
    packet.fault = Fault::kTooShort;
    return packet;
  }
  packet.payload_offset = static_cast<std::uint16_t>(payload_offset);
  packet.payload_length = static_cast<std::uint16_t>(icrc_offset - packet.pad - payload_offset);
  if (!is_known) [[unlikely]] {
    packet.fault = Fault::kUnknownOpcode;
  } else if ((packet.flags & Bth::kVersionMask) != 0) [[unlikely]] {
    packet.fault = Fault::kVersion;
  } else if (udp_payload.size() < payload_offset) [[unlikely]] {
    packet.fault = Fault::kTruncated;
  }
  return packet;
}

namespace detail {

template <class Header>
inline constexpr Extension kExtensionOf = Extension::kNone;
template <>
inline constexpr Extension kExtensionOf<Reth> = Extension::kReth;
template <>
inline constexpr Extension kExtensionOf<AtomicEth> = Extension::kAtomicEth;
template <>
inline constexpr Extension kExtensionOf<Aeth> = Extension::kAeth;
template <>
inline constexpr Extension kExtensionOf<AtomicAckEth> = Extension::kAtomicAckEth;
template <>
inline constexpr Extension kExtensionOf<Deth> = Extension::kDeth;
template <>
inline constexpr Extension kExtensionOf<ImmDt> = Extension::kImmDt;
template <>
inline constexpr Extension kExtensionOf<Ieth> = Extension::kIeth;
template <>
inline constexpr Extension kExtensionOf<Feth> = Extension::kFeth;

}  // namespace detail

/// The extension header, if the opcode carries one and the packet was read without fault.
template <class Header>
requires(detail::kExtensionOf<Header> != Extension::kNone)
    [[nodiscard]] inline std::optional<Header> read_extension(std::span<const std::byte> udp_payload,
                                                              const ParsedRoce& packet) {
  if (packet.fault != Fault::kNone) return std::nullopt;
  const auto offset = extension_offset(packet.opcode, detail::kExtensionOf<Header>);
  if (!offset) return std::nullopt;
  return wire::read_at<Header>(udp_payload, sizeof(Bth) + *offset);
}

/// The payload's bytes that are in the view, without pad.
[[nodiscard]] inline std::span<const std::byte> payload_in(std::span<const std::byte> udp_payload,
                                                           const ParsedRoce& packet) {
  if (packet.payload_offset >= udp_payload.size()) return {};
  const auto rest = udp_payload.subspan(packet.payload_offset);
  return rest.first(rest.size() < packet.payload_length ? rest.size() : packet.payload_length);
}

/// A CNP to the sender of marked data: BTH only, CnpBody follows. SPEC: rocev2-facts 1.5.
[[nodiscard]] constexpr Bth make_cnp(std::uint32_t destination_qpn) {
  return {.opcode = kCnpOpcode, .congestion = Bth::kBecn, .destination_qpn = base::Be24{destination_qpn}};
}

/// The packet's name as tables print it: "RC WRITE_FIRST", "RC NAK PSN sequence", "RC RNR NAK", "CNP",
/// "UD SEND_ONLY (CM REQ)", "opcode 0x15".
[[nodiscard]] std::string packet_name(std::span<const std::byte> udp_payload, const ParsedRoce& packet);

}  // namespace roce
