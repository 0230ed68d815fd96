/// \file
/// Wall time, for people: nothing that decides reads them.
#pragma once

#include <cstdint>
#include <string>

namespace run {

/// "2026-01-31T12:00:00.123Z"
[[nodiscard]] std::string utc_now();
/// Nanoseconds since 1970.
[[nodiscard]] std::int64_t utc_ns();
/// "20260131T120000Z", for folders.
[[nodiscard]] std::string utc_stamp();
}  // namespace run
