/// \file
/// The sending half of a worker: takes empty frames, fills what is due, hands over, keeps the books.
///
///     engine::Sender<P> sender{port, std::move(state), options};
///     const base::Time next = sender.step(now);
///
/// A step hands over at most kBurst frames. What the port does not take stays here, in order, and is sent
/// first at the next step, with a new tag: a frame's time is that of the hand-over that succeeded. Books, by
/// window: scheduled = sent + refused + abandoned, where a frame that is still here at the end is abandoned.
/// Cost: docs/performance.md has the instructions a packet. Thread: the worker's own.
#pragma once

#include "base/check.hpp"
#include "engine/due_queue.hpp"
#include "engine/message.hpp"
#include "engine/pacer.hpp"
#include "engine/port.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "frame/lay.hpp"
#include "frame/lay_whole.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace engine {

struct SenderOptions {
  base::Time measured_from;  ///< frames handed over from here on belong to the measured window
  base::Time ends;           ///< nothing is due at or after it
  base::BitsPerSec speed;
  bool serializes = false;      ///< plan::PortFacts
  base::Duration backlog_most;  ///< where it serializes: line time handed over and not yet out
  std::optional<base::Duration> tx_hold;
};

template <Port P>
class Sender {
 public:
  Sender(P& port, SendState state, const SenderOptions& options)
      : port_{port},
        state_{std::move(state)},
        options_{options},
        due_{state_.flows.size(), slot_width(state_)},
        ps_per_byte_q16_{(std::uint64_t{8'000'000'000'000} << 16) /
                         std::max<std::uint64_t>(1, options.speed.count())} {
    for (std::uint32_t i = 0; i < state_.flows.size(); ++i) {
      if (state_.flows[i].due < options_.ends) due_.insert(i, state_.flows[i].due);
    }
  }

  /// Hands over what is due at `now`. Returns when it next has work: `now` where the burst limit cut it
  /// short, never where only the port holds it back, or nothing is left.
  base::Time step(base::Time now) {
    if (held_count_ != 0 && !send_held(now)) return base::Time::never();
    const frame::Window window =
        now < options_.measured_from ? frame::Window::kWarmup : frame::Window::kMeasured;
    bool port_holds = false;
    while (batch_count_ < kBurst && !due_.empty() && due_.earliest().due <= now) {
      const std::uint32_t index = due_.earliest().flow;
      SendFlow& flow = state_.flows[index];
      const SendClass& send_class = state_.classes[flow.send_class];
      if (!settle(index, now, window)) continue;
      if (options_.serializes && line_free_ - now > options_.backlog_most) break;
      if (batch_count_ != 0 && batch_priority_ != send_class.priority) break;
      TxFrame slot;
      if (!take(send_class.source, slot)) {
        port_holds = true;
        break;
      }
      batch_priority_ = send_class.priority;
      lay_next(index, slot, now, window);
    }
    const bool all_taken = flush(now);
    if (!all_taken || port_holds) return base::Time::never();
    return next_work(now);
  }

  /// Nothing more is sent: what is held or due before `now` is abandoned. Called once, after the last step.
  void finish(base::Time now);

  [[nodiscard]] const SendState& state() const { return state_; }
  [[nodiscard]] const SendBooks& books() const { return books_; }

 private:
  using TxFrame = typename P::TxFrame;

  /// A laid frame on its way: what is needed to tag it anew, or to give it up.
  struct Laid {
    std::uint32_t flow = 0;
    std::uint32_t payload_bytes = 0;
    std::uint32_t frame_bytes = 0;
    frame::Window window = frame::Window::kWarmup;
    const frame::PartLayout* part = nullptr;
    base::Time first_offered;
  };

  static base::Duration slot_width(const SendState& state);
  bool settle(std::uint32_t index, base::Time now, frame::Window window);
  bool take(PayloadSource source, TxFrame& slot);
  void lay_next(std::uint32_t index, TxFrame slot, base::Time now, frame::Window window);
  bool flush(base::Time now);
  bool send_held(base::Time now);
  void tag_again(std::size_t i, base::Time now);
  template <class Change>
  void change_tag(std::size_t i, Change change);
  void give_up(std::size_t i, std::uint64_t SendTally::*as);
  [[nodiscard]] base::Time next_work(base::Time now) const;
  [[nodiscard]] base::Time predict_and_occupy_line(base::Time now, std::uint32_t frame_bytes);

  P& port_;
  SendState state_;
  SenderOptions options_;
  DueQueue due_;
  SendBooks books_;
  std::uint64_t ps_per_byte_q16_;
  base::Time line_free_;
  std::uint8_t batch_priority_ = 0;
  std::size_t batch_count_ = 0;
  std::size_t held_count_ = 0;  ///< the batch's first frames, offered before and not taken
  std::array<TxFrame, kBurst> batch_;
  std::array<Laid, kBurst> laid_;
  std::array<std::array<TxFrame, kBurst>, kPayloadSources> stash_;
  std::array<std::size_t, kPayloadSources> stash_count_{};
};

