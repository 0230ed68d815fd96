/// \file
/// What a capture file consists of, in the order in which it stands there.
///
///     while (const auto item = reader.next()) {
///       if (const auto* record = std::get_if<capture::Record>(&*item)) look_at(record->captured);
///     }
///
/// The items keep all that the file says, so that capture::encode() gives the same bytes back: options,
/// padding and blocks that we do not understand stay as they were.
/// Spans point into the reader's buffer and are valid until its next call.
/// SPEC: pcap is draft-ietf-opsawg-pcap, pcapng draft-ietf-opsawg-pcapng.
#pragma once

#include "capture/link_type.hpp"
#include "capture/stamp.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace capture {

using Bytes = std::span<const std::byte>;

enum class Format { kPcap, kPcapng };
/// Of the file's own fields; the frames in it are as they were on the line.
enum class ByteOrder { kLittle, kBig };

/// The 24 bytes at the start of a pcap file.
struct PcapHeader {
  ByteOrder order = ByteOrder::kLittle;
  bool nanoseconds = false;  ///< else microseconds
  std::uint16_t version_major = 2;
  std::uint16_t version_minor = 4;
  std::int32_t zone_seconds = 0;  ///< always 0 in practice
  std::uint32_t accuracy = 0;     ///< always 0 in practice
  std::uint32_t snap_length = 0;
  std::uint32_t link_field = 0;  ///< link type in the low 16 bits; FCS presence and length in the top 6
};

/// pcapng's Section Header Block: a file is one section or several put one behind the other.
struct Section {
  ByteOrder order = ByteOrder::kLittle;
  std::uint16_t version_major = 1;
  std::uint16_t version_minor = 0;
  std::int64_t length = -1;  ///< as written in the file; -1 is "not known"
  Bytes options{};           ///< undecoded, see options.hpp
};

/// Where frames were captured. A pcap file has exactly one, made from its header.
struct Interface {
  std::uint32_t number = 0;  ///< counts over the whole file
  std::uint32_t section = 0;
  std::uint32_t id = 0;  ///< within its section: what records name
  LinkType link_type = LinkType::kEthernet;
  std::uint16_t reserved = 0;
  std::uint32_t snap_length = 0;  ///< 0 = no limit
  TickScale ticks = TickScale::decimal(6);
  std::int64_t offset_seconds = 0;
  std::uint8_t fcs_bytes = 0;  ///< how many bytes of each frame's end are FCS, where the file says so
  std::string name{};          ///< if_name, or empty
  Bytes options{};             ///< undecoded; empty after the reader has moved on
};

enum class RecordKind {
  kPcap,
  kEnhanced,  ///< Enhanced Packet Block
  kSimple,    ///< Simple Packet Block: no time, no interface but the first
  kObsolete,  ///< Packet Block of early pcapng
};

/// epb_flags, bits 0 and 1.
enum class Direction : std::uint8_t { kUnknown = 0, kReceived = 1, kSent = 2 };

/// One captured frame.
struct Record {
  RecordKind kind = RecordKind::kPcap;
  std::uint64_t offset = 0;                  ///< of the record in the file
  std::uint32_t interface = 0;               ///< index into Reader::interfaces()
  std::uint32_t interface_id = 0;            ///< as written in the file
  LinkType link_type = LinkType::kEthernet;  ///< its interface's
  std::optional<Stamp> time{};               ///< a Simple Packet Block has none
  std::uint32_t time_high = 0;        ///< as in the file: pcap's seconds, pcapng's upper half of the ticks
  std::uint32_t time_low = 0;         ///< pcap's fraction, pcapng's lower half
  Bytes captured{};                   ///< the frame's bytes, maybe fewer than it had
  std::uint32_t original_length = 0;  ///< of the frame, with its FCS if `fcs_bytes` is not 0
  std::uint8_t fcs_bytes = 0;         ///< of epb_flags, else the interface's
  Direction direction = Direction::kUnknown;  ///< of epb_flags
  std::uint16_t drops = 0;                    ///< Packet Block only
  Bytes tail{};                               ///< padding and options, undecoded (pcapng)

  /// Fewer bytes were kept than the frame had.
  [[nodiscard]] bool cut_short() const { return captured.size() < original_length; }
};

/// A pcapng block that says nothing about frames (name resolution, statistics, secrets, custom).
struct OtherBlock {
  std::uint32_t type = 0;
  Bytes body{};
};

using Item = std::variant<PcapHeader, Section, Interface, Record, OtherBlock>;

}  // namespace capture
