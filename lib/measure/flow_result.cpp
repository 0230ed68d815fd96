#include "measure/flow_result.hpp"

#include <algorithm>

namespace measure {

void SendResult::merge(const SendResult& other) {
  scheduled += other.scheduled;
  sent += other.sent;
  refused += other.refused;
  abandoned += other.abandoned;
  retransmissions += other.retransmissions;
  frame_bytes += other.frame_bytes;
  payload_bytes += other.payload_bytes;
  messages += other.messages;
  if (other.late) late = late.value_or(0) + *other.late;
  lateness_ps.merge(other.lateness_ps);
  first_sent = std::min(first_sent, other.first_sent);
  last_sent = std::max(last_sent, other.last_sent);
}

void FieldChange::merge(const FieldChange& other) {
  if (frames == 0) {
    *this = other;
    return;
  }
  frames += other.frames;
}

Interval ReceiveResult::good() const {
  const Interval received = sequence.received();
  return {.low = received.low - std::min(received.low, corrupt_first),
          .high = received.high - std::min(received.high, corrupt_first)};
}

std::uint64_t ReceiveResult::received_of_ect() const {
  std::uint64_t sum = 0;
  for (const std::size_t sent : {std::size_t{1}, std::size_t{2}}) {
    for (const std::uint64_t received : ecn[sent])
      sum += received;
  }
  return sum;
}

void ReceiveResult::merge(const ReceiveResult& other) {
  frames += other.frames;
  frame_bytes += other.frame_bytes;
  payload_bytes += other.payload_bytes;
  if (other.messages) messages = messages.value_or(0) + *other.messages;
  warmup_frames += other.warmup_frames;
  retransmissions += other.retransmissions;
  corrupt += other.corrupt;
  corrupt_first += other.corrupt_first;
  icrc_unchecked += other.icrc_unchecked;
  sequence.merge(other.sequence);
  for (std::size_t sent = 0; sent < ecn.size(); ++sent) {
    for (std::size_t received = 0; received < ecn[sent].size(); ++received)
      ecn[sent][received] += other.ecn[sent][received];
  }
  dscp.merge(other.dscp);
  pcp.merge(other.pcp);
  ttl.merge(other.ttl);
  latency_ps.merge(other.latency_ps);
  latency_lifo_ps.merge(other.latency_lifo_ps);
  inter_arrival_ps.merge(other.inter_arrival_ps);
  tester_bound += other.tester_bound;
  longest_gap.merge(other.longest_gap);
  first_arrival = std::min(first_arrival, other.first_arrival);
  last_arrival = std::max(last_arrival, other.last_arrival);
}

}  // namespace measure
