#include "port/introduction.hpp"

#include "engine/control_plane.hpp"
#include "port/device_queue.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <deque>

namespace port {
namespace {

using Control = engine::ControlPlane<DeviceQueue>;

/// All hosts of a queue have spoken after this, however many they are: a switch learns at that rate.
constexpr base::Duration kAnnouncements = base::seconds(1);
constexpr base::Duration kSpacingMost = base::milliseconds(1);
constexpr base::Duration kSpacingLeast = base::microseconds(10);

engine::NeighbourOptions options_for(std::size_t endpoints) {
  // An endpoint may have an address of each IP version.
  const auto sayings = static_cast<std::int64_t>(std::max<std::size_t>(1, endpoints * 2));
  return {.starts = base::Time{},
          .announce_every = base::Duration{},
          .spacing = std::clamp(kAnnouncements / sayings, kSpacingLeast, kSpacingMost)};
}

/// One round of everybody; returns whether anything arrived.
bool step_all(std::deque<Control>& controls, const std::vector<Steppable*>& joins, const TscClock& clock) {
  std::size_t arrived = 0;
  for (Control& control : controls) {
    arrived += control.receive();
    control.step(clock.now());
  }
  for (Steppable* join : joins)
    join->step(clock);
  return arrived != 0;
}

bool is_done(const std::deque<Control>& controls, base::Time now) {
  return std::all_of(controls.begin(), controls.end(), [&](const Control& control) {
    return control.neighbours().is_settled(now) && control.neighbours().has_announced();
  });
}

base::Errors errors_of(const plan::Plan& plan, const std::deque<Control>& controls) {
  base::Errors errors;
  for (const Control& control : controls) {
    for (const engine::SilentGateway& silent : control.neighbours().silent()) {
      const plan::Endpoint& asker = plan.endpoints[silent.asker];
      errors.push_back(
          {.kind = base::ErrorKind::kEnvironment,
           .where = fmt::format("port {}", plan.testbed.ports[asker.port].name),
           .what = fmt::format("gateway {} does not answer", wire::to_text(silent.address)),
           .remedy = "check its address, the VLAN and the cable, or place both ends of the traffic in one "
                     "prefix"});
    }
  }
  return errors;
}

/// What is under way between ports of ours has arrived; what others send may go on for ever.
void let_arrive(std::deque<Control>& controls, const std::vector<Steppable*>& joins, const TscClock& clock) {
  constexpr int kQuietRounds = 3;
  constexpr int kRoundsMost = 1000;
  for (int round = 0, quiet = 0; round < kRoundsMost && quiet < kQuietRounds; ++round)
    quiet = step_all(controls, joins, clock) ? 0 : quiet + 1;
}

}  // namespace

base::Result<NextHops> introduce(const plan::Plan& plan, PortSet& ports, const PlanDevices& devices,
                                 Joins& joins, TscRate rate) {
  std::deque<Control> controls;
  for (std::size_t id = 0; id < plan.queues.size(); ++id) {
    const plan::Queue& queue = plan.queues[id];
    controls.emplace_back(
        ports.queue(devices.device_of_port[queue.port], queue.device_queue),
        engine::Neighbours{plan, static_cast<plan::QueueId>(id), options_for(queue.endpoints.size())});
  }
  joins.pass_everything(true);
  const std::vector<Steppable*> between = joins.all();
  const TscClock clock{rate, read_tsc()};
  while (!is_done(controls, clock.now()))
    static_cast<void>(step_all(controls, between, clock));
  const base::Time settled = clock.now() + plan.profile.test.settle;
  while (clock.now() < settled)
    static_cast<void>(step_all(controls, between, clock));
  let_arrive(controls, between, clock);
  joins.pass_everything(false);
  ports.begin_counting();
  if (base::Errors errors = errors_of(plan, controls); !errors.empty()) {
    return tl::unexpected(std::move(errors));
  }
  NextHops hops;
  for (const Control& control : controls) {
    const std::vector<engine::NextHop> found = control.neighbours().next_hops();
    hops.insert(hops.end(), found.begin(), found.end());
  }
  return hops;
}

}  // namespace port
