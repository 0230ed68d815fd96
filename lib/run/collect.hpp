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

/// Flows and queues; ports, subjects and the rest are added by the session.
[[nodiscard]] measure::RunResult collect(const plan::Plan& plan, port::WorkerSet& workers);

[[nodiscard]] measure::PortResult port_result(const plan::Plan& plan, plan::PortId id,
                                              const port::WorkerSet& workers,
                                              const port::DeviceCounters& counters);

/// What the device counted on its own, against the sum of what we took from it.
void add_cross_checks(const measure::PortResult& port, const port::DeviceCounters& counters,
                      measure::RunResult& result);

}  // namespace run
