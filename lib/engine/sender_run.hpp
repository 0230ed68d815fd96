/// \file
/// How a sender lays runs of packets, hands the batch over and books it.
///
/// A run is what follows one another in one flow and differs in PSN, sequence and time alone: schedule,
/// header, tag, ICRC and books are worked out once for it (frame/lay.hpp). Breaking a run early is always
/// right. A part of sender.hpp, which includes it; include that one. Cost: docs/performance.md. Thread: the
/// worker's own.
#pragma once

#include "engine/sender.hpp"

namespace engine {

/// Lays the earliest flow's next packet, and those after it that are alike, due, and still before every other
/// flow's. A run may end early for any reason: `step` looks again.
template <Port P>
void Sender<P>::lay_run(std::uint32_t index, base::Time now) {
  SendFlow& flow = state_.flows[index];
  SendFlowBooks& books = state_.books[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  if (!flow.in_message) begin_message(flow, books, send_class);
  const NextPacket packet = next_packet(flow, send_class);
  const PacketCharge charge = charge_of(send_class, packet);
  const std::size_t room =
      std::min(kBurst - batch_count_, stash_count_[static_cast<std::size_t>(send_class.source)]);
  const auto most = std::min(static_cast<std::uint32_t>(room), run_most(flow, books, send_class, packet));
  const std::uint32_t count = with_steps(send_class.shape, [&]<class Steps>() {
    return options_.serializes ? schedule<true, Steps>(index, charge, most, now)
                               : schedule<false, Steps>(index, charge, most, now);
  });

  runs_[run_count_++] = {.first = {.part = &send_class.layout->part(packet.part),
                                   .flow = index,
                                   .frame_bytes = charge.frame_bytes,
                                   .payload_bytes = packet.payload_bytes,
                                   .psn = flow.psn,
                                   .message_bytes = flow.message_bytes,
                                   .packets_in_message = flow.packets_in_message},
                         .count = count,
                         .ends_message = packet.is_last()};
  lay_frames(index, packet, count, now);
  batch_count_ += count;
  books.tally[static_cast<std::size_t>(batch_window_)].scheduled += count;
  books_.of(batch_window_).total.scheduled += count;
  advance(flow, books, send_class, packet, count);
}

/// Notes the due times of the flow's next packets, up to `most` that are due, and defers the flow behind
/// them. Where it catches up, a packet comes no sooner than the rate cap allows, of which at most
/// max_back_to_back frames' worth is saved up.
template <Port P>
template <bool kSerializes, class Steps>
std::uint32_t Sender<P>::schedule(std::uint32_t index, const PacketCharge& charge, std::uint32_t most,
                                  base::Time now) {
  SendFlow& flow = state_.flows[index];
  SendFlowBooks& books = state_.books[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  const base::Duration instant = base::picoseconds(1);
  const base::Time last = std::min(std::min(now, options_.ends - instant),
                                   std::min(books.ends - instant, due_.stays_earliest_until()));
  const bool catches_up = send_class.when_late == profile::WhenLate::kCatchUp;
  base::Duration apart;
  base::Time eligible;
  if (catches_up) {
    apart = base::Duration{static_cast<std::int64_t>(step_of(send_class.catch_up, charge).whole_ps)};
    eligible = std::max(books.eligible, now - send_class.catch_up.mean *
                                                  static_cast<std::int64_t>(send_class.max_back_to_back - 1));
  }
  const base::Duration frame_time = kSerializes ? line_time(charge.frame_bytes) : base::Duration{};
  Steps steps{flow, books, send_class, charge};
  base::Time* const first = batch_due_.data() + batch_count_;
  base::Time* const end = first + most;
  base::Time* due = first;
  do {
    *due = steps.due();
    if (kSerializes)
      batch_sent_at_[static_cast<std::size_t>(due - batch_due_.data())] = occupy_line(now, frame_time);
    ++due;
    steps.next();
    eligible += apart;
  } while (due != end && steps.due() <= last && eligible <= last && !(kSerializes && line_is_full(now)));
  const base::Time key = std::max(steps.due(), eligible);
  steps.store();
  if (catches_up) books.eligible = eligible;
  due_.defer_earliest(key);
  return static_cast<std::uint32_t>(due - first);
}

/// Fills the batch's next `count` frames.
template <Port P>
void Sender<P>::lay_frames(std::uint32_t index, const NextPacket& packet, std::uint32_t count,
                           base::Time now) {
  const SendFlow& flow = state_.flows[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  const auto source = static_cast<std::size_t>(send_class.source);
  const std::span<TxFrame> slots = std::span{batch_}.subspan(batch_count_, count);
  stash_count_[source] -= count;
  std::copy_n(stash_[source].begin() + static_cast<std::ptrdiff_t>(stash_count_[source]), count,
              slots.begin());
  const frame::FlowHeader& header = state_.headers[index + 1];
  const frame::PartLayout& part = send_class.layout->part(packet.part);
  const frame::PacketFields fields{
      .psn_word = flow.psn | (packet.ack_request ? frame::kAckRequestBit : 0),
      .payload_bytes = packet.payload_bytes,
      .tag = {.flow = flow.id,
              .sequence = flow.sequence,
              .window = batch_window_,
              .sent_at = options_.serializes ? batch_sent_at_[batch_count_] : now},
      .immediate = send_class.first_immediate + flow.messages - 1,
      .message_bytes = send_class.patches_message_bytes ? flow.message_bytes : 0,
      .source_port = message_source_port(flow, send_class)};
  if (packet.whole) {
    frame::lay_whole(slots.front(), header, part, fields,
                     {.source = send_class.source,
                      .address = send_class.virtual_address + flow.message_bytes - flow.message_left,
                      .remote_key = send_class.remote_key,
                      .tagged = packet.payload_bytes >= frame::kTagBytes});
    return;
  }
  if (count == 1) {
    frame::lay(slots.front(), header, part, fields);
    return;
  }
  frame::PacketRun run{header, part, fields};
  if (options_.serializes) {
    for (std::size_t i = 0; i < count; ++i)
      run.lay(slots[i], batch_sent_at_[batch_count_ + i]);
  } else {
    for (TxFrame& slot : slots)
      run.lay(slot);
  }
}

/// Offers the batch. What is not taken is held, in order; returns whether all was taken.
template <Port P>
bool Sender<P>::flush(base::Time now) {
  if (batch_count_ == 0) return true;
  ++books_.offered_bursts;
  const std::size_t taken = port_.send(batch_priority_, std::span{batch_}.first(batch_count_));
  account_sent(taken, now);
  if (taken == batch_count_) [[likely]] {  // PERF: keeps the moves off the path
    batch_count_ = 0;
    run_count_ = 0;
    return true;
  }
  ++books_.short_bursts;
  keep_from(taken);
  return false;
}

/// Books the batch's first `count` frames, which the port took.
template <Port P>
void Sender<P>::account_sent(std::size_t count, base::Time now) {
  SendBooks::Window& queue = books_.of(batch_window_);
  SendTally sum;
  std::size_t at = 0;
  for (std::size_t i = 0; i < run_count_ && at < count; ++i) {
    const LaidRun& run = runs_[i];
    const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(run.count, count - at));
    account_run(run, part, sum, now);
    const std::span<const base::Time> due = std::span{batch_due_}.subspan(at, part);
    queue.lateness.add_falling(part, [due, now](std::size_t k) { return now - due[k]; });
    std::size_t in_time = 0;  // due at this very moment, and so behind all that is late
    while (in_time < part && due[part - 1 - in_time] >= now)
      ++in_time;
    queue.late_frames += part - in_time;
    at += part;
  }
  queue.total.frames += count;
  queue.total.frame_bytes += sum.frame_bytes;
  queue.total.payload_bytes += sum.payload_bytes;
  queue.total.messages += sum.messages;
}

/// Books the first `count` frames of a run in its flow and class, and adds them to `sum`.
template <Port P>
void Sender<P>::account_run(const LaidRun& run, std::uint32_t count, SendTally& sum, base::Time now) {
  SendFlow& flow = state_.flows[run.first.flow];
  SendFlowBooks& books = state_.books[run.first.flow];
  const std::uint64_t frame_bytes = std::uint64_t{count} * run.first.frame_bytes;
  const std::uint64_t payload_bytes = std::uint64_t{count} * run.first.payload_bytes;
  const std::uint64_t messages = run.ends_message ? count : 0;
  SentOfClass& sent = state_.classes[flow.send_class].sent;
  sent.frames += count;
  sent.frame_bytes += frame_bytes;
  sent.payload_bytes += payload_bytes;
  SendTally& tally = books.tally[static_cast<std::size_t>(batch_window_)];
  if (tally.frames == 0 && batch_window_ == frame::Window::kMeasured) books.first_sent = now;
  tally.frames += count;
  tally.frame_bytes += frame_bytes;
  tally.payload_bytes += payload_bytes;
  tally.messages += messages;
  sum.frame_bytes += frame_bytes;
  sum.payload_bytes += payload_bytes;
  sum.messages += messages;
  if (books.last_sent != now || flow.run == 0) {
    if (flow.run != 0) ++books_.of(batch_window_).back_to_back[flow.run];
    flow.run = 0;
    books.last_sent = now;
  }
  flow.run = static_cast<std::uint8_t>(std::min<std::size_t>(flow.run + count, kBackToBackMost));
}

}  // namespace engine
