#include "run_progress.hpp"

#include "plan/text.hpp"
#include "wire/line.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace app {
namespace {

std::string rate_text(std::uint64_t bytes, base::Duration over) {
  if (over.ps() <= 0) return "-";
  return plan::short_text(
      base::BitsPerSec{static_cast<std::uint64_t>(static_cast<double>(bytes) * 8 / over.seconds())});
}

/// Three digits, for a line that is looked at in passing.
std::string span_text(std::int64_t ps) {
  if (ps < 1'000'000) return fmt::format("{} ns", ps / 1'000);
  if (ps < 1'000'000'000) return fmt::format("{:.1f} us", static_cast<double>(ps) / 1e6);
  return fmt::format("{:.1f} ms", static_cast<double>(ps) / 1e9);
}

}  // namespace

std::string RunProgress::text(const run::Progress& progress) {
  Sums now;
  for (const engine::LiveQueue& queue : progress.queues) {
    now.at = std::max(now.at, queue.at);
    now.frames_sent += queue.frames_sent;
    now.bytes_sent += queue.frame_bytes_sent + wire::kFcsBytes * queue.frames_sent;
    now.bytes_received += queue.frame_bytes_received + wire::kFcsBytes * queue.frames_received;
    now.lateness_ps += queue.lateness_ps_sum;
  }
  engine::LiveTraffic total;
  for (const engine::LiveTraffic& traffic : progress.traffic)
    total += traffic;
  const base::Duration since = now.at - last_.at;
  const std::uint64_t sent = now.frames_sent - last_.frames_sent;
  const std::string late =
      sent == 0 ? "-" : span_text((now.lateness_ps - last_.lateness_ps) / static_cast<std::int64_t>(sent));
  const std::string ce = total.first_copies == 0
                             ? "-"
                             : fmt::format("{:.2f} %", 100 * static_cast<double>(total.ce) /
                                                           static_cast<double>(total.first_copies));
  const std::string line = fmt::format(
      "{:5.1f} s of {:.1f} s  sent {}  received {}  missing {}  CE {}  late {}", progress.elapsed.seconds(),
      progress.planned.seconds(), rate_text(now.bytes_sent - last_.bytes_sent, since),
      rate_text(now.bytes_received - last_.bytes_received, since), total.gap_numbers, ce, late);
  last_ = now;
  return line;
}

}  // namespace app
