#include "port/tsc_clock.hpp"

#include "base/check.hpp"
#include "host/raw_clock.hpp"

namespace port {

ClockPair read_clock_pair() {
  constexpr int kTries = 32;
  ClockPair best{.ticks = 0, .raw = {}, .doubt = base::seconds(1)};
  for (int i = 0; i < kTries; ++i) {
    const base::Duration before = host::raw_clock();
    const std::uint64_t ticks = read_tsc();
    const base::Duration after = host::raw_clock();
    if (after - before < best.doubt)
      best = {.ticks = ticks, .raw = before + (after - before) / 2, .doubt = after - before};
  }
  return best;
}

TscRate rate_between(const ClockPair& first, const ClockPair& last) {
  const base::Duration span = last.raw - first.raw;
  CHECK(span >= base::milliseconds(1), "clock pairs only {} ps apart", span.ps());
  const auto span_ps = static_cast<std::uint64_t>(span.ps());
  const auto ticks = base::Uint128{last.ticks - first.ticks};
  const auto doubt = base::Uint128{static_cast<std::uint64_t>((first.doubt + last.doubt).ps())};
  return {.hz = static_cast<std::uint64_t>((ticks * 1'000'000'000'000 + span_ps / 2) / span_ps),
          .error_ppb = static_cast<std::uint64_t>(doubt * 1'000'000'000 / span_ps + 1)};
}

}  // namespace port
