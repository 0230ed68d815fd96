/// \file
/// Wall time: what people read, and when a run is to start. Nothing that decides what is sent reads it.
///
///     const auto at = run::parse_utc("2026-01-31T12:00:00Z");
///     if (!at) return tl::unexpected(at.error());
///     if (*at <= run::utc_ns()) ...                     // past
///
/// Cost: control path. Thread: any.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace run {

/// "2026-01-31T12:00:00.123Z"
[[nodiscard]] std::string utc_now();
/// Nanoseconds since 1970.
[[nodiscard]] std::int64_t utc_ns();
/// "20260131T120000Z", for folders.
[[nodiscard]] std::string utc_stamp();
/// "2026-01-31T12:00:00.123Z", rounded down; of times since 1970.
[[nodiscard]] std::string utc_text(std::int64_t utc_ns);
/// ISO 8601 with Z: "2026-01-31T12:00:00Z", with 1 to 9 digits behind a point where wanted. Nanoseconds since
/// 1970; no other zone, no local time, no leap second. Years up to 2199, so that it fits.
[[nodiscard]] base::Result<std::int64_t> parse_utc(std::string_view text);

}  // namespace run
