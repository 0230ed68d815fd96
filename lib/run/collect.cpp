#include "run/collect.hpp"

#include "run/subjects.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <limits>

namespace run {
namespace {

constexpr std::size_t kWarmup = 0;
constexpr std::size_t kMeasured = 1;

measure::SendResult send_result(const engine::SendTally& tally) {
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
  for (std::size_t i = 0; i < state.flows.size(); ++i) {
    const plan::FlowId id_of_flow = state.flows[i].id;
    const engine::SendFlowBooks& books = state.books[i];
    measure::SendResult& sent = result.flows_tx[id_of_flow].sums;
    sent = send_result(books.tally[kMeasured]);
    // Told apart by PSN, a flow's warm-up cannot be: its receiver counts from its first frame on.
    const plan::Flow& flow = plan.flows[id_of_flow];
    if (plan.traffic[flow.traffic].account == plan::Account::kPsn)
      sent.merge(send_result(books.tally[kWarmup]));
    sent.first_sent = books.first_sent;
    sent.last_sent = books.last_sent;
  }
}

measure::FieldChange change(std::uint64_t frames, std::uint8_t sent, std::uint8_t seen) {
  return frames == 0 ? measure::FieldChange{}
                     : measure::FieldChange{.frames = frames, .sent = sent, .seen = seen};
}

measure::MinMaxSum latency_of(const engine::ReceiveFlowSums& sums, const engine::ReceiveFlowRare& rare,
                              bool tagged) {
  std::uint64_t samples = 0;
  for (const std::uint64_t count : sums.ecn)
    samples += count;
  if (!tagged || samples == 0) return {};
  return {.count = samples,
          .min = sums.latency_ps_min,
          .max = sums.latency_ps_max,
          .sum = engine::latency_ps_sum(sums, rare)};
}

std::uint64_t unchecked(const engine::ReceiveState& state, std::uint64_t frames, std::uint64_t sampled) {
  if (state.icrc_check_one_in == 1) return 0;
  return state.icrc_check_one_in == 0 ? frames : frames - std::min(frames, sampled);
}

measure::ReceiveResult receive_result(const engine::ReceiveState& state, std::size_t i) {
  const engine::ReceiveFlow& flow = state.flows[i];
  const engine::ReceiveFlowSums& sums = state.sums[i];
  const engine::ReceiveFlowRare& rare = state.rare[i];
  measure::ReceiveResult received{
      .frames = flow.frames,
      .frame_bytes = flow.frame_bytes,
      .payload_bytes = flow.payload_bytes,
      .warmup_frames = rare.warmup_frames,
      .retransmissions = rare.retransmitted,
      .corrupt = rare.corrupt,
      .corrupt_first = rare.corrupt_first,
      .icrc_unchecked = unchecked(state, flow.frames, rare.icrc_checked),
      .dscp = change(rare.dscp_changed, wire::dscp_of(flow.traffic_class), rare.dscp_seen),
      .pcp = change(rare.pcp_changed, flow.pcp, rare.pcp_seen),
      .ttl = change(rare.ttl_changed, flow.ttl, rare.ttl_seen),
      .latency_ps = latency_of(sums, rare, flow.tagged)};
  received.ecn[flow.traffic_class & 3] = sums.ecn;
  if (rare.first_missing != engine::ReceiveFlowRare::kNothingMissing)
    received.first_missing = rare.first_missing;
  if (flow.frames == 0) return received;
  received.first_arrival = rare.first_arrival;
  received.last_arrival = flow.last_arrival;
  if (flow.frames > 1) {
    // A flow keeps its gaps in nanoseconds; their sum is what lies between its first and last arrival.
    received.inter_arrival_ps = {.count = flow.frames - 1,
                                 .min = base::nanoseconds(sums.gap_ns_min).ps(),
                                 .max = base::nanoseconds(sums.gap_ns_max).ps(),
                                 .sum = (flow.last_arrival - rare.first_arrival).ps()};
    received.longest_gap = rare.longest_gap;
  }
  return received;
}

void collect_received(plan::QueueId id, port::WorkerSet& workers, measure::RunResult& result) {
  const engine::ReceiveState& state = workers.received(id);
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const plan::FlowId flow = state.ids[i];
    measure::ReceiveResult& received = result.flows_rx[flow].sums;
    received = receive_result(state, i);
    received.sequence = workers.close(id, i, result.flows_tx[flow].sums.sent);
  }
}

measure::QueueResult queue_result(const plan::Plan& plan, plan::QueueId id, const port::WorkerSet& workers) {
  const plan::Queue& queue = plan.queues[id];
  const engine::SendBooks& send = workers.send_books(id);
  const engine::ReceiveBooks& receive = workers.receive_books(id);
  const engine::SendBooks::Window& window = send.window[kMeasured];
  measure::QueueResult result{.port = queue.port,
                              .queue = queue.device_queue,
                              .lcore = queue.lcore,
                              .sent = send_result(window.total),
                              .back_to_back = {window.back_to_back.begin(), window.back_to_back.end()},
                              .offered_bursts = send.offered_bursts,
                              .short_bursts = send.short_bursts,
                              .no_buffer = send.no_buffer,
                              .backlog_stops = send.backlog_stops,
                              .received_bursts = receive.bursts,
                              .full_bursts = receive.full_bursts};
  result.sent.late = window.late_frames;
  return result;
}

measure::CounterPlace place_of(port::CounterPlace place) {
  switch (place) {
    case port::CounterPlace::kInformation:
      return measure::CounterPlace::kInformation;
    case port::CounterPlace::kTester:
      return measure::CounterPlace::kTester;
    case port::CounterPlace::kSender:
      return measure::CounterPlace::kSender;
    case port::CounterPlace::kDamagedOnLastLink:
      return measure::CounterPlace::kDamagedOnLastLink;
    case port::CounterPlace::kOutside:
      return measure::CounterPlace::kOutside;
    case port::CounterPlace::kUnmapped:
      return measure::CounterPlace::kUnmapped;
  }
  return measure::CounterPlace::kUnmapped;
}

void add_kind(measure::PortResult& port, std::string kind, std::uint64_t frames) {
  if (frames == 0) return;
  for (measure::KindCount& known : port.foreign) {
    if (known.kind != kind) continue;
    known.frames += frames;
    return;
  }
  port.foreign.push_back({.kind = std::move(kind), .frames = frames});
}

void add_books(measure::PortResult& port, const engine::ReceiveBooks& books) {
  port.frames_received += books.frames;
  port.frame_bytes_received += books.frame_bytes;
  port.ours += books.ours;
  port.tag_damaged += books.tag_damaged;
  port.misdelivered += books.misdelivered;
  add_kind(port, "foreign roce", books.foreign_roce);
  add_kind(port, "control", books.control);
  for (std::size_t kind = 0; kind < books.other.size(); ++kind) {
    add_kind(port, std::string{wire::to_text(static_cast<wire::FrameKind>(kind))}, books.other[kind]);
  }
}

/// Traffic and what the hosts said beside it, in both windows.
std::uint64_t handed_over(const plan::Port& planned, const port::WorkerSet& workers) {
  std::uint64_t frames = 0;
  for (const plan::QueueId queue : planned.queues) {
    frames += workers.control_books(queue).frames;
    for (const engine::SendBooks::Window& window : workers.send_books(queue).window)
      frames += window.total.frames;
  }
  return frames;
}

void add_counters(measure::PortResult& port, const plan::Port& planned, std::uint64_t handed_over,
                  const port::DeviceCounters& counters) {
  for (const port::DeviceCounter& counter : counters.counters) {
    port.counters.push_back({.name = counter.name, .place = place_of(counter.place), .value = counter.value});
  }
  port.counters_complete = counters.complete;
  port.lost_in_tester = measure::Interval::exactly(counters.sum(port::CounterPlace::kTester));
  const std::uint64_t unconfirmed =
      counters.complete ? handed_over - std::min(handed_over, counters.frames_sent) : 0;
  port.stuck = std::max(unconfirmed, counters.sum(port::CounterPlace::kSender));
  // What an unknown counter counts may have been ours.
  const bool unmapped_moved = counters.sum(port::CounterPlace::kUnmapped) != 0;
  if (planned.facts.loss_account == plan::LossAccount::kUnknown || !counters.complete || unmapped_moved) {
    port.lost_in_tester.high = std::numeric_limits<std::uint64_t>::max() / 2;
  }
}

}  // namespace

