/// \file
/// What a capture shows, as JSON: `rocestorm analyze FILE --json`.
///
///     fmt::print("{}", report::analyze_json(*inspect::analyze_file("lab.pcapng")));
///
/// Keys are named as in inspect::Report, units in the names; a value that is not known is null. The
/// document's form has the version kAnalyzeSchema. Texts from the file that are not UTF-8 have U+FFFD in
/// place. Thread: plain function.
#pragma once

#include "inspect/report.hpp"

#include <string>
#include <string_view>

namespace report {

inline constexpr std::string_view kAnalyzeSchema = "rocestorm/analyze/1";

/// Ends with a newline.
[[nodiscard]] std::string analyze_json(const inspect::Report& analysis);

}  // namespace report
