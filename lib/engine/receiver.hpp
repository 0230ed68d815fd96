/// \file
/// The receiving half of a worker: parses, finds the flow, books sequence, time, marks and damage.
///
///     engine::Receiver<P> receiver{port, engine::make_receive_state(plan, queue), options};
///     receiver.step(now, [&](const auto& frame, const wire::ParsedFrame& parsed) { ... control traffic ...
///     });
///
/// Every received frame ends in exactly one of ReceiveBooks' counts. A frame is ours if its probe tag says so
/// and the tag's own check fits; flows without tags are told by destination QP and PSN. A frame whose ICRC is
/// bad is corrupt: it is booked in the flow that its tag names, or, where the tag is damaged or there is
/// none, at the port. Cost: docs/performance.md. Thread: the worker's own.
#pragma once

#include "engine/port.hpp"
#include "engine/receive_state.hpp"
#include "engine/worker_parts.hpp"
#include "frame/probe_tag.hpp"
#include "roce/packet.hpp"
#include "wire/line.hpp"

#include <algorithm>
#include <array>

namespace engine {

template <Port P>
class Receiver {
 public:
  using RxFrame = typename P::RxFrame;

  Receiver(P& port, ReceiveState state, const ReceiverOptions& options)
      : port_{port},
        state_{std::move(state)},
        options_{options},
        tracker_{{.flows = state_.flows.size(), .window = state_.window}},
        ps_per_byte_q16_{options.serializes ? (std::uint64_t{8'000'000'000'000} << 16) /
                                                  std::max<std::uint64_t>(1, options.speed.count())
                                            : 0} {}

  /// Takes one burst that arrived by `now`. `on_control` sees ARP, ND and ICMP frames. Returns their number.
  /// A burst that found the queue longer than itself leaves the rest for the next step.
  template <class OnControl>
  std::size_t step(base::Time now, OnControl&& on_control) {
    std::array<RxFrame, kBurst> frames;
    const std::size_t count = port_.receive(frames);
    if (count == 0) {
      saw_none_waiting(now);
      return 0;
    }
    ++books_.bursts;
    burst_is_full_ = count == kBurst;
    is_after_drain_ = none_waited_at_ >= options_.drain_ends;
    books_.full_bursts += burst_is_full_ ? 1 : 0;
    for (std::size_t i = 0; i < count; ++i)
      take(frames[i], now, on_control);
    port_.release(std::span{frames}.first(count));
    return count;
  }
  /// Nothing that arrived before `time` waits any more. A frame that we were late to fetch is not after the
  /// drain, because nobody knows that it was.
  void saw_none_waiting(base::Time time) { none_waited_at_ = time; }
  /// It looks once when the drain ends: what is found later arrived after it.
  [[nodiscard]] base::Time next_look() const {
    return none_waited_at_ < options_.drain_ends ? options_.drain_ends : base::Time::never();
  }

  /// Closes flow `index` (of this queue) with engine::numbers_sent of its sending half. Once a flow.
  [[nodiscard]] measure::SequenceResult close(std::size_t index, std::uint64_t sent) {
    return tracker_.close(state_.flows[index].sequence, sent, density_of(index));
  }
  [[nodiscard]] const ReceiveState& state() const { return state_; }
  [[nodiscard]] const ReceiveBooks& books() const { return books_; }

 private:
  struct Arrived {
    std::uint32_t index = 0;  ///< of the flow here
    std::uint32_t frame_bytes = 0;
    std::uint32_t payload_bytes = 0;
    bool corrupt = false;
  };

  /// What the wire carries of a shorter one, whether the device still shows the padding or not.
  static constexpr auto kShortestFrame = static_cast<std::uint32_t>(wire::kFrameMin.count());

  [[nodiscard]] measure::ReorderDensity& density_of(std::size_t index) {
    const ReceiveFlow& flow = state_.flows[index];
    return flow.detail == ReceiveFlow::kNoDetail ? state_.traffic[flow.traffic].reordering
                                                 : state_.details[flow.detail].reordering;
  }

