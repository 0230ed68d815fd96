/// \file
/// The sending half of a worker: takes empty frames, fills what is due, hands over, keeps the books.
///
///     engine::Sender<P> sender{port, std::move(state), options};
///     const base::Time next = sender.step(now);
///     ...
///     sender.finish(now);                               // what was not sent is abandoned
///
/// A step hands over at most kBurst new frames. What the port does not take stays here, in order, and is sent
/// first at the next step, with a new tag: a frame's time is that of the hand-over that succeeded, and so is
/// its lateness. A frame that is given up (tx_hold, or the end) leaves no gap in tags or PSNs: the packet
/// waits for its flow's next slot. A frame belongs to the window in which it was offered first. Books, by
/// window: scheduled = sent + refused + abandoned + held just now, and nothing is held after `finish`.
/// A port that refuses one priority holds back the others of this queue as well.
/// Cost: docs/performance.md has the instructions a packet. Thread: the worker's own.
#pragma once

#include "base/check.hpp"
#include "engine/due_queue.hpp"
#include "engine/message.hpp"
#include "engine/pacer.hpp"
#include "engine/port.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "engine/worker_parts.hpp"
#include "frame/lay.hpp"
#include "frame/lay_whole.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace engine {

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
    for (std::uint32_t i = 0; i < state_.flows.size(); ++i)
      enqueue(i);
  }

  /// Hands over what is due at `now`. Returns when it next has work: `now` where the burst limit cut it
  /// short, never where only the port holds it back, or nothing is left.
  base::Time step(base::Time now) {
    if (batch_count_ != 0 && !send_held(now)) return held_until();
    batch_window_ = window_at(now);
    batch_offered_ = now;
    bool port_holds = false;
    while (batch_count_ < kBurst && !due_.empty() && due_.earliest().due <= now) {
      const std::uint32_t index = due_.earliest().flow;
      if (!settle(index, now)) continue;
      const SendClass& send_class = state_.classes[state_.flows[index].send_class];
      if (options_.serializes && line_is_full(now)) {
        ++books_.backlog_stops;
        break;
      }
      if (batch_count_ != 0 && batch_priority_ != send_class.priority) break;
      if (!has_frames(send_class.source)) {
        port_holds = true;
        break;
      }
      batch_priority_ = send_class.priority;
      lay_run(index, now);
    }
    if (!flush(now)) return held_until();
    return port_holds ? base::Time::never() : next_work(now);
  }

  /// Nothing is due at or after `now`; what was due before is still sent.
  void stop(base::Time now) { options_.ends = std::min(options_.ends, now); }

  /// Nothing more is sent: what is held or due before `now` is abandoned, buffers go back. Called once, after
  /// the last step.
  void finish(base::Time now);

  /// Frames that were offered and not taken, and wait.
  [[nodiscard]] std::size_t held() const { return batch_count_; }
  [[nodiscard]] const SendState& state() const { return state_; }
  [[nodiscard]] const SendBooks& books() const { return books_; }

 private:
  using TxFrame = typename P::TxFrame;

  static base::Duration slot_width(const SendState& state);
  [[nodiscard]] frame::Window window_at(base::Time now) const {
    return now < options_.measured_from ? frame::Window::kWarmup : frame::Window::kMeasured;
  }
  void enqueue(std::uint32_t index);
  bool settle(std::uint32_t index, base::Time now);
  void enter_window(SendFlow& flow);
  bool give_up_missed(std::uint32_t index, base::Time now);
  void give_up_slots(std::uint32_t index, base::Time when);
  void book_abandoned(std::uint32_t index, std::uint64_t slots, frame::Window window);
  bool has_frames(PayloadSource source);
  void lay_run(std::uint32_t index, base::Time now);
  template <bool kSerializes, class Steps>
  std::uint32_t schedule(std::uint32_t index, const PacketCharge& charge, std::uint32_t most, base::Time now);
  void lay_frames(std::uint32_t index, const NextPacket& packet, std::uint32_t count, base::Time now);
  bool flush(base::Time now);
  void account_sent(std::size_t count, base::Time now);
  void account_run(const LaidRun& run, std::uint32_t count, SendTally& sum, base::Time now);
  void keep_from(std::size_t taken);
  bool send_held(base::Time now);
  void tag_again(TxFrame& frame, const Laid& laid, base::Time now);
  void give_up_held(std::uint64_t SendTally::*as);
  [[nodiscard]] base::Time next_work(base::Time now) const;
  [[nodiscard]] base::Time held_until() const {
    return options_.tx_hold ? batch_offered_ + *options_.tx_hold : base::Time::never();
  }
  [[nodiscard]] base::Duration line_time(std::uint32_t frame_bytes) const {
    const std::uint64_t bytes = wire::on_the_wire(base::FrameBytes{frame_bytes}).count();
    return base::Duration{static_cast<std::int64_t>((bytes * ps_per_byte_q16_) >> 16)};
  }
  [[nodiscard]] bool line_is_full(base::Time now) const { return line_free_ - now > options_.backlog_most; }
  /// When the frame's first bit leaves, and the line is busy with it from then on.
  [[nodiscard]] base::Time occupy_line(base::Time now, base::Duration frame_time) {
    const base::Time start = std::max(now, line_free_);
    line_free_ = start + frame_time;
    return start;
  }
  [[nodiscard]] std::array<SendTally*, 2> tallies(SendFlowBooks& books, frame::Window window) {
    return {&books.tally[static_cast<std::size_t>(window)], &books_.of(window).total};
  }

  P& port_;
  SendState state_;
  SenderOptions options_;
  DueQueue due_;
  SendBooks books_;
  std::uint64_t ps_per_byte_q16_;
  base::Time line_free_;
  // The batch: all of it was laid at one step, in one window, and has one priority.
  base::Time batch_offered_;
  frame::Window batch_window_ = frame::Window::kWarmup;
  std::uint8_t batch_priority_ = 0;
  std::size_t batch_count_ = 0;  ///< between steps: frames that are held
  std::array<TxFrame, kBurst> batch_;
  std::array<base::Time, kBurst> batch_due_;  ///< of each frame
  std::array<base::Time, kBurst>
      batch_sent_at_;                 ///< where the line serializes: when it is predicted to leave
  std::array<LaidRun, kBurst> runs_;  ///< what the batch consists of
  std::size_t run_count_ = 0;
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

