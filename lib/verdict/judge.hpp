/// \file
/// Expectations against numbers: pass, fail, or inconclusive. Never more than was measured.
///
///     const verdict::Judgement judgement = verdict::judge(plan, result);
///     for (const verdict::Expectation& line : judgement.expectations) print(line.text);
///
/// Inconclusive: a number is not known, a limit lies within its bounds, or the tester itself fell short in
/// what the number rests on. Books that do not balance are an error of ours, whatever else is true.
/// Thread: pure.
#pragma once

#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "verdict/metric_value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace verdict {

enum class Verdict : std::uint8_t { kPass, kInconclusive, kFail };
[[nodiscard]] std::string_view to_text(Verdict verdict);

struct Expectation {
  std::string metric;
  std::string of;
  std::string limit;  ///< "at most 0"
  MetricValue value;
  Verdict verdict = Verdict::kPass;
  std::string reason;  ///< why inconclusive, or where it failed
  std::string place;   ///< file:line:column
};

struct Judgement {
  Verdict verdict = Verdict::kPass;  ///< fail if one failed, else inconclusive if one was
  std::vector<Expectation> expectations;
  std::string broken_books;  ///< not empty: an error of ours
};

[[nodiscard]] Judgement judge(const plan::Plan& plan, const measure::RunResult& result);

/// As the profile writes it: "traffic:writes".
[[nodiscard]] std::string subject_text(const plan::Plan& plan, const profile::Subject& subject);

/// "writes/3, sequence number 17": frames that are missing, the first `most` flows.
[[nodiscard]] std::vector<std::string> missing_frames(const plan::Plan& plan,
                                                      const measure::RunResult& result, std::size_t most);

}  // namespace verdict