  template <class OnControl>
  void take(const RxFrame& frame, base::Time now, OnControl& on_control);
  void take_roce(const RxFrame& frame, const wire::ParsedFrame& parsed, base::Time now);
  void take_tagged(const frame::ProbeTag& tag, const Arrived& arrived, const wire::ParsedFrame& parsed,
                   base::Time now);
  /// `sent_at`: of a packet that is long enough for a tag, in a flow where others are not.
  void take_untagged(const Arrived& arrived, const wire::ParsedFrame& parsed, roce::Psn psn, base::Time now,
                     const base::Time* sent_at);
  void book_arrival(const Arrived& arrived, const wire::ParsedFrame& parsed, std::uint64_t sequence,
                    base::Time now, const base::Time* sent_at);
  void book_first_copy(const Arrived& arrived, const wire::ParsedFrame& parsed, base::Time now,
                       const base::Time* sent_at);
  void book_latency(const Arrived& arrived, base::Duration latency);
  void book_gap(const Arrived& arrived, base::Time now, std::uint64_t sequence, std::uint64_t missing);
  void book_changes(ReceiveFlowRare& rare, const ReceiveFlow& flow, const wire::ParsedFrame& parsed);
  [[nodiscard]] std::uint32_t local_of(std::uint32_t flow) const {
    return flow < state_.local_of.size() ? state_.local_of[flow] : ReceiveState::kNone;
  }
  [[nodiscard]] bool is_checked() {
    if (!samples()) return state_.icrc_check_one_in == 1;
    if (--until_check_ != 0) return false;
    until_check_ = state_.icrc_check_one_in;
    return true;
  }

  [[nodiscard]] bool samples() const { return state_.icrc_check_one_in > 1; }

