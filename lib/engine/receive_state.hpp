/// \file
/// What receiving keeps: two lines a flow for every packet, the rest for what is rare.
///
/// Built from a plan by make_receive_state, then owned by one worker.
/// Cost: 128 bytes a flow touched for every packet, 152 more kept. Thread: one owner.
#pragma once

#include "base/cache_line.hpp"
#include "base/int128.hpp"
#include "base/time.hpp"
#include "measure/histogram.hpp"
#include "measure/longest_gap.hpp"
#include "measure/sequence.hpp"
#include "plan/plan.hpp"
#include "wire/parse.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace engine {

/// A flow's first line.
struct alignas(base::kCacheLine) ReceiveFlow {
  measure::FlowSequence sequence = measure::SequenceTracker::begin();
  std::uint64_t frames = 0;       ///< of the measured window: first copies and others
  std::uint64_t frame_bytes = 0;  ///< without FCS; a frame is at least wire::kFrameMin long
  std::uint64_t payload_bytes = 0;
  base::Time last_arrival;  ///< of the measured window
  std::uint16_t traffic = 0;
  std::uint16_t detail = kNoDetail;  ///< index into ReceiveState::details
  std::uint8_t traffic_class = 0;    ///< as sent
  std::uint8_t ttl = 0;              ///< as sent
  std::uint8_t pcp = kUntagged;      ///< as sent
  bool tagged = true;                ///< told by probe tags; else by PSN

  static constexpr std::uint16_t kNoDetail = 0xffff;
  static constexpr std::uint8_t kUntagged = 0xff;
};
static_assert(sizeof(ReceiveFlow) == base::kCacheLine);

/// A flow's second line: first copies of the measured window.
struct alignas(base::kCacheLine) ReceiveFlowSums {
  std::array<std::uint64_t, 4> ecn{};  ///< by codepoint as received
  std::int64_t latency_ps_min = std::numeric_limits<std::int64_t>::max();
  std::int64_t latency_ps_max = std::numeric_limits<std::int64_t>::min();
  std::int64_t latency_ps_sum = 0;  ///< low 64 bits; see ReceiveFlowRare::latency_carries
  std::uint32_t gap_ns_min = std::numeric_limits<std::uint32_t>::max();  ///< between arrivals
  std::uint32_t gap_ns_max = 0;  ///< saturates at 4.29 s; ReceiveFlowRare::longest_gap does not
};
static_assert(sizeof(ReceiveFlowSums) == base::kCacheLine);

/// What most frames of a flow do not touch.
struct ReceiveFlowRare {
  static constexpr std::uint64_t kNothingMissing = ~std::uint64_t{0};

  std::uint64_t warmup_frames = 0;
  std::uint64_t corrupt = 0;        ///< bad ICRC, known to be of this flow; all copies
  std::uint64_t corrupt_first = 0;  ///< of those, first copies: received, but not good
  std::uint64_t icrc_checked = 0;   ///< counted where one in n is checked; else all or none are
  std::uint64_t dscp_changed = 0;   ///< first copies
  std::uint64_t pcp_changed = 0;
  std::uint64_t ttl_changed = 0;
  std::uint64_t retransmitted = 0;  ///< attempt above 0
  std::uint8_t dscp_seen = 0;       ///< the last changed one
  std::uint8_t ttl_seen = 0;
  std::uint8_t pcp_seen = 0;
  base::Time first_arrival = base::Time::never();
  measure::LongestGap longest_gap;  ///< between arrivals; the first of those that are equal to the ns
  /// How often the sum of latencies went over the top (up), or under (down): 64 bits hold one day of 100 us
  /// at a million packets a second.
  std::int64_t latency_carries = 0;
  /// Lowest number jumped over so far; kNothingMissing: none was.
  std::uint64_t first_missing = kNothingMissing;
  std::uint32_t first_psn = 0;  ///< where frames are told apart by PSN
  std::uint32_t psns_per_frame = 1;
};

/// All of it, in 128 bits.
[[nodiscard]] inline base::Int128 latency_ps_sum(const ReceiveFlowSums& sums, const ReceiveFlowRare& rare) {
  return static_cast<base::Int128>(rare.latency_carries) * (base::Int128{1} << 64) + sums.latency_ps_sum;
}

/// Sums of one traffic entry on this queue.
struct alignas(base::kCacheLine) ReceiveTraffic {
  std::uint64_t frames = 0;  ///< measured window, all copies; for rates over time
  std::uint64_t frame_bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t first_copies = 0;
  std::uint64_t ce = 0;            ///< first copies sent ECT, received with CE
  std::uint64_t gap_numbers = 0;   ///< sequence numbers jumped over so far: loss as it happens
  std::uint64_t tester_bound = 0;  ///< latency samples that the tester itself may have delayed
  measure::Histogram latency;
  measure::Histogram latency_lifo;
  measure::Histogram inter_arrival;
  measure::ReorderDensity reordering;
};

/// Histograms and reordering of a flow that is named in the profile.
struct ReceiveDetail {
  measure::Histogram latency;
  measure::Histogram inter_arrival;
  measure::ReorderDensity reordering;
  std::uint64_t tester_bound = 0;  ///< latency samples that the tester itself may have delayed
};

/// What arrived on the queue, by what it was. Each received frame is in exactly one of these.
struct alignas(base::kCacheLine) ReceiveBooks {
  std::uint64_t frames = 0;  ///< all
  std::uint64_t frame_bytes = 0;
  std::uint64_t ours = 0;          ///< booked in a flow of this queue
  std::uint64_t after_drain = 0;   ///< of those, too late for the run
  std::uint64_t tag_damaged = 0;   ///< of ours, corrupt, and nobody knows of which flow
  std::uint64_t misdelivered = 0;  ///< of ours, but of a flow that another queue receives
  std::uint64_t foreign_roce = 0;
  std::uint64_t control = 0;                             ///< ARP, ND, ICMP, handled or not
  std::array<std::uint64_t, wire::kFrameKinds> other{};  ///< by wire::FrameKind
  std::uint64_t full_bursts = 0;
  std::uint64_t bursts = 0;
};

struct ReceiveState {
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  std::vector<std::uint32_t> local_of;  ///< plan's flow id -> index here, or kNone
  std::vector<plan::FlowId> ids;
  std::vector<ReceiveFlow> flows;
  std::vector<ReceiveFlowSums> sums;
  std::vector<ReceiveFlowRare> rare;
  std::vector<ReceiveTraffic> traffic;  ///< by the plan's traffic id
  std::vector<ReceiveDetail> details;
  std::uint32_t window = 4096;          ///< W
  std::uint32_t icrc_check_one_in = 1;  ///< 0: none
};

[[nodiscard]] ReceiveState make_receive_state(const plan::Plan& plan, plan::QueueId queue);

}  // namespace engine
