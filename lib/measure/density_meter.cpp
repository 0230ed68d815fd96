#include "measure/density_meter.hpp"

namespace measure {

void DensityMeter::give_up_below(std::uint64_t low, std::uint64_t next) {
  if (waits_within(low)) return;
  while (state_.receive_index < low) {
    const std::uint64_t reach = std::min(low, state_.receive_index + unused_.size());
    const std::uint64_t found = unused_.next_set(state_.receive_index, reach);
    if (found == reach) {
      state_.receive_index = low;
    } else {
      state_.receive_index = found;
      meet_next_arrival();
    }
  }
  while (state_.expected < low) {
    const std::uint64_t reach = std::min(low, next);
    if (state_.expected >= reach) {
      state_.expected = low;
      return;
    }
    state_.expected = received_.next_set(state_.expected, reach);
    release_held(reach);
  }
  release_held(next);
}

void DensityMeter::add(std::uint64_t sequence, std::uint64_t next) {
  add_displacement(sequence);
  add_occupancy(sequence, next);
}

void DensityMeter::finish() {
  while (state_.waiting_count != 0) {
    state_.receive_index = unused_.next_set(state_.receive_index, state_.receive_index + unused_.size());
    meet_next_arrival();
  }
}

void DensityMeter::add_displacement(std::uint64_t sequence) {
  if (sequence < state_.receive_index) {
    ++density_.displacement_beyond;
    return;
  }
  unused_.set(sequence);
  state_.waiting[(state_.waiting_head + state_.waiting_count) % DensityState::kLookAhead] = sequence;
  ++state_.waiting_count;
  while (state_.waiting_count != 0) {
    if (!unused_.test(state_.receive_index)) {
      if (state_.waiting_count < DensityState::kLookAhead) return;
      state_.receive_index = unused_.next_set(state_.receive_index, state_.receive_index + unused_.size());
    }
    meet_next_arrival();
  }
}

/// RI, which has arrived, meets the oldest waiting arrival. As many bits are set in `unused_` as arrivals
/// wait: both lose one here, whichever way it goes.
void DensityMeter::meet_next_arrival() {
  constexpr auto kThreshold = static_cast<std::int64_t>(kReorderThreshold);
  const std::uint64_t sequence = state_.waiting[state_.waiting_head];
  state_.waiting_head = (state_.waiting_head + 1) % DensityState::kLookAhead;
  --state_.waiting_count;
  const auto displacement = static_cast<std::int64_t>(state_.receive_index - sequence);
  if (displacement < -kThreshold) {
    unused_.clear(sequence);
    ++density_.displacement_beyond;
    return;
  }
  unused_.clear(state_.receive_index);
  ++state_.receive_index;
  if (displacement > kThreshold) {
    ++density_.displacement_beyond;
  } else {
    ++density_.displacement[static_cast<std::size_t>(displacement + kThreshold)];
  }
}

void DensityMeter::add_occupancy(std::uint64_t sequence, std::uint64_t next) {
  if (sequence < state_.expected) {
    ++density_.occupancy_given_up;
    return;
  }
  if (sequence == state_.expected) {
    ++state_.expected;
    release_held(next);
  } else if (++state_.held > kReorderThreshold) {
    state_.expected = received_.next_set(state_.expected, next);
    release_held(next);
  }
  ++density_.occupancy[state_.held];
}

/// Whatever now follows without a gap leaves the recovery buffer.
void DensityMeter::release_held(std::uint64_t next) {
  while (state_.expected < next && received_.test(state_.expected)) {
    ++state_.expected;
    --state_.held;
  }
}

}  // namespace measure
