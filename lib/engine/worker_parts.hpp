/// \file
/// What a Worker is made of, built from a plan; and the numbers of it that others see while it runs.
///
///     engine::WorkerParts parts = engine::make_worker_parts({.plan = plan, .queue = q, .next_hops = hops});
///
/// Thread: plain values.
#pragma once

#include "engine/neighbours.hpp"
#include "engine/receive_state.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace engine {

struct SenderOptions {
  base::Time measured_from;  ///< frames handed over from here on belong to the measured window
  base::Time ends;           ///< nothing is due at or after it
  base::BitsPerSec speed;
  bool serializes = false;      ///< plan::PortFacts
  base::Duration backlog_most;  ///< where it serializes: line time handed over and not yet out
  std::optional<base::Duration> tx_hold;
};

struct ReceiverOptions {
  base::Time drain_ends;  ///< ours are after_drain once the queue was seen empty from here on
  /// Where frames occupy the line: speeds of the two ports are one for LIFO's two frame times.
  bool serializes = false;
  base::BitsPerSec speed;
};

struct WorkerInput {
  const plan::Plan& plan;
  plan::QueueId queue = 0;
  std::span<const NextHop> next_hops{};  ///< resolved gateways
  bool announced = false;                ///< all hosts were announced before the traffic
};

/// A flow that the profile names, on a queue that sends it, receives it, or both.
struct WatchedFlow {
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  plan::FlowId flow = 0;
  std::uint32_t sends = kNone;     ///< index among the queue's sending flows
  std::uint32_t receives = kNone;  ///< and among those that it receives
};
/// In the order of their ids.
[[nodiscard]] std::vector<WatchedFlow> watched_flows(const plan::Plan& plan, plan::QueueId queue);

/// The plan outlives them.
struct WorkerParts {
  SendState send_state;
  SenderOptions sender;
  ReceiveState receive_state;
  ReceiverOptions receiver;
  Neighbours neighbours;
  std::size_t traffic_entries = 0;
  std::vector<WatchedFlow> watched;
};

/// Traffic starts at time zero with the warm-up, and so do announcements, unless they were made; they go on
/// every `test.announce`. The worker asks for no gateway.
[[nodiscard]] WorkerParts make_worker_parts(const WorkerInput& input);

/// One queue while it runs, both windows. Counts since the start.
struct LiveQueue {
  base::Time at;
  std::uint64_t scheduled = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t frame_bytes_sent = 0;  ///< without FCS
  std::uint64_t refused = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t late_frames = 0;
  std::int64_t lateness_ps_sum = 0;   ///< hand-over less due time, of the frames sent
  std::uint64_t frames_received = 0;  ///< of all kinds
  std::uint64_t frame_bytes_received = 0;
  std::uint64_t ours = 0;
  std::uint64_t foreign = 0;
  std::uint64_t full_bursts = 0;
};
[[nodiscard]] LiveQueue live_queue_of(const SendBooks& sent, const ReceiveBooks& received, base::Time now);

/// One traffic entry on one queue. Sent: both windows; received: the measured one.
struct LiveTraffic {
  std::uint64_t frames_sent = 0;
  std::uint64_t frame_bytes_sent = 0;
  std::uint64_t payload_bytes_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t frame_bytes_received = 0;
  std::uint64_t payload_bytes_received = 0;
  std::uint64_t first_copies = 0;
  std::uint64_t ce = 0;
  std::uint64_t gap_numbers = 0;  ///< jumped over so far: lost, or late

  LiveTraffic& operator+=(const LiveTraffic& other);
};
[[nodiscard]] LiveTraffic live_traffic_of(const SendState& sent, const ReceiveState& received,
                                          std::size_t entry);

/// One watched flow on one queue: the half that the queue has. Sent: both windows; received: the measured
/// one.
struct LiveFlow {
  std::uint64_t frames_sent = 0;
  std::uint64_t frame_bytes_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t frame_bytes_received = 0;
};
[[nodiscard]] LiveFlow live_flow_of(const SendState& sent, const ReceiveState& received,
                                    const WatchedFlow& watched);

}  // namespace engine