  P& port_;
  ReceiveState state_;
  ReceiverOptions options_;
  measure::SequenceTracker tracker_;
  ReceiveBooks books_;
  std::uint64_t ps_per_byte_q16_;
  std::uint32_t until_check_ = 1;
  base::Time none_waited_at_;
  bool burst_is_full_ = false;
  bool is_after_drain_ = false;
};

template <Port P>
template <class OnControl>
void Receiver<P>::take(const RxFrame& frame, base::Time now, OnControl& on_control) {
  const std::uint32_t length = frame.length();
  ++books_.frames;
  books_.frame_bytes += length;
  const wire::ParsedFrame parsed = wire::parse(frame.head(), base::FrameBytes{length});
  if (parsed.kind == wire::FrameKind::kRoce) [[likely]] {
    take_roce(frame, parsed, now);
    return;
  }
  using enum wire::FrameKind;
  if (parsed.kind == kArp || parsed.kind == kNd || parsed.kind == kIcmp || parsed.kind == kIcmpv6) {
    ++books_.control;
    on_control(frame, parsed);
    return;
  }
  ++books_.other[static_cast<std::size_t>(parsed.kind)];
}

template <Port P>
void Receiver<P>::take_roce(const RxFrame& frame, const wire::ParsedFrame& parsed, base::Time now) {
  const std::span<const std::byte> datagram = frame.head().subspan(parsed.payload_offset);
  const roce::ParsedRoce packet = roce::parse(datagram, parsed.payload_length);
  Arrived arrived{.index = local_of(packet.destination_qpn - plan::kFirstQpn),
                  .frame_bytes = std::max(frame.length(), kShortestFrame),
                  .payload_bytes = packet.payload_length};
  const bool has_room = packet.payload_length >= frame::kTagBytes &&
                        packet.payload_offset + frame::kTagBytes <= datagram.size();
  const frame::TagWords words =
      has_room ? frame::load_tag_words(datagram.data() + packet.payload_offset) : frame::TagWords{};
  const auto tag = has_room ? frame::read_tag(words) : std::nullopt;
  const bool checked = is_checked();
  const std::uint32_t ip_bytes = parsed.payload_offset + parsed.payload_length - parsed.ip_offset;
  arrived.corrupt = checked && !frame.icrc_good(parsed.ip_offset, ip_bytes);

  if (tag) [[likely]] {  // PERF: keeps the checks of foreign frames off the path
    if (tag->flow + plan::kFirstQpn != packet.destination_qpn) {
      // A damaged destination QP, or somebody's copy of our payload: the ICRC decides.
      arrived.corrupt = !frame.icrc_good(parsed.ip_offset, ip_bytes);
      if (!arrived.corrupt || tag->flow >= state_.local_of.size()) {
        ++books_.foreign_roce;
        return;
      }
      arrived.index = local_of(tag->flow);
    }
    if (arrived.index == ReceiveState::kNone) {
      ++(tag->flow < state_.local_of.size() ? books_.misdelivered : books_.foreign_roce);
      return;
    }
    if (checked && samples()) ++state_.rare[arrived.index].icrc_checked;
    if (state_.flows[arrived.index].tagged) [[likely]] {  // PERF: the common account
      take_tagged(*tag, arrived, parsed, now);
    } else {
      take_untagged(arrived, parsed, packet.psn, now, &tag->sent_at);
    }
    return;
  }
  const bool is_ours = arrived.index != ReceiveState::kNone;
  if (is_ours && !state_.flows[arrived.index].tagged && !(has_room && frame::looks_like_tag(words))) {
    if (checked && samples()) ++state_.rare[arrived.index].icrc_checked;
    take_untagged(arrived, parsed, packet.psn, now, nullptr);
    return;
  }
  // What claims a tag, or comes to a queue pair that only ever sees tags: damaged, unless its ICRC is right.
  const bool claims = is_ours || (has_room && frame::looks_like_tag(words));
  if (claims && (arrived.corrupt || (!checked && !frame.icrc_good(parsed.ip_offset, ip_bytes)))) {
    ++books_.tag_damaged;
  } else {
    ++books_.foreign_roce;
  }
}

template <Port P>
void Receiver<P>::take_tagged(const frame::ProbeTag& tag, const Arrived& arrived,
                              const wire::ParsedFrame& parsed, base::Time now) {
  ReceiveFlow& flow = state_.flows[arrived.index];
  ++books_.ours;
  if (tag.attempt != 0) ++state_.rare[arrived.index].retransmitted;
  if (tag.window == frame::Window::kWarmup) {
    ++state_.rare[arrived.index].warmup_frames;
    return;
  }
  const std::uint64_t sequence = measure::extend_sequence<32>(flow.sequence.next_expected, tag.sequence);
  book_arrival(arrived, parsed, sequence, now, &tag.sent_at);
}

template <Port P>
void Receiver<P>::take_untagged(const Arrived& arrived, const wire::ParsedFrame& parsed, roce::Psn psn,
                                base::Time now, const base::Time* sent_at) {
  if (arrived.corrupt) {
    // Flow and number come from the bytes that may be the damaged ones.
    ++books_.tag_damaged;
    return;
  }
  ++books_.ours;
  ReceiveFlow& flow = state_.flows[arrived.index];
  const ReceiveFlowRare& rare = state_.rare[arrived.index];
  const std::uint64_t expected = flow.sequence.next_expected * rare.psns_per_frame;
  const std::uint64_t step = (psn - rare.first_psn).value();
  const std::uint64_t number = measure::extend_sequence<24>(expected, step) / rare.psns_per_frame;
  book_arrival(arrived, parsed, number, now, sent_at);
}

template <Port P>
void Receiver<P>::book_arrival(const Arrived& arrived, const wire::ParsedFrame& parsed,
                               std::uint64_t sequence, base::Time now, const base::Time* sent_at) {
  ReceiveFlow& flow = state_.flows[arrived.index];
  if (is_after_drain_) [[unlikely]] {  // PERF: never while traffic is measured
    ++books_.after_drain;
    static_cast<void>(tracker_.arrive_after_drain(flow.sequence, sequence, density_of(arrived.index)));
    return;
  }
  const measure::Arrival arrival = tracker_.arrive(flow.sequence, sequence, now, density_of(arrived.index));
  ReceiveTraffic& traffic = state_.traffic[flow.traffic];
  ++flow.frames;
  flow.frame_bytes += arrived.frame_bytes;
  flow.payload_bytes += arrived.payload_bytes;
  ++traffic.frames;
  traffic.frame_bytes += arrived.frame_bytes;
  traffic.payload_bytes += arrived.payload_bytes;
  traffic.gap_numbers += arrival.missing;
  if (arrival.missing != 0) [[unlikely]] {  // PERF: a gap, not every packet
    std::uint64_t& first = state_.rare[arrived.index].first_missing;
    first = std::min(first, sequence - arrival.missing);
  }
  book_gap(arrived, now, sequence, arrival.missing);
  if (arrival.kind == measure::ArrivalKind::kReordered) [[unlikely]]  // PERF: not every packet
    state_.rare[arrived.index].longest_gap.filled(sequence);
  if (arrived.corrupt) {
    ReceiveFlowRare& rare = state_.rare[arrived.index];
    ++rare.corrupt;
    rare.corrupt_first += arrival.is_first_copy() ? 1 : 0;
    return;
  }
  if (arrival.is_first_copy()) book_first_copy(arrived, parsed, now, sent_at);
}

template <Port P>
void Receiver<P>::book_first_copy(const Arrived& arrived, const wire::ParsedFrame& parsed, base::Time now,
                                  const base::Time* sent_at) {
  const ReceiveFlow& flow = state_.flows[arrived.index];
  ReceiveFlowSums& sums = state_.sums[arrived.index];
  ReceiveTraffic& traffic = state_.traffic[flow.traffic];
  ++traffic.first_copies;
  ++sums.ecn[static_cast<std::size_t>(parsed.ecn())];
  const std::uint8_t sent_ecn = flow.traffic_class & 3;
  traffic.ce += (sent_ecn == 1 || sent_ecn == 2) && parsed.ecn() == wire::Ecn::kCe ? 1 : 0;
  const bool same =
      parsed.dscp() == wire::dscp_of(flow.traffic_class) && parsed.ttl == flow.ttl &&
      (flow.pcp == ReceiveFlow::kUntagged || (parsed.vlan_count != 0 && parsed.vlan[0].pcp() == flow.pcp));
  if (!same) book_changes(state_.rare[arrived.index], flow, parsed);
  if (sent_at != nullptr) book_latency(arrived, now - *sent_at);
}

template <Port P>
void Receiver<P>::book_latency(const Arrived& arrived, base::Duration latency) {
  ReceiveFlowSums& sums = state_.sums[arrived.index];
  const ReceiveFlow& flow = state_.flows[arrived.index];
  ReceiveTraffic& traffic = state_.traffic[flow.traffic];
  sums.latency_ps_min = std::min(sums.latency_ps_min, latency.ps());
  sums.latency_ps_max = std::max(sums.latency_ps_max, latency.ps());
  if (__builtin_add_overflow(sums.latency_ps_sum, latency.ps(), &sums.latency_ps_sum)) [[unlikely]] {
    state_.rare[arrived.index].latency_carries += latency.ps() > 0 ? 1 : -1;  // PERF: once a day
  }
  traffic.latency.add(latency);
  if (options_.serializes) {
    const std::uint64_t bytes = wire::layer2_bytes(base::FrameBytes{arrived.frame_bytes}).count();
    const base::Duration both{static_cast<std::int64_t>((2 * bytes * ps_per_byte_q16_) >> 16)};
    traffic.latency_lifo.add(latency - both);
  }
  traffic.tester_bound += burst_is_full_ ? 1 : 0;
  if (flow.detail == ReceiveFlow::kNoDetail) return;
  state_.details[flow.detail].latency.add(latency);
  state_.details[flow.detail].tester_bound += burst_is_full_ ? 1 : 0;
}

/// Time since the flow's arrival before, and the longest such gap. `missing`: numbers that `sequence` jumped
/// over.
template <Port P>
void Receiver<P>::book_gap(const Arrived& arrived, base::Time now, std::uint64_t sequence,
                           std::uint64_t missing) {
  ReceiveFlow& flow = state_.flows[arrived.index];
  const base::Time previous = flow.last_arrival;
  flow.last_arrival = now;
  if (flow.frames == 1) {
    state_.rare[arrived.index].first_arrival = now;
    return;
  }
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  const base::Duration gap = now - previous;
  const auto gap_ns = static_cast<std::uint32_t>(std::min<std::int64_t>(gap.ns(), kMost));
  ReceiveFlowSums& sums = state_.sums[arrived.index];
  sums.gap_ns_min = std::min(sums.gap_ns_min, gap_ns);
  if (gap_ns > sums.gap_ns_max || gap_ns == kMost) {
    sums.gap_ns_max = gap_ns;
    measure::LongestGap& longest = state_.rare[arrived.index].longest_gap;
    if (gap > longest.length) {
      longest.replace(
          {.previous = previous, .now = now, .next_expected = sequence - missing, .missing = missing});
    }
  }
  state_.traffic[flow.traffic].inter_arrival.add(gap);
  if (flow.detail != ReceiveFlow::kNoDetail) state_.details[flow.detail].inter_arrival.add(gap);
}

template <Port P>
void Receiver<P>::book_changes(ReceiveFlowRare& rare, const ReceiveFlow& flow,
                               const wire::ParsedFrame& parsed) {
  if (parsed.dscp() != wire::dscp_of(flow.traffic_class)) {
    ++rare.dscp_changed;
    rare.dscp_seen = parsed.dscp();
  }
  if (parsed.ttl != flow.ttl) {
    ++rare.ttl_changed;
    rare.ttl_seen = parsed.ttl;
  }
  if (flow.pcp != ReceiveFlow::kUntagged && (parsed.vlan_count == 0 || parsed.vlan[0].pcp() != flow.pcp)) {
    ++rare.pcp_changed;
    rare.pcp_seen = parsed.vlan_count == 0 ? 0 : parsed.vlan[0].pcp();
  }
}

}  // namespace engine
