#include "plan/rate.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace plan {
namespace {

using base::Uint128;
using profile::RateUnit;

constexpr std::uint64_t kPsPerSecond = 1'000'000'000'000;
constexpr std::uint64_t kMillion = 1'000'000;

/// The fraction in lowest terms; where a term does not fit 63 bits (a share of an odd speed, among very many
/// flows), the last convergent of its continued fraction that fits, which differs by less than one part in
/// 2^63. Empty where even its whole part does not fit, and for 0.
std::optional<Pace> reduced(Pace::Charge charge, Uint128 numerator, Uint128 denominator) {
  constexpr Uint128 kMost = std::numeric_limits<std::int64_t>::max();
  Uint128 p = 1;  // the convergent p / q and the one before it
  Uint128 q = 0;
  Uint128 p_before = 0;
  Uint128 q_before = 1;
  while (denominator != 0) {
    const Uint128 term = numerator / denominator;
    numerator = std::exchange(denominator, numerator % denominator);
    if (term > kMost || term * p + p_before > kMost || term * q + q_before > kMost) break;
    p_before = std::exchange(p, term * p + p_before);
    q_before = std::exchange(q, term * q + q_before);
  }
  // Even the largest charge, a frame on the wire, must leave a time that can be added up.
  constexpr Uint128 kChargeMost = 8192;
  if (p == 0 || q == 0 || p / q > kMost / 4 / kChargeMost) return std::nullopt;
  return Pace{.charge = charge,
              .ps_numerator = static_cast<std::uint64_t>(p),
              .ps_denominator = static_cast<std::uint64_t>(q)};
}

bool counts_bits(RateUnit unit) {
  return unit != RateUnit::kPackets && unit != RateUnit::kMessages;
}

/// value * part / parts, rounded down, for values of up to 127 bits.
Uint128 scale_down(Uint128 value, std::uint64_t part, std::uint64_t parts) {
  return value / parts * part + value % parts * part / parts;
}

base::BitsPerSec to_bits(Uint128 value) {
  constexpr Uint128 kMost = std::numeric_limits<std::int64_t>::max();
  return base::BitsPerSec{static_cast<std::uint64_t>(std::min(value, kMost))};
}

}  // namespace

RatePoint exactly(const profile::Rate& rate) {
  return {.unit = rate.unit, .numerator = rate.value, .denominator = 1};
}

RatePoint between(const profile::Rate& first, const profile::Rate& last, std::uint64_t part,
                  std::uint64_t parts) {
  const std::uint64_t halves = 2 * part + 1;
  return {.unit = first.unit,
          .numerator = static_cast<Uint128>(first.value) * (2 * parts - halves) +
                       static_cast<Uint128>(last.value) * halves,
          .denominator = 2 * parts};
}

Pace::Charge charge_of(RateUnit unit) {
  switch (unit) {
    case RateUnit::kBitsL1:
    case RateUnit::kShareOfPort:
      return Pace::Charge::kWireBytes;
    case RateUnit::kBitsL2:
      return Pace::Charge::kFrameBytesWithFcs;
    case RateUnit::kBitsPayload:
      return Pace::Charge::kPayloadBytes;
    case RateUnit::kPackets:
      return Pace::Charge::kFrame;
    case RateUnit::kMessages:
      break;
  }
  return Pace::Charge::kMessage;
}

std::uint64_t charge_total(Pace::Charge charge, const MessageTotals& totals) {
  switch (charge) {
    case Pace::Charge::kWireBytes:
      return totals.wire_bytes;
    case Pace::Charge::kFrameBytesWithFcs:
      return totals.layer2_bytes;
    case Pace::Charge::kPayloadBytes:
      return totals.payload_bytes;
    case Pace::Charge::kFrame:
      return totals.frames;
    case Pace::Charge::kMessage:
      break;
  }
  return totals.messages;
}

std::optional<Pace> pace_of(const RatePoint& rate, const Shared& shared) {
  const std::uint64_t units_a_second = counts_bits(rate.unit) ? 8 * kPsPerSecond : kPsPerSecond;
  Uint128 numerator = static_cast<Uint128>(units_a_second) * shared.flows * rate.denominator;
  Uint128 denominator = rate.numerator;
  if (rate.unit == RateUnit::kShareOfPort) {
    // The speed is a multiple of large powers of ten nearly always; without them the products fit 128 bits.
    const std::uint64_t speed = shared.port_speed.count();
    const std::uint64_t common = std::gcd(speed, 8 * kPsPerSecond * kMillion);
    numerator = numerator * kMillion / common;
    denominator *= speed / common;
  }
  return reduced(charge_of(rate.unit), numerator, denominator);
}

Pace line_pace(const Shared& shared) {
  const profile::Rate whole_line{.unit = RateUnit::kBitsL1, .value = shared.port_speed.count()};
  return pace_of(exactly(whole_line), shared).value_or(Pace{});
}

LayerRates layer_rates(const RatePoint& rate, base::BitsPerSec port_speed, const MessageTotals& totals) {
  const std::uint64_t charge = charge_total(charge_of(rate.unit), totals);
  if (charge == 0) return {};
  Uint128 numerator = rate.numerator * (counts_bits(rate.unit) ? 1 : 8);
  Uint128 denominator = rate.denominator;
  if (rate.unit == RateUnit::kShareOfPort) {
    numerator = numerator * port_speed.count() / kMillion;
  }
  numerator /= denominator;
  const auto of_layer = [&](std::uint64_t bytes) { return to_bits(scale_down(numerator, bytes, charge)); };
  return {.l1 = of_layer(totals.wire_bytes),
          .l2 = of_layer(totals.layer2_bytes),
          .payload = of_layer(totals.payload_bytes)};
}

LayerRates scaled(const LayerRates& rates, std::uint64_t part, std::uint64_t parts) {
  const auto of = [&](base::BitsPerSec rate) { return to_bits(scale_down(rate.count(), part, parts)); };
  return {.l1 = of(rates.l1), .l2 = of(rates.l2), .payload = of(rates.payload)};
}

LayerRates sum(const LayerRates& a, const LayerRates& b) {
  return {.l1 = a.l1 + b.l1, .l2 = a.l2 + b.l2, .payload = a.payload + b.payload};
}

}  // namespace plan
