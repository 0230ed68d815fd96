/// \file
/// Writes what a run sent and received as pcapng: nanoseconds, one interface a port, the direction of each
/// frame.
///
///     auto writer = capture::PcapngWriter::create("run.pcapng", {.ports = {{.name = "p0"}, {.name = "p1"}},
///                                                                .records_max = 100'000});
///     (void)writer->write({.port = 0, .time = now, .direction = capture::Direction::kSent, .frame = bytes});
///     if (auto closed = writer->close(); !closed) return closed;
///
/// The file is the same for the same frames: it holds no wall time, host name or operating system that was
/// not given. Frames beyond `records_max` are counted, not written. Cost: a copy of the frame into a stdio
/// buffer. Thread: one owner; never a worker's hot loop.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "capture/item.hpp"
#include "capture/stamp.hpp"

#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace capture {

struct PortDescription {
  std::string name{};                 ///< the testbed's logical name: if_name
  std::string description{};          ///< if_description, left out where empty
  std::uint64_t bits_per_second = 0;  ///< if_speed, left out where 0
  std::uint32_t snap_length = 0;      ///< longer frames are cut to it; 0 = no limit
};

struct WriterOptions {
  std::vector<PortDescription> ports{};
  std::uint64_t records_max = std::numeric_limits<std::uint64_t>::max();
  std::string application{};  ///< shb_userappl: "rocestorm 0.1.0"
  std::string comment{};      ///< of the section: "SIMULATED, NO DEVICE WAS TESTED"
  Stamp start{};              ///< the wall clock at base::Time zero; 1970 unless given
};

/// A frame as it is handed to a writer.
struct WrittenFrame {
  std::uint32_t port = 0;  ///< index into WriterOptions::ports
  base::Time time{};
  Direction direction = Direction::kUnknown;
  Bytes frame{};                      ///< without FCS
  std::uint32_t original_length = 0;  ///< 0: the frame is whole
};

/// The file's beginning: a section and its interfaces.
[[nodiscard]] std::vector<std::byte> pcapng_head(const WriterOptions& options);
/// Appends one frame as an Enhanced Packet Block to a file that begins with pcapng_head(options).
void append_record(const WrittenFrame& frame, const WriterOptions& options, std::vector<std::byte>& out);

class PcapngWriter {
 public:
  /// Replaces the file, and writes the head.
  [[nodiscard]] static base::Result<PcapngWriter> create(const std::string& path, WriterOptions options);

  /// Fails once where the medium does (a full disk); what follows is then counted as skipped.
  [[nodiscard]] base::Status write(const WrittenFrame& frame);
  /// Brings everything to the file; a second call does nothing.
  [[nodiscard]] base::Status close();

  [[nodiscard]] std::uint64_t records_written() const { return records_written_; }
  [[nodiscard]] std::uint64_t records_skipped() const { return records_skipped_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  PcapngWriter(File file, std::string path, WriterOptions options);
  [[nodiscard]] base::Status put(const std::vector<std::byte>& bytes);
  [[nodiscard]] tl::unexpected<base::Errors> fail(int error_number);

  File file_;
  std::string path_;
  WriterOptions options_;
  std::vector<std::byte> scratch_;
  std::uint64_t records_written_ = 0;
  std::uint64_t records_skipped_ = 0;
};

}  // namespace capture
