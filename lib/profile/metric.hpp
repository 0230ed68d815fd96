/// \file
/// The names under which numbers are asked for in `[[expect]]`: one vocabulary for profile, verdict, report.
///
///     const profile::MetricFacts* facts = profile::find_metric("latency_ns_p99");
///     if (facts != nullptr && facts->kept == profile::Kept::kHistogram) ...
///
/// The definitions (formula, layer, window, error bound) stand in docs/measuring.md under the same names.
/// Cost: a search in a small table. Thread: pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace profile {

/// What a limit on the metric is written in, and its base unit.
enum class MetricUnit {
  kCount,          ///< frames, messages: 1
  kBytes,          ///< 1 byte
  kTime,           ///< picoseconds ("10 us"; a bare number is nanoseconds)
  kBitsPerSec,     ///< 1 bit/s ("25 Gbit/s")
  kPacketsPerSec,  ///< 1 packet/s ("1.5 Mpps")
  kShare,          ///< parts per billion ("0.1 %", "20 ppm"; a bare number is a fraction of 1)
};

/// What must have been kept for the metric to be known.
enum class Kept {
  kCounter,    ///< every flow and every sum
  kSummary,    ///< count, min, max, sum: every flow and every sum
  kHistogram,  ///< ports, `[[traffic]]`, classes, groups, total, and the flows named in `[[expect]]` or
               ///< `[[series]]`
};

struct MetricFacts {
  std::string_view name;
  MetricUnit unit;
  Kept kept;
  bool per_port_only;  ///< known for ports, groups and the total, not for flows
  std::string_view doc;
};

[[nodiscard]] std::span<const MetricFacts> all_metrics();
/// The entry of that name, or null.
[[nodiscard]] const MetricFacts* find_metric(std::string_view name);

/// What a number is about: "total", "traffic:NAME", "class:NAME", "port:NAME", "group:NAME",
/// "flow:TRAFFIC/INDEX", "qp:TRAFFIC/INDEX" or "receiver:ENDPOINTS/INDEX".
enum class SubjectKind : std::uint8_t {
  kTotal,
  kTraffic,
  kClass,
  kPort,   ///< a port of the testbed
  kGroup,  ///< a port group of the testbed
  kFlow,
  kQueuePair,
  kReceiver,  ///< one endpoint as receiver, all that is sent to it
};

}  // namespace profile
