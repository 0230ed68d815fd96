#include "capture/reader.hpp"

#include "capture/block_type.hpp"
#include "capture/fields.hpp"

#include <fmt/core.h>
#include <string_view>
#include <utility>

namespace capture {
namespace {

constexpr std::uint64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

/// Files that people take for captures, and what to do with them.
struct Lookalike {
  std::uint32_t magic_big_endian;  ///< first four bytes, as they stand
  std::uint32_t mask;
  std::string_view is;
  std::string_view remedy;
};
constexpr std::string_view kConvert = "convert it: editcap -F pcapng FILE FILE.pcapng";
constexpr Lookalike kLookalikes[] = {
    {0x1F8B0000, 0xFFFF0000, "compressed with gzip", "unpack it first: gzip -d FILE"},
    {0x28B52FFD, 0xFFFFFFFF, "compressed with zstd", "unpack it first: zstd -d FILE"},
    {0xFD377A58, 0xFFFFFFFF, "compressed with xz", "unpack it first: xz -d FILE"},
    {0x736E6F6F, 0xFFFFFFFF, "a snoop capture", kConvert},
    {0xA1B2CD34, 0xFFFFFFFF, "a patched variant of pcap", kConvert},
    {0x34CDB2A1, 0xFFFFFFFF, "a patched variant of pcap", kConvert},
};

}  // namespace

Reader::Reader(Bytes bytes, std::string name) : Reader{ByteSource{bytes}, std::move(name)} {}
Reader::Reader(ByteSource source, std::string name) : source_{std::move(source)}, name_{std::move(name)} {}

base::Result<Reader> Reader::open(const std::string& path) {
  auto source = ByteSource::open(path);
  if (!source) return tl::unexpected(std::move(source).error());
  return Reader{std::move(*source), path};
}

std::optional<Item> Reader::next() {
  if (fault_) return std::nullopt;
  if (!begun_) return begin();
  return format_ == Format::kPcap ? next_pcap() : next_block();
}

std::optional<Record> Reader::next_record() {
  while (const auto item = next()) {
    if (const auto* record = std::get_if<Record>(&*item)) return *record;
  }
  return std::nullopt;
}

std::optional<Item> Reader::begin() {
  const Bytes magic = source_.view(0, 4);
  if (magic.size() < 4) {
    if (source_.failure().empty() && magic.empty()) {
      return fail("the file is empty", "capture again; tcpdump writes at least a header");
    }
    return fail_truncated("the file's header", kPcapHeaderBytes, magic.size());
  }
  begun_ = true;
  const std::uint32_t number = FieldReader{magic, ByteOrder::kBig}.u32(0);
  if (number == kBlockSection) {
    format_ = Format::kPcapng;
    return next_block();
  }
  for (const auto order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    const std::uint32_t in_order = FieldReader{magic, order}.u32(0);
    if (in_order != kPcapMagicMicroseconds && in_order != kPcapMagicNanoseconds) continue;
    order_ = order;
    return begin_pcap(magic);
  }
  for (const Lookalike& known : kLookalikes) {
    if ((number & known.mask) == known.magic_big_endian) {
      return fail(fmt::format("the file is {}, not pcap or pcapng", known.is), std::string{known.remedy});
    }
  }
  return fail(fmt::format("the file is neither pcap nor pcapng: it begins with {:08x}", number),
              "give a file that tcpdump, Wireshark or rocestorm wrote");
}

std::optional<Item> Reader::begin_pcap(Bytes magic) {
  const bool nanoseconds = FieldReader{magic, order_}.u32(0) == kPcapMagicNanoseconds;
  const Bytes bytes = source_.view(0, kPcapHeaderBytes);
  if (bytes.size() < kPcapHeaderBytes) {
    return fail_truncated("the file's header", kPcapHeaderBytes, bytes.size());
  }
  const FieldReader fields{bytes, order_};
  const PcapHeader header{.order = order_,
                          .nanoseconds = nanoseconds,
                          .version_major = fields.u16(4),
                          .version_minor = fields.u16(6),
                          .zone_seconds = static_cast<std::int32_t>(fields.u32(8)),
                          .accuracy = fields.u32(12),
                          .snap_length = fields.u32(16),
                          .link_field = fields.u32(20)};
  if (header.version_major != 2) {
    return fail(fmt::format("pcap version {}.{}, we read 2.x", header.version_major, header.version_minor),
                std::string{kConvert});
  }
  constexpr std::uint32_t kFcsPresent = 0x0400'0000;  // the FCS length follows in the top four bits, in words
  const std::uint32_t fcs_words = (header.link_field & kFcsPresent) != 0 ? header.link_field >> 28 : 0;
  interfaces_.push_back({.link_type = static_cast<LinkType>(header.link_field & 0xFFFF),
                         .snap_length = header.snap_length,
                         .ticks = TickScale::decimal(nanoseconds ? 9 : 6),
                         .fcs_bytes = static_cast<std::uint8_t>(2 * fcs_words)});
  offset_ = kPcapHeaderBytes;
  return header;
}

std::optional<Item> Reader::next_pcap() {
  const Bytes head = source_.view(offset_, kPcapRecordHeaderBytes);
  if (head.empty() && source_.failure().empty()) return std::nullopt;
  if (head.size() < kPcapRecordHeaderBytes) {
    return fail_truncated("a record's header", kPcapRecordHeaderBytes, head.size());
  }
  const std::uint32_t captured_length = FieldReader{head, order_}.u32(8);
  if (captured_length > kBlockBytesMax) {
    return fail(fmt::format("a record claims {} captured bytes, above the limit of {}", captured_length,
                            kBlockBytesMax),
                "the file is damaged here; what precedes was read");
  }
  const std::size_t length = kPcapRecordHeaderBytes + captured_length;
  const Bytes bytes = source_.view(offset_, length);
  if (bytes.size() < length) return fail_truncated("a record", length, bytes.size());

  const FieldReader fields{bytes, order_};
  const Interface& interface = interfaces_.front();
  Record record{.offset = offset_,
                .link_type = interface.link_type,
                .time_high = fields.u32(0),
                .time_low = fields.u32(4),
                .captured = bytes.subspan(kPcapRecordHeaderBytes),
                .original_length = fields.u32(12),
                .fcs_bytes = interface.fcs_bytes};
  const std::uint64_t per_second =
      interface.ticks == TickScale::decimal(9) ? kNanosecondsPerSecond : kMicrosecondsPerSecond;
  record.time = interface.ticks.stamp(record.time_high * per_second + record.time_low, 0);
  offset_ += length;
  return record;
}

std::nullopt_t Reader::fail(std::string what, std::string remedy) {
  fault_ = base::Error{.where = fmt::format("{}: byte {}", name_, offset_),
                       .what = std::move(what),
                       .remedy = std::move(remedy)};
  return std::nullopt;
}

std::nullopt_t Reader::fail_truncated(std::string_view thing, std::size_t wanted, std::size_t have) {
  if (!source_.failure().empty()) {
    auto failed = fail(fmt::format("reading failed: {}", source_.failure()), "check the path and its medium");
    fault_->kind = base::ErrorKind::kEnvironment;
    return failed;
  }
  return fail(fmt::format("{} of {} bytes is cut off after {}", thing, wanted, have),
              "the capture was not finished or not copied whole; what precedes was read");
}

}  // namespace capture
