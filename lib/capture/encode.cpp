#include "capture/encode.hpp"

#include "capture/block_type.hpp"
#include "capture/fields.hpp"

namespace capture {
namespace {

/// A block whose body is written by `write_body(FieldWriter&)`; both lengths are filled in.
template <class WriteBody>
void write_block(std::vector<std::byte>& out, ByteOrder order, std::uint32_t type, WriteBody write_body) {
  std::vector<std::byte> body;
  FieldWriter body_fields{body, order};
  write_body(body_fields);
  const auto length = static_cast<std::uint32_t>(body.size() + kBlockOverheadBytes);
  FieldWriter fields{out, order};
  fields.u32(type);
  fields.u32(length);
  fields.bytes(body);
  fields.u32(length);
}

void write(const PcapHeader& header, ByteOrder, std::vector<std::byte>& out) {
  FieldWriter fields{out, header.order};
  fields.u32(header.nanoseconds ? kPcapMagicNanoseconds : kPcapMagicMicroseconds);
  fields.u16(header.version_major);
  fields.u16(header.version_minor);
  fields.u32(static_cast<std::uint32_t>(header.zone_seconds));
  fields.u32(header.accuracy);
  fields.u32(header.snap_length);
  fields.u32(header.link_field);
}

void write(const Section& section, ByteOrder, std::vector<std::byte>& out) {
  write_block(out, section.order, kBlockSection, [&](FieldWriter& fields) {
    fields.u32(kSectionOrderMagic);
    fields.u16(section.version_major);
    fields.u16(section.version_minor);
    fields.u64(static_cast<std::uint64_t>(section.length));
    fields.bytes(section.options);
  });
}

void write(const Interface& interface, ByteOrder order, std::vector<std::byte>& out) {
  write_block(out, order, kBlockInterface, [&](FieldWriter& fields) {
    fields.u16(static_cast<std::uint16_t>(interface.link_type));
    fields.u16(interface.reserved);
    fields.u32(interface.snap_length);
    fields.bytes(interface.options);
  });
}

void write(const OtherBlock& block, ByteOrder order, std::vector<std::byte>& out) {
  write_block(out, order, block.type, [&](FieldWriter& fields) { fields.bytes(block.body); });
}

void write_pcap_record(const Record& record, ByteOrder order, std::vector<std::byte>& out) {
  FieldWriter fields{out, order};
  fields.u32(record.time_high);
  fields.u32(record.time_low);
  fields.u32(static_cast<std::uint32_t>(record.captured.size()));
  fields.u32(record.original_length);
  fields.bytes(record.captured);
}

/// Enhanced and obsolete packets differ in how the interface is named, simple ones have no more than a
/// length.
void write_packet_block(const Record& record, ByteOrder order, std::vector<std::byte>& out) {
  const bool enhanced = record.kind == RecordKind::kEnhanced;
  write_block(out, order, enhanced ? kBlockEnhancedPacket : kBlockObsoletePacket, [&](FieldWriter& fields) {
    if (enhanced) {
      fields.u32(record.interface_id);
    } else {
      fields.u16(static_cast<std::uint16_t>(record.interface_id));
      fields.u16(record.drops);
    }
    fields.u32(record.time_high);
    fields.u32(record.time_low);
    fields.u32(static_cast<std::uint32_t>(record.captured.size()));
    fields.u32(record.original_length);
    fields.bytes(record.captured);
    fields.bytes(record.tail);
  });
}

void write(const Record& record, ByteOrder order, std::vector<std::byte>& out) {
  switch (record.kind) {
    case RecordKind::kPcap:
      write_pcap_record(record, order, out);
      return;
    case RecordKind::kSimple:
      write_block(out, order, kBlockSimplePacket, [&](FieldWriter& fields) {
        fields.u32(record.original_length);
        fields.bytes(record.captured);
        fields.bytes(record.tail);
      });
      return;
    case RecordKind::kEnhanced:
    case RecordKind::kObsolete:
      write_packet_block(record, order, out);
      return;
  }
}

}  // namespace

void encode(const Item& item, ByteOrder order, std::vector<std::byte>& out) {
  std::visit([&](const auto& content) { write(content, order, out); }, item);
}

}  // namespace capture
