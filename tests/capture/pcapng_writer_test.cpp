#include "capture/pcapng_writer.hpp"

#include "capture/reader.hpp"
#include "capture/samples.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using capture::Direction;
using capture::PcapngWriter;
using capture::Reader;
using capture::Stamp;

std::string temporary_path(const char* name) {
  return testing::TempDir() + "rocestorm_" + std::to_string(::getpid()) + "_" + name;
}

capture::WriterOptions two_ports() {
  return {.ports = {{.name = "p0", .description = "leaf1:Ethernet8", .bits_per_second = 25'000'000'000},
                    {.name = "p1", .snap_length = 64}},
          .application = "rocestorm test"};
}

TEST(PcapngWriter, KeepsPortDirectionTimeAndBytes) {
  const auto options = two_ports();
  auto bytes = capture::pcapng_head(options);
  const auto frame = samples::frame_of(99, 1);
  append_record({.port = 0, .time = base::Time{1'500'999}, .direction = Direction::kSent, .frame = frame},
                options, bytes);
  append_record(
      {.port = 1, .time = base::Time{} + base::seconds(3), .direction = Direction::kReceived, .frame = frame},
      options, bytes);

  Reader reader{bytes, "x"};
  const auto sent = reader.next_record();
  ASSERT_TRUE(sent) << reader.fault()->what;
  EXPECT_EQ(sent->time, (Stamp{0, 1'500'000})) << "the nanosecond that has begun";
  EXPECT_EQ(sent->direction, Direction::kSent);
  EXPECT_EQ(sent->interface, 0u);
  EXPECT_TRUE(std::equal(frame.begin(), frame.end(), sent->captured.begin(), sent->captured.end()));
  const auto received = reader.next_record();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->time, (Stamp{3, 0}));
  EXPECT_EQ(received->direction, Direction::kReceived);
  EXPECT_EQ(received->captured.size(), 64u) << "the port's snap length";
  EXPECT_EQ(received->original_length, 99u);
  EXPECT_FALSE(reader.next_record());
  EXPECT_FALSE(reader.fault());
  ASSERT_EQ(reader.interfaces().size(), 2u);
  EXPECT_EQ(reader.interfaces()[0].name, "p0");
  EXPECT_EQ(reader.interfaces()[1].name, "p1");
}

TEST(PcapngWriter, WritesTheSameFileForTheSameFramesAndCountsWhatIsBeyondTheBound) {
  samples::FileBytes files[2];
  for (auto& file : files) {
    const auto path = temporary_path("same.pcapng");
    auto options = two_ports();
    options.records_max = 3;
    auto writer = PcapngWriter::create(path, options);
    ASSERT_TRUE(writer) << base::to_text(writer.error());
    for (unsigned i = 0; i < 5; ++i) {
      ASSERT_TRUE(writer->write({.time = base::Time{i}, .frame = samples::frame_of(60, i)}));
    }
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(writer->records_written(), 3u);
    EXPECT_EQ(writer->records_skipped(), 2u);
    file = samples::read_whole(path);
    ::unlink(path.c_str());
  }
  EXPECT_EQ(files[0].size(), capture::pcapng_head(two_ports()).size() + 3 * (12 + 20 + 60));
  EXPECT_TRUE(files[0] == files[1]);
}

TEST(PcapngWriter, SetsTheWallClockOnlyWhereItIsGiven) {
  auto options = two_ports();
  options.start = {.seconds = 1'700'000'000, .picoseconds = 5'000};
  auto bytes = capture::pcapng_head(options);
  append_record({.time = base::Time{2'000}, .frame = samples::frame_of(60, 0)}, options, bytes);
  Reader reader{bytes, "x"};
  EXPECT_EQ(reader.next_record()->time, (Stamp{1'700'000'000, 7'000}));
}

TEST(PcapngWriter, SaysWhenTheMediumIsFull) {
  auto writer = PcapngWriter::create("/dev/full", two_ports());
  ASSERT_TRUE(writer) << "the head still fits the buffer";
  const auto frame = samples::frame_of(9000, 0);
  base::Status status;
  for (int i = 0; i < 100 && status; ++i) {
    status = writer->write({.frame = frame});
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(base::to_text(status.error()),
            "/dev/full: writing the capture failed: No space left on device\n"
            "    make room on the medium, or bound the capture's number of frames\n");
  EXPECT_EQ(status.error().front().kind, base::ErrorKind::kEnvironment);
  const auto written = writer->records_written();
  EXPECT_TRUE(writer->write({.frame = frame})) << "told once";
  EXPECT_EQ(writer->records_written(), written);
  EXPECT_EQ(writer->records_skipped(), 2u);
}

TEST(PcapngWriter, SaysWhenItCannotBegin) {
  const auto writer = PcapngWriter::create("/nowhere/run.pcapng", two_ports());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().front().what, "the capture cannot be created: No such file or directory");
  EXPECT_EQ(writer.error().front().kind, base::ErrorKind::kEnvironment);
}

}  // namespace
