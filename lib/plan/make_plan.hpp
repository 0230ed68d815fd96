/// \file
/// From profile, testbed and port facts to a Plan, or to all reasons why there is none.
///
///     const auto plan = plan::make_plan({.loaded = *loaded, .facts = ports.facts(), .cpus = affinity});
///     if (!plan) return tl::unexpected(plan.error());
///     fmt::print("{}", plan::to_text(*plan));
///
/// Nothing that was asked for is changed: what cannot be done here is refused, each refusal with the place in
/// the profile or testbed and what to do. What was not said is filled in and stands in Plan::defaults.
/// Cost: set-up; linear in the flows. Thread: pure.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "plan/plan.hpp"
#include "plan/port_facts.hpp"
#include "profile/load.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace plan {

/// Only referred to while make_plan runs.
struct PlanInput {
  const profile::Loaded& loaded;
  std::span<const PortFacts> facts{};        ///< of every port of the testbed, found by name
  std::span<const std::uint32_t> cpus{};     ///< those the process may run on, ascending
  std::optional<std::uint64_t> seed{};       ///< instead of the profile's
  std::uint32_t host_index = 0;              ///< of several testers; moves the default addresses
  std::optional<base::Duration> duration{};  ///< instead of the profile's
};

[[nodiscard]] base::Result<Plan> make_plan(const PlanInput& input);

}  // namespace plan
