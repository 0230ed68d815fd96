/// \file
/// RFC 5236's two densities, kept up arrival by arrival for one flow.
///
/// Displacement (RD): the i-th first copy to arrive is given the i-th lowest number that is not lost (its
/// receive index RI); its displacement is RI - s. Whether a number is lost is decided by looking ahead: RI is
/// given up when kReorderThreshold + 1 arrivals are waiting and it is not among them, or when it leaves the
/// flow's window. An arrival more than the threshold early is left out and does not take part; one whose
/// number was given up is left out; one more than the threshold late takes its RI but is left out of FD.
/// Occupancy (RBD): how many first copies a receiver that restores the order would hold after each arrival;
/// when it would hold more than the threshold, the number it waits for is given up.
///
/// Cost: 600 bytes a flow; some 80 instructions an arrival while something is open, nothing otherwise.
/// Thread: one owner.
#pragma once

#include "measure/reorder_density.hpp"
#include "measure/sequence_window.hpp"

#include <array>
#include <cstdint>

namespace measure {

/// What a meter remembers; all-zero but for `begin`.
struct DensityState {
  static constexpr std::uint32_t kLookAhead = kReorderThreshold + 1;

  std::uint64_t receive_index = 0;  ///< RI
  std::uint64_t expected = 0;       ///< the number that the recovery buffer waits for
  std::uint64_t held = 0;           ///< first copies in the recovery buffer
  std::uint32_t waiting_head = 0;
  std::uint32_t waiting_count = 0;
  std::array<std::uint64_t, kLookAhead> waiting{};  ///< arrivals without a displacement yet, a ring

  void begin(std::uint64_t first) { receive_index = expected = first; }
};

class DensityMeter {
 public:
  /// `unused`: bits of the arrivals that no RI has met yet; `received`: the flow's window.
  DensityMeter(DensityState& state, SequenceWindow unused, SequenceWindow received, ReorderDensity& density)
      : state_{state}, unused_{unused}, received_{received}, density_{density} {}

  /// True where in-order arrivals from `next` on would change nothing but the counts of zero.
  [[nodiscard]] bool settled(std::uint64_t next) const {
    return state_.waiting_count == 0 && state_.receive_index == next && state_.expected == next;
  }
  /// True where nothing that is waited for lies below `low`: give_up_below(low) would do nothing.
  [[nodiscard]] bool waits_within(std::uint64_t low) const {
    return state_.receive_index >= low && state_.expected >= low;
  }
  /// Only where settled(next): `count` arrivals in order.
  void add_in_order(std::uint64_t count) {
    density_.add_in_order(count);
    state_.receive_index += count;
    state_.expected += count;
  }

  /// Before numbers below `low` leave the window, whose upper bound is `next`.
  void give_up_below(std::uint64_t low, std::uint64_t next);
  /// A first copy, already set in the window, whose upper bound is now `next`.
  void add(std::uint64_t sequence, std::uint64_t next);
  /// The stream has ended: what waits gets its displacement.
  void finish();

 private:
  void add_displacement(std::uint64_t sequence);
  void add_occupancy(std::uint64_t sequence, std::uint64_t next);
  void release_held(std::uint64_t next);
  void meet_next_arrival();

  DensityState& state_;
  SequenceWindow unused_;
  SequenceWindow received_;
  ReorderDensity& density_;
};

}  // namespace measure
