#include "base/int128.hpp"
#include "plan/draft.hpp"
#include "wire/line.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <limits>
#include <set>

namespace plan {
namespace {

/// Frames that a device holds in one direction of a queue, plus what a worker and the pool's cache hold.
constexpr std::uint32_t kBuffersOfQueue = kDescriptors + 2 * kPoolCache + 4 * 32;

void add_queues(Draft& draft, PortId id) {
  Plan& plan = draft.plan;
  Port& port = plan.ports[id];
  const std::uint32_t pairs = std::max<std::uint32_t>(port.rx_queues, port.tx_queues);
  for (std::uint32_t i = 0; i < pairs; ++i) {
    port.queues.push_back(static_cast<QueueId>(plan.queues.size()));
    plan.queues.push_back({.port = id, .device_queue = static_cast<std::uint16_t>(i)});
  }
  if (pairs == 0) return;
  for (std::size_t i = 0; i < plan.endpoints.size(); ++i) {
    if (plan.endpoints[i].port == id) {
      plan.queues[port.queues.front()].endpoints.push_back(static_cast<EndpointId>(i));
    }
  }
}

/// Flows take the queues of their ports in turns, in the order of their ids.
void share_out_flows(Draft& draft) {
  Plan& plan = draft.plan;
  std::vector<std::uint32_t> sent(plan.ports.size());
  std::vector<std::uint32_t> received(plan.ports.size());
  for (std::size_t i = 0; i < plan.flows.size(); ++i) {
    Flow& flow = plan.flows[i];
    const PortId from = plan.endpoints[flow.source].port;
    const PortId to = plan.endpoints[flow.destination].port;
    if (plan.ports[from].tx_queues == 0 || plan.ports[to].rx_queues == 0) continue;  // refused before
    flow.tx_queue = plan.ports[from].queues[sent[from]++ % plan.ports[from].tx_queues];
    flow.rx_queue = plan.ports[to].queues[received[to]++ % plan.ports[to].rx_queues];
    plan.queues[flow.tx_queue].sends.push_back(static_cast<FlowId>(i));
    plan.queues[flow.rx_queue].receives.push_back(static_cast<FlowId>(i));
  }
}

/// Frames that the impairments of the port's cable may hold back at once.
std::uint64_t held_by_hops(const Draft& draft, PortId id) {
  std::uint64_t frames = 0;
  base::Duration delay;
  for (const profile::Cable& cable : draft.plan.testbed.cables) {
    if (cable.a != id && cable.b != id) continue;
    for (const profile::Impairment& impairment : cable.impair) {
      if (impairment.from_port && *impairment.from_port != id) continue;
      delay = std::max(delay, impairment.delay + impairment.jitter);
      if (impairment.kind == profile::ImpairKind::kReorder) frames += impairment.distance;
    }
  }
  base::BitsPerSec offered;
  std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
  for (const PortLoad& load : draft.loads) {
    if (load.port != id) continue;
    offered += std::max(load.average_l1, load.peak_l1);
    shortest = std::min<std::uint64_t>(shortest, draft.plan.traffic[load.traffic].frame_bytes_min);
  }
  if (offered.count() == 0) return frames;
  offered = std::min(offered, draft.plan.ports[id].speed);
  const base::Uint128 bits = static_cast<base::Uint128>(offered.count()) *
                             static_cast<std::uint64_t>(delay.ps()) / 1'000'000'000'000U;
  const std::uint64_t on_line = shortest + wire::kPreambleBytes + wire::kGapBytes;
  return frames + static_cast<std::uint64_t>(bits / 8 / on_line) + (delay.ps() > 0 ? 1 : 0);
}

/// A pool of 2^n - 1 wastes nothing of its ring.
std::uint32_t pool_size(std::uint64_t buffers) {
  std::uint64_t size = 1;
  while (size - 1 < buffers && size < (1ULL << 31))
    size *= 2;
  return static_cast<std::uint32_t>(size - 1);
}

void plan_buffers(Draft& draft) {
  for (Queue& queue : draft.plan.queues) {
    const Port& port = draft.plan.ports[queue.port];
    std::set<wire::PayloadSource> sources;
    for (const FlowId flow : queue.sends) {
      sources.insert(draft.plan.traffic[draft.plan.flows[flow].traffic].source);
    }
    // ARP, ND and ping are written from scratch.
    if (!queue.endpoints.empty()) sources.insert(wire::PayloadSource::kFree);
    queue.sources.assign(sources.begin(), sources.end());
    if (queue.device_queue < port.tx_queues) {
      queue.tx_buffers = pool_size(kBuffersOfQueue + held_by_hops(draft, queue.port));
    }
    if (queue.device_queue < port.rx_queues) queue.rx_buffers = pool_size(kBuffersOfQueue);
  }
}

/// CPUs that may own queues of a port; what the process may not use is refused.
std::vector<std::uint32_t> allowed_cpus(Draft& draft, const Subject& subject,
                                        const std::vector<std::uint32_t>& asked) {
  const auto& own = draft.input.cpus;
  for (const std::uint32_t cpu : asked) {
    if (own.empty() || std::find(own.begin(), own.end(), cpu) != own.end()) continue;
    std::string list;
    for (const std::uint32_t other : own)
      list += fmt::format(" {}", other);
    refuse(draft, subject, fmt::format("core {} is not one this process may run on", cpu),
           fmt::format("take some of:{}; or widen the process's affinity", list));
    return {};
  }
  return asked;
}

class LcoreTable {
 public:
  explicit LcoreTable(std::vector<Lcore>& lcores) : lcores_{lcores} {}

