#include "plan/draft.hpp"
#include "plan/rate.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <map>
#include <utility>

namespace plan {
namespace {

using workload::ShapeKind;

/// A ramp climbs in so many steps, each in its middle on the straight line.
constexpr std::uint64_t kRampSteps = 100;

/// Tables of a plan that hold each value once.
template <class Value>
class Unique {
 public:
  explicit Unique(std::vector<Value>& table) : table_{table} {}

  std::uint32_t id_of(const Value& value) {
    const auto [entry, is_new] = ids_.insert({value, static_cast<std::uint32_t>(table_.size())});
    if (is_new) table_.push_back(value);
    return entry->second;
  }

 private:
  std::vector<Value>& table_;
  std::map<Value, std::uint32_t> ids_;
};

struct Tables {
  Unique<Pace> paces;
  Unique<Schedule> schedules;
};

bool is_burst(ShapeKind kind) {
  return !workload::needs_rate(kind);
}

/// Flows that share a rate: of bursts, whose rate is the line's, those of a port.
void find_sharings(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  const Traffic& traffic = draft.plan.traffic[id];
  TrafficDraft& entry = draft.traffic[id];
  const profile::RatePer per = is_burst(asked.shape.kind) ? profile::RatePer::kPort : asked.rate_per;
  std::map<std::uint32_t, std::uint32_t> sharing_of_key;
  for (std::uint32_t i = 0; i < traffic.flows; ++i) {
    const Flow& flow = draft.plan.flows[traffic.first_flow + i];
    const Endpoint& source = draft.plan.endpoints[flow.source];
    const std::uint32_t key = per == profile::RatePer::kPort     ? source.port
                              : per == profile::RatePer::kSender ? flow.source
                                                                 : i;
    const auto [found, is_new] =
        sharing_of_key.insert({key, static_cast<std::uint32_t>(entry.sharings.size())});
    if (is_new) entry.sharings.push_back({.port = source.port});
    Sharing& sharing = entry.sharings[found->second];
    ++sharing.flows;
    ++sharing.flows_of_form[index_of({.vlan = source.vlan.has_value(), .ipv6 = flow.ipv6})];
    entry.sharing_of.push_back(found->second);
  }
}

base::Duration period_of(const Draft& draft, TrafficId id, const Sharing& sharing) {
  const workload::Shape& shape = draft.plan.profile.traffic[id].shape;
  switch (shape.kind) {
    case ShapeKind::kBursts:
      return base::Duration{static_cast<std::int64_t>(burst_ps(draft, id, sharing))} + shape.gap;
    case ShapeKind::kMicroburst:
      return shape.period;
    case ShapeKind::kOnOff:
      return shape.on + shape.off;
    case ShapeKind::kConstant:
    case ShapeKind::kPoisson:
    case ShapeKind::kRamp:
      break;
  }
  return {};
}

/// The pace, or the first one that is too slow to be kept is refused once for the entry.
std::optional<PaceId> pace_id(Draft& draft, Tables& tables, const profile::Traffic& asked,
                              const RatePoint& rate, const Shared& shared) {
  if (const std::optional<Pace> pace = pace_of(rate, shared)) return tables.paces.id_of(*pace);
  refuse(draft, subject_of(asked, "rate"),
         fmt::format("shared by {} flows it leaves less than one frame in months for each", shared.flows),
         "raise the rate, or take fewer flows");
  return std::nullopt;
}

std::optional<ScheduleId> make_schedule(Draft& draft, Tables& tables, TrafficId id, const Sharing& sharing) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  const Shared shared{.port_speed = draft.plan.ports[sharing.port].speed, .flows = sharing.flows};
  Schedule schedule{.period = period_of(draft, id, sharing)};
  if (is_burst(asked.shape.kind)) {
    schedule.pace = tables.paces.id_of(line_pace(shared));
  } else if (asked.shape.kind == ShapeKind::kRamp) {
    for (std::uint64_t step = 0; step <= kRampSteps; ++step) {
      const RatePoint rate = step == kRampSteps ? exactly(*asked.ramp_to)
                                                : between(*asked.rate, *asked.ramp_to, step, kRampSteps);
      const auto pace = pace_id(draft, tables, asked, rate, shared);
      if (!pace) return std::nullopt;
      const auto at = static_cast<std::int64_t>(static_cast<base::Uint128>(asked.shape.ramp_time.ps()) *
                                                step / kRampSteps);
      schedule.ramp.push_back({.at = base::Duration{at}, .pace = *pace});
    }
    schedule.pace = schedule.ramp.front().pace;
  } else {
    const auto pace = pace_id(draft, tables, asked, exactly(*asked.rate), shared);
    if (!pace) return std::nullopt;
    schedule.pace = *pace;
  }
  if (asked.catch_up_rate) {
    schedule.catch_up_pace = pace_id(draft, tables, asked, exactly(*asked.catch_up_rate), shared);
    if (!schedule.catch_up_pace) return std::nullopt;
  }
  return tables.schedules.id_of(schedule);
}

/// What the sharing's flows offer on average and at most, and how fast they may catch up.
struct Offer {
  LayerRates average;
  base::BitsPerSec peak_l1;
  base::BitsPerSec catch_up_l1;
};

/// A rate of the sharing's flows together, some of which may have other headers than the others.
LayerRates mixed_rates(const Draft& draft, TrafficId id, const Sharing& sharing, const RatePoint& rate) {
  const base::BitsPerSec speed = draft.plan.ports[sharing.port].speed;
  LayerRates rates;
  for (std::size_t form = 0; form < kHeaderForms; ++form) {
    const LayerRates whole = layer_rates(rate, speed, draft.traffic[id].totals[form]);
    rates = sum(rates, scaled(whole, sharing.flows_of_form[form], sharing.flows));
  }
  return rates;
}

Offer offer_of(const Draft& draft, TrafficId id, const Sharing& sharing) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  const base::BitsPerSec speed = draft.plan.ports[sharing.port].speed;
  RatePoint rate{.unit = profile::RateUnit::kBitsL1, .numerator = speed.count()};
  if (asked.shape.kind == ShapeKind::kRamp) {
    rate = exactly(asked.ramp_to->value > asked.rate->value ? *asked.ramp_to : *asked.rate);
  } else if (!is_burst(asked.shape.kind)) {
    rate = exactly(*asked.rate);
  }
  Offer offer{.average = mixed_rates(draft, id, sharing, rate)};
  offer.peak_l1 = offer.average.l1;
  if (asked.catch_up_rate) {
    offer.catch_up_l1 = mixed_rates(draft, id, sharing, exactly(*asked.catch_up_rate)).l1;
  }
  const base::Duration period = period_of(draft, id, sharing);
  if (period.ps() > 0) {
    const base::Uint128 active = is_burst(asked.shape.kind) ? burst_ps(draft, id, sharing)
                                                            : static_cast<base::Uint128>(asked.shape.on.ps());
    offer.average =
        scaled(offer.average, static_cast<std::uint64_t>(active), static_cast<std::uint64_t>(period.ps()));
  }
  return offer;
}