measure::RunResult collect(const plan::Plan& plan, port::WorkerSet& workers) {
  measure::RunResult result;
  result.name = plan.profile.test.name;
  result.question = plan.profile.test.question;
  result.profile_hash = plan.profile_hash;
  result.seed = plan.seed;
  for (std::uint32_t flow = 0; flow < plan.flows.size(); ++flow) {
    result.flows_tx.push_back({.flow = flow});
    result.flows_rx.push_back({.flow = flow});
  }
  const auto queues = static_cast<plan::QueueId>(plan.queues.size());
  for (plan::QueueId id = 0; id < queues; ++id)
    collect_sent(plan, id, workers, result);
  for (plan::QueueId id = 0; id < queues; ++id) {
    collect_received(id, workers, result);
    result.queues.push_back(queue_result(plan, id, workers));
  }
  return result;
}

measure::PortResult port_result(const plan::Plan& plan, plan::PortId id, const port::WorkerSet& workers,
                                const port::DeviceCounters& counters) {
  measure::PortResult port{.port = id, .name = plan.testbed.ports[id].name};
  for (const plan::QueueId queue : plan.ports[id].queues) {
    add_books(port, workers.receive_books(queue));
    for (const engine::SendFlowBooks& books : workers.sent(queue).books) {
      if (books.first_sent.is_never()) continue;
      port.first_sent = port.first_sent ? std::min(*port.first_sent, books.first_sent) : books.first_sent;
    }
  }
  port.frames_handed_over = handed_over(plan.ports[id], workers);
  add_counters(port, plan.ports[id], port.frames_handed_over, counters);
  return port;
}

void add_cross_checks(const measure::PortResult& port, const port::DeviceCounters& counters,
                      measure::RunResult& result) {
  if (!counters.complete) return;
  result.cross_checks.push_back(
      {.name = fmt::format("port {}: frames received, ours against the device's", port.name),
       .ours = port.frames_received,
       .theirs = counters.frames_received});
  // Fewer are stuck in the tester, which is no contradiction; more would be.
  result.cross_checks.push_back(
      {.name = fmt::format("port {}: frames sent, ours against the device's", port.name),
       .ours = std::min(port.frames_handed_over, counters.frames_sent),
       .theirs = counters.frames_sent});
}

}  // namespace run
