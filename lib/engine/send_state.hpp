/// \file
/// What sending needs to know, split by temperature: what many flows share, a flow's own two lines.
///
/// Built from a plan by make_send_state, then owned by one worker.
/// Cost: 256 bytes a flow beside its header block, of which a packet touches two lines; a few hundred bytes a
/// class. Thread: one owner.
#pragma once

#include "base/cache_line.hpp"
#include "base/rng.hpp"
#include "base/time.hpp"
#include "frame/flow_header.hpp"
#include "frame/layout.hpp"
#include "plan/plan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace engine {

/// An exact step of time: whole picoseconds and a remainder over the class's denominator.
struct PaceStep {
  std::uint64_t whole_ps = 0;
  std::uint64_t remainder = 0;
};

/// A pace, ready to step by: for packets of the fixed message size from the table, else by products.
struct PaceTable {
  plan::Pace::Charge charge = plan::Pace::Charge::kWireBytes;
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 1;
  std::uint64_t reciprocal = 0;  ///< floor((2^64 - 1) / denominator)
  std::uint64_t units_most = 0;  ///< more units in one step need 128 bits
  std::array<PaceStep, frame::kParts> step{};
  base::Duration mean;  ///< of a frame: what lateness is measured by
};

/// From `at` after the flow's start on, `pace` holds.
struct RampPace {
  base::Duration at;
  PaceTable pace;
};

/// What the flows of a class sent so far, both windows.
struct SentOfClass {
  std::uint64_t frames = 0;
  std::uint64_t frame_bytes = 0;
  std::uint64_t payload_bytes = 0;

  void add(std::uint32_t frame, std::uint32_t payload) {
    ++frames;
    frame_bytes += frame;
    payload_bytes += payload;
  }
};

/// What all flows of equal traffic entry, layout and pace share. Read-only while sending, but for `sent`.
struct SendClass {
  SentOfClass sent;
  plan::TrafficId traffic = 0;
  const frame::Layout* layout = nullptr;
  workload::ShapeKind shape = workload::ShapeKind::kConstant;
  profile::Verb verb = profile::Verb::kWrite;
  profile::WhenLate when_late = profile::WhenLate::kSkip;
  wire::PayloadSource source = wire::PayloadSource::kZeros;
  bool generated = false;              ///< payload by address: every byte is written and read
  bool limited = false;                ///< some flow of the class ends before the run does
  bool fixed_steps = false;            ///< all messages have one size: the pace's table is used
  bool patches_message_bytes = false;  ///< RETH's length is not in the flow's header, but laid each time
  std::uint8_t priority = 0;
  std::uint32_t path_mtu = 0;
  std::uint32_t path_mtu_bits = 0;       ///< path_mtu = 2 ^ path_mtu_bits
  bool only_repeats = false;             ///< messages of one packet are alike but for PSN, sequence and time
  std::uint32_t fixed_bytes = 0;         ///< message size; 0 where it varies, and for empty messages
  std::span<const std::uint32_t> sizes;  ///< else: a power of two of them
  bool ack_every = false;                ///< AckReq on every packet
  bool ack_last = true;                  ///< AckReq on the last packet of a message
  std::uint32_t max_back_to_back = 4;
  std::uint32_t first_immediate = 0;
  std::uint64_t virtual_address = 0;
  std::uint32_t remote_key = 0;
  profile::SourcePort source_port;
  PaceTable pace;  ///< bursts: within a burst
  std::uint32_t burst_frames = 0;
  base::Duration period;
  base::Duration on;
  PaceTable catch_up;  ///< least time between frames while behind (when_late = catch_up)
  /// Lateness from which slots are given up; never where they are caught up.
  base::Duration skip_after{std::numeric_limits<std::int64_t>::max()};
  std::vector<RampPace> ramp;
};

