/// \file
/// What a run measured: written by the engine's owner, read by verdict and report.
///
///     measure::RunResult result;
///     result.subjects.push_back({.subject = "traffic:incast", .sent = sums, ...});
///
/// One vocabulary for what a number is about (docs/measuring.md, "Subjects"): "total", "traffic:NAME",
/// "class:NAME", "port:NAME", "group:NAME", "flow:TRAFFIC/INDEX", "qp:TRAFFIC/INDEX",
/// "receiver:ENDPOINTS/INDEX". Ids are the plan's. Lists are open: a reader skips what it does not know.
/// Thread: plain values, moved.
#pragma once

#include "base/time.hpp"
#include "measure/books.hpp"
#include "measure/flow_result.hpp"
#include "measure/histogram.hpp"
#include "measure/reorder_density.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace measure {

enum class World : std::uint8_t { kPorts, kSimulated };

/// Full distributions: of ports, traffic entries, classes, groups, the total, and what the profile names.
struct Distributions {
  Histogram latency;  ///< FILO
  Histogram latency_lifo;
  Histogram inter_arrival;
  Histogram lateness;
  ReorderDensity reordering;

  void merge(const Distributions& other);
};

struct SubjectResult {
  std::string subject;
  SendResult sent;         ///< of the flows that it sends
  ReceiveResult received;  ///< of the flows that it receives
  /// Halves of the same flows: their books are one. False for a port or group, whose two halves differ.
  bool same_flows = true;
  PortShortfall shortfall;                       ///< of the ports at which its flows are received
  std::unique_ptr<Distributions> distributions;  ///< none where only summaries were kept
  /// Of which all that arrives belongs to it: every port for the total, none for traffic, classes and flows.
  std::vector<std::uint16_t> ports;
};

/// One queue pair of a port, and so one worker.
struct QueueResult {
  std::uint16_t port = 0;
  std::uint16_t queue = 0;  ///< number within the port
  std::uint16_t lcore = 0;
  SendResult sent;
  std::vector<std::uint64_t>
      back_to_back;  ///< [n] runs of n frames of a flow in one hand-over; last: or more
  std::uint64_t offered_bursts = 0;
  std::uint64_t short_bursts = 0;   ///< the port took fewer than offered
  std::uint64_t no_buffer = 0;      ///< polls at which the pool was empty
  std::uint64_t backlog_stops = 0;  ///< polls that ended because the line was busy ahead
  std::uint64_t received_bursts = 0;
  std::uint64_t full_bursts = 0;  ///< the burst limit was reached: more may have been waiting
  std::uint64_t polls = 0;
};

/// What a device's counter says of the frames that moved it.
enum class CounterPlace : std::uint8_t {
  kInformation,        ///< nothing was lost
  kTester,             ///< between the line and our receive call: lost in the tester
  kSender,             ///< taken by the driver, not sent: stuck in the tester
  kDamagedOnLastLink,  ///< part of lost outside
  kOutside,            ///< discarded by what is not ours
  kUnmapped,           ///< nobody here knows where: if it moved, loss is inconclusive
};

struct DeviceCounter {
  std::string name;  ///< the driver's
  CounterPlace place = CounterPlace::kInformation;
  std::uint64_t value = 0;  ///< since the traffic began
};

struct KindCount {
  std::string kind;  ///< "arp", "lldp", "foreign roce", ...
  std::uint64_t frames = 0;
};

/// What a port saw beside the frames of the run's flows.
struct PortResult {
  std::uint16_t port = 0;
  std::string name;
  std::uint64_t frames_received = 0;       ///< all, of every kind, from the start to the end
  std::uint64_t frame_bytes_received = 0;  ///< without FCS
  std::uint64_t frames_handed_over = 0;    ///< taken by the driver, of every kind, from the start to the end
  std::uint64_t ours = 0;                  ///< of the received, booked in a flow
  std::uint64_t tag_damaged = 0;           ///< ours, corrupt, and nobody knows of which flow
  std::uint64_t misdelivered = 0;          ///< ours, of a flow that another queue receives
  std::vector<KindCount> foreign;          ///< the rest, by kind
  std::vector<DeviceCounter> counters;
  bool counters_complete = true;         ///< false: a source of counts fell silent, loss cannot be placed
  Interval lost_in_tester;               ///< at this port as receiver
  std::uint64_t stuck = 0;               ///< at this port as sender; part of lost in the tester
  std::optional<base::Time> first_sent;  ///< for the start skew
  bool loss_known = true;                ///< somebody counts what is lost between wire and receive call
};

