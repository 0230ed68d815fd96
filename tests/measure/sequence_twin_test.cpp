// The tracker against a slow twin that is written from the definitions of docs/measuring.md and keeps every
// arrival.
#include "measure/sequence.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <deque>
#include <set>
#include <vector>

namespace {

using measure::FlowSequence;
using measure::kReorderThreshold;
using measure::ReorderDensity;
using measure::SequenceCounts;
using measure::SequenceTracker;

struct Packet {
  std::uint64_t sequence;
  std::int64_t time_ps;
};

class Twin {
 public:
  Twin(std::uint64_t first, std::uint64_t window)
      : first_{first}, window_{window}, next_{first}, receive_index_{first}, expected_{first} {}

  void arrive(Packet packet) {
    const std::uint64_t s = packet.sequence;
    if (s + window_ < next_) {
      ++counts.beyond_window;
      if (counts.beyond_window_first_at_most < missing_below(next_ - window_)) {
        ++counts.beyond_window_first_at_most;
      }
      return;
    }
    if (seen_.contains(s)) {
      ++counts.duplicates;
      return;
    }
    for (; next_ <= s; ++next_)
      missing_.insert(next_);
    missing_.erase(s);
    seen_.insert(s);
    arrivals_.push_back(packet);
    displace(s);
    hold(s);
  }

  void finish() {
    while (!waiting_.empty())
      meet();
    counts.received = arrivals_.size();
    counts.missing = missing_.size();
    counts.missing_left_window = missing_below(low());
    rfc4737();
  }

  SequenceCounts counts;
  ReorderDensity density;

 private:
  [[nodiscard]] std::uint64_t low() const { return next_ > first_ + window_ ? next_ - window_ : first_; }
  [[nodiscard]] std::uint64_t missing_below(std::uint64_t low) const {
    return static_cast<std::uint64_t>(std::distance(missing_.begin(), missing_.lower_bound(low)));
  }

  void rfc4737() {
    std::uint64_t next_expected = 0;
    std::uint64_t run = 0;
    std::set<std::size_t> discontinuities;
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const std::uint64_t s = arrivals_[i].sequence;
      if (s >= next_expected) {
        next_expected = s + 1;
        counts.free_runs.longest = std::max(counts.free_runs.longest, ++run);
        continue;
      }
      ++counts.reordered;
      ++counts.free_runs.runs;
      counts.free_runs.packets += run;
      counts.free_runs.squares += run * run;
      run = 0;
      std::size_t j = 0;
      while (arrivals_[j].sequence <= s)
        ++j;
      discontinuities.insert(j);
      counts.extent.add(static_cast<std::int64_t>(i - j));
      ++density.extent[std::min(i - j, kReorderThreshold)];
      counts.late_time.add(arrivals_[i].time_ps - arrivals_[j].time_ps);
      std::size_t n = 0;
      while (n < i && arrivals_[i - 1 - n].sequence > s)
        ++n;
      ++density.degree[std::min(n, kReorderThreshold)];
    }
    counts.free_runs.open_packets = run;
    for (auto j = discontinuities.begin();
         j != discontinuities.end() && std::next(j) != discontinuities.end(); ++j)
      counts.reorder_gap.add(static_cast<std::int64_t>(*std::next(j) - *j));
  }

  // RFC 5236 RD: `unmet_` are the arrivals that no receive index has met.
  void displace(std::uint64_t s) {
    while (!unmet_.empty() && *unmet_.begin() < low())
      meet();
    receive_index_ = std::max(receive_index_, low());
    if (s < receive_index_) {
      ++density.displacement_beyond;
      return;
    }
    waiting_.push_back(s);
    unmet_.insert(s);
    while (!waiting_.empty() && (unmet_.contains(receive_index_) || waiting_.size() > kReorderThreshold))
      meet();
  }
  void meet() {
    receive_index_ = *unmet_.begin();
    const std::uint64_t s = waiting_.front();
    waiting_.pop_front();
    const auto displacement = static_cast<std::int64_t>(receive_index_) - static_cast<std::int64_t>(s);
    const auto threshold = static_cast<std::int64_t>(kReorderThreshold);
    if (displacement < -threshold) {
      unmet_.erase(s);
      ++density.displacement_beyond;
      return;
    }
    unmet_.erase(receive_index_++);
    if (displacement > threshold) {
      ++density.displacement_beyond;
    } else {
      ++density.displacement[static_cast<std::size_t>(displacement + threshold)];
    }
  }

  // RFC 5236 RBD.
  void hold(std::uint64_t s) {
    const auto release = [&] {
      while (held_.erase(expected_) != 0)
        ++expected_;
    };
    while (expected_ < low()) {
      held_.erase(expected_++);
      release();
    }
    if (s < expected_) {
      ++density.occupancy_given_up;
      return;
    }
    held_.insert(s);
    release();
    if (held_.size() > kReorderThreshold) {
      expected_ = *held_.begin();
      release();
    }
    ++density.occupancy[held_.size()];
  }

  std::uint64_t first_;
  std::uint64_t window_;
  std::uint64_t next_;
  std::set<std::uint64_t> seen_;
  std::set<std::uint64_t> missing_;
  std::vector<Packet> arrivals_;
  std::uint64_t receive_index_;
  std::deque<std::uint64_t> waiting_;
  std::set<std::uint64_t> unmet_;
  std::uint64_t expected_;
  std::set<std::uint64_t> held_;
};

struct Impairment {
  std::uint64_t loss_ppm = 0;
  std::uint64_t burst_loss_ppm = 0;  ///< a hole of up to 2 windows
  std::uint64_t duplicate_ppm = 0;
  std::uint64_t delay_ppm = 0;
  std::uint64_t delay_places_max = 1;
};

