/// \file
/// Single values: read, written canonically, and described to people.
///
///     if (auto scalar = profile::parse_scalar(key, raw)) ...
///     else what = fmt::format("found {}, expected {}", quoted(raw), profile::expectation(key));
///
/// Cost: set-up only. Thread: pure.
#pragma once

#include "profile/metric.hpp"
#include "profile/profile.hpp"
#include "profile/raw.hpp"
#include "profile/schema.hpp"
#include "profile/values.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace profile {

/// The value as the key's type has it, within its limits; nothing where it is not. For list types: one item.
[[nodiscard]] std::optional<Scalar> parse_scalar(const Key& key, const RawNode& raw);

/// `[[bytes, percent], ...]`; nothing where it is malformed.
[[nodiscard]] std::optional<std::vector<workload::SizePoint>> parse_points(const RawNode& raw);

/// "a time such as \"10 us\", from \"1 us\" to \"100 d\"".
[[nodiscard]] std::string expectation(const Key& key);

/// The type's name in the reference: "time", "list of names".
[[nodiscard]] std::string_view type_name(KeyType type);

/// A number of the type as it would be written, for limits: "4096", "10 s".
[[nodiscard]] std::string limit_text(const Key& key, std::uint64_t number);
/// Whether a limit of the key says something that its type does not.
[[nodiscard]] bool has_min(const Key& key);
[[nodiscard]] bool has_max(const Key& key);

[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text);
[[nodiscard]] std::string to_text(const Rate& rate);

/// A limit on a metric, in the metric's base unit.
[[nodiscard]] std::optional<Scalar> parse_limit(MetricUnit unit, const RawNode& raw);
/// "a share such as \"0.1 %\", ..."
[[nodiscard]] std::string limit_expectation(MetricUnit unit);

}  // namespace profile