/// A core that polled, and what it did not get of its time.
struct LcoreResult {
  std::uint32_t cpu = 0;
  base::Duration start_skew;
  base::Duration longest_poll_gap;
  std::uint64_t rounds = 0;
  bool times_known = false;  ///< of the three below
  base::Duration on_cpu;
  base::Duration waited;  ///< for its core, behind another thread
  base::Duration stolen;  ///< by the host of this machine
};

enum class SeriesKind : std::uint8_t {
  kCount,  ///< a value is the growth in its interval
  kGauge,  ///< a value is the mean of the samples in its interval
};

/// Where a series was taken. Empty: it has no such place.
struct SeriesPlace {
  std::string host;
  std::string port;
  std::optional<std::uint32_t> queue;
  std::optional<std::uint32_t> lane;
  std::optional<std::uint32_t> priority;
  std::string subject;  ///< "traffic:incast": of the run's own counts
};

struct SeriesResult {
  static constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();

  std::string name;  ///< "rx_frames", "temperature_millicelsius"
  std::string unit;  ///< "frames", "bytes", "ps", ...
  SeriesKind kind = SeriesKind::kCount;
  SeriesPlace place;
  std::string source;  ///< "engine", "xstats", "ethtool", ...
  std::string clock;   ///< "run": base::Time of this result
  base::Time start;
  base::Duration interval;
  std::vector<std::int64_t> values;  ///< kNoValue: no sample in that interval
};

struct Event {
  base::Time at;
  std::optional<std::int64_t> utc_ns;  ///< since 1970; ports world only
  std::string kind;                    ///< "link_down", "loss", "interrupted", ...
  std::string text;                    ///< one sentence
  std::optional<std::uint16_t> port;
  std::optional<std::uint32_t> flow;
};

struct DeviceFacts {
  std::uint16_t port = 0;
  std::string name;
  std::string device;  ///< PCI address, interface, or vdev with its arguments
  std::string driver;
  std::string firmware;
  std::string mac;
  int numa_node = -1;  ///< -1: unknown, or none
  std::uint64_t speed_bits_per_sec = 0;
  bool is_virtual = false;
};

/// The machine under the run. Absent from a simulated result unless asked for.
struct MachineFacts {
  std::string host;
  std::string cpu;
  std::uint32_t cpus = 0;
  std::string kernel;
  std::string dpdk;
  std::string compiler;
  std::string instruction_set;
  std::uint64_t tsc_hz = 0;
  std::uint64_t memory_bytes = 0;
  bool huge_pages = false;
  std::optional<std::uint64_t> stolen_time_ppm;  ///< while the traffic ran
  std::string clock_synchronisation;             ///< "chrony", "ptp", "none", "unknown"
  std::vector<DeviceFacts> devices;
  std::uint64_t tsc_error_ppb = 0;  ///< bound on the clock's rate against CLOCK_MONOTONIC_RAW
};

/// When what was measured, in the run's clock.
struct Windows {
  std::optional<std::int64_t> start_utc_ns;
  std::optional<std::int64_t> start_asked_utc_ns;  ///< by the user; none: at once
  base::Time measured_from;                        ///< frames handed over from here on count
  base::Time sending_ended;
  base::Time drain_ended;  ///< what arrives later is after_drain
  base::Time ended;
  std::optional<base::Duration> start_skew;  ///< first frame of the last port less that of the first

  /// What rates are over.
  [[nodiscard]] base::Duration measured() const { return sending_ended - measured_from; }
};

/// Frames that a run copied aside for a capture file.
struct CaptureResult {
  std::uint64_t frames = 0;
  std::uint64_t frames_left_out = 0;  ///< sent or received when it was full
};

struct RunResult {
  World world = World::kPorts;
  std::string name;
  std::string question;
  std::string version;
  std::string profile_hash;
  std::uint64_t seed = 0;
  std::string cut_short;  ///< why the run ended before its time; empty: it did not

  Windows windows;
  std::vector<FlowTxResult> flows_tx;
  std::vector<FlowRxResult> flows_rx;
  std::vector<SubjectResult> subjects;  ///< "total" first
  std::vector<QueueResult> queues;
  std::vector<PortResult> ports;
  std::optional<CaptureResult> capture;  ///< none where none was asked for
  std::vector<SeriesResult> series;
  std::vector<Event> events;
  std::vector<CrossCheck> cross_checks;
  std::vector<std::string> not_measured;  ///< one sentence each: what could not be known, and why
  std::optional<MachineFacts> machine;
  std::vector<LcoreResult> lcores;

  /// nullptr where there is none of that name.
  [[nodiscard]] const SubjectResult* find(std::string_view subject) const;
};

/// "": all of it adds up. Else what does not: books of each subject and flow, and the cross checks.
[[nodiscard]] std::string broken_books(const RunResult& result);

}  // namespace measure
