/// \file
/// What a sender does with frames that the port did not take: they stay, are tagged anew, or are given up.
///
/// The second half of sender.hpp, which includes it; include that one.
/// Cost: cold, but where a port takes less than it is offered. Thread: the worker's own.
#pragma once

#include "engine/sender.hpp"

namespace engine {

/// The batch's frames behind the first `taken` become the batch.
template <Port P>
void Sender<P>::keep_from(std::size_t taken) {
  std::size_t runs = 0;
  std::size_t left = taken;  // of the frames that are gone, those of the runs not yet looked at
  for (std::size_t i = 0; i < run_count_; ++i) {
    LaidRun run = runs_[i];
    const auto gone = static_cast<std::uint32_t>(std::min<std::size_t>(run.count, left));
    left -= gone;
    if (gone == run.count) continue;
    run.first = run.at(gone);
    run.count -= gone;
    // They will occupy the line later.
    line_free_ = line_free_ - line_time(run.first.frame_bytes) * run.count;
    runs_[runs++] = run;
  }
  run_count_ = runs;
  std::move(batch_.begin() + static_cast<std::ptrdiff_t>(taken),
            batch_.begin() + static_cast<std::ptrdiff_t>(batch_count_), batch_.begin());
  std::move(batch_due_.begin() + static_cast<std::ptrdiff_t>(taken),
            batch_due_.begin() + static_cast<std::ptrdiff_t>(batch_count_), batch_due_.begin());
  batch_count_ -= taken;
}

/// Offers what was held again, tagged with the time of this hand-over. Returns whether nothing is held now.
template <Port P>
bool Sender<P>::send_held(base::Time now) {
  if (now >= held_until()) give_up_held(&SendTally::refused);
  std::size_t at = 0;
  for (std::size_t i = 0; i < run_count_; ++i) {
    for (std::uint32_t k = 0; k < runs_[i].count; ++k)
      tag_again(batch_[at++], runs_[i].at(k), now);
  }
  return flush(now);
}

template <Port P>
void Sender<P>::tag_again(TxFrame& frame, const Laid& laid, base::Time now) {
  const base::Time sent_at = options_.serializes ? occupy_line(now, line_time(laid.frame_bytes)) : now;
  if (laid.payload_bytes < frame::kTagBytes) return;
  std::byte* const trailer = frame.trailer();
  std::byte* const end = trailer - laid.payload_bytes;
  auto tag = frame::read_tag(frame::load_tag_words(end));
  CHECK(tag.has_value(), "a frame that waits to be sent has lost its tag");
  tag->sent_at = sent_at;
  frame::relay_tag(end, trailer, *laid.part, laid.payload_bytes, *tag);
}

/// Takes all held frames back, the last one first, and books them as refused or abandoned.
template <Port P>
void Sender<P>::give_up_held(std::uint64_t SendTally::*as) {
  for (std::size_t i = run_count_; i-- != 0;) {
    const LaidRun& run = runs_[i];
    SendFlow& flow = state_.flows[run.first.flow];
    SendFlowBooks& books = state_.books[run.first.flow];
    for (SendTally* tally : tallies(books, batch_window_))
      tally->*as += run.count;
    for (std::uint32_t k = run.count; k-- != 0;)
      take_back(flow, books, state_.classes[flow.send_class], run.at(k));
    enqueue(run.first.flow);
  }
  port_.give_back(std::span{batch_}.first(batch_count_));
  batch_count_ = 0;
  run_count_ = 0;
}

}  // namespace engine
