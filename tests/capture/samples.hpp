/// \file
/// Capture files made by hand, byte by byte from the drafts, and the files of tests/data.
#pragma once

#include "capture/fields.hpp"
#include "capture/item.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace samples {

using capture::ByteOrder;
using capture::FieldWriter;
using FileBytes = std::vector<std::byte>;

inline FileBytes frame_of(std::size_t length, unsigned first) {
  FileBytes frame(length);
  for (std::size_t i = 0; i < length; ++i) {
    frame[i] = static_cast<std::byte>((first + i) & 0xFF);
  }
  return frame;
}

/// Two records, 60 of 60 and 5 of 1514 bytes, at 1700000000.000123 s and the next second's last fraction.
inline FileBytes pcap(ByteOrder order, bool nanoseconds) {
  FileBytes out;
  FieldWriter fields{out, order};
  fields.u32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
  fields.u16(2);
  fields.u16(4);
  fields.u32(0);
  fields.u32(0);
  fields.u32(262144);
  fields.u32(1);
  fields.u32(1'700'000'000);
  fields.u32(nanoseconds ? 123'000 : 123);
  fields.u32(60);
  fields.u32(60);
  fields.bytes(frame_of(60, 1));
  fields.u32(1'700'000'001);
  fields.u32(nanoseconds ? 999'999'999 : 999'999);
  fields.u32(5);
  fields.u32(1514);
  fields.bytes(frame_of(5, 7));
  return out;
}

inline void block(FileBytes& out, ByteOrder order, std::uint32_t type, const FileBytes& body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  FieldWriter fields{out, order};
  fields.u32(type);
  fields.u32(length);
  fields.bytes(body);
  fields.u32(length);
}

inline void section(FileBytes& out, ByteOrder order) {
  FileBytes body;
  FieldWriter fields{body, order};
  fields.u32(0x1A2B3C4D);
  fields.u16(1);
  fields.u16(0);
  fields.u64(~std::uint64_t{0});
  block(out, order, 0x0A0D0D0A, body);
}

/// Options: name `name`, a comment with a padding byte that is not zero, if_tsresol, if_tsoffset 1000 s.
inline void interface(FileBytes& out, ByteOrder order, char name, std::uint8_t tick_scale) {
  FileBytes body;
  FieldWriter fields{body, order};
  fields.u16(1);
  fields.u16(0);
  fields.u32(100);
  fields.u16(2);
  fields.u16(2);
  fields.bytes(
      std::vector<std::byte>{std::byte{'p'}, static_cast<std::byte>(name), std::byte{0}, std::byte{0}});
  fields.u16(1);
  fields.u16(3);
  fields.bytes(std::vector<std::byte>{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}, std::byte{0xEE}});
  fields.u16(9);
  fields.u16(1);
  fields.bytes(
      std::vector<std::byte>{static_cast<std::byte>(tick_scale), std::byte{0}, std::byte{0}, std::byte{0}});
  fields.u16(14);
  fields.u16(8);
  fields.u64(1000);
  fields.u32(0);
  block(out, order, 1, body);
}

/// An Enhanced Packet Block whose epb_flags say "sent, 4 bytes FCS".
inline void enhanced(FileBytes& out, ByteOrder order, std::uint32_t interface_id, std::uint64_t ticks,
                     const FileBytes& frame) {
  FileBytes body;
  FieldWriter fields{body, order};
  fields.u32(interface_id);
  fields.u32(static_cast<std::uint32_t>(ticks >> 32));
  fields.u32(static_cast<std::uint32_t>(ticks & 0xFFFF'FFFF));
  fields.u32(static_cast<std::uint32_t>(frame.size()));
  fields.u32(static_cast<std::uint32_t>(frame.size()));
  fields.bytes(frame);
  fields.zeros(capture::padding_after(frame.size()));
  fields.u16(2);
  fields.u16(4);
  fields.u32(2 | 4 << 5);
  fields.u32(0);
  block(out, order, 6, body);
}

inline void simple(FileBytes& out, ByteOrder order, std::uint32_t original_length, const FileBytes& kept) {
  FileBytes body;
  FieldWriter fields{body, order};
  fields.u32(original_length);
  fields.bytes(kept);
  fields.zeros(capture::padding_after(kept.size()));
  block(out, order, 3, body);
}

inline void obsolete(FileBytes& out, ByteOrder order, std::uint16_t interface_id, const FileBytes& frame) {
  FileBytes body;
  FieldWriter fields{body, order};
  fields.u16(interface_id);
  fields.u16(17);
  fields.u32(0);
  fields.u32(2'500'000);
  fields.u32(static_cast<std::uint32_t>(frame.size()));
  fields.u32(static_cast<std::uint32_t>(frame.size()) + 40);
  fields.bytes(frame);
  fields.zeros(capture::padding_after(frame.size()));
  block(out, order, 2, body);
}

/// Two sections of different byte order with every kind of block: 5 records, 3 interfaces.
inline FileBytes pcapng() {
  FileBytes out;
  section(out, ByteOrder::kLittle);
  interface(out, ByteOrder::kLittle, '0', 9);
  interface(out, ByteOrder::kLittle, '1', 0x80 | 10);
  enhanced(out, ByteOrder::kLittle, 0, 5'000'000'007, frame_of(61, 3));
  enhanced(out, ByteOrder::kLittle, 1, 3 * 1024 + 512, frame_of(60, 4));
  simple(out, ByteOrder::kLittle, 1514, frame_of(100, 9));
  block(out, ByteOrder::kLittle, 4, frame_of(8, 200));  // name resolution: not looked into
  section(out, ByteOrder::kBig);
  interface(out, ByteOrder::kBig, '2', 6);
  obsolete(out, ByteOrder::kBig, 0, frame_of(42, 5));
  enhanced(out, ByteOrder::kBig, 0, 1, frame_of(63, 6));
  return out;
}

inline FileBytes read_whole(const std::filesystem::path& path) {
  std::ifstream stream{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  FileBytes bytes;
  for (const char c : text) {
    bytes.push_back(static_cast<std::byte>(c));
  }
  return bytes;
}

/// The captures of tests/data, sorted by name.
inline std::vector<std::filesystem::path> captures() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator{std::string{ROCESTORM_TEST_DATA} + "/captures"}) {
    if (entry.path().extension() == ".pcap") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace samples
