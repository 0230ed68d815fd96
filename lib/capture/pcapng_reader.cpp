#include "capture/reader.hpp"

#include "capture/block_type.hpp"
#include "capture/fields.hpp"
#include "capture/options.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <string_view>
#include <utility>

namespace capture {
namespace {

constexpr std::string_view kDamaged = "the file is damaged here; what precedes was read";

std::uint8_t fcs_bytes_of(std::uint32_t packet_flags) {
  return static_cast<std::uint8_t>((packet_flags >> 5) & 0xF);
}

Direction direction_of(std::uint32_t packet_flags) {
  switch (packet_flags & 3) {
    case 1:
      return Direction::kReceived;
    case 2:
      return Direction::kSent;
    default:
      return Direction::kUnknown;
  }
}

/// What an Interface Description Block's options say beside its fixed part.
void read_options(Interface& interface, ByteOrder order) {
  const auto option = [&](std::uint16_t code, std::size_t length) -> std::optional<Bytes> {
    const auto found = find_option(interface.options, order, code);
    return found && found->size() == length ? found : std::nullopt;
  };
  if (const auto name = find_option(interface.options, order, option_code::kInterfaceName)) {
    interface.name = as_text(*name);
  }
  if (const auto scale = option(option_code::kInterfaceTickScale, 1)) {
    interface.ticks = TickScale::from_option(std::to_integer<std::uint8_t>(scale->front()));
  }
  if (const auto fcs = option(option_code::kInterfaceFcsBytes, 1)) {
    interface.fcs_bytes = std::to_integer<std::uint8_t>(fcs->front());
  }
  if (const auto offset = option(option_code::kInterfaceTimeOffset, 8)) {
    interface.offset_seconds = static_cast<std::int64_t>(FieldReader{*offset, order}.u64(0));
  }
}

}  // namespace

std::optional<Item> Reader::next_block() {
  const auto length = block_length();
  if (!length) return std::nullopt;
  const Bytes block = source_.view(offset_, *length);
  if (block.size() < *length) return fail_truncated("a block", *length, block.size());
  const FieldReader fields{block, order_};
  const std::uint32_t repeated = fields.u32(*length - 4);
  if (repeated != *length) {
    return fail(
        fmt::format("a block gives its length as {} at its start and {} at its end", *length, repeated),
        std::string{kDamaged});
  }
  auto item = decode(fields.u32(0), block.subspan(kBlockHeaderBytes, *length - kBlockOverheadBytes));
  if (item) offset_ += *length;
  return item;
}

/// Learns the byte order where a section begins, for its length is in it already.
std::optional<std::size_t> Reader::block_length() {
  const Bytes head = source_.view(offset_, kBlockHeaderBytes);
  if (head.empty() && source_.failure().empty()) return std::nullopt;
  if (head.size() < kBlockHeaderBytes) {
    return fail_truncated("a block's header", kBlockHeaderBytes, head.size());
  }
  if (FieldReader{head, order_}.u32(0) == kBlockSection) {
    const Bytes start = source_.view(offset_, kBlockHeaderBytes + 4);
    if (start.size() < kBlockHeaderBytes + 4) {
      return fail_truncated("a section's header", kBlockOverheadBytes + kSectionBodyBytes, start.size());
    }
    const std::uint32_t magic = FieldReader{start, ByteOrder::kBig}.u32(kBlockHeaderBytes);
    if (magic != kSectionOrderMagic && magic != 0x4D3C2B1A) {
      return fail(fmt::format("a section's byte-order mark is {:08x}", magic), std::string{kDamaged});
    }
    order_ = magic == kSectionOrderMagic ? ByteOrder::kBig : ByteOrder::kLittle;
  }
  const std::uint32_t length = FieldReader{source_.view(offset_, kBlockHeaderBytes), order_}.u32(4);
  if (length < kBlockOverheadBytes || length % 4 != 0 || length > kBlockBytesMax) {
    return fail(fmt::format("a block claims {} bytes; it must be a multiple of 4 from {} to {}", length,
                            kBlockOverheadBytes, kBlockBytesMax),
                std::string{kDamaged});
  }
  return length;
}

std::optional<Item> Reader::decode(std::uint32_t type, Bytes body) {
  switch (type) {
    case kBlockSection:
      return section(body);
    case kBlockInterface:
      return interface(body);
    case kBlockEnhancedPacket:
      return enhanced(body);
    case kBlockSimplePacket:
      return simple(body);
    case kBlockObsoletePacket:
      return obsolete(body);
    default:
      return OtherBlock{.type = type, .body = body};
  }
}

std::optional<Item> Reader::section(Bytes body) {
  if (body.size() < kSectionBodyBytes) {
    return fail(fmt::format("a section's header is {} bytes short", kSectionBodyBytes - body.size()),
                std::string{kDamaged});
  }
  const FieldReader fields{body, order_};
  const Section section{.order = order_,
                        .version_major = fields.u16(4),
                        .version_minor = fields.u16(6),
                        .length = static_cast<std::int64_t>(fields.u64(8)),
                        .options = body.subspan(kSectionBodyBytes)};
  if (section.version_major != 1) {
    return fail(
        fmt::format("pcapng version {}.{}, we read 1.x", section.version_major, section.version_minor),
        "convert it: editcap -F pcap FILE FILE.pcap");
  }
  ++sections_;
  section_first_interface_ = interfaces_.size();
  return section;
}

std::optional<Item> Reader::interface(Bytes body) {
  if (body.size() < kInterfaceBodyBytes || interfaces_.size() >= kInterfacesMax) {
    return fail(body.size() < kInterfaceBodyBytes
                    ? fmt::format("an interface's block has only {} bytes", body.size())
                    : fmt::format("more than {} interfaces", kInterfacesMax),
                std::string{kDamaged});
  }
  const FieldReader fields{body, order_};
  Interface interface {
    .number = static_cast<std::uint32_t>(interfaces_.size()), .section = sections_ - 1,
    .id = static_cast<std::uint32_t>(interfaces_.size() - section_first_interface_),
    .link_type = static_cast<LinkType>(fields.u16(0)), .reserved = fields.u16(2),
    .snap_length = fields.u32(4), .options = body.subspan(kInterfaceBodyBytes)
  };
  read_options(interface, order_);
  interfaces_.push_back(interface);
  interfaces_.back().options = {};
  return interface;
}

std::optional<Item> Reader::enhanced(Bytes body) {
  if (body.size() < kPacketBodyBytes) {
    return fail(fmt::format("a packet's block has only {} bytes", body.size()), std::string{kDamaged});
  }
  const FieldReader fields{body, order_};
  Record record{.kind = RecordKind::kEnhanced,
                .interface_id = fields.u32(0),
                .time_high = fields.u32(4),
                .time_low = fields.u32(8),
                .original_length = fields.u32(16)};
  if (!complete(record, body.subspan(kPacketBodyBytes), fields.u32(12))) return std::nullopt;
  return record;
}

std::optional<Item> Reader::obsolete(Bytes body) {
  if (body.size() < kPacketBodyBytes) {
    return fail(fmt::format("a packet's block has only {} bytes", body.size()), std::string{kDamaged});
  }
  const FieldReader fields{body, order_};
  Record record{.kind = RecordKind::kObsolete,
                .interface_id = fields.u16(0),
                .time_high = fields.u32(4),
                .time_low = fields.u32(8),
                .original_length = fields.u32(16),
                .drops = fields.u16(2)};
  if (!complete(record, body.subspan(kPacketBodyBytes), fields.u32(12))) return std::nullopt;
  return record;
}

/// Its captured length is not written: it is the frame's, cut at the first interface's snap length.
std::optional<Item> Reader::simple(Bytes body) {
  if (body.size() < kSimplePacketBodyBytes) {
    return fail("a simple packet's block has no length", std::string{kDamaged});
  }
  Record record{.kind = RecordKind::kSimple, .original_length = FieldReader{body, order_}.u32(0)};
  std::uint32_t captured_length = record.original_length;
  if (section_first_interface_ < interfaces_.size()) {
    const std::uint32_t snap = interfaces_[section_first_interface_].snap_length;
    if (snap != 0) captured_length = std::min(captured_length, snap);
  }
  if (!complete(record, body.subspan(kSimplePacketBodyBytes), captured_length)) return std::nullopt;
  return record;
}

bool Reader::complete(Record& record, Bytes data, std::uint32_t captured_length) {
  const std::size_t interfaces = interfaces_.size() - section_first_interface_;
  if (record.interface_id >= interfaces) {
    (void)fail(
        fmt::format("a packet names interface {}, its section has {}", record.interface_id, interfaces),
        std::string{kDamaged});
    return false;
  }
  if (captured_length > data.size()) {
    (void)fail(
        fmt::format("a packet claims {} captured bytes, its block holds {}", captured_length, data.size()),
        std::string{kDamaged});
    return false;
  }
  const Interface& interface = interfaces_[section_first_interface_ + record.interface_id];
  record.offset = offset_;
  record.interface = interface.number;
  record.link_type = interface.link_type;
  record.fcs_bytes = interface.fcs_bytes;
  record.captured = data.first(captured_length);
  record.tail = data.subspan(captured_length);
  if (record.kind == RecordKind::kSimple) return true;

  const std::uint64_t ticks = (std::uint64_t{record.time_high} << 32) | record.time_low;
  record.time = interface.ticks.stamp(ticks, interface.offset_seconds);
  const Bytes options = record.tail.subspan(std::min(padding_after(captured_length), record.tail.size()));
  if (const auto flags = find_option(options, order_, option_code::kPacketFlags);
      flags && flags->size() == 4) {
    const std::uint32_t value = FieldReader{*flags, order_}.u32(0);
    record.direction = direction_of(value);
    if (fcs_bytes_of(value) != 0) record.fcs_bytes = fcs_bytes_of(value);
  }
  return true;
}

}  // namespace capture
