#include "plan/draft.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace plan {
namespace {

using workload::ShapeKind;

constexpr std::uint64_t kPsPerSecond = 1'000'000'000'000;

/// From one burst, or on and off, to the next.
base::Uint128 period_ps(const Draft& draft, TrafficId id, const Sharing& sharing) {
  const workload::Shape& shape = draft.plan.profile.traffic[id].shape;
  if (shape.kind == ShapeKind::kOnOff) {
    return static_cast<base::Uint128>(shape.on.ps()) + static_cast<base::Uint128>(shape.off.ps());
  }
  return burst_ps(draft, id, sharing) + static_cast<base::Uint128>(shape.gap.ps());
}

}  // namespace

void check_times(Draft& draft) {
  const profile::Test& test = draft.plan.profile.test;
  base::Uint128 total = 0;
  for (const base::Duration part : {test.settle, test.warmup, test.duration, test.drain}) {
    total += static_cast<base::Uint128>(part.ps());
  }
  if (total <= static_cast<base::Uint128>(kLongest.ps())) return;
  refuse(draft, {.places = test.places, .table = "test", .name = {}, .key = "duration"},
         "settling, warm-up, measuring and draining together take more than 100 days",
         "shorten them, and run the test again afterwards");
}

base::Uint128 burst_ps(const Draft& draft, TrafficId id, const Sharing& sharing) {
  const workload::Shape& shape = draft.plan.profile.traffic[id].shape;
  if (workload::needs_rate(shape.kind)) return 0;
  base::Uint128 wire_bytes = 0;  // of `frames` frames of each flow
  std::uint64_t frames = 1;
  for (std::size_t form = 0; form < kHeaderForms; ++form) {
    const MessageTotals& totals = draft.traffic[id].totals[form];
    wire_bytes += static_cast<base::Uint128>(sharing.flows_of_form[form]) * totals.wire_bytes;
    frames = totals.frames;  // equal for all forms
  }
  const base::Uint128 bytes = wire_bytes * shape.burst_packets / frames;
  return bytes * 8 * kPsPerSecond / draft.plan.ports[sharing.port].speed.count();
}

bool check_entry_times(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  for (const Sharing& sharing : draft.traffic[id].sharings) {
    if (period_ps(draft, id, sharing) <= static_cast<base::Uint128>(kLongest.ps())) continue;
    refuse(draft, subject_of(asked, "shape"),
           fmt::format("from one period to the next it takes more than 100 days on port {}",
                       draft.plan.testbed.ports[sharing.port].name),
           "shorten it; the flows of a port share its line rate in a burst");
    return false;
  }
  return true;
}

}  // namespace plan