  std::uint16_t of_cpu(std::uint32_t cpu) {
    const auto found =
        std::find_if(lcores_.begin(), lcores_.end(), [&](const Lcore& lcore) { return lcore.cpu == cpu; });
    if (found != lcores_.end()) return static_cast<std::uint16_t>(found - lcores_.begin());
    lcores_.push_back({.cpu = cpu});
    return static_cast<std::uint16_t>(lcores_.size() - 1);
  }

  /// The one with the least to do, of equals the first.
  Lcore& least_busy() {
    const auto work = [](const Lcore& l) { return l.queues.size() + l.switches.size() + l.hops.size(); };
    return *std::min_element(lcores_.begin(), lcores_.end(),
                             [&](const Lcore& a, const Lcore& b) { return work(a) < work(b); });
  }

 private:
  std::vector<Lcore>& lcores_;
};

void assign_queues(Draft& draft, LcoreTable& table, const std::vector<std::uint32_t>& common) {
  Plan& plan = draft.plan;
  std::size_t next_common = 0;
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    const profile::Port& asked = plan.testbed.ports[i];
    const std::vector<std::uint32_t> own = allowed_cpus(draft, subject_of(asked, "cores"), asked.cores);
    if (own.empty() && (common.empty() || !asked.cores.empty())) continue;
    std::size_t next_own = 0;
    for (const QueueId id : plan.ports[i].queues) {
      const std::uint32_t cpu =
          own.empty() ? common[next_common++ % common.size()] : own[next_own++ % own.size()];
      plan.queues[id].lcore = table.of_cpu(cpu);
      plan.lcores[plan.queues[id].lcore].queues.push_back(id);
    }
  }
}

void assign_lcores(Draft& draft) {
  Plan& plan = draft.plan;
  const profile::Tester& tester = plan.testbed.tester;
  const Subject subject{.places = tester.places, .table = "tester", .name = {}, .key = "cores"};
  std::vector<std::uint32_t> common = allowed_cpus(draft, subject, tester.cores);
  if (tester.cores.empty()) {
    common.assign(draft.input.cpus.begin(), draft.input.cpus.end());
    std::string list;
    for (const std::uint32_t cpu : common)
      list += fmt::format("{}{}", list.empty() ? "" : ", ", cpu);
    note_default(draft, fmt::format("tester.cores = [{}]", list));
  }
  const bool some_port_needs_them =
      std::any_of(plan.queues.begin(), plan.queues.end(),
                  [&](const Queue& queue) { return plan.testbed.ports[queue.port].cores.empty(); });
  if (common.empty() && tester.cores.empty() && some_port_needs_them) {
    refuse(draft, subject, "no core is left to run on", "write `cores` in the testbed");
  }
  LcoreTable table{plan.lcores};
  assign_queues(draft, table, common);
  if (plan.lcores.empty()) return;
  for (std::size_t i = 0; i < plan.testbed.switches.size(); ++i) {
    table.least_busy().switches.push_back(static_cast<std::uint16_t>(i));
  }
  for (std::size_t i = 0; i < plan.testbed.cables.size(); ++i) {
    if (!plan.testbed.cables[i].impair.empty()) {
      table.least_busy().hops.push_back(static_cast<std::uint16_t>(i));
    }
  }
}

}  // namespace

void plan_workers(Draft& draft) {
  for (std::size_t i = 0; i < draft.plan.ports.size(); ++i)
    add_queues(draft, static_cast<PortId>(i));
  share_out_flows(draft);
  plan_buffers(draft);
  assign_lcores(draft);
}

}  // namespace plan