void add_offer(Draft& draft, TrafficId id, const Sharing& sharing) {
  const Offer offer = offer_of(draft, id, sharing);
  Traffic& traffic = draft.plan.traffic[id];
  traffic.offered_l1 += offer.average.l1;
  traffic.offered_l2 += offer.average.l2;
  traffic.offered_payload += offer.average.payload;
  const auto same_port = [&](const PortLoad& load) {
    return load.port == sharing.port && load.traffic == id;
  };
  auto load = std::find_if(draft.loads.rbegin(), draft.loads.rend(), same_port);
  if (load == draft.loads.rend()) {
    draft.loads.push_back({.port = sharing.port, .traffic = id});
    load = draft.loads.rbegin();
  }
  load->average_l1 += offer.average.l1;
  load->peak_l1 += offer.peak_l1;
  load->catch_up_l1 += offer.catch_up_l1;
}

/// Flows of an entry that leave one port take turns, spread over the time from frame to frame of one flow;
/// a written stagger is obeyed as it stands. Poisson gaps are independent from the start.
void spread_starts(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  const Traffic& traffic = draft.plan.traffic[id];
  if (asked.places.written("stagger") || asked.shape.kind == ShapeKind::kPoisson) return;
  std::map<PortId, std::uint32_t> flows_of_port;
  const auto port_of = [&](const Flow& flow) { return draft.plan.endpoints[flow.source].port; };
  const std::span<Flow> flows = std::span{draft.plan.flows}.subspan(traffic.first_flow, traffic.flows);
  for (const Flow& flow : flows)
    ++flows_of_port[port_of(flow)];
  if (std::any_of(flows_of_port.begin(), flows_of_port.end(), [](const auto& f) { return f.second > 1; })) {
    note_default(draft,
                 fmt::format("traffic.{}: the flows of a port start one after another, spread over the "
                             "time from frame to frame",
                             asked.name));
  }
  std::map<PortId, std::uint32_t> turn_of_port;
  for (Flow& flow : flows) {
    const bool vlan = draft.plan.endpoints[flow.source].vlan.has_value();
    const MessageTotals& totals = draft.traffic[id].totals[index_of({.vlan = vlan, .ipv6 = flow.ipv6})];
    const Pace& pace = draft.plan.paces[draft.plan.schedules[flow.schedule].pace];
    const std::uint64_t events = pace.charge == Pace::Charge::kMessage ? totals.messages : totals.frames;
    const std::uint64_t charge = (charge_total(pace.charge, totals) + events / 2) / events;  // mean, nearest
    const std::uint32_t turn = turn_of_port[port_of(flow)]++;
    const base::Uint128 interval = static_cast<base::Uint128>(pace.ps_numerator) * charge * turn;
    const base::Uint128 parts =
        static_cast<base::Uint128>(pace.ps_denominator) * flows_of_port[port_of(flow)];
    flow.start += base::Duration{static_cast<std::int64_t>(interval / parts)};
  }
}

