/// \file
/// What a capture shows, for a terminal: `rocestorm analyze FILE`. At most 100 columns.
///
///     fmt::print("{}", report::analyze_text(*inspect::analyze_file("lab.pcapng")));
///
/// Thread: plain function.
#pragma once

#include "inspect/report.hpp"

#include <cstddef>
#include <string>

namespace report {

inline constexpr std::size_t kAnalyzeColumns = 100;
/// Flows shown; the JSON holds all of them.
inline constexpr std::size_t kAnalyzeFlowsShown = 64;

[[nodiscard]] std::string analyze_text(const inspect::Report& analysis);

}  // namespace report
