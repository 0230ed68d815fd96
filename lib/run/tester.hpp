/// \file
/// What a result says of the tester: its devices and cores, and what happened beside the traffic.
///
/// Thread: control; pure.
#pragma once

#include "measure/results.hpp"
#include "plan/plan.hpp"
#include "port/lcores.hpp"

#include <optional>
#include <string>
#include <vector>

namespace run {

[[nodiscard]] std::vector<measure::DeviceFacts> devices_of(const plan::Plan& plan);
[[nodiscard]] std::vector<measure::LcoreResult> lcore_results(const std::vector<port::LcoreReport>& lcores);
/// Of all cores, the share of time in which they were others'. Empty where the kernel does not tell.
[[nodiscard]] std::optional<std::uint64_t> stolen_ppm(const std::vector<port::LcoreReport>& lcores);

/// Links that went down or came back, by the series `link_up`; times are those of the samples.
[[nodiscard]] std::vector<measure::Event> link_events(const std::vector<measure::SeriesResult>& series);

}  // namespace run