/// What arrives, in order of arrival, of `count` packets from `first` on.
std::vector<Packet> impaired(base::Rng& rng, std::uint64_t first, std::uint64_t count, Impairment how) {
  struct Placed {
    std::uint64_t place;
    std::uint64_t sequence;
  };
  std::vector<Placed> placed;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (rng.one_in_ppm(how.burst_loss_ppm)) i += rng.below(2 * 256);
    if (rng.one_in_ppm(how.loss_ppm)) continue;
    const std::uint64_t copies = rng.one_in_ppm(how.duplicate_ppm) ? 2 + rng.below(2) : 1;
    for (std::uint64_t copy = 0; copy < copies; ++copy) {
      const std::uint64_t delay =
          rng.one_in_ppm(how.delay_ppm) || copy != 0 ? 1 + rng.below(how.delay_places_max) : 0;
      placed.push_back({.place = i + delay, .sequence = first + i});
    }
  }
  std::stable_sort(placed.begin(), placed.end(), [](Placed a, Placed b) { return a.place < b.place; });
  std::vector<Packet> packets;
  std::int64_t now_ps = 0;
  for (const Placed& packet : placed) {
    now_ps += 1 + static_cast<std::int64_t>(rng.below(1'000'000));
    packets.push_back({.sequence = packet.sequence, .time_ps = now_ps});
  }
  return packets;
}

void expect_like_the_twin(std::uint64_t seed, Impairment how) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << " loss " << how.loss_ppm << " bursts "
                                  << how.burst_loss_ppm << " duplicates " << how.duplicate_ppm << " delays "
                                  << how.delay_ppm << " of " << how.delay_places_max);
  constexpr std::uint64_t kWindow = 256;
  base::Rng rng{seed};
  const std::uint64_t first = rng.one_in_ppm(500'000) ? 0 : 0x1'0000'0000 - rng.below(2000);
  const std::uint64_t count = 200 + rng.below(2500);
  Twin twin{first, kWindow};
  SequenceTracker tracker{{.flows = 1, .window = kWindow}};
  FlowSequence flow = SequenceTracker::begin(first);
  ReorderDensity density;
  for (const Packet& packet : impaired(rng, first, count, how)) {
    twin.arrive(packet);
    const std::uint64_t sequence =
        measure::extend_sequence<32>(flow.next_expected, static_cast<std::uint32_t>(packet.sequence));
    tracker.arrive(flow, sequence, base::Time{packet.time_ps}, density);
  }
  const std::uint64_t sent = std::max(count, flow.next_expected - first);
  const auto result = tracker.close(flow, sent, density);
  twin.finish();
  EXPECT_EQ(result.counts.received + result.lost_gaps + result.lost_tail, sent);
  EXPECT_EQ(result.counts.received, twin.counts.received);
  EXPECT_EQ(result.counts.missing, twin.counts.missing);
  EXPECT_EQ(result.counts.reordered, twin.counts.reordered);
  EXPECT_EQ(result.counts.reorder_gap.count, twin.counts.reorder_gap.count);
  EXPECT_TRUE(result.counts == twin.counts);
  EXPECT_EQ(density.displacement, twin.density.displacement);
  EXPECT_EQ(density.displacement_beyond, twin.density.displacement_beyond);
  EXPECT_EQ(density.occupancy, twin.density.occupancy);
  EXPECT_EQ(density.occupancy_given_up, twin.density.occupancy_given_up);
  EXPECT_EQ(density.extent, twin.density.extent);
  EXPECT_EQ(density.degree, twin.density.degree);
}

TEST(SequenceTwin, AgreesOnStreamsOfEveryKind) {
  const Impairment kinds[] = {
      {},
      {.loss_ppm = 10'000},
      {.loss_ppm = 500'000},
      {.burst_loss_ppm = 3'000},
      {.duplicate_ppm = 50'000, .delay_places_max = 30},
      {.delay_ppm = 50'000, .delay_places_max = 10},
      {.delay_ppm = 900'000, .delay_places_max = 100},
      {.loss_ppm = 20'000, .duplicate_ppm = 20'000, .delay_ppm = 100'000, .delay_places_max = 50},
      {.loss_ppm = 50'000,
       .burst_loss_ppm = 1'000,
       .duplicate_ppm = 100'000,
       .delay_ppm = 300'000,
       .delay_places_max = 600},
  };
  for (const Impairment& how : kinds) {
    for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed)
      expect_like_the_twin(seed, how);
  }
}

// Without loss, and nothing late by more than the threshold, RFC 5236 needs no look-ahead: the i-th arrival's
// displacement is i - s, and the receiver holds what arrived above the lowest number that has not.
TEST(SequenceTwin, DensitiesFollowTheirDefinitionWhereNothingIsLost) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    base::Rng rng{seed};
    const auto packets = impaired(rng, 0, 1000, {.delay_ppm = 200'000, .delay_places_max = 40});
    SequenceTracker tracker{{.flows = 1}};
    FlowSequence flow = SequenceTracker::begin();
    ReorderDensity density;
    ReorderDensity expected;
    std::set<std::uint64_t> waiting;
    std::uint64_t lowest = 0;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      const std::uint64_t s = packets[i].sequence;
      tracker.arrive(flow, s, {}, density);
      ++expected.displacement[i - s + kReorderThreshold];
      waiting.insert(s);
      while (waiting.erase(lowest) != 0)
        ++lowest;
      ++expected.occupancy[waiting.size()];
    }
    static_cast<void>(tracker.close(flow, packets.size(), density));
    EXPECT_EQ(density.displacement, expected.displacement);
    EXPECT_EQ(density.occupancy, expected.occupancy);
  }
}

}  // namespace
