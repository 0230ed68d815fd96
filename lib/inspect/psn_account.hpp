/// \file
/// A flow's requests, followed by their PSNs: gaps, loss, duplicates, reordering, and whole messages.
///
///     PsnAccount account;
///     account.take({.psn = psn, .opcode = opcode, .payload_bytes = 1024, .time = time}, mtu, sequences);
///     account.finish(mtu, sequences, flow_report);
///
/// PSNs are unwrapped and given to measure's SequenceTracker. A READ request stands for as many PSNs as its
/// response will have packets, which takes the path MTU: until a packet has told it, requests are kept back.
/// Cost: as the tracker's, and 24 bytes a request kept back. Thread: one owner.
#pragma once

#include "base/time.hpp"
#include "inspect/report.hpp"
#include "measure/reorder_density.hpp"
#include "measure/sequence.hpp"
#include "roce/psn.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace inspect {

/// One request packet with a good ICRC.
struct Request {
  roce::Psn psn{};
  std::uint8_t opcode = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t dma_length = 0;  ///< of the RETH, where there is one
  base::Time time{};
};

/// What all flows share: one tracker, of a bounded number of sequences.
class Sequences {
 public:
  explicit Sequences(std::size_t sequences_max) : tracker_{{.flows = sequences_max}}, left_{sequences_max} {}

  /// Nothing where the bound is reached.
  [[nodiscard]] std::optional<measure::FlowSequence> begin(std::uint64_t first);
  measure::Arrival arrive(measure::FlowSequence& flow, std::uint64_t sequence, base::Time time) {
    return tracker_.arrive(flow, sequence, time, density_);
  }
  [[nodiscard]] measure::SequenceCounts counts(const measure::FlowSequence& flow) const {
    return tracker_.counts(flow);
  }

 private:
  measure::SequenceTracker tracker_;
  measure::ReorderDensity density_;
  std::size_t left_;
};

/// Finds where messages begin and end, and how long they were.
class MessageAccount {
 public:
  /// `is_first_copy`: this PSN was not seen before. `missing`: PSNs found missing right before it.
  void take(const Request& request, bool is_first_copy, std::uint64_t missing);
  [[nodiscard]] const MessagesReport& report() const { return report_; }

 private:
  struct Beginning {
    roce::Psn psn{};
    std::uint8_t opcode = 0;
    std::uint32_t payload_bytes = 0;
    std::uint32_t dma_length = 0;
    bool two_lost_since = false;  ///< an end and another beginning may be among them
  };
  void end(const Request& request, bool is_first_copy);
  [[nodiscard]] std::optional<std::uint64_t> size_of(const Request& last) const;

  std::optional<Beginning> beginning_;
  std::deque<std::uint32_t> ends_without_size_;  ///< PSNs: a retransmitted beginning may tell it yet
  MessagesReport report_;
};

class PsnAccount {
 public:
  void take(const Request& request, std::optional<std::uint32_t> mtu, Sequences& sequences);
  /// Fills `psn` and `messages` of the report.
  void finish(std::optional<std::uint32_t> mtu, Sequences& sequences, FlowReport& report);

 private:
  void follow(const Request& request, std::uint32_t mtu, Sequences& sequences);
  [[nodiscard]] bool starts_anew(const Request& request) const;
  void begin(const Request& request, Sequences& sequences);
  void count(measure::ArrivalKind kind);
  void take_span(std::uint64_t sequence, std::uint64_t psns, base::Time time, Sequences& sequences);
  void settle(const Sequences& sequences);
  void follow_kept_back(std::optional<std::uint32_t> mtu, Sequences& sequences);
  [[nodiscard]] std::uint32_t likeliest_mtu() const;

  std::optional<measure::FlowSequence> sequence_;
  std::vector<Request> kept_back_;
  PsnReport report_;
  MessageAccount messages_;
};

}  // namespace inspect