template <Port P>
base::Duration Sender<P>::slot_width(const SendState& state) {
  // About the spacing of departures: the mean interval of a flow over the number of flows.
  base::Duration mean = base::milliseconds(1);
  for (const SendClass& send_class : state.classes)
    mean = std::min(mean, send_class.pace.mean);
  const auto flows = static_cast<std::int64_t>(std::max<std::size_t>(1, state.flows.size()));
  return std::max(base::nanoseconds(1), mean / flows);
}

/// Whether the earliest flow still has a frame due now; if not, it was deferred or taken out.
template <Port P>
bool Sender<P>::settle(std::uint32_t index, base::Time now, frame::Window window) {
  SendFlow& flow = state_.flows[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  if (flow.due >= options_.ends || (send_class.limited && has_ended(flow, state_.books[index]))) {
    static_cast<void>(due_.pop());
    return false;
  }
  if (flow.window != window) {
    flow.window = window;
    flow.sequence = 0;
  }
  if (now - flow.due < send_class.skip_after) [[likely]]
    return true;
  SendFlowBooks& books = state_.books[index];
  const std::uint64_t skipped = skip_missed(flow, books, send_class, now, next_charge(flow, send_class));
  if (skipped == 0) return true;
  for (SendTally* tally : {&books.tally[static_cast<std::size_t>(window)], &books_.of(window).total}) {
    tally->scheduled += skipped;
    tally->abandoned += skipped;
  }
  due_.defer_earliest(flow.due);
  return false;
}

template <Port P>
bool Sender<P>::take(PayloadSource source, TxFrame& slot) {
  const auto which = static_cast<std::size_t>(source);
  if (stash_count_[which] == 0) {
    stash_count_[which] = port_.take(source, std::span{stash_[which]});
    if (stash_count_[which] == 0) {
      ++books_.no_buffer;
      return false;
    }
  }
  slot = stash_[which][--stash_count_[which]];
  return true;
}

template <Port P>
void Sender<P>::lay_next(std::uint32_t index, TxFrame slot, base::Time now, frame::Window window) {
  SendFlow& flow = state_.flows[index];
  SendFlowBooks& books = state_.books[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  if (!flow.in_message) begin_message(flow, books, send_class);
  const NextPacket packet = next_packet(flow, send_class);
  const frame::PartLayout& part = send_class.layout->part(packet.part);
  const std::uint32_t pad = roce::pad_of(packet.payload_bytes);
  const std::uint32_t frame_bytes = part.header_bytes + packet.payload_bytes + pad + roce::kIcrcBytes;
  const frame::PacketFields fields{
      .psn_word = flow.psn | (packet.ack_request ? frame::kAckRequestBit : 0),
      .payload_bytes = packet.payload_bytes,
      .tag = frame::tag_words({.flow = state_.ids[index],
                               .sequence = flow.sequence,
                               .window = window,
                               .sent_at = predict_and_occupy_line(now, frame_bytes)}),
      .immediate = send_class.first_immediate + flow.messages - 1,
      .message_bytes = send_class.fixed_bytes != 0 ? 0 : flow.message_bytes,
      .source_port = message_source_port(flow, send_class)};
  const frame::FlowHeader& header = state_.headers[index + 1];
  if (packet.whole) {
    frame::lay_whole(slot, header, part, fields,
                     {.source = send_class.source,
                      .address = send_class.virtual_address + flow.message_bytes - flow.message_left,
                      .remote_key = send_class.remote_key,
                      .tagged = packet.payload_bytes >= frame::kTagBytes});
  } else {
    frame::lay(slot, header, part, fields);
  }

  laid_[batch_count_] = {.flow = index,
                         .payload_bytes = packet.payload_bytes,
                         .frame_bytes = frame_bytes,
                         .window = window,
                         .part = &part,
                         .first_offered = now};
  batch_[batch_count_++] = slot;
  const base::Duration late = now - flow.due;
  SendBooks::Window& queue = books_.of(window);
  queue.lateness.add(late);
  queue.late_frames += late.ps() > 0 ? 1 : 0;
  account_laid(books, queue, {.frame_bytes = frame_bytes, .payload_bytes = packet.payload_bytes}, now,
               window);
  advance(flow, books, send_class, packet);
  const std::uint64_t messages = flow.in_message ? 0 : 1;
  books.tally[static_cast<std::size_t>(window)].messages += messages;
  queue.total.messages += messages;
  step_schedule(flow, books, send_class,
                {.part = packet.part,
                 .frame_bytes = frame_bytes,
                 .payload_bytes = packet.payload_bytes,
                 .fixed = send_class.fixed_steps});
  due_.defer_earliest(due_key(flow, books, send_class, now));
}

template <Port P>
base::Time Sender<P>::predict_and_occupy_line(base::Time now, std::uint32_t frame_bytes) {
  if (!options_.serializes) return now;
  const base::Time start = std::max(now, line_free_);
  const std::uint64_t bytes = wire::on_the_wire(base::FrameBytes{frame_bytes}).count();
  line_free_ = start + base::Duration{static_cast<std::int64_t>((bytes * ps_per_byte_q16_) >> 16)};
  return start;
}

/// Offers the batch. What is not taken is held, in order; returns whether all was taken.
template <Port P>
bool Sender<P>::flush(base::Time now) {
  static_cast<void>(now);
  if (batch_count_ == 0) return true;
  ++books_.offered_bursts;
  const std::size_t taken = port_.send(batch_priority_, std::span{batch_}.first(batch_count_));
  if (taken == batch_count_) [[likely]] {
    batch_count_ = held_count_ = 0;
    return true;
  }
  ++books_.short_bursts;
  std::copy(batch_.begin() + static_cast<std::ptrdiff_t>(taken),
            batch_.begin() + static_cast<std::ptrdiff_t>(batch_count_), batch_.begin());
  std::copy(laid_.begin() + static_cast<std::ptrdiff_t>(taken),
            laid_.begin() + static_cast<std::ptrdiff_t>(batch_count_), laid_.begin());
  batch_count_ = held_count_ = batch_count_ - taken;
  return false;
}

/// Offers what was held again, tagged with the time of this hand-over. Returns whether nothing is held now.
template <Port P>
bool Sender<P>::send_held(base::Time now) {
  if (options_.tx_hold) {
    while (batch_count_ != 0 && now - laid_[0].first_offered >= *options_.tx_hold) {
      give_up(0, &SendTally::refused);
    }
  }
  for (std::size_t i = 0; i < batch_count_; ++i)
    tag_again(i, now);
  held_count_ = batch_count_;
  return flush(now);
}

template <Port P>
void Sender<P>::tag_again(std::size_t i, base::Time now) {
  const Laid& laid = laid_[i];
  const base::Time sent_at = predict_and_occupy_line(now, laid.frame_bytes);
  if (laid.payload_bytes < frame::kTagBytes) return;
  change_tag(i, [sent_at](frame::ProbeTag& tag) { tag.sent_at = sent_at; });
}

template <Port P>
template <class Change>
void Sender<P>::change_tag(std::size_t i, Change change) {
  std::byte* const trailer = batch_[i].trailer();
  std::byte* const end = trailer - laid_[i].payload_bytes;
  auto tag = frame::read_tag(frame::load_tag_words(end));
  CHECK(tag.has_value(), "a frame that waits to be sent has lost its tag");
  change(*tag);
  const frame::TagWords words = frame::tag_words(*tag);
  frame::relay_tag(end, trailer, *laid_[i].part, laid_[i].payload_bytes, words);
}

/// Takes frame i out of the batch and books it as refused or abandoned; later frames of its flow move up.
template <Port P>
void Sender<P>::give_up(std::size_t i, std::uint64_t SendTally::*as) {
  const Laid gone = laid_[i];
  SendFlow& flow = state_.flows[gone.flow];
  SendFlowBooks& books = state_.books[gone.flow];
  for (SendTally* tally :
       {&books.tally[static_cast<std::size_t>(gone.window)], &books_.of(gone.window).total}) {
    tally->frames -= 1;
    tally->frame_bytes -= gone.frame_bytes;
    tally->payload_bytes -= gone.payload_bytes;
    tally->*as += 1;
  }
  if (flow.window == gone.window) --flow.sequence;
  port_.give_back(std::span{batch_}.subspan(i, 1));
  for (std::size_t k = i + 1; k < batch_count_; ++k) {
    if (laid_[k].flow == gone.flow && laid_[k].window == gone.window &&
        laid_[k].payload_bytes >= frame::kTagBytes) {
      change_tag(k, [](frame::ProbeTag& tag) { --tag.sequence; });
    }
    batch_[k - 1] = batch_[k];
    laid_[k - 1] = laid_[k];
  }
  --batch_count_;
}

template <Port P>
base::Time Sender<P>::next_work(base::Time now) const {
  if (due_.empty()) return base::Time::never();
  const base::Time due = due_.earliest().due;
  if (due > now) return due;
  // More is due: the burst limit or a change of priority ended the step, or the line is full ahead.
  if (options_.serializes && line_free_ - now > options_.backlog_most)
    return line_free_ - options_.backlog_most;
  return now;
}

template <Port P>
void Sender<P>::finish(base::Time now) {
  while (batch_count_ != 0)
    give_up(batch_count_ - 1, &SendTally::abandoned);
  held_count_ = 0;
  const base::Time until = std::min(now, options_.ends);
  for (std::size_t i = 0; i < state_.flows.size(); ++i) {
    SendFlow& flow = state_.flows[i];
    SendFlowBooks& books = state_.books[i];
    const SendClass& send_class = state_.classes[flow.send_class];
    if (send_class.limited && has_ended(flow, books)) continue;
    const std::uint64_t missed = slots_until(flow, books, send_class, until);
    for (SendTally* tally :
         {&books.tally[static_cast<std::size_t>(flow.window)], &books_.of(flow.window).total}) {
      tally->scheduled += missed;
      tally->abandoned += missed;
    }
  }
  for (std::size_t source = 0; source < kPayloadSources; ++source) {
    if (stash_count_[source] != 0) port_.give_back(std::span{stash_[source]}.first(stash_count_[source]));
    stash_count_[source] = 0;
  }
}

}  // namespace engine
