// What is read is written back to the same bytes, and what is damaged is read as far as it is whole.
#include "capture/encode.hpp"
#include "capture/reader.hpp"

#include "base/rng.hpp"
#include "capture/samples.hpp"

#include <gtest/gtest.h>

namespace {

using capture::ByteOrder;
using capture::Reader;
using samples::FileBytes;

struct Reading {
  FileBytes written_back;
  std::size_t records = 0;
  std::size_t captured_bytes = 0;
  std::optional<base::Error> fault;
};

Reading read_all(Reader reader) {
  Reading reading;
  while (const auto item = reader.next()) {
    capture::encode(*item, reader.order(), reading.written_back);
    if (const auto* record = std::get_if<capture::Record>(&*item)) {
      ++reading.records;
      reading.captured_bytes += record->captured.size();
    }
  }
  reading.fault = reader.fault();
  return reading;
}

TEST(RoundTrip, EveryCaptureOfTheTestDataFromMemoryAndFromItsFile) {
  const auto paths = samples::captures();
  ASSERT_EQ(paths.size(), 61u);
  for (const auto& path : paths) {
    const FileBytes bytes = samples::read_whole(path);
    const Reading from_memory = read_all(Reader{bytes, path});
    EXPECT_TRUE(from_memory.written_back == bytes) << path;
    EXPECT_FALSE(from_memory.fault) << path;
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader) << path;
    const Reading from_file = read_all(std::move(*reader));
    EXPECT_TRUE(from_file.written_back == bytes) << path;
    EXPECT_EQ(from_file.records, from_memory.records) << path;
  }
}

TEST(RoundTrip, EveryVariantOfPcapAndAPcapngOfEveryBlock) {
  std::vector<FileBytes> files{samples::pcapng()};
  for (const auto order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    files.push_back(samples::pcap(order, false));
    files.push_back(samples::pcap(order, true));
  }
  for (const FileBytes& bytes : files) {
    const Reading reading = read_all(Reader{bytes, "x"});
    EXPECT_TRUE(reading.written_back == bytes);
    EXPECT_FALSE(reading.fault);
  }
}

/// At each cut the whole items before it are read, and the fault names the byte where the cut item began.
void expect_clear_truncation(const FileBytes& whole) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const FileBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const Reading reading = read_all(Reader{cut, "cut.pcap"});
    ASSERT_LE(reading.written_back.size(), length);
    ASSERT_TRUE(std::equal(reading.written_back.begin(), reading.written_back.end(), whole.begin()));
    if (reading.written_back.size() == length && length > 0) {
      ASSERT_FALSE(reading.fault) << "cut between two items at byte " << length << ": "
                                  << base::to_text({*reading.fault});
      continue;
    }
    ASSERT_TRUE(reading.fault) << "cut at byte " << length;
    ASSERT_EQ(reading.fault->where, "cut.pcap: byte " + std::to_string(reading.written_back.size()));
    if (length > 0) {
      const std::size_t left = length - reading.written_back.size();
      ASSERT_NE(reading.fault->what.find("is cut off after " + std::to_string(left)), std::string::npos)
          << reading.fault->what;
    }
    ASSERT_FALSE(reading.fault->remedy.empty());
  }
}

TEST(Truncated, PcapAtEveryByteGivesWhatIsWholeAndSaysWhereItEnds) {
  expect_clear_truncation(samples::pcap(ByteOrder::kLittle, false));
  expect_clear_truncation(
      samples::read_whole(std::string{ROCESTORM_TEST_DATA} + "/captures/rping_reject_v4.pcap"));
}

TEST(Truncated, PcapngAtEveryByteGivesWhatIsWholeAndSaysWhereItEnds) {
  expect_clear_truncation(samples::pcapng());
}

/// Whatever the bytes are: it ends, it keeps to the file, and it gives no more than the file holds.
TEST(Hostile, RandomDamageIsReadToAFaultOrTheEnd) {
  const FileBytes files[] = {samples::pcapng(), samples::pcap(ByteOrder::kBig, true)};
  std::size_t faults = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    base::Rng rng{seed};
    FileBytes bytes = files[seed % 2];
    const std::uint64_t changes = 1 + rng.below(4);
    for (std::uint64_t i = 0; i < changes; ++i) {
      bytes[rng.below(bytes.size())] = static_cast<std::byte>(rng.below(256));
    }
    const Reading reading = read_all(Reader{bytes, "x"});
    ASSERT_LE(reading.captured_bytes, bytes.size()) << "seed " << seed;
    ASSERT_TRUE(std::equal(reading.written_back.begin(), reading.written_back.end(), bytes.begin()))
        << "seed " << seed;
    faults += reading.fault ? 1 : 0;
  }
  EXPECT_GT(faults, 500u) << "the damage was not damage";
}

}  // namespace
