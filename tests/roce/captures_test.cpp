// Every frame of every capture, against the counts that tshark and icrc_check.py gave.

#include "capture/reader.hpp"
#include "roce/icrc.hpp"
#include "roce/packet.hpp"
#include "support/capture_readme.hpp"
#include "wire/parse.hpp"

#include <gtest/gtest.h>

namespace {

struct Counted {
  std::map<std::string, std::uint64_t, std::less<>> packets;
  std::uint64_t other = 0;
  std::uint64_t icrc_good = 0;
  std::uint64_t icrc_bad = 0;
  std::uint64_t faults = 0;
  std::uint64_t payload_misfits = 0;  ///< payload that no path MTU allows
};

void count_roce(std::span<const std::byte> frame, const wire::ParsedFrame& parsed, Counted& counted) {
  const auto datagram = frame.subspan(parsed.payload_offset, parsed.payload_length);
  const auto packet = roce::parse(datagram, datagram.size());
  if (packet.fault != roce::Fault::kNone) ++counted.faults;
  ++counted.packets[roce::packet_name(datagram, packet)];
  const bool is_good = roce::icrc_good(frame, parsed);
  ++(is_good ? counted.icrc_good : counted.icrc_bad);
  const auto ip_packet =
      frame.subspan(parsed.ip_offset).first(parsed.payload_offset - parsed.ip_offset + datagram.size());
  const auto covered = ip_packet.first(ip_packet.size() - roce::kIcrcBytes);
  EXPECT_EQ(roce::icrc_plain(covered) == roce::load_icrc(covered.data() + covered.size()), is_good);
  const auto rule = roce::opcode_info(packet.opcode).payload;
  if (!roce::fits(rule, packet.payload_length, 256) && !roce::fits(rule, packet.payload_length, 512) &&
      !roce::fits(rule, packet.payload_length, 1024) && !roce::fits(rule, packet.payload_length, 2048) &&
      !roce::fits(rule, packet.payload_length, 4096)) {
    ++counted.payload_misfits;
  }
}

Counted count(const std::string& path) {
  Counted counted;
  auto reader = capture::Reader::open(path);
  if (!reader) throw std::runtime_error{base::to_text(reader.error())};
  while (const auto record = reader->next_record()) {
    const auto parsed = wire::parse(record->captured, base::FrameBytes{record->original_length});
    if (parsed.kind == wire::FrameKind::kRoce) {
      count_roce(record->captured, parsed, counted);
    } else {
      EXPECT_NE(parsed.kind, wire::FrameKind::kMalformed) << path << " at " << record->offset;
      EXPECT_NE(parsed.kind, wire::FrameKind::kTruncated) << path << " at " << record->offset;
      ++counted.other;
    }
  }
  EXPECT_FALSE(reader->fault()) << path;
  return counted;
}

TEST(Captures, HoldWhatTheirTableSays) {
  const auto rows = support::capture_rows();
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Counted counted = count(row.path);
    EXPECT_EQ(counted.packets, row.packets);
    EXPECT_EQ(counted.icrc_good, row.icrc_good);
    EXPECT_EQ(counted.icrc_bad, row.icrc_bad);
    EXPECT_EQ(counted.faults, 0U);
    EXPECT_EQ(counted.payload_misfits, 0U);
    if (!row.name.starts_with("cm/")) {
      EXPECT_EQ(counted.other, row.other.value_or(0));
    }
    good += counted.icrc_good;
    bad += counted.icrc_bad;
  }
  // The totals under the table.
  EXPECT_EQ(rows.size(), 61U);
  EXPECT_EQ(good, 2428U);
  EXPECT_EQ(bad, 14U);
}

}  // namespace
