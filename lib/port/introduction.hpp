/// \file
/// Before the traffic: simulated hosts announce themselves and their gateways are found.
///
///     auto hops = port::introduce(plan, ports, devices, joins, eal.tsc());
///     if (!hops) return tl::unexpected(std::move(hops).error());      // a gateway that stayed silent
///
/// All ports of the plan talk at once, over its switches and cables (which do not impair meanwhile), so that
/// a host here may be the gateway of a host there. It goes on for the profile's `settle` after all is said,
/// and answers whoever asks. Counters of the ports begin anew afterwards: none of this is in the run's books.
/// Cost: `settle`, and up to a second for announcements; five seconds more where a gateway is silent.
/// Thread: control; no lcore may run.
#pragma once

#include "base/error.hpp"
#include "engine/send_state.hpp"
#include "port/joins.hpp"
#include "port/plan_devices.hpp"
#include "port/tsc_clock.hpp"

#include <vector>

namespace port {

/// By queue of the plan: the resolved gateways of its endpoints.
using NextHops = std::vector<engine::NextHop>;

[[nodiscard]] base::Result<NextHops> introduce(const plan::Plan& plan, PortSet& ports,
                                               const PlanDevices& devices, Joins& joins, TscRate rate);

}  // namespace port
