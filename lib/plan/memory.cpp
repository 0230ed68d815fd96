#include "base/int128.hpp"
#include "plan/draft.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <limits>

namespace plan {
namespace {

/// Beside its frame a buffer holds its own head, 256 B of room for headers, and the pool's bookkeeping.
constexpr std::uint64_t kBufferOverhead = 512;
/// Upper bounds of what a flow's two halves, its plan and its name in the results take together.
constexpr std::uint64_t kFlowBytes = 1024;
/// Three histograms (latency, inter-arrival, lateness) of 4096 buckets and a series of 4096 points.
constexpr std::uint64_t kDetailBytes = 3 * 4096 * 8 + 4096 * 64;

base::Uint128 buffer_memory(const Plan& plan) {
  base::Uint128 bytes = 0;
  for (const Queue& queue : plan.queues) {
    const std::uint64_t each = plan.ports[queue.port].buffer_bytes + kBufferOverhead;
    const std::uint64_t buffers =
        static_cast<std::uint64_t>(queue.tx_buffers) * queue.sources.size() + queue.rx_buffers;
    bytes += static_cast<base::Uint128>(buffers) * each;
  }
  return bytes;
}

}  // namespace

void plan_memory(Draft& draft) {
  Plan& plan = draft.plan;
  const base::Uint128 buffers = buffer_memory(plan);
  constexpr base::Uint128 kMost = std::numeric_limits<std::int64_t>::max();
  const profile::Tester& tester = plan.testbed.tester;
  if (tester.memory.count() != 0 && buffers > tester.memory.count()) {
    const base::Bytes needed{static_cast<std::uint64_t>(std::min(buffers, kMost))};
    refuse(draft, {.places = tester.places, .table = "tester", .name = {}, .key = "memory"},
           fmt::format("packet buffers need {} MiB, and {} are allowed",
                       (needed.count() + (1 << 20) - 1) >> 20, base::to_text(tester.memory)),
           "raise `memory`, leave it out, or take fewer queues, a smaller `mtu` or shorter delays");
  }
  const auto detailed =
      std::count_if(plan.flows.begin(), plan.flows.end(), [](const Flow& flow) { return flow.detailed; });
  // Sums with histograms of their own: ports, queues, entries, classes, groups and the total.
  const std::uint64_t sums = plan.ports.size() + plan.queues.size() + plan.traffic.size() +
                             plan.profile.classes.size() + plan.testbed.groups.size() + 1;
  const base::Uint128 state = static_cast<base::Uint128>(plan.flows.size()) * kFlowBytes +
                              (sums + static_cast<std::uint64_t>(detailed)) * kDetailBytes;
  plan.memory = base::Bytes{static_cast<std::uint64_t>(std::min(buffers + state, kMost))};
}

}  // namespace plan
