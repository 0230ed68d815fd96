/// \file
/// A plan for people and for comparison.
///
///     fmt::print("{}", plan::to_text(plan));
///     EXPECT_EQ(plan::dump(one), plan::dump(other));
///
/// Cost: set-up; dump() is some 200 bytes a flow. Thread: pure.
#pragma once

#include "plan/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plan {

/// What will happen, on lines of at most 100 columns: windows, endpoints, traffic, receivers, cores, memory
/// and every default. Long lists are cut, and say so.
[[nodiscard]] std::string to_text(const Plan& plan);

/// Every number of the plan's tables, one record a line, in a fixed order: equal plans give equal bytes, on
/// every machine and compiler. What was asked for is not in it but by `profile_hash`.
[[nodiscard]] std::string dump(const Plan& plan);

/// "1.75": the sending ports' speeds over the receiver's, rounded down; the receiver's speed is not zero.
[[nodiscard]] std::string over_subscription_text(const Plan& plan, const Receiver& receiver);

/// "50 Gbit/s" where that is exact, else four digits, "48.97 Gbit/s", rounded down: for people.
[[nodiscard]] std::string short_text(base::BitsPerSec rate);

[[nodiscard]] std::string_view name_of(Account account);
[[nodiscard]] std::string_view name_of(Pace::Charge charge);
[[nodiscard]] std::string_view name_of(wire::PayloadSource source);

}  // namespace plan
