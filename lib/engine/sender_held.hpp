/// \file
/// What a sender does with frames that the port did not take: they stay, are tagged anew, or are given up.
///
/// The second half of sender.hpp, which includes it; include that one.
/// Cost: cold, but where a port takes less than it is offered. Thread: the worker's own.
#pragma once

#include "engine/sender.hpp"

namespace engine {

template <Port P>
bool Sender<P>::send_held(base::Time now) {
  if (now >= held_until()) give_up_held(&SendTally::refused);
  for (std::size_t i = 0; i < batch_count_; ++i)
    tag_again(i, now);
  return flush(now);
}

template <Port P>
void Sender<P>::tag_again(std::size_t i, base::Time now) {
  const Laid& laid = laid_[i];
  const base::Time sent_at = predict_and_occupy_line(now, laid.frame_bytes);
  if (laid.payload_bytes < frame::kTagBytes) return;
  std::byte* const trailer = batch_[i].trailer();
  std::byte* const end = trailer - laid.payload_bytes;
  auto tag = frame::read_tag(frame::load_tag_words(end));
  CHECK(tag.has_value(), "a frame that waits to be sent has lost its tag");
  tag->sent_at = sent_at;
  frame::relay_tag(end, trailer, *laid.part, laid.payload_bytes, frame::tag_words(*tag));
}

}  // namespace engine
