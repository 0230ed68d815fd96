#include "port/plan_devices.hpp"

#include <algorithm>

namespace port {
namespace {

DeviceKind kind_of(profile::DeviceKind kind) {
  switch (kind) {
    case profile::DeviceKind::kPci:
      return DeviceKind::kPci;
    case profile::DeviceKind::kNamed:
      return DeviceKind::kNamed;
    case profile::DeviceKind::kRing:
      return DeviceKind::kRing;
    case profile::DeviceKind::kVdev:
      return DeviceKind::kVdev;
  }
  return DeviceKind::kVdev;
}

DeviceOptions options_of(const plan::Plan& plan, plan::PortId id) {
  const plan::Port& port = plan.ports[id];
  DeviceOptions options = device_options(plan.testbed.ports[id]);
  options.queue_pairs = std::max(port.rx_queues, port.tx_queues);
  options.rx_queues = port.rx_queues;
  options.ip_mtu = port.ip_mtu;
  options.rx_slots = plan::kDescriptors;
  options.tx_slots = plan::kDescriptors;
  options.sources = {wire::PayloadSource::kFree};
  for (const plan::QueueId queue : port.queues) {
    for (const wire::PayloadSource source : plan.queues[queue].sources) {
      const bool known =
          std::find(options.sources.begin(), options.sources.end(), source) != options.sources.end();
      if (!known) options.sources.push_back(source);
    }
    options.buffers = std::max(options.buffers, plan.queues[queue].tx_buffers);
  }
  return options;
}

}  // namespace

DeviceOptions device_options(const profile::Port& asked) {
  return {.name = asked.name,
          .kind = kind_of(asked.device.kind),
          .device = asked.device.name,
          .arguments = asked.device.arguments,
          .allow_default_route = asked.allow_default_route};
}

PlanDevices devices_of(const plan::Plan& plan) {
  PlanDevices made;
  made.device_of_port.assign(plan.ports.size(), PlanDevices::kNone);
  made.far_of_port.assign(plan.ports.size(), PlanDevices::kNone);
  std::vector<DeviceOptions>& devices = made.options.devices;
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    if (plan.ports[i].queues.empty()) continue;
    made.device_of_port[i] = devices.size();
    devices.push_back(options_of(plan, static_cast<plan::PortId>(i)));
  }
  const auto add_far = [&](std::uint32_t port) {
    const std::size_t near = made.device_of_port[port];
    if (near == PlanDevices::kNone) return;
    DeviceOptions far = devices[near];
    far.name += ".far";
    far.sources = {wire::PayloadSource::kFree};
    far.forwards = true;
    made.far_of_port[port] = devices.size();
    made.options.cables.push_back({.a = near, .b = devices.size()});
    devices.push_back(std::move(far));
  };
  for (const profile::Switch& joined : plan.testbed.switches) {
    for (const std::uint32_t port : joined.ports)
      add_far(port);
  }
  for (const profile::Cable& cable : plan.testbed.cables) {
    if (!cable.impair.empty()) {
      add_far(cable.a);
      add_far(cable.b);
      continue;
    }
    const std::size_t a = made.device_of_port[cable.a];
    const std::size_t b = made.device_of_port[cable.b];
    if (a != PlanDevices::kNone && b != PlanDevices::kNone) made.options.cables.push_back({.a = a, .b = b});
  }
  return made;
}

}  // namespace port
