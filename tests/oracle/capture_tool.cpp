/// \file
/// Gives the oracles something to compare: our analysis of a file, or a file of ours.
///
///     capture_tool analyze FILE           analyze_json on stdout
///     capture_tool rewrite IN OUT         IN's frames through PcapngWriter: even ones sent on p0, odd ones
///                                         received on p1, at their own times

#include "capture/pcapng_writer.hpp"
#include "capture/reader.hpp"
#include "inspect/analyze.hpp"
#include "report/analyze_json.hpp"

#include <cstdio>
#include <string_view>

namespace {

int fail(const base::Errors& errors) {
  std::fputs(base::to_text(errors).c_str(), stderr);
  return 1;
}

int analyze(const char* path) {
  const auto report = inspect::analyze_file(path);
  if (!report) return fail(report.error());
  std::fputs(report::analyze_json(*report).c_str(), stdout);
  return report->fault ? fail({*report->fault}) : 0;
}

int rewrite(const char* from, const char* to) {
  auto reader = capture::Reader::open(from);
  if (!reader) return fail(reader.error());
  auto record = reader->next_record();
  if (!record || !record->time) return 1;
  const capture::Stamp start = *record->time;
  auto writer =
      capture::PcapngWriter::create(to, {.ports = {{.name = "p0"}, {.name = "p1"}}, .start = start});
  if (!writer) return fail(writer.error());
  for (std::uint32_t i = 0; record; ++i) {
    const auto written =
        writer->write({.port = i % 2,
                       .time = base::Time{} + (record->time.value_or(start) - start),
                       .direction = i % 2 == 0 ? capture::Direction::kSent : capture::Direction::kReceived,
                       .frame = record->captured,
                       .original_length = record->original_length});
    if (!written) return fail(written.error());
    record = reader->next_record();
  }
  const auto closed = writer->close();
  return closed ? 0 : fail(closed.error());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "analyze" && argc == 3) return analyze(argv[2]);
  if (what == "rewrite" && argc == 4) return rewrite(argv[2], argv[3]);
  std::fputs("usage: capture_tool analyze FILE | rewrite IN OUT\n", stderr);
  return 2;
}
