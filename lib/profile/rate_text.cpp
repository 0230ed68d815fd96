// Rates and limits of expectations, whose unit is part of the value.

#include "base/decimal.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "profile/scalar.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <array>

namespace profile {
namespace {

constexpr std::array<base::UnitScale, 3> kMessageUnits{
    {{"msg/s", 1}, {"kmsg/s", 1'000}, {"Mmsg/s", 1'000'000}}};
constexpr std::array<base::UnitScale, 2> kPpm{{{"ppm", 1}, {"%", 10'000}}};
constexpr std::array<base::UnitScale, 3> kPpb{{{"ppb", 1}, {"ppm", 1'000}, {"%", 10'000'000}}};
constexpr std::array<base::UnitScale, 1> kFractionOfBillion{{{"", 1'000'000'000}}};
constexpr std::array<base::UnitScale, 1> kNsOfPs{{{"", 1'000}}};
constexpr std::array<base::UnitScale, 1> kOnes{{{"", 1}}};

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return true;
}

/// Decimal digits of value / 10^places without trailing zeros.
std::string scaled_digits(std::uint64_t value, int places) {
  std::uint64_t scale = 1;
  for (int i = 0; i < places; ++i)
    scale *= 10;
  std::string text = fmt::format("{}.{:0{}}", value / scale, value % scale, places);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::optional<std::uint64_t> limit_number(MetricUnit unit, const std::string& text, bool bare) {
  base::Bytes bytes;
  base::Duration time;
  base::BitsPerSec rate;
  base::PacketsPerSec packets;
  switch (unit) {
    case MetricUnit::kCount:
      return bare ? base::parse_scaled(text, kOnes) : std::nullopt;
    case MetricUnit::kBytes:
      return base::parse_bytes(text, bytes) ? std::optional{bytes.count()} : std::nullopt;
    case MetricUnit::kTime:
      if (bare) return base::parse_scaled(text, kNsOfPs);
      return base::parse_duration(text, time) ? std::optional{static_cast<std::uint64_t>(time.ps())}
                                              : std::nullopt;
    case MetricUnit::kBitsPerSec:
      if (bare) return base::parse_scaled(text, kOnes);
      return base::parse_bits_per_sec(text, rate) ? std::optional{rate.count()} : std::nullopt;
    case MetricUnit::kPacketsPerSec:
      if (bare) return base::parse_scaled(text, kOnes);
      return base::parse_packets_per_sec(text, packets) ? std::optional{packets.count()} : std::nullopt;
    case MetricUnit::kShare:
      break;
  }
  const auto share = bare ? base::parse_scaled(text, kFractionOfBillion) : base::parse_scaled(text, kPpb);
  return share && *share <= 1'000'000'000 ? share : std::nullopt;
}

Scalar limit_scalar(MetricUnit unit, std::uint64_t number) {
  switch (unit) {
    case MetricUnit::kCount:
      break;
    case MetricUnit::kBytes:
      return {.text = to_text(base::Bytes{number}), .number = number};
    case MetricUnit::kTime:
      return {.text = to_text(base::Duration{static_cast<std::int64_t>(number)}), .number = number};
    case MetricUnit::kBitsPerSec:
      return {.text = to_text(base::BitsPerSec{number}), .number = number};
    case MetricUnit::kPacketsPerSec:
      return {.text = to_text(base::PacketsPerSec{number}), .number = number};
    case MetricUnit::kShare:
      return {.text = scaled_digits(number, 7) + " %", .number = number};
  }
  return {.text = fmt::format("{}", number), .number = number, .bare = true};
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  base::PacketsPerSec packets;
  if (base::parse_packets_per_sec(text, packets))
    return Rate{.unit = RateUnit::kPackets, .value = packets.count()};
  if (const auto messages = base::parse_scaled(text, kMessageUnits)) {
    return Rate{.unit = RateUnit::kMessages, .value = *messages};
  }
  if (const auto ppm = base::parse_scaled(text, kPpm))
    return Rate{.unit = RateUnit::kShareOfPort, .value = *ppm};
  const RateUnit unit = take_suffix(text, "L1")        ? RateUnit::kBitsL1
                        : take_suffix(text, "payload") ? RateUnit::kBitsPayload
                                                       : RateUnit::kBitsL2;
  base::BitsPerSec bits;
  if (!base::parse_bits_per_sec(text, bits)) return std::nullopt;
  return Rate{.unit = unit, .value = bits.count()};
}

std::string to_text(const Rate& rate) {
  switch (rate.unit) {
    case RateUnit::kBitsL1:
      return to_text(base::BitsPerSec{rate.value}) + " L1";
    case RateUnit::kBitsL2:
      return to_text(base::BitsPerSec{rate.value});
    case RateUnit::kBitsPayload:
      return to_text(base::BitsPerSec{rate.value}) + " payload";
    case RateUnit::kShareOfPort:
      return scaled_digits(rate.value, 4) + " %";
    case RateUnit::kPackets:
      return to_text(base::PacketsPerSec{rate.value});
    case RateUnit::kMessages:
      break;
  }
  return base::print_scaled(rate.value, kMessageUnits);
}

std::optional<Scalar> parse_limit(MetricUnit unit, const RawNode& raw) {
  const bool bare = raw.kind != RawKind::kText;
  if (raw.kind == RawKind::kInteger && raw.integer < 0) return std::nullopt;
  const std::string text = raw.kind == RawKind::kInteger ? fmt::format("{}", raw.integer) : raw.text;
  const auto number = limit_number(unit, text, bare);
  if (!number) return std::nullopt;
  return limit_scalar(unit, *number);
}

std::string limit_expectation(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::kCount:
      break;
    case MetricUnit::kBytes:
      return "a size such as \"64 KiB\"";
    case MetricUnit::kTime:
      return "a time such as \"10 us\", or nanoseconds as a bare number";
    case MetricUnit::kBitsPerSec:
      return "a rate such as \"25 Gbit/s\"";
    case MetricUnit::kPacketsPerSec:
      return "a rate such as \"1.5 Mpps\"";
    case MetricUnit::kShare:
      return "a share such as \"0.1 %\" or \"20 ppm\", or a fraction from 0 to 1";
  }
  return "a whole number such as 0";
}

}  // namespace profile
