/// \file
/// A run's result for programs: one versioned JSON document, and the tables of lab-facts section 1.
///
/// Every number is an integer in the unit that its name says; a number that is not known is null.
/// Thread: pure.
#pragma once

#include "report/result_text.hpp"

#include <optional>
#include <string>

namespace report {

inline constexpr const char* kResultSchema = "rocestorm-result/1";

/// `exit_code`: what the program will return, so that a stored result tells it.
[[nodiscard]] std::string result_json(const RunReport& run, int exit_code);
/// The 32 columns, a row a flow; unknown cells are empty.
[[nodiscard]] std::string flows_csv(const RunReport& run);
/// A row an interval of each series.
[[nodiscard]] std::string series_csv(const RunReport& run);
/// A row a bucket that holds values, of each distribution of each subject that keeps them whole.
[[nodiscard]] std::string histograms_csv(const RunReport& run);
/// An event a line.
[[nodiscard]] std::string events_jsonl(const RunReport& run);

/// The exit code in a stored result.json; empty where the text is none of ours.
[[nodiscard]] std::optional<int> exit_code_in(const std::string& json);

}  // namespace report
