/// \file
/// A run's result for people: at most 100 columns.
///
///     std::fputs(report::result_text({plan, result, judgement}).c_str(), stdout);
///
/// Thread: pure.
#pragma once

#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "verdict/judge.hpp"

#include <string>

namespace report {

/// All that a report is made of; referred to, not kept.
struct RunReport {
  const plan::Plan& plan;
  const measure::RunResult& result;
  const verdict::Judgement& judgement;
};

[[nodiscard]] std::string result_text(const RunReport& run);

}  // namespace report
