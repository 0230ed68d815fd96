#include "measure/sequence.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <bit>

namespace measure {

namespace {

std::size_t long_list_length(SequenceOptions options) {
  return options.window / 2;  // every second number missing: a window holds no more gaps
}

std::size_t long_lists(SequenceOptions options) {
  return std::min(options.flows, options.long_gap_lists);
}

/// The oldest gap is of no more interest. Gaps retire in the order of their making, so that RFC 4737's
/// distances between reordering discontinuities come out in order.
void retire_front(Disorder& disorder) {
  const Gap& gap = disorder.gaps.front();
  if (gap.remaining < gap.length) {
    if (disorder.had_discontinuity) {
      disorder.counts.reorder_gap.add(static_cast<std::int64_t>(gap.index - disorder.last_discontinuity));
    }
    disorder.had_discontinuity = true;
    disorder.last_discontinuity = gap.index;
  }
  disorder.gaps.pop_front();
}

void retire_gaps(Disorder& disorder) {
  while (!disorder.gaps.empty()) {
    const Gap& gap = disorder.gaps.front();
    if (gap.remaining != 0 && gap.start + gap.length > disorder.low) return;
    retire_front(disorder);
  }
}

void end_free_run(FreeRuns& free_runs) {
  ++free_runs.runs;
  free_runs.packets += free_runs.open_packets;
  free_runs.squares += static_cast<base::Uint128>(free_runs.open_packets) * free_runs.open_packets;
  free_runs.open_packets = 0;
}

void extend_free_run(FreeRuns& free_runs, std::uint64_t packets) {
  free_runs.open_packets += packets;
  free_runs.longest = std::max(free_runs.longest, free_runs.open_packets);
}

}  // namespace

SequenceTracker::SequenceTracker(SequenceOptions options)
    : window_{options.window},
      disorders_{options.flows},
      words_{options.flows * (options.window / 64) * 2},
      long_gaps_{long_lists(options) * long_list_length(options)} {
  CHECK(std::has_single_bit(options.window) && options.window >= 256 && options.window <= 65'536,
        "a sequence window of {} numbers", options.window);
}

std::size_t SequenceTracker::reserved_bytes(SequenceOptions options) {
  return options.flows * (sizeof(Disorder) + options.window / 64 * 2 * sizeof(std::uint64_t)) +
         long_lists(options) * long_list_length(options) * sizeof(Gap);
}

Disorder& SequenceTracker::disorder_of(FlowSequence& flow) {
  if (flow.disorder == FlowSequence::kInOrder) {
    CHECK(disorders_used_ < disorders_.size(), "more flows than the sequence tracker was made for");
    Disorder& fresh = disorders_[disorders_used_];
    fresh = Disorder{};
    fresh.record = disorders_used_;
    fresh.first = fresh.low = flow.run_start;
    fresh.density.begin(flow.run_start);
    fresh.gaps.move_to(fresh.short_gaps);
    flow.disorder = ++disorders_used_;
  }
  return disorders_[flow.disorder - 1];
}

const Disorder& SequenceTracker::disorder_of(const FlowSequence& flow) const {
  return disorders_[flow.disorder - 1];
}

SequenceWindow SequenceTracker::received_of(const Disorder& disorder) {
  const std::size_t words = window_ / 64;
  return SequenceWindow{words_.subspan(disorder.record * words * 2, words)};
}

DensityMeter SequenceTracker::meter_of(Disorder& disorder, ReorderDensity& density) {
  const std::size_t words = window_ / 64;
  return {disorder.density, SequenceWindow{words_.subspan((disorder.record * 2 + 1) * words, words)},
          received_of(disorder), density};
}

std::uint64_t SequenceTracker::low_for(const Disorder& disorder, std::uint64_t next) const {
  return std::max(disorder.low, next > window_ ? next - window_ : 0);
}

Arrival SequenceTracker::arrive_out_of_order(FlowSequence& flow, std::uint64_t sequence, base::Time now,
                                             ReorderDensity& density) {
  Disorder& disorder = disorder_of(flow);
  DensityMeter meter = meter_of(disorder, density);
  enter_run(flow, disorder, meter);
  if (sequence > flow.next_expected) {
    meter.give_up_below(low_for(disorder, sequence + 1), flow.next_expected);
    const Arrival arrival = open_gap(flow, disorder, sequence, now);
    meter.add(sequence, flow.next_expected);
    return arrival;
  }
  SequenceCounts& counts = disorder.counts;
  if (sequence < disorder.first) {
    ++counts.before_first;
    return {.kind = ArrivalKind::kBeforeFirst};
  }
  if (sequence < disorder.low) {
    // It can be a first copy only if one was booked as lost that no earlier latecomer has laid claim to.
    ++counts.beyond_window;
    if (counts.beyond_window_first_at_most < counts.missing_left_window) {
      ++counts.beyond_window_first_at_most;
    }
    return {.kind = ArrivalKind::kBeyondWindow};
  }
  if (received_of(disorder).test(sequence)) {
    ++counts.duplicates;
    return {.kind = ArrivalKind::kDuplicate};
  }
  fill_gap(disorder, sequence, now, density);
  meter.add(sequence, flow.next_expected);
  return {.kind = ArrivalKind::kReordered};
}

/// Enters the arrivals that came in order since the last disturbance: by the piece while something is still
/// open for the densities, the rest at once.
void SequenceTracker::enter_run(FlowSequence& flow, Disorder& disorder, DensityMeter& meter) {
  const std::uint64_t length = flow.next_expected - flow.run_start;
  if (length == 0) return;
  std::uint64_t next = flow.run_start;
  while (next < flow.next_expected && !meter.settled(next)) {
    // One by one where a number that the densities still wait for is about to leave the window.
    std::uint64_t piece = std::min<std::uint64_t>(flow.next_expected - next, kReorderThreshold);
    if (!meter.waits_within(low_for(disorder, next + piece))) piece = 1;
    enter_piece(disorder, meter, next, piece);
    next += piece;
  }
  if (next < flow.next_expected) {
    meter.add_in_order(flow.next_expected - next);
    enter_settled(disorder, next, flow.next_expected);
  }
  disorder.runs.append(flow.run_start, length);
  disorder.counts.received += length;
  extend_free_run(disorder.counts.free_runs, length);
  flow.run_start = flow.next_expected;
  retire_gaps(disorder);
}

void SequenceTracker::enter_piece(Disorder& disorder, DensityMeter& meter, std::uint64_t first,
                                  std::uint64_t length) {
  meter.give_up_below(low_for(disorder, first + length), first);
  disorder.counts.missing_left_window += leave_window(disorder, first, first + length);
  received_of(disorder).set_run(first, length);
  for (std::uint64_t sequence = first; sequence < first + length; ++sequence)
    meter.add(sequence, sequence + 1);
}

void SequenceTracker::enter_settled(Disorder& disorder, std::uint64_t from, std::uint64_t to) {
  SequenceWindow received = received_of(disorder);
  const std::uint64_t low = low_for(disorder, to);
  disorder.counts.missing_left_window += received.leave(disorder.low, std::min(low, from));
  const std::uint64_t kept_from = std::max(low, from);
  received.set_run(kept_from, to - kept_from);
  disorder.low = low;
}

/// The window's upper bound goes from `next` to `new_next`; returns how many leave it without having come.
std::uint64_t SequenceTracker::leave_window(Disorder& disorder, std::uint64_t next, std::uint64_t new_next) {
  const std::uint64_t low = low_for(disorder, new_next);
  const std::uint64_t inside = std::min(low, next);
  const std::uint64_t missing = received_of(disorder).leave(disorder.low, inside) + (low - inside);
  disorder.low = low;
  return missing;
}

Arrival SequenceTracker::open_gap(FlowSequence& flow, Disorder& disorder, std::uint64_t sequence,
                                  base::Time now) {
  SequenceCounts& counts = disorder.counts;
  const std::uint64_t missing = sequence - flow.next_expected;
  counts.missing += missing;
  counts.missing_left_window += leave_window(disorder, flow.next_expected, sequence + 1);
  retire_gaps(disorder);
  make_room(disorder);
  disorder.gaps.push({.start = flow.next_expected,
                      .length = missing,
                      .remaining = missing,
                      .index = counts.received,
                      .time_ps = now.ps()});
  received_of(disorder).set(sequence);
  disorder.runs.append(sequence, 1);
  ++counts.received;
  extend_free_run(counts.free_runs, 1);
  flow.run_start = flow.next_expected = sequence + 1;
  return {.kind = ArrivalKind::kGap, .missing = missing};
}

void SequenceTracker::fill_gap(Disorder& disorder, std::uint64_t sequence, base::Time now,
                               ReorderDensity& density) {
  SequenceCounts& counts = disorder.counts;
  received_of(disorder).set(sequence);
  ++density.degree[disorder.runs.degree(sequence)];
  disorder.runs.append(sequence, 1);
  end_free_run(counts.free_runs);
  if (Gap* gap = disorder.gaps.find(sequence); gap == nullptr) {
    ++counts.extent_unknown;
  } else {
    const std::uint64_t extent = counts.received - gap->index;
    ++density.extent[std::min<std::uint64_t>(extent, kReorderThreshold)];
    counts.extent.add(static_cast<std::int64_t>(extent));
    counts.late_time.add(now.ps() - gap->time_ps);
    --gap->remaining;
  }
  ++counts.received;
  ++counts.reordered;
  --counts.missing;
  retire_gaps(disorder);
}

/// Room for one more gap: in a long list where one is free, else in place of the oldest.
void SequenceTracker::make_room(Disorder& disorder) {
  if (!disorder.gaps.full()) return;
  const std::size_t length = window_ / 2;
  if (disorder.gaps.capacity() < length && long_gaps_used_ < long_gaps_.size()) {
    disorder.gaps.move_to(long_gaps_.subspan(long_gaps_used_, length));
    long_gaps_used_ += length;
    return;
  }
  retire_front(disorder);
}

Arrival SequenceTracker::arrive_after_drain(FlowSequence& flow, std::uint64_t sequence,
                                            ReorderDensity& density) {
  Disorder& disorder = disorder_of(flow);
  if (!disorder.drained) {
    DensityMeter meter = meter_of(disorder, density);
    enter_run(flow, disorder, meter);
    disorder.drained = true;
    disorder.next_at_drain = flow.next_expected;
  }
  SequenceWindow received = received_of(disorder);
  const bool ahead = sequence >= flow.next_expected;
  if (!ahead && (sequence < disorder.low || received.test(sequence))) {
    ++disorder.counts.after_drain_copies;
    return {.kind = ArrivalKind::kDuplicate};
  }
  if (ahead) {
    // What leaves the window here was counted as missing, or is part of the lost tail.
    static_cast<void>(leave_window(disorder, flow.next_expected, sequence + 1));
    flow.run_start = flow.next_expected = sequence + 1;
  }
  received.set(sequence);
  ++disorder.counts.after_drain;
  return {.kind = ArrivalKind::kAfterDrain};
}

SequenceCounts SequenceTracker::counts(const FlowSequence& flow) const {
  SequenceCounts counts;
  if (flow.disorder != FlowSequence::kInOrder) counts = disorder_of(flow).counts;
  const std::uint64_t run = flow.next_expected - flow.run_start;
  counts.received += run;
  extend_free_run(counts.free_runs, run);
  return counts;
}

SequenceResult SequenceTracker::close(FlowSequence& flow, std::uint64_t sent, ReorderDensity& density) {
  std::uint64_t first = flow.run_start;
  std::uint64_t next = flow.next_expected;
  if (flow.disorder == FlowSequence::kInOrder) {
    density.add_in_order(next - first);
  } else {
    Disorder& disorder = disorder_of(flow);
    DensityMeter meter = meter_of(disorder, density);
    enter_run(flow, disorder, meter);
    meter.finish();
    while (!disorder.gaps.empty())
      retire_front(disorder);
    first = disorder.first;
    if (disorder.drained) next = disorder.next_at_drain;
  }
  SequenceResult result{.counts = counts(flow), .sent = sent};
  const std::uint64_t end = first + sent;
  result.lost_gaps = result.counts.missing;
  result.lost_tail = end > next ? end - next : 0;
  result.never_sent = flow.next_expected > end ? flow.next_expected - end : 0;
  result.flows_lost_whole = sent != 0 && result.received().high == 0 ? 1 : 0;
  return result;
}

}  // namespace measure
