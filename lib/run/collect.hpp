/// \file
/// From the books that workers kept to the result of the run: joins nothing, decides nothing.
///
///     measure::RunResult result = run::collect(plan, workers);
///
/// Cost: linear in the flows. Thread: control, when no lcore runs.
#pragma once

#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "port/counters.hpp"
#include "port/workers.hpp"

namespace run {

/// Flows, traffic, details and queues; the rest is the session's.
[[nodiscard]] measure::RunResult collect(const plan::Plan& plan, port::WorkerSet& workers);

[[nodiscard]] measure::PortResult port_result(const plan::Port& port, const port::DeviceCounters& counters);

}  // namespace run
