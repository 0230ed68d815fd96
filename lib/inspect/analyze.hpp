/// \file
/// Reads a capture and tells what it shows: the core of `rocestorm analyze`.
///
///     auto report = inspect::analyze_file("lab.pcapng");
///     if (!report) return tl::unexpected(std::move(report).error());     // it cannot be opened
///     if (report->fault) tell_user(*report->fault);                      // it is damaged, or no capture
///
/// Uses the parsers and the sequence tracker of the receiving side, so that both agree on what a packet is.
/// Cost: about a microsecond a packet and its ICRC; memory grows with flows, not with packets.
/// Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "capture/reader.hpp"
#include "inspect/report.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace inspect {

struct Options {
  std::size_t flows_max = 65'536;  ///< packets of further flows count in the totals alone
};

class Analyzer {
 public:
  explicit Analyzer(const Options& options = {});
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  void take(const capture::Record& record);
  /// Once, at the end. `file`, `interfaces` (names) and `fault` are the caller's to fill.
  [[nodiscard]] Report finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// All that the reader still gives.
[[nodiscard]] Report analyze(capture::Reader& reader, const std::string& file, const Options& options = {});

/// Fails only where the file cannot be opened: a damaged file gives what precedes the damage, and the fault.
[[nodiscard]] base::Result<Report> analyze_file(const std::string& path, const Options& options = {});

}  // namespace inspect
