/// \file
/// What a run measured: the value that `run` makes, and that verdict and report read.
///
/// Flows keep their sending and receiving halves apart; who joins them is the report. Everything is of the
/// measured window unless its name says otherwise. Ids are the plan's. No wall time, host or CPU stands
/// outside `machine` and `Event::utc`.
/// Thread: plain values.
#pragma once

#include "base/time.hpp"
#include "measure/histogram.hpp"
#include "measure/interval.hpp"
#include "measure/reorder_density.hpp"
#include "measure/sequence_counts.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace measure {

/// scheduled = sent + refused + abandoned.
struct SentCounts {
  std::uint64_t scheduled = 0;
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t frame_bytes = 0;  ///< of sent ones, without FCS
  std::uint64_t payload_bytes = 0;
  std::uint64_t messages = 0;  ///< whose last frame was sent

  [[nodiscard]] bool balanced() const { return scheduled == sent + refused + abandoned; }
  SentCounts& operator+=(const SentCounts& other) {
    scheduled += other.scheduled;
    sent += other.sent;
    refused += other.refused;
    abandoned += other.abandoned;
    frame_bytes += other.frame_bytes;
    payload_bytes += other.payload_bytes;
    messages += other.messages;
    return *this;
  }
};

struct FlowSent {
  SentCounts counts;
  std::uint64_t warmup_sent = 0;
  base::Time first = base::Time::never();  ///< hand-over of its first frame
  base::Time last;
};

struct FlowReceived {
  SequenceResult sequence;        ///< closed with what the sender says it sent
  std::uint64_t frames = 0;       ///< all copies, until the drain's end
  std::uint64_t frame_bytes = 0;  ///< of them, without FCS
  std::uint64_t payload_bytes = 0;
  std::uint64_t warmup_frames = 0;
  std::uint64_t corrupt = 0;        ///< bad ICRC, all copies
  std::uint64_t corrupt_first = 0;  ///< bad ICRC, first copies: in sequence.counts.received, but not good
  std::uint64_t icrc_unchecked = 0;
  std::array<std::uint64_t, 4> ecn{};  ///< good first copies by codepoint as received
  std::uint64_t dscp_changed = 0;
  std::uint64_t pcp_changed = 0;
  std::uint64_t ttl_changed = 0;
  std::uint8_t dscp_seen = 0;  ///< of the last changed one
  std::uint8_t pcp_seen = 0;
  std::uint8_t ttl_seen = 0;
  std::uint64_t latency_samples = 0;
  base::Duration latency_min;
  base::Duration latency_max;
  base::Duration latency_sum;
  base::Duration inter_arrival_min;
  base::Duration inter_arrival_max;  ///< the longest arrival gap
  base::Time longest_gap_start;
  std::uint64_t longest_gap_lost = 0;
  base::Time first = base::Time::never();
  base::Time last;

  [[nodiscard]] std::uint64_t received_good() const { return sequence.counts.received - corrupt_first; }
};

struct FlowResult {
  FlowSent sent;
  FlowReceived received;
};

/// Histograms and densities of one traffic entry, or of a flow that is named in the profile.
struct Distribution {
  Histogram latency;
  Histogram latency_lifo;
  Histogram inter_arrival;
  ReorderDensity reordering;
  std::uint64_t tester_bound = 0;  ///< latency samples that the tester itself may have delayed
};

struct QueueResult {
  SentCounts sent;
  Histogram lateness;
  std::uint64_t late_frames = 0;
  std::array<std::uint64_t, 65> back_to_back{};
  std::uint64_t short_bursts = 0;
  std::uint64_t no_buffer = 0;
  // Of the whole run, warm-up and drain included:
  std::uint64_t received_frames = 0;
  std::uint64_t ours = 0;
  std::uint64_t after_drain = 0;
  std::uint64_t tag_damaged = 0;
  std::uint64_t misdelivered = 0;
  std::uint64_t foreign_roce = 0;
  std::uint64_t control = 0;
  std::vector<std::uint64_t> other_by_kind;  ///< by wire::FrameKind
};

/// Where a counter of a device says that a frame was lost.
enum class LossPlace : std::uint8_t { kInformation, kTester, kLastLink, kOutside, kUnmapped };

struct DeviceCount {
  std::string name;
  LossPlace place = LossPlace::kInformation;
  std::uint64_t value = 0;
};

/// The books of one port, of the whole run. Frames that another port sent here:
/// sent = received good + received corrupt + lost in the tester + lost outside.
struct PortResult {
  std::vector<DeviceCount> device_counts;
  std::uint64_t device_sent = 0;  ///< frames that the driver confirms
  std::uint64_t device_received = 0;
  bool counts_complete = true;  ///< false: a source of counts fell silent
  bool loss_known = true;       ///< somebody counts what is lost between wire and receive call
  std::uint64_t taken = 0;      ///< frames that the port took from us, control frames apart
  std::uint64_t control_sent = 0;
  std::uint64_t lost_in_tester = 0;
  std::uint64_t damaged_on_last_link = 0;
  std::uint64_t stuck_in_tester = 0;  ///< taken and never confirmed
};

struct LcoreResult {
  std::uint32_t cpu = 0;
  base::Duration start_skew;
  base::Duration longest_poll_gap;
  std::uint64_t rounds = 0;
  bool times_known = false;
  base::Duration on_cpu;
  base::Duration waited;
  base::Duration stolen;
};

/// One line of numbers over time. `values[i]` belongs to [start + i * interval, + interval).
struct Series {
  std::string name;    ///< "tx_bits_per_sec_l2"
  std::string unit;    ///< "bit/s"
  std::string place;   ///< "traffic:writes", "port:p0", "host"
  std::string source;  ///< "worker", "xstats", "schedstat"
  base::Time start;
  base::Duration interval;
  std::vector<double> values;
};

struct Event {
  base::Time at;
  std::string utc;   ///< ISO 8601; empty where time is virtual
  std::string kind;  ///< "started", "interrupted", "link_down", "loss"
  std::string text;
};

struct MachineFacts {
  std::string host;
  std::string cpu;
  std::string kernel;
  std::string eal;  ///< "DPDK 22.11.11, 512 MiB in ordinary pages"
  std::uint64_t tsc_hz = 0;
  std::uint64_t tsc_error_ppb = 0;
};

struct RunResult {
  std::string world = "ports";
  std::string version;
  std::string started_utc;
  base::Time measured_from;
  base::Time measured_until;  ///< the window's end, or when sending was stopped
  bool interrupted = false;
  std::string stopped_because;                       ///< empty: the plan's end
  std::vector<FlowResult> flows;                     ///< by plan::FlowId
  std::vector<Distribution> traffic;                 ///< by plan::TrafficId
  std::vector<std::optional<Distribution>> details;  ///< by plan::FlowId, where kept; else empty
  std::vector<QueueResult> queues;                   ///< by plan::QueueId
  std::vector<PortResult> ports;                     ///< by plan::PortId
  std::vector<LcoreResult> lcores;
  base::Duration start_skew;       ///< between the first frames of the first and the last port
  std::uint64_t lost_in_hops = 0;  ///< frames that an impairing cable of ours had no room for
  std::vector<Series> series;
  std::vector<Event> events;
  std::optional<MachineFacts> machine;
};

}  // namespace measure