template <Port P>
void Sender<P>::enqueue(std::uint32_t index) {
  SendFlow& flow = state_.flows[index];
  if (flow.queued || flow.due >= options_.ends) return;
  flow.queued = true;
  due_.insert(index, flow.due);
}

/// Whether the earliest flow still has a frame due now; if not, it was deferred or taken out.
template <Port P>
bool Sender<P>::settle(std::uint32_t index, base::Time now) {
  SendFlow& flow = state_.flows[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  if (due_.earliest().due >= options_.ends || (send_class.limited && has_ended(flow, state_.books[index]))) {
    static_cast<void>(due_.pop());
    flow.queued = false;
    return false;
  }
  if (flow.window != batch_window_) enter_window(flow);
  if (now - flow.due < send_class.skip_after) [[likely]]  // PERF: keeps the books' cold lines off the path
    return true;
  return !give_up_missed(index, now);
}

template <Port P>
void Sender<P>::enter_window(SendFlow& flow) {
  if (flow.run != 0) ++books_.of(flow.window).back_to_back[flow.run];
  flow.run = 0;
  flow.window = batch_window_;
  flow.sequence = 0;
}

/// Whether slots were given up, and the flow deferred to one that is not too late.
template <Port P>
bool Sender<P>::give_up_missed(std::uint32_t index, base::Time now) {
  const SendFlow& flow = state_.flows[index];
  const base::Time due = flow.due;
  // A slot belongs to the window in which it became too late, whenever we come to see it.
  if (due < options_.measured_from && now >= options_.measured_from) {
    give_up_slots(index, options_.measured_from - base::picoseconds(1));
  }
  give_up_slots(index, now);
  if (flow.due == due) return false;
  due_.defer_earliest(flow.due);
  return true;
}

/// Gives up what was too late at `when`.
template <Port P>
void Sender<P>::give_up_slots(std::uint32_t index, base::Time when) {
  SendFlow& flow = state_.flows[index];
  SendFlowBooks& books = state_.books[index];
  const SendClass& send_class = state_.classes[flow.send_class];
  // The size of the packet that waits is drawn first: what is given up must not depend on how often we look.
  if (!flow.in_message) begin_message(flow, books, send_class);
  const std::uint64_t slots =
      skip_missed(flow, books, send_class, charge_of(send_class, next_packet(flow, send_class)),
                  {.now = when, .ends = std::min(options_.ends, books.ends)});
  book_abandoned(index, slots, window_at(when));
}

template <Port P>
void Sender<P>::book_abandoned(std::uint32_t index, std::uint64_t slots, frame::Window window) {
  for (SendTally* tally : tallies(state_.books[index], window)) {
    tally->scheduled += slots;
    tally->abandoned += slots;
  }
}

template <Port P>
bool Sender<P>::has_frames(PayloadSource source) {
  const auto which = static_cast<std::size_t>(source);
  if (stash_count_[which] != 0) return true;
  stash_count_[which] = port_.take(source, std::span{stash_[which]});
  if (stash_count_[which] != 0) return true;
  ++books_.no_buffer;
  return false;
}

template <Port P>
base::Time Sender<P>::next_work(base::Time now) const {
  if (due_.empty() || due_.earliest().due >= options_.ends) return base::Time::never();
  const base::Time due = due_.earliest().due;
  if (due > now) return due;
  // More is due: the burst limit or a change of priority ended the step, or the line is full ahead.
  if (options_.serializes && line_free_ - now > options_.backlog_most)
    return line_free_ - options_.backlog_most;
  return now;
}

template <Port P>
void Sender<P>::finish(base::Time now) {
  give_up_held(&SendTally::abandoned);
  const base::Time until = std::min(now, options_.ends);
  for (std::uint32_t i = 0; i < state_.flows.size(); ++i) {
    SendFlow& flow = state_.flows[i];
    const SendClass& send_class = state_.classes[flow.send_class];
    if (flow.run != 0) ++books_.of(flow.window).back_to_back[flow.run];
    flow.run = 0;
    if (send_class.limited && has_ended(flow, state_.books[i])) continue;
    if (now >= options_.measured_from && now - flow.due >= send_class.skip_after) {
      give_up_slots(i, options_.measured_from - base::picoseconds(1));
    }
    book_abandoned(i, slots_until(flow, state_.books[i], send_class, until), window_at(now));
  }
  for (std::size_t source = 0; source < kPayloadSources; ++source) {
    port_.give_back(std::span{stash_[source]}.first(stash_count_[source]));
    stash_count_[source] = 0;
  }
}

}  // namespace engine

#include "engine/sender_run.hpp"

#include "engine/sender_held.hpp"
