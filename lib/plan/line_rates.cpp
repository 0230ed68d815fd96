#include "plan/draft.hpp"
#include "plan/rate.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace plan {
namespace {

/// Where an entry's load comes from: its rate, or the times of its bursts.
std::string_view key_of(const profile::Traffic& asked) {
  return workload::needs_rate(asked.shape.kind) ? "rate" : "shape";
}

void check_catch_up(Draft& draft, const PortLoad& load) {
  const profile::Traffic& asked = draft.plan.profile.traffic[load.traffic];
  const base::BitsPerSec speed = draft.plan.ports[load.port].speed;
  const std::string& name = draft.plan.testbed.ports[load.port].name;
  if (load.catch_up_l1 > speed) {
    refuse(draft, subject_of(asked, "catch_up_rate"),
           fmt::format("{} of layer 1 on port {}, whose line rate is {}", base::to_text(load.catch_up_l1),
                       name, base::to_text(speed)),
           "lower it to the line rate, \"100 %\", or below");
  }
}

void check_port(Draft& draft, PortId id) {
  const Port& port = draft.plan.ports[id];
  const std::string& name = draft.plan.testbed.ports[id].name;
  base::BitsPerSec total;
  std::string parts;
  const PortLoad* last = nullptr;
  bool one_is_above = false;
  for (const PortLoad& load : draft.loads) {
    if (load.port != id) continue;
    const profile::Traffic& asked = draft.plan.profile.traffic[load.traffic];
    check_catch_up(draft, load);
    const base::BitsPerSec most = std::max(load.average_l1, load.peak_l1);
    if (most > port.speed) {
      one_is_above = true;
      refuse(draft, subject_of(asked, key_of(asked)),
             fmt::format("{} of layer 1 on port {}, whose line rate is {}", base::to_text(most), name,
                         base::to_text(port.speed)),
             workload::needs_rate(asked.shape.kind)
                 ? "lower the rate, or spread the senders over more ports"
                 : "shorten the bursts, or let more time pass from one to the next");
    }
    total += load.average_l1;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : " + ", asked.name, base::to_text(load.average_l1));
    last = &load;
  }
  if (one_is_above || last == nullptr || total <= port.speed) return;
  const profile::Traffic& asked = draft.plan.profile.traffic[last->traffic];
  refuse(draft, subject_of(asked, key_of(asked)),
         fmt::format("the entries together ask for {} of layer 1 on port {}, whose line rate is {}: {}",
                     base::to_text(total), name, base::to_text(port.speed), parts),
         "lower one of the rates, or spread the senders over more ports");
}

}  // namespace

void check_line_rates(Draft& draft) {
  for (std::size_t i = 0; i < draft.plan.ports.size(); ++i) {
    if (draft.plan.ports[i].speed.count() != 0) check_port(draft, static_cast<PortId>(i));
  }
}

}  // namespace plan
