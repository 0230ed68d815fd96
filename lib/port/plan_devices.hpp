/// \file
/// Which devices a plan needs, and who is who among them.
///
///     const port::PlanDevices devices = port::devices_of(plan);
///     auto ports = port::PortSet::open(eal, devices.options);
///     ports->queue(devices.device_of_port[port_id], 0);
///
/// Devices of a plan, in the order of `options`: one a port of the testbed that has queues, then the far ends
/// of ports that hang on a switch or an impaired cable.
/// Cost: set-up. Thread: any; plain values.
#pragma once

#include "plan/plan.hpp"
#include "port/ports.hpp"

#include <cstddef>
#include <vector>

namespace port {

/// What a port of the testbed asks of its device, before there is a plan: what `probe` takes.
[[nodiscard]] DeviceOptions device_options(const profile::Port& asked);

/// Which devices a plan needs, and who is who among them.
struct PlanDevices {
  PortSetOptions options;
  std::vector<std::size_t> device_of_port;  ///< by plan::PortId; kNone: not opened
  std::vector<std::size_t> far_of_port;     ///< the far end that a switch or hop owns; kNone: a direct cable
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};
[[nodiscard]] PlanDevices devices_of(const plan::Plan& plan);

}  // namespace port
