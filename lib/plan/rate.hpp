/// \file
/// Rates as they were written, as exact times between frames and as bits a second of each layer.
///
///     const auto pace = plan::pace_of({.rate = *traffic.rate}, {.port_speed = speed, .flows = 8});
///     const base::BitsPerSec on_the_line = plan::layer1_of({.rate = *traffic.rate}, speed, totals);
///
/// Integers only. Cost: set-up. Thread: pure.
#pragma once

#include "base/int128.hpp"
#include "base/quantity.hpp"
#include "plan/frame_size.hpp"
#include "plan/plan.hpp"
#include "profile/profile.hpp"

#include <cstdint>
#include <optional>

namespace plan {

/// A rate, or a point between two of one unit: (first * (parts - part) + last * part) / parts.
struct RatePoint {
  profile::RateUnit unit = profile::RateUnit::kShareOfPort;
  base::Uint128 numerator = 0;
  std::uint64_t denominator = 1;
};
[[nodiscard]] RatePoint exactly(const profile::Rate& rate);
/// Step `part` of `parts` between them, taken in its middle, so that the steps add up to the straight line.
[[nodiscard]] RatePoint between(const profile::Rate& first, const profile::Rate& last, std::uint64_t part,
                                std::uint64_t parts);

struct Shared {
  base::BitsPerSec port_speed;
  std::uint64_t flows = 1;  ///< that share the rate evenly
};

/// The time between frames of one flow, in lowest terms. Empty where it does not fit: a rate of zero, or of
/// less than a frame in months.
[[nodiscard]] std::optional<Pace> pace_of(const RatePoint& rate, const Shared& shared);
/// As fast as the line goes, shared.
[[nodiscard]] Pace line_pace(const Shared& shared);

[[nodiscard]] Pace::Charge charge_of(profile::RateUnit unit);
/// What a cycle of messages is charged in all.
[[nodiscard]] std::uint64_t charge_total(Pace::Charge charge, const MessageTotals& totals);

/// Bits a second of each layer, rounded down.
struct LayerRates {
  base::BitsPerSec l1;
  base::BitsPerSec l2;
  base::BitsPerSec payload;
};
[[nodiscard]] LayerRates layer_rates(const RatePoint& rate, base::BitsPerSec port_speed,
                                     const MessageTotals& totals);
/// part / parts of each, rounded down.
[[nodiscard]] LayerRates scaled(const LayerRates& rates, std::uint64_t part, std::uint64_t parts);
[[nodiscard]] LayerRates sum(const LayerRates& a, const LayerRates& b);

}  // namespace plan
