#include "run/collect.hpp"

namespace run {
namespace {

constexpr std::size_t kWarmup = 0;
constexpr std::size_t kMeasured = 1;

measure::SentCounts sent_counts(const engine::SendTally& tally) {
  return {.scheduled = tally.scheduled,
          .sent = tally.frames,
          .refused = tally.refused,
          .abandoned = tally.abandoned,
          .frame_bytes = tally.frame_bytes,
          .payload_bytes = tally.payload_bytes,
          .messages = tally.messages};
}

void collect_sent(const plan::Plan& plan, plan::QueueId id, const port::WorkerSet& workers,
                  measure::RunResult& result) {
  const engine::SendState& state = workers.sent(id);
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const engine::SendFlowBooks& books = state.books[i];
    measure::FlowSent& sent = result.flows[state.ids[i]].sent;
    sent = {.counts = sent_counts(books.tally[kMeasured]),
            .warmup_sent = books.tally[kWarmup].frames,
            .first = books.first_sent,
            .last = books.last_sent};
    // Told apart by PSN, a flow's warm-up cannot be: its receiver counts from its first frame on.
    const plan::Flow& flow = plan.flows[state.ids[i]];
    if (plan.traffic[flow.traffic].account == plan::Account::kPsn) {
      sent.counts += sent_counts(books.tally[kWarmup]);
      sent.warmup_sent = 0;
    }
  }
}

measure::FlowReceived received_of(const engine::ReceiveState& state, std::size_t i) {
  const engine::ReceiveFlow& flow = state.flows[i];
  const engine::ReceiveFlowSums& sums = state.sums[i];
  const engine::ReceiveFlowRare& rare = state.rare[i];
  measure::FlowReceived received{.frames = flow.frames,
                                 .frame_bytes = flow.frame_bytes,
                                 .payload_bytes = flow.payload_bytes,
                                 .warmup_frames = rare.warmup_frames,
                                 .corrupt = rare.corrupt,
                                 .corrupt_first = rare.corrupt_first,
                                 .icrc_unchecked = rare.icrc_unchecked,
                                 .ecn = sums.ecn,
                                 .dscp_changed = rare.dscp_changed,
                                 .pcp_changed = rare.pcp_changed,
                                 .ttl_changed = rare.ttl_changed,
                                 .dscp_seen = rare.dscp_seen,
                                 .pcp_seen = rare.pcp_seen,
                                 .ttl_seen = rare.ttl_seen};
  for (const std::uint64_t count : sums.ecn)
    received.latency_samples += count;
  if (!flow.tagged) received.latency_samples = 0;
  if (received.latency_samples != 0) {
    received.latency_min = base::Duration{sums.latency_ps_min};
    received.latency_max = base::Duration{sums.latency_ps_max};
    received.latency_sum = base::Duration{sums.latency_ps_sum};
  }
  if (flow.frames > 1) {
    received.inter_arrival_min = base::nanoseconds(sums.gap_ns_min);
    received.inter_arrival_max = base::nanoseconds(sums.gap_ns_max);
    received.longest_gap_start = rare.longest_gap_start;
    received.longest_gap_lost = rare.longest_gap_lost;
  }
  if (flow.frames != 0) {
    received.first = rare.first_arrival;
    received.last = flow.last_arrival;
  }
  return received;
}

void collect_received(plan::QueueId id, port::WorkerSet& workers, measure::RunResult& result) {
  const engine::ReceiveState& state = workers.received(id);
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const plan::FlowId flow = state.ids[i];
    measure::FlowReceived& received = result.flows[flow].received;
    received = received_of(state, i);
    received.sequence = workers.close(id, i, result.flows[flow].sent.counts.sent);
  }
  for (std::size_t t = 0; t < state.traffic.size(); ++t) {
    const engine::ReceiveTraffic& from = state.traffic[t];
    measure::Distribution& into = result.traffic[t];
    into.latency.merge(from.latency);
    into.latency_lifo.merge(from.latency_lifo);
    into.inter_arrival.merge(from.inter_arrival);
    into.reordering.merge(from.reordering);
    into.tester_bound += from.tester_bound;
  }
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    if (state.detail_of[i] == engine::ReceiveState::kNone) continue;
    const engine::ReceiveDetail& detail = state.details[state.detail_of[i]];
    auto& kept = result.details[state.ids[i]].emplace();
    kept.latency.merge(detail.latency);
    kept.inter_arrival.merge(detail.inter_arrival);
    kept.reordering.merge(detail.reordering);
  }
}

measure::QueueResult queue_result(plan::QueueId id, const port::WorkerSet& workers) {
  const engine::SendBooks& send = workers.send_books(id);
  const engine::ReceiveBooks& receive = workers.receive_books(id);
  const engine::SendBooks::Window& window = send.window[kMeasured];
  return {.sent = sent_counts(window.total),
          .lateness = window.lateness,
          .late_frames = window.late_frames,
          .back_to_back = window.back_to_back,
          .short_bursts = send.short_bursts,
          .no_buffer = send.no_buffer,
          .received_frames = receive.frames,
          .ours = receive.ours,
          .after_drain = receive.after_drain,
          .tag_damaged = receive.tag_damaged,
          .misdelivered = receive.misdelivered,
          .foreign_roce = receive.foreign_roce,
          .control = receive.control,
          .other_by_kind = {receive.other.begin(), receive.other.end()}};
}

measure::LossPlace place_of(port::CounterPlace place) {
  switch (place) {
    case port::CounterPlace::kInformation:
      return measure::LossPlace::kInformation;
    case port::CounterPlace::kTester:
    case port::CounterPlace::kSender:
      return measure::LossPlace::kTester;
    case port::CounterPlace::kDamagedOnLastLink:
      return measure::LossPlace::kLastLink;
    case port::CounterPlace::kOutside:
      return measure::LossPlace::kOutside;
    case port::CounterPlace::kUnmapped:
      return measure::LossPlace::kUnmapped;
  }
  return measure::LossPlace::kUnmapped;
}

}  // namespace

measure::RunResult collect(const plan::Plan& plan, port::WorkerSet& workers) {
  measure::RunResult result;
  result.flows.resize(plan.flows.size());
  result.details.resize(plan.flows.size());
  result.traffic.resize(plan.traffic.size());
  const auto queues = static_cast<plan::QueueId>(plan.queues.size());
  for (plan::QueueId id = 0; id < queues; ++id)
    collect_sent(plan, id, workers, result);
  for (plan::QueueId id = 0; id < queues; ++id) {
    collect_received(id, workers, result);
    result.queues.push_back(queue_result(id, workers));
  }
  result.lost_in_hops = workers.lost_in_hops();
  return result;
}

measure::PortResult port_result(const plan::Port& port, const port::DeviceCounters& counters) {
  measure::PortResult result{.device_sent = counters.frames_sent,
                             .device_received = counters.frames_received,
                             .counts_complete = counters.complete,
                             .loss_known = port.facts.loss_account != plan::LossAccount::kUnknown,
                             .lost_in_tester = counters.sum(port::CounterPlace::kTester),
                             .damaged_on_last_link = counters.sum(port::CounterPlace::kDamagedOnLastLink),
                             .stuck_in_tester = counters.sum(port::CounterPlace::kSender)};
  for (const port::DeviceCounter& counter : counters.counters) {
    result.device_counts.push_back(
        {.name = counter.name, .place = place_of(counter.place), .value = counter.value});
  }
  return result;
}

}  // namespace run
