/// \file
/// --start-at: a run that begins at a moment of the wall clock, as several testers do together.
///
/// Thread: main.
#pragma once

#include "base/error.hpp"
#include "options.hpp"
#include "output.hpp"

#include <atomic>
#include <cstdint>
#include <optional>

namespace app {

/// Nanoseconds since 1970, or nothing where no start was asked for. Refused: what is no time, and what is
/// past.
[[nodiscard]] base::Result<std::optional<std::int64_t>> start_time(const Options& options);

/// Waits for the host's clock, and says so. False: interrupted. Refused: the moment passed before we were
/// ready for it.
[[nodiscard]] base::Result<bool> wait_for_start(std::int64_t utc_ns, const Output& out,
                                                const std::atomic<int>& interrupts);

}  // namespace app
