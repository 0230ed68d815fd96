/// \file
/// Sums of flows under the names by which the profile asks for them.
///
///     run::add_subjects(plan, workers, result);      // after flows, queues and ports are in
///
/// One vocabulary: total, traffic:, class:, port:, group:, receiver:, and flow: where a flow is named.
/// Cost: linear in the flows. Thread: control, when no lcore runs.
#pragma once

#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "port/workers.hpp"

#include <string>

namespace run {

/// "flow:writes/0": by its number within its traffic entry.
[[nodiscard]] std::string flow_subject(const plan::Plan& plan, plan::FlowId flow);

void add_subjects(const plan::Plan& plan, const port::WorkerSet& workers, measure::RunResult& result);

}  // namespace run
