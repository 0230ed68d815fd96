#include "measure/sequence_counts.hpp"

namespace measure {

void SequenceCounts::merge(const SequenceCounts& other) {
  received += other.received;
  duplicates += other.duplicates;
  reordered += other.reordered;
  missing += other.missing;
  missing_left_window += other.missing_left_window;
  beyond_window += other.beyond_window;
  beyond_window_first_at_most += other.beyond_window_first_at_most;
  before_first += other.before_first;
  after_drain += other.after_drain;
  after_drain_copies += other.after_drain_copies;
  extent.merge(other.extent);
  extent_unknown += other.extent_unknown;
  late_time.merge(other.late_time);
  reorder_gap.merge(other.reorder_gap);
  free_runs.runs += other.free_runs.runs;
  free_runs.packets += other.free_runs.packets;
  free_runs.squares += other.free_runs.squares;
  free_runs.longest = std::max(free_runs.longest, other.free_runs.longest);
  free_runs.open_packets += other.free_runs.open_packets;
}

void SequenceResult::merge(const SequenceResult& other) {
  counts.merge(other.counts);
  sent += other.sent;
  lost_gaps += other.lost_gaps;
  lost_tail += other.lost_tail;
  never_sent += other.never_sent;
  flows_lost_whole += other.flows_lost_whole;
}

}  // namespace measure
