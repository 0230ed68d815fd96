#include "start_time.hpp"

#include "base/time.hpp"
#include "progress.hpp"
#include "run/utc.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <chrono>
#include <thread>

namespace app {
namespace {

std::string seconds_text(std::int64_t ns) {
  return fmt::format("{:.1f} s", base::nanoseconds(ns).seconds());
}

}  // namespace

base::Result<std::optional<std::int64_t>> start_time(const Options& options) {
  if (options.start_at.empty()) return std::nullopt;
  auto at = run::parse_utc(options.start_at);
  if (!at) {
    at.error().front().where = "--start-at " + options.start_at;
    return tl::unexpected(std::move(at).error());
  }
  const std::int64_t now = run::utc_ns();
  if (*at <= now) {
    return base::fail({.where = "--start-at " + options.start_at,
                       .what = fmt::format("is past: this host's clock says {}", run::utc_text(now)),
                       .remedy = "give a time to come, in UTC, and leave seconds to open the ports"});
  }
  return *at;
}

base::Result<bool> wait_for_start(std::int64_t utc_ns, const Output& out,
                                  const std::atomic<int>& interrupts) {
  std::int64_t left = utc_ns - run::utc_ns();
  if (left < 0) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = "--start-at " + run::utc_text(utc_ns),
                       .what = fmt::format("passed {} before the ports were ready", seconds_text(-left)),
                       .remedy = "give a later time; nothing was sent"});
  }
  ProgressLine progress{out};
  for (; left > 0; left = utc_ns - run::utc_ns()) {
    if (interrupts.load(std::memory_order_relaxed) != 0) return false;
    if (progress.is_due()) {
      progress.show(fmt::format("ready; starts at {}, in {}", run::utc_text(utc_ns), seconds_text(left)));
    }
    std::this_thread::sleep_for(std::chrono::nanoseconds{std::min<std::int64_t>(left, 10'000'000)});
  }
  return true;
}

}  // namespace app
