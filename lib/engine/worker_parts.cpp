#include "engine/worker_parts.hpp"

#include <algorithm>

namespace engine {

WorkerParts make_worker_parts(const WorkerInput& input) {
  const plan::Plan& plan = input.plan;
  const plan::PortId id = plan.queues[input.queue].port;
  const plan::Port& port = plan.ports[id];
  const profile::Test& test = plan.profile.test;
  const base::Time measured = base::Time{} + test.warmup;
  const base::Time ends = measured + test.duration;
  base::Time announces;
  if (input.announced) {
    announces = test.announce.ps() > 0 ? base::Time{} + test.announce : base::Time::never();
  }
  return {
      .send_state = make_send_state({.plan = plan, .queue = input.queue, .next_hops = input.next_hops}),
      .sender = {.measured_from = measured,
                 .ends = ends,
                 .speed = port.speed,
                 .serializes = port.facts.serializes,
                 .backlog_most = port.backlog_most,
                 .tx_hold = plan.testbed.ports[id].tx_hold},
      .receive_state = make_receive_state(plan, input.queue),
      .receiver = {.drain_ends = ends + test.drain, .serializes = port.facts.serializes, .speed = port.speed},
      .neighbours =
          Neighbours{
              plan, input.queue, {.starts = announces, .announce_every = test.announce, .attempts = 0}},
      .traffic_entries = plan.traffic.size(),
      .watched = watched_flows(plan, input.queue)};
}

std::vector<WatchedFlow> watched_flows(const plan::Plan& plan, plan::QueueId queue) {
  std::vector<WatchedFlow> watched;
  const auto watch = [&](const std::vector<plan::FlowId>& flows, std::uint32_t WatchedFlow::*index) {
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (!plan.flows[flows[i]].detailed) continue;
      const auto place = std::lower_bound(watched.begin(), watched.end(), flows[i],
                                          [](const WatchedFlow& a, plan::FlowId b) { return a.flow < b; });
      const bool known = place != watched.end() && place->flow == flows[i];
      WatchedFlow& entry = known ? *place : *watched.insert(place, {.flow = flows[i]});
      entry.*index = static_cast<std::uint32_t>(i);
    }
  };
  watch(plan.queues[queue].sends, &WatchedFlow::sends);
  watch(plan.queues[queue].receives, &WatchedFlow::receives);
  return watched;
}

LiveFlow live_flow_of(const SendState& sent, const ReceiveState& received, const WatchedFlow& watched) {
  LiveFlow live;
  if (watched.sends != WatchedFlow::kNone) {
    for (const SendTally& tally : sent.books[watched.sends].tally) {
      live.frames_sent += tally.frames;
      live.frame_bytes_sent += tally.frame_bytes;
    }
  }
  if (watched.receives != WatchedFlow::kNone) {
    live.frames_received = received.flows[watched.receives].frames;
    live.frame_bytes_received = received.flows[watched.receives].frame_bytes;
  }
  return live;
}

LiveQueue live_queue_of(const SendBooks& sent, const ReceiveBooks& received, base::Time now) {
  LiveQueue live{.at = now,
                 .frames_received = received.frames,
                 .frame_bytes_received = received.frame_bytes,
                 .ours = received.ours,
                 .foreign = received.foreign_roce,
                 .full_bursts = received.full_bursts};
  for (const SendBooks::Window& window : sent.window) {
    live.scheduled += window.total.scheduled;
    live.frames_sent += window.total.frames;
    live.frame_bytes_sent += window.total.frame_bytes;
    live.refused += window.total.refused;
    live.abandoned += window.total.abandoned;
    live.late_frames += window.late_frames;
    live.lateness_ps_sum += static_cast<std::int64_t>(window.lateness.sum_ps());
  }
  return live;
}

LiveTraffic& LiveTraffic::operator+=(const LiveTraffic& other) {
  frames_sent += other.frames_sent;
  frame_bytes_sent += other.frame_bytes_sent;
  payload_bytes_sent += other.payload_bytes_sent;
  frames_received += other.frames_received;
  frame_bytes_received += other.frame_bytes_received;
  payload_bytes_received += other.payload_bytes_received;
  first_copies += other.first_copies;
  ce += other.ce;
  gap_numbers += other.gap_numbers;
  return *this;
}

LiveTraffic live_traffic_of(const SendState& sent, const ReceiveState& received, std::size_t entry) {
  LiveTraffic live;
  for (const SendClass& send_class : sent.classes) {
    if (send_class.traffic != entry) continue;
    live.frames_sent += send_class.sent.frames;
    live.frame_bytes_sent += send_class.sent.frame_bytes;
    live.payload_bytes_sent += send_class.sent.payload_bytes;
  }
  const ReceiveTraffic& traffic = received.traffic[entry];
  live.frames_received = traffic.frames;
  live.frame_bytes_received = traffic.frame_bytes;
  live.payload_bytes_received = traffic.payload_bytes;
  live.first_copies = traffic.first_copies;
  live.ce = traffic.ce;
  live.gap_numbers = traffic.gap_numbers;
  return live;
}

}  // namespace engine