/// Whether the entry's rates can be made paces of; what cannot is refused here or was before.
bool check_rate(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  for (const Sharing& sharing : draft.traffic[id].sharings) {
    if (draft.plan.ports[sharing.port].speed.count() == 0) return false;  // refused with the port
  }
  if (asked.rate && asked.rate->unit == profile::RateUnit::kBitsPayload &&
      draft.traffic[id].totals[0].payload_bytes_min == 0) {
    refuse(draft, subject_of(asked, "rate"), "a rate of payload, and some messages are empty",
           "give the rate in messages/s, or in bit/s of layer 1 or 2");
    return false;
  }
  return check_entry_times(draft, id);
}

void plan_entry(Draft& draft, Tables& tables, TrafficId id) {
  find_sharings(draft, id);
  if (draft.plan.traffic[id].flows == 0 || !check_rate(draft, id)) return;
  const TrafficDraft& entry = draft.traffic[id];
  std::vector<ScheduleId> schedules;
  for (const Sharing& sharing : entry.sharings) {
    const auto schedule = make_schedule(draft, tables, id, sharing);
    if (!schedule) return;
    schedules.push_back(*schedule);
    add_offer(draft, id, sharing);
  }
  Traffic& traffic = draft.plan.traffic[id];
  for (std::uint32_t i = 0; i < traffic.flows; ++i) {
    draft.plan.flows[traffic.first_flow + i].schedule = schedules[entry.sharing_of[i]];
  }
  for (std::size_t form = 0; form < kHeaderForms; ++form) {
    const bool occurs = std::any_of(entry.sharings.begin(), entry.sharings.end(),
                                    [&](const Sharing& s) { return s.flows_of_form[form] != 0; });
    if (!occurs) continue;
    const MessageTotals& totals = entry.totals[form];
    traffic.frame_bytes_min = traffic.frame_bytes_min == 0
                                  ? totals.frame_bytes_min
                                  : std::min(traffic.frame_bytes_min, totals.frame_bytes_min);
    traffic.frame_bytes_max = std::max(traffic.frame_bytes_max, totals.frame_bytes_max);
  }
  spread_starts(draft, id);
}

}  // namespace

void plan_schedules(Draft& draft) {
  Tables tables{.paces = Unique{draft.plan.paces}, .schedules = Unique{draft.plan.schedules}};
  for (std::size_t i = 0; i < draft.plan.traffic.size(); ++i) {
    plan_entry(draft, tables, static_cast<TrafficId>(i));
  }
  check_line_rates(draft);
}

}  // namespace plan
