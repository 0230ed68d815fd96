#include "profile/scalar.hpp"

#include "base/address.hpp"
#include "base/decimal.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "profile/limits.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <array>

namespace profile {
namespace {

using Parsed = std::optional<Scalar>;

constexpr std::array<base::UnitScale, 1> kThousandths{{{"", 1'000}}};
constexpr std::array<base::UnitScale, 2> kPpm{{{"ppm", 1}, {"%", 10'000}}};

bool is_name(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Parsed number_of(std::uint64_t number) {
  return Scalar{.text = fmt::format("{}", number), .number = number, .bare = true};
}

Parsed integer_of(const Key& key, const RawNode& raw) {
  if (raw.kind != RawKind::kInteger || raw.integer < 0) return std::nullopt;
  Parsed parsed = number_of(static_cast<std::uint64_t>(raw.integer));
  const auto& choices = key.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), parsed->text) == choices.end())
    return std::nullopt;
  return parsed;
}

Parsed decimal_of(const RawNode& raw) {
  if (raw.kind == RawKind::kInteger && raw.integer >= 0 && raw.integer < (1LL << 40)) {
    const auto whole = static_cast<std::uint64_t>(raw.integer);
    return Scalar{.text = fmt::format("{}.0", whole), .number = whole * 1000, .bare = true};
  }
  if (raw.kind != RawKind::kDecimal) return std::nullopt;
  const auto number = base::parse_scaled(raw.text, kThousandths);
  if (!number) return std::nullopt;
  std::string text = fmt::format("{}.{:03}", *number / 1000, *number % 1000);
  while (text.ends_with('0') && !text.ends_with(".0"))
    text.pop_back();
  return Scalar{.text = text, .number = *number, .bare = true};
}

Parsed choice_of(const Key& key, const RawNode& raw) {
  const auto found = std::find(key.choices.begin(), key.choices.end(), raw.text);
  if (raw.kind != RawKind::kText || found == key.choices.end()) return std::nullopt;
  return Scalar{.text = raw.text, .number = static_cast<std::uint64_t>(found - key.choices.begin())};
}

Parsed flag_of(const RawNode& raw) {
  if (raw.kind != RawKind::kFlag) return std::nullopt;
  return Scalar{.text = raw.integer != 0 ? "true" : "false",
                .number = static_cast<std::uint64_t>(raw.integer),
                .bare = true};
}

/// A text read by one of base's parsers, written back by its to_text.
template <class Quantity, class Parse>
Parsed quantity_of(const RawNode& raw, Parse parse) {
  Quantity quantity;
  if (raw.kind != RawKind::kText || !parse(raw.text, quantity)) return std::nullopt;
  return Scalar{.text = to_text(quantity), .number = quantity.count()};
}

Parsed duration_of(const RawNode& raw) {
  base::Duration duration;
  if (raw.kind != RawKind::kText || !base::parse_duration(raw.text, duration)) return std::nullopt;
  const std::string text = duration == base::Duration{} ? "0 s" : to_text(duration);
  return Scalar{.text = text, .number = static_cast<std::uint64_t>(duration.ps())};
}

Parsed bytes_of(const RawNode& raw) {
  if (raw.kind == RawKind::kInteger && raw.integer >= 0) {
    const auto number = static_cast<std::uint64_t>(raw.integer);
    return Scalar{.text = to_text(base::Bytes{number}), .number = number};
  }
  return quantity_of<base::Bytes>(raw, base::parse_bytes);
}

std::string share_text(std::uint64_t ppm) {
  std::string text = fmt::format("{}.{:04}", ppm / 10'000, ppm % 10'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

Parsed share_of(const RawNode& raw) {
  if (raw.kind != RawKind::kText) return std::nullopt;
  const auto ppm = base::parse_scaled(raw.text, kPpm);
  if (!ppm) return std::nullopt;
  return Scalar{.text = share_text(*ppm), .number = *ppm};
}

Parsed rate_of(const RawNode& raw) {
  if (raw.kind != RawKind::kText) return std::nullopt;
  const auto rate = parse_rate(raw.text);
  if (!rate || rate->value == 0) return std::nullopt;
  if (rate->unit == RateUnit::kShareOfPort && rate->value > kWholePpm) return std::nullopt;
  return Scalar{.text = to_text(*rate), .number = rate->value};
}

Parsed one_in_of(const RawNode& raw) {
  constexpr std::array<base::UnitScale, 1> kWhole{{{"", 1}}};
  if (raw.kind != RawKind::kText) return std::nullopt;
  if (raw.text == "none") return Scalar{.text = "none", .number = 0};
  if (raw.text == "all") return Scalar{.text = "all", .number = 1};
  if (!raw.text.starts_with("1/")) return std::nullopt;
  const auto number = base::parse_scaled(raw.text.substr(2), kWhole);
  if (!number || *number == 0) return std::nullopt;
  return Scalar{.text = *number == 1 ? "all" : fmt::format("1/{}", *number), .number = *number};
}

Parsed mac_of(const RawNode& raw) {
  base::MacAddress mac;
  if (raw.kind != RawKind::kText || !base::parse_mac(raw.text, mac) || mac.is_multicast())
    return std::nullopt;
  return Scalar{.text = to_text(mac)};
}

template <class Address, class Parse>
Parsed address_of(const RawNode& raw, Parse parse) {
  Address address;
  if (raw.kind != RawKind::kText || !parse(raw.text, address)) return std::nullopt;
  return Scalar{.text = to_text(address)};
}

Parsed text_of(const RawNode& raw, bool good) {
  if (raw.kind != RawKind::kText || !good) return std::nullopt;
  return Scalar{.text = raw.text};
}

/// The limit as it was written; the binder reads it again when it knows the metric.
Parsed unread_limit(const RawNode& raw) {
  if (raw.kind == RawKind::kText) return Scalar{.text = raw.text};
  if (raw.kind == RawKind::kDecimal) return Scalar{.text = raw.text, .bare = true};
  if (raw.kind != RawKind::kInteger) return std::nullopt;
  return Scalar{.text = fmt::format("{}", raw.integer), .bare = true};
}

Parsed parse_type(const Key& key, const RawNode& raw) {
  switch (key.type) {
    case KeyType::kText:
    case KeyType::kFile:
    case KeyType::kFiles:
    case KeyType::kSubject:
      return text_of(raw, true);
    case KeyType::kName:
    case KeyType::kNames:
      return text_of(raw, is_name(raw.text));
    case KeyType::kMetric:
      return text_of(raw, find_metric(raw.text) != nullptr);
    case KeyType::kInteger:
    case KeyType::kIntegers:
      return integer_of(key, raw);
    case KeyType::kDecimal:
      return decimal_of(raw);
    case KeyType::kFlag:
      return flag_of(raw);
    case KeyType::kChoice:
      return choice_of(key, raw);
    case KeyType::kDuration:
      return duration_of(raw);
    case KeyType::kBytes:
      return bytes_of(raw);
    case KeyType::kSpeed:
      return quantity_of<base::BitsPerSec>(raw, base::parse_bits_per_sec);
    case KeyType::kRate:
      return rate_of(raw);
    case KeyType::kShare:
      return share_of(raw);
    case KeyType::kOneIn:
      return one_in_of(raw);
    case KeyType::kMac:
      return mac_of(raw);
    case KeyType::kIpv4:
      return address_of<base::Ipv4Address>(raw, base::parse_ipv4);
    case KeyType::kIpv4Prefix:
      return address_of<base::Ipv4Prefix>(raw, base::parse_ipv4_prefix);
    case KeyType::kIpv6:
      return address_of<base::Ipv6Address>(raw, base::parse_ipv6);
    case KeyType::kIpv6Prefix:
      return address_of<base::Ipv6Prefix>(raw, base::parse_ipv6_prefix);
    case KeyType::kLimit:
      return unread_limit(raw);
    case KeyType::kPoints:
    case KeyType::kTable:
    case KeyType::kTables:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Scalar> parse_scalar(const Key& key, const RawNode& raw) {
  // A control character would break the lines of reports.
  if (std::any_of(raw.text.begin(), raw.text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < ' '; })) {
    return std::nullopt;
  }
  Parsed parsed = parse_type(key, raw);
  if (parsed && (parsed->number < key.min || parsed->number > key.max) && key.choices.empty() &&
      (has_min(key) || has_max(key))) {
    return std::nullopt;
  }
  return parsed;
}

std::optional<std::vector<workload::SizePoint>> parse_points(const RawNode& raw) {
  constexpr std::array<base::UnitScale, 1> kPercentOfBillion{{{"", 10'000'000}}};
  if (raw.kind != RawKind::kArray) return std::nullopt;
  std::vector<workload::SizePoint> points;
  for (const RawNode& pair : raw.items) {
    if (pair.kind != RawKind::kArray || pair.items.size() != 2) return std::nullopt;
    const RawNode& share = pair.items[1];
    const std::string text = share.kind == RawKind::kInteger ? fmt::format("{}", share.integer) : share.text;
    const auto ppb = base::parse_scaled(text, kPercentOfBillion);
    const auto bytes = bytes_of(pair.items[0]);
    const bool is_number = share.kind == RawKind::kInteger || share.kind == RawKind::kDecimal;
    if (!bytes || !ppb || !is_number) return std::nullopt;
    points.push_back({.bytes = bytes->number, .upto_ppb = *ppb});
  }
  return points;
}

}  // namespace profile
