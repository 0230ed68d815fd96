/// \file
/// What the two ends know of a flow, kept apart: the sending half and the receiving half.
///
///     SendResult of_port;
///     for (const FlowTxResult& flow : flows) of_port.merge(flow.sums);
///
/// A sum over flows (a queue pair, port, class, group, receiver, traffic entry, all) has the same shape as a
/// flow. Only the report joins the halves. All counts are of the measured window, unless said otherwise.
/// Definitions of the fields: docs/measuring.md. Thread: plain values.
#pragma once

#include "base/time.hpp"
#include "measure/longest_gap.hpp"
#include "measure/min_max_sum.hpp"
#include "measure/sequence_counts.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace measure {

struct SendResult {
  std::uint64_t scheduled = 0;
  std::uint64_t sent = 0;             ///< the port took them
  std::uint64_t refused = 0;          ///< given up: the port took nothing for `tx_hold`, or never will
  std::uint64_t abandoned = 0;        ///< due, and never handed over
  std::uint64_t retransmissions = 0;  ///< of `sent`: attempt above 0
  std::uint64_t frame_bytes = 0;      ///< of `sent`, as the wire carries it (60 at least), without FCS
  std::uint64_t payload_bytes = 0;    ///< message bytes
  std::uint64_t messages = 0;         ///< whose last frame was sent
  std::optional<std::uint64_t> late;  ///< handed over after they were due; empty where nobody counted
  MinMaxSum lateness_ps;
  base::Time first_sent = base::Time::never();
  base::Time last_sent;

  void merge(const SendResult& other);
  friend bool operator==(const SendResult&, const SendResult&) = default;
};

/// Frames whose field arrived otherwise than it was sent.
struct FieldChange {
  std::uint64_t frames = 0;
  std::uint8_t sent = 0;
  std::uint8_t seen = 0;  ///< in one of them

  void merge(const FieldChange& other);
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// First copies by [codepoint sent][codepoint received]: 0 not-ECT, 1 ECT(1), 2 ECT(0), 3 CE.
using EcnMatrix = std::array<std::array<std::uint64_t, 4>, 4>;

struct ReceiveResult {
  std::uint64_t frames = 0;               ///< all copies, whole or corrupt, until the drain's end
  std::uint64_t frame_bytes = 0;          ///< of `frames`, as the wire carried it (60 at least), without FCS
  std::uint64_t payload_bytes = 0;        ///< of `frames`, message bytes
  std::optional<std::uint64_t> messages;  ///< of which every frame arrived; empty where nobody counted
  std::uint64_t warmup_frames = 0;        ///< in no other count here
  std::uint64_t retransmissions = 0;      ///< of `frames`: attempt above 0

  std::uint64_t corrupt = 0;         ///< of `frames`: ICRC wrong
  std::uint64_t corrupt_first = 0;   ///< of these, first copies
  std::uint64_t icrc_unchecked = 0;  ///< of `frames`

  SequenceResult sequence;

  EcnMatrix ecn{};  ///< of good first copies
  FieldChange dscp;
  FieldChange pcp;
  FieldChange ttl;

  MinMaxSum latency_ps;  ///< FILO, good first copies
  MinMaxSum latency_lifo_ps;
  MinMaxSum inter_arrival_ps;
  std::uint64_t tester_bound = 0;  ///< of latency_ps: samples that the tester itself may have delayed
  LongestGap longest_gap;
  /// Of one flow: the lowest sequence number that was jumped over and, where nothing came late, never came.
  std::optional<std::uint64_t> first_missing;
  base::Time first_arrival = base::Time::never();
  base::Time last_arrival;

  /// First copies received whole.
  [[nodiscard]] Interval good() const;
  /// Frames sent ECT that came with CE, and those of which that is the share.
  [[nodiscard]] std::uint64_t ce_of_ect() const { return ecn[1][3] + ecn[2][3]; }
  [[nodiscard]] std::uint64_t received_of_ect() const;

  void merge(const ReceiveResult& other);
  friend bool operator==(const ReceiveResult&, const ReceiveResult&) = default;
};

/// `flow` is the plan's flow id.
struct FlowTxResult {
  std::uint32_t flow = 0;
  SendResult sums;
};
struct FlowRxResult {
  std::uint32_t flow = 0;
  ReceiveResult sums;
};

}  // namespace measure
