/// \file
/// A plan in the making: what the steps of make_plan hand to each other. Internal to lib/plan.
///
/// Each step of make_plan is a function over the Draft; it fills its tables and appends what it must refuse.
/// A step that meets the gap an earlier refusal left skips it in silence, so that every fault is told once.
/// Cost: set-up. Thread: one owner.
#pragma once

#include "base/int128.hpp"
#include "plan/frame_size.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plan {

/// The endpoints of one [[endpoints]] entry.
struct EndpointRange {
  EndpointId first = 0;
  std::uint32_t count = 0;
};

/// Flows of one entry that share one rate: those of a port, of a sender, or one flow alone.
struct Sharing {
  PortId port = 0;
  std::uint32_t flows = 0;
  std::array<std::uint32_t, kHeaderForms> flows_of_form{};
};

/// What the later steps need of a [[traffic]] entry and the plan does not keep.
struct TrafficDraft {
  std::array<MessageTotals, kHeaderForms> totals{};  ///< by header_form(); of forms that occur
  std::vector<Sharing> sharings;
  std::vector<std::uint32_t> sharing_of;  ///< by flow within the entry
};

/// Layer-1 load that an entry puts on a sending port, for the check against its line rate.
struct PortLoad {
  PortId port = 0;
  TrafficId traffic = 0;
  base::BitsPerSec average_l1;
  base::BitsPerSec peak_l1;
  base::BitsPerSec catch_up_l1;  ///< the cap while behind; zero where nothing is caught up
};

struct Draft {
  const PlanInput& input;
  Plan plan{};
  base::Errors errors{};
  std::vector<EndpointRange> ranges{};    ///< by profile::Profile::endpoints
  std::vector<TrafficDraft> traffic{};    ///< by profile::Profile::traffic
  std::vector<PortLoad> loads{};          ///< at most one a (port, traffic)
  std::vector<std::uint32_t> ip_bytes{};  ///< by port: the largest IP packet sent or received
};

/// Which table and key of the profile or testbed a refusal is about.
struct Subject {
  const profile::Places& places;
  std::string_view table;  ///< "traffic"
  std::string_view name;   ///< "incast"; may be empty
  std::string_view key;    ///< "rate"; may be empty
};

/// "profile.toml:12:8 traffic.incast.rate": the path is that of `--set`.
[[nodiscard]] std::string where_text(const Subject& subject);

[[nodiscard]] Subject subject_of(const profile::Traffic& traffic, std::string_view key);
[[nodiscard]] Subject subject_of(const profile::Port& port, std::string_view key);
[[nodiscard]] Subject subject_of(const profile::Endpoints& endpoints, std::string_view key);

void refuse(Draft& draft, const Subject& subject, std::string what, std::string remedy);
/// Adds "traffic.incast.start = ..." to the defaults.
void note_default(Draft& draft, std::string text);

/// The longest time that is added up anywhere: base::Time holds 106 days.
inline constexpr base::Duration kLongest = base::seconds(100LL * 86'400);

/// The steps, in their order.
void check_times(Draft& draft);
void plan_endpoints(Draft& draft);
void plan_ports(Draft& draft);
void plan_flows(Draft& draft);
void plan_schedules(Draft& draft);
void plan_port_sizes(Draft& draft);
void plan_workers(Draft& draft);
void plan_receivers(Draft& draft);
void plan_subjects(Draft& draft);
void plan_memory(Draft& draft);

/// The wire time of one burst of every flow that shares the line, in picoseconds; zero for other shapes.
[[nodiscard]] base::Uint128 burst_ps(const Draft& draft, TrafficId id, const Sharing& sharing);

/// The check of plan_endpoints: clashes, ranges that leave their networks, gateways.
void check_addresses(Draft& draft);
/// The part of plan_flows that needs no flow but the entry: frame sizes, tag, payload.
void plan_messages(Draft& draft, TrafficId id);
/// Periods and starts of plan_schedules; false where one cannot be computed with.
[[nodiscard]] bool check_entry_times(Draft& draft, TrafficId id);
/// Sums of the entries' loads against the ports' line rates.
void check_line_rates(Draft& draft);

}  // namespace plan
