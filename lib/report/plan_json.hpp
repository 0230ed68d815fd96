/// \file
/// A plan as JSON: `rocestorm plan PROFILE --json`, and plan.json beside a run's results.
///
///     fmt::print("{}", report::plan_json(plan));
///
/// Keys are named as in profile, testbed and plan::Plan, units in the names; what is not there is null. Ids
/// are positions in the arrays. The document's form has the version kPlanSchema. Equal plans give equal
/// bytes. Cost: some 400 bytes a flow. Thread: plain function.
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <string_view>

namespace report {

inline constexpr std::string_view kPlanSchema = "rocestorm/plan/1";

/// Ends with a newline.
[[nodiscard]] std::string plan_json(const plan::Plan& plan);

}  // namespace report
