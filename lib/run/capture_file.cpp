#include "run/capture_file.hpp"

#include "capture/pcapng_writer.hpp"

namespace run {

base::Status write_capture(const CaptureFile& file, const plan::Plan& plan,
                           const port::CaptureStore& captured) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  capture::WriterOptions options{
      .application = file.application,
      .start = {.seconds = file.start_utc_ns / kNsPerSecond,
                .picoseconds = static_cast<std::uint64_t>(file.start_utc_ns % kNsPerSecond) * 1000}};
  for (const plan::Port& port : plan.ports)
    options.ports.push_back({.name = port.facts.name, .bits_per_second = port.speed.count()});
  auto writer = capture::PcapngWriter::create(file.path, std::move(options));
  if (!writer) return tl::unexpected(std::move(writer).error());
  for (const port::CapturedFrame& frame : captured.frames()) {
    const bool sent = frame.direction == port::CaptureDirection::kSent;
    auto written =
        writer->write({.port = frame.port,
                       .time = frame.at,
                       .direction = sent ? capture::Direction::kSent : capture::Direction::kReceived,
                       .frame = frame.bytes,
                       .original_length = frame.length});
    if (!written) return written;
  }
  return writer->close();
}

}  // namespace run