/// A flow's hot line: read and written for every packet.
struct alignas(base::kCacheLine) SendFlow {
  base::Time due;                   ///< of the next frame, on the absolute schedule
  std::uint64_t carry = 0;          ///< remainder of the pace
  base::Rng random{0};              ///< sizes, Poisson gaps
  std::uint32_t psn = 0;            ///< of the next packet, 24 bits
  std::uint32_t sequence = 0;       ///< of the next tag in this window
  std::uint32_t message_bytes = 0;  ///< of the current message
  std::uint32_t message_left = 0;   ///< of it, not yet sent
  plan::FlowId id = 0;
  std::uint16_t send_class = 0;
  std::uint16_t port_offset = 0;  ///< index within the entry, for per-message source ports
  std::uint32_t packets_in_message = 0;
  std::uint32_t messages = 0;  ///< started, low 32 bits
  std::uint32_t stage = 0;     ///< burst: frames left in it; ramp: step
  bool in_message = false;     ///< else the next packet starts a message
  frame::Window window = frame::Window::kWarmup;
  bool queued = false;   ///< in the queue of due flows
  std::uint8_t run = 0;  ///< frames handed over at the last hand-over, kBackToBackMost at most
};
static_assert(sizeof(SendFlow) == base::kCacheLine);

/// Numbers of one flow and window. scheduled = frames + abandoned + refused + held just now.
struct SendTally {
  std::uint64_t frames = 0;       ///< sent: the port took them
  std::uint64_t frame_bytes = 0;  ///< without FCS
  std::uint64_t payload_bytes = 0;
  std::uint64_t messages = 0;  ///< whole ones
  std::uint64_t scheduled = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t refused = 0;
};

/// What a flow counted, and what is rarely touched. In the measured window a packet touches the second line.
struct alignas(base::kCacheLine) SendFlowBooks {
  base::Time first_sent = base::Time::never();  ///< of the measured window
  std::array<SendTally, 2> tally{};             ///< by window
  base::Time last_sent;                         ///< the last hand-over; of any window
  base::Time anchor;                            ///< start of the current burst, or of on + off
  base::Time eligible;                          ///< catching up: not before
  std::uint64_t packets_left = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t messages_left = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t bytes_left = std::numeric_limits<std::uint64_t>::max();
  base::Time ends = base::Time::never();
};
static_assert(offsetof(SendFlowBooks, tally) + sizeof(SendTally) == base::kCacheLine);
static_assert(offsetof(SendFlowBooks, last_sent) + sizeof(base::Time) == 2 * base::kCacheLine);

/// All of a worker's sending flows. The header blocks have a guard in front (frame/flow_header.hpp).
struct SendState {
  std::vector<std::unique_ptr<frame::Layout>> layouts;
  std::vector<SendClass> classes;
  std::vector<SendFlow> flows;
  std::vector<SendFlowBooks> books;
  std::vector<frame::FlowHeader> headers;  ///< [0] is the guard, flow i has [i + 1]
};

/// How many numbers a flow has given to its receiver, which closes the flow with it. Tags are numbered anew
/// in the measured window; a PSN goes on from the warm-up.
[[nodiscard]] inline std::uint64_t numbers_sent(const SendFlowBooks& books, plan::Account account) {
  const std::uint64_t measured = books.tally[static_cast<std::size_t>(frame::Window::kMeasured)].frames;
  if (account == plan::Account::kTag) return measured;
  return measured + books.tally[static_cast<std::size_t>(frame::Window::kWarmup)].frames;
}

/// Where frames of a flow go when its peer is behind a gateway.
struct NextHop {
  plan::EndpointId endpoint = 0;
  bool ipv6 = false;
  wire::MacAddress mac;
};

struct SendStateInput {
  const plan::Plan& plan;
  plan::QueueId queue = 0;
  std::span<const NextHop> next_hops;  ///< resolved gateways, of endpoints that need one
};
/// The plan outlives the state, which refers to its tables of message sizes.
[[nodiscard]] SendState make_send_state(const SendStateInput& input);

}  // namespace engine
