/// \file
/// A plan of two ports with one queue and one host each, made by hand: what the engine's tests run.
///
///     test::SmallPlan small;
///     small.add({.traffic = {.path_mtu = 1024}, .message_bytes = 1024, .interval = base::nanoseconds(100)});
///     engine::SendState state = engine::make_send_state({.plan = small.plan, .queue = 0});
#pragma once

#include "engine/receive_state.hpp"
#include "engine/send_state.hpp"
#include "plan/plan.hpp"
#include "roce/mtu.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace test {

struct EntrySpec {
  profile::Traffic traffic{};
  std::uint64_t message_bytes = 1024;
  std::vector<std::uint32_t> sizes{};  ///< a power of two of them; empty: message_bytes each
  /// Between frames, where no pace is given.
  base::Duration interval = base::nanoseconds(100);
  std::optional<plan::Pace> pace{};
  std::optional<plan::Pace> catch_up{};
  base::Duration period{};
  std::vector<plan::RampStep> ramp{};
  std::uint32_t flows = 1;
  base::Duration start{};
  base::Duration stagger{};
  std::uint32_t first_psn = 0;
  bool ipv6 = false;
  bool detailed = false;
};

struct SmallPlan {
  SmallPlan() {
    plan.seed = 7;
    plan.profile.classes.push_back({.name = "default"});
    plan.queues.resize(2);
    plan.testbed.ports.resize(2);
    for (std::uint8_t i = 0; i < 2; ++i) {
      plan.ports.push_back({.speed = base::BitsPerSec{100'000'000'000}, .queues = {i}});
      plan.queues[i].port = i;
      plan.queues[i].endpoints = {i};
      plan::Endpoint host{.port = i};
      host.mac.bytes = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(1 + i)};
      host.ipv4 = base::Ipv4Prefix{.address = {{198, 18, 0, static_cast<std::uint8_t>(1 + i)}}, .length = 15};
      host.ipv6 = base::Ipv6Prefix{
          .address = {{0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(1 + i)}},
          .length = 48};
      plan.endpoints.push_back(host);
    }
  }
  explicit SmallPlan(const EntrySpec& spec) : SmallPlan{} { add(spec); }

  [[nodiscard]] static plan::Pace every(base::Duration interval) {
    return {.charge = plan::Pace::Charge::kFrame,
            .ps_numerator = static_cast<std::uint64_t>(interval.ps()),
            .ps_denominator = 1};
  }
  plan::PaceId add_pace(const plan::Pace& pace) {
    plan.paces.push_back(pace);
    return static_cast<plan::PaceId>(plan.paces.size() - 1);
  }

  /// Flows from host 0 to host 1, an entry a call. Returns the entry's number.
  plan::TrafficId add(EntrySpec spec) {
    const auto id = static_cast<plan::TrafficId>(plan.traffic.size());
    const auto first = static_cast<plan::FlowId>(plan.flows.size());
    spec.traffic.message_size.fixed = spec.message_bytes;
    plan.profile.traffic.push_back(spec.traffic);
    const profile::Traffic& asked = spec.traffic;

    plan::Schedule schedule{
        .pace = add_pace(spec.pace.value_or(every(spec.interval))), .period = spec.period, .ramp = spec.ramp};
    if (spec.catch_up) schedule.catch_up_pace = add_pace(*spec.catch_up);
    plan.schedules.push_back(schedule);

    const std::uint32_t mtu = asked.path_mtu;
    std::vector<std::uint32_t> sizes = spec.sizes;
    if (sizes.empty()) sizes.push_back(static_cast<std::uint32_t>(spec.message_bytes));
    const bool short_ones = std::any_of(sizes.begin(), sizes.end(), [mtu](std::uint32_t bytes) {
      return bytes == 0 || (bytes - 1) % mtu + 1 < frame::kTagBytes;
    });
    const bool read = asked.verb == profile::Verb::kRead;
    plan::Traffic planned{.first_flow = first, .flows = spec.flows};
    planned.account = short_ones || read || asked.end.bytes ? plan::Account::kPsn : plan::Account::kTag;
    planned.source = asked.payload == profile::PayloadSource::kGenerated
                         ? wire::PayloadSource::kFree
                         : static_cast<wire::PayloadSource>(asked.payload);
    if (spec.sizes.empty()) {
      planned.psns_per_message =
          std::max(1U, (static_cast<std::uint32_t>(spec.message_bytes) + mtu - 1) / mtu);
    }
    planned.sizes = spec.sizes;
    plan.traffic.push_back(planned);
    for (std::uint32_t i = 0; i < spec.flows; ++i)
      add_flow(spec, id, i);
    return id;
  }

  plan::Plan plan;

 private:
  void add_flow(const EntrySpec& spec, plan::TrafficId entry, std::uint32_t i) {
    const auto flow = static_cast<plan::FlowId>(plan.flows.size());
    plan.flows.push_back({.traffic = entry,
                          .tx_queue = 0,
                          .rx_queue = 1,
                          .source = 0,
                          .destination = 1,
                          .source_qpn = 0x900 + flow,
                          .destination_qpn = plan::kFirstQpn + flow,
                          .first_psn = spec.first_psn,
                          .udp_source_port = static_cast<std::uint16_t>(49152 + i),
                          .ipv6 = spec.ipv6,
                          .detailed = spec.detailed,
                          .schedule = static_cast<plan::ScheduleId>(plan.schedules.size() - 1),
                          .start = spec.start + spec.stagger * static_cast<std::int64_t>(i)});
    plan.queues[0].sends.push_back(flow);
    plan.queues[1].receives.push_back(flow);
  }
};

}  // namespace test
