#include "capture/reader.hpp"

#include "capture/samples.hpp"

#include <gtest/gtest.h>

namespace {

using capture::ByteOrder;
using capture::Direction;
using capture::Reader;
using capture::Record;
using capture::RecordKind;
using capture::Stamp;

std::vector<std::byte> copy_of(capture::Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

/// The text of the fault, after reading all there is.
std::string fault_of(const samples::FileBytes& bytes) {
  Reader reader{bytes, "x"};
  while (reader.next()) {
  }
  if (!reader.fault()) return "none";
  return base::to_text({*reader.fault()});
}

TEST(Reader, ReadsPcapInBothByteOrdersAndResolutions) {
  for (const auto order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    for (const bool nanoseconds : {false, true}) {
      const auto bytes = samples::pcap(order, nanoseconds);
      Reader reader{bytes, "x"};
      const auto first = reader.next_record();
      ASSERT_TRUE(first);
      EXPECT_EQ(first->time, (Stamp{1'700'000'000, 123'000'000}));
      EXPECT_EQ(copy_of(first->captured), samples::frame_of(60, 1));
      EXPECT_FALSE(first->cut_short());
      const auto second = reader.next_record();
      ASSERT_TRUE(second);
      EXPECT_EQ(second->time, (Stamp{1'700'000'001, nanoseconds ? 999'999'999'000u : 999'999'000'000u}));
      EXPECT_EQ(second->captured.size(), 5u);
      EXPECT_EQ(second->original_length, 1514u);
      EXPECT_TRUE(second->cut_short());
      EXPECT_EQ(second->offset, 24u + 16 + 60);
      EXPECT_FALSE(reader.next_record());
      EXPECT_FALSE(reader.fault());
      EXPECT_EQ(reader.offset(), bytes.size());
      EXPECT_EQ(reader.order(), order);
    }
  }
}

TEST(Reader, TakesTheFcsLengthFromThePcapHeader) {
  auto bytes = samples::pcap(ByteOrder::kBig, false);
  bytes[20] = std::byte{0x24};  // FCS present, two 16-bit words
  Reader reader{bytes, "x"};
  const auto record = reader.next_record();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->fcs_bytes, 4);
  EXPECT_EQ(record->link_type, capture::LinkType::kEthernet);
}

TEST(Reader, ReadsEveryKindOfPcapngPacketInSeveralSections) {
  const auto bytes = samples::pcapng();
  Reader reader{bytes, "x"};
  std::vector<Record> records;
  while (const auto record = reader.next_record()) {
    records.push_back(*record);
  }
  ASSERT_FALSE(reader.fault()) << reader.fault()->what;
  ASSERT_EQ(records.size(), 5u);

  EXPECT_EQ(records[0].time, (Stamp{1005, 7'000})) << "nanoseconds, plus if_tsoffset";
  EXPECT_EQ(records[0].direction, Direction::kSent);
  EXPECT_EQ(records[0].fcs_bytes, 4);
  EXPECT_EQ(copy_of(records[0].captured), samples::frame_of(61, 3));
  EXPECT_EQ(records[1].time, (Stamp{1003, 500'000'000'000})) << "binary resolution";
  EXPECT_EQ(records[1].interface, 1u);
  EXPECT_EQ(records[2].kind, RecordKind::kSimple);
  EXPECT_FALSE(records[2].time);
  EXPECT_EQ(records[2].captured.size(), 100u) << "cut at the interface's snap length";
  EXPECT_EQ(records[2].original_length, 1514u);
  EXPECT_EQ(records[3].kind, RecordKind::kObsolete);
  EXPECT_EQ(records[3].drops, 17);
  EXPECT_EQ(records[3].interface, 2u) << "counts over all sections";
  EXPECT_EQ(records[3].interface_id, 0u);
  EXPECT_EQ(records[3].time, (Stamp{1002, 500'000'000'000}));
  EXPECT_EQ(records[4].time, (Stamp{1000, 1'000'000}));

  ASSERT_EQ(reader.interfaces().size(), 3u);
  EXPECT_EQ(reader.interfaces()[0].name, "p0");
  EXPECT_EQ(reader.interfaces()[2].name, "p2");
  EXPECT_EQ(reader.interfaces()[2].section, 1u);
}

TEST(Reader, SaysWhatAForeignFileIs) {
  EXPECT_EQ(fault_of({}),
            "x: byte 0: the file is empty\n    capture again; tcpdump writes at least a header\n");
  EXPECT_EQ(fault_of(samples::frame_of(40, 0x40)),
            "x: byte 0: the file is neither pcap nor pcapng: it begins with 40414243\n"
            "    give a file that tcpdump, Wireshark or rocestorm wrote\n");
  EXPECT_EQ(fault_of({std::byte{0x1F}, std::byte{0x8B}, std::byte{8}, std::byte{0}}),
            "x: byte 0: the file is compressed with gzip, not pcap or pcapng\n"
            "    unpack it first: gzip -d FILE\n");
}

TEST(Reader, RefusesLengthsThatCannotBe) {
  auto bytes = samples::pcap(ByteOrder::kBig, false);
  bytes[24 + 8] = std::byte{0x7F};
  EXPECT_EQ(fault_of(bytes),
            "x: byte 24: a record claims 2130706492 captured bytes, above the limit of 16777216\n"
            "    the file is damaged here; what precedes was read\n");

  samples::FileBytes odd_length;
  samples::section(odd_length, ByteOrder::kBig);
  odd_length[7] = std::byte{29};
  EXPECT_NE(fault_of(odd_length).find("a block claims 29 bytes; it must be a multiple of 4"),
            std::string::npos);

  samples::FileBytes lengths_differ;
  samples::section(lengths_differ, ByteOrder::kBig);
  lengths_differ[27] = std::byte{32};
  EXPECT_NE(fault_of(lengths_differ).find("its length as 28 at its start and 32 at its end"),
            std::string::npos);
}

TEST(Reader, RefusesPacketsOfUnknownInterfacesAndTooManyBytes) {
  samples::FileBytes bytes;
  samples::section(bytes, ByteOrder::kLittle);
  samples::interface(bytes, ByteOrder::kLittle, '0', 9);
  const std::size_t packet = bytes.size();
  samples::enhanced(bytes, ByteOrder::kLittle, 1, 0, samples::frame_of(60, 0));
  EXPECT_NE(fault_of(bytes).find("a packet names interface 1, its section has 1"), std::string::npos);

  bytes[packet + 8] = std::byte{0};
  EXPECT_EQ(fault_of(bytes), "none");
  bytes[packet + 20] = std::byte{77};  // 60 bytes, no padding, 12 bytes of options
  EXPECT_NE(fault_of(bytes).find("a packet claims 77 captured bytes, its block holds 72"), std::string::npos);
}

TEST(Reader, RefusesVersionsItDoesNotKnow) {
  auto pcap = samples::pcap(ByteOrder::kBig, false);
  pcap[5] = std::byte{3};
  EXPECT_NE(fault_of(pcap).find("pcap version 3.4, we read 2.x"), std::string::npos);
  samples::FileBytes pcapng;
  samples::section(pcapng, ByteOrder::kBig);
  pcapng[13] = std::byte{2};
  EXPECT_NE(fault_of(pcapng).find("pcapng version 2.0, we read 1.x"), std::string::npos);
}

TEST(Reader, SaysWhichFileCannotBeOpened) {
  const auto reader = Reader::open("/nowhere/lab.pcap");
  ASSERT_FALSE(reader);
  EXPECT_EQ(base::to_text(reader.error()),
            "/nowhere/lab.pcap: the capture cannot be opened: No such file or directory\n"
            "    give the path of a readable .pcap or .pcapng file\n");
  auto directory = Reader::open("/");
  ASSERT_TRUE(directory) << "opening a directory succeeds, reading it does not";
  EXPECT_FALSE(directory->next());
  ASSERT_TRUE(directory->fault());
  EXPECT_EQ(directory->fault()->what, "reading failed: Is a directory");
  EXPECT_EQ(directory->fault()->kind, base::ErrorKind::kEnvironment);
}

}  // namespace
