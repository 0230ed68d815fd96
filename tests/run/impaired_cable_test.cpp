// A whole run over a cable that does harm, in virtual time: what is reported against the impairer's own
// record, to the packet, for 20 seeds of each kind of fault.
#include "virtual_run.hpp"

#include "verdict/metric_value.hpp"

#include <map>
#include <numeric>

namespace {

using test::Delivered;
using test::Expected;
using test::VirtualRun;

/// What the impairer says that it did by its `fault`-th fault, both directions: flow -> frames.
std::map<plan::FlowId, std::uint64_t> done_to(const VirtualRun& run, std::size_t fault,
                                              std::uint64_t amount_least = 0) {
  std::map<plan::FlowId, std::uint64_t> frames;
  for (const std::size_t from : {0U, 1U}) {
    EXPECT_EQ(run.record(from).events_beyond, 0U);
    for (const impair::Event& event : run.record(from).events) {
      if (event.fault == fault && event.amount >= amount_least)
        ++frames[event.identity.destination_qp - plan::kFirstQpn];
    }
  }
  return frames;
}

std::uint64_t of(const std::map<plan::FlowId, std::uint64_t>& counts, plan::FlowId flow) {
  const auto found = counts.find(flow);
  return found == counts.end() ? 0 : found->second;
}

std::uint64_t sum_of(const std::map<plan::FlowId, std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

std::vector<Expected> expected_of(const VirtualRun& run) {
  std::vector<std::vector<Delivered>> frames(run.plan().flows.size());
  for (const auto& direction : run.tap().delivered) {
    for (const Delivered& frame : direction) {
      if (frame.tag && frame.tag->window == frame::Window::kMeasured)
        frames[frame.tag->flow].push_back(frame);
    }
  }
  std::vector<Expected> expected;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const std::uint8_t dscp = run.plan().profile.traffic[run.plan().flows[f].traffic].dscp;
    expected.push_back(test::expect_of(frames[f], run.result().flows_tx[f].sums.sent, dscp));
  }
  return expected;
}

/// The receiver looks once a tick: what left the cable at t it sees at t or a tick later, always the same for
/// one direction. Adds that to the expected latencies.
void add_look_delay(const VirtualRun& run, std::vector<Expected>& expected) {
  std::array<std::optional<std::int64_t>, 2> delay_ps;  // by the end that the frames came from
  for (std::size_t f = 0; f < expected.size(); ++f) {
    std::vector<std::int64_t>& latency_ps = expected[f].latency_ps;
    if (latency_ps.empty()) continue;
    std::optional<std::int64_t>& delay = delay_ps[run.end_of(run.plan().flows[f])];
    if (!delay) {
      delay = run.result().flows_rx[f].sums.latency_ps.min - latency_ps.front();
      EXPECT_TRUE(*delay == 0 || *delay == VirtualRun::kTick.ps()) << *delay << " ps";
    }
    for (std::int64_t& latency : latency_ps)
      latency += *delay;
  }
}

void expect_flow(const measure::ReceiveResult& reported, const Expected& expected) {
  const measure::SequenceResult& sequence = reported.sequence;
  EXPECT_EQ(sequence.counts.received, expected.received);
  EXPECT_EQ(sequence.lost(), measure::Interval::exactly(expected.lost));
  EXPECT_EQ(sequence.lost_tail, expected.lost_tail);
  EXPECT_EQ(sequence.duplicates(), measure::Interval::exactly(expected.duplicates));
  EXPECT_EQ(sequence.counts.reordered, expected.reordered);
  EXPECT_EQ(sequence.counts.extent.count, expected.reordered);
  if (expected.reordered != 0) {
    EXPECT_EQ(static_cast<std::uint64_t>(sequence.counts.extent.max), expected.extent_max);
  }
  EXPECT_EQ(reported.corrupt, expected.corrupt);
  EXPECT_EQ(reported.corrupt_first, expected.corrupt_first);
  EXPECT_EQ(reported.ce_of_ect(), expected.ce);
  EXPECT_EQ(reported.dscp.frames, expected.dscp_changed);
  EXPECT_EQ(reported.latency_ps.count, expected.latency_ps.size());
  if (expected.latency_ps.empty()) return;
  EXPECT_EQ(reported.latency_ps.min, expected.latency_ps.front());
  EXPECT_EQ(reported.latency_ps.max, expected.latency_ps.back());
  EXPECT_EQ(static_cast<std::int64_t>(reported.latency_ps.sum),
            std::accumulate(expected.latency_ps.begin(), expected.latency_ps.end(), std::int64_t{0}));
}

/// Percentiles of a row's latency against the sorted list.
void expect_distribution(const measure::SubjectResult& row, std::vector<std::int64_t> latency_ps) {
  ASSERT_NE(row.distributions, nullptr);
  const measure::Histogram& histogram = row.distributions->latency;
  ASSERT_EQ(histogram.count(), latency_ps.size());
  if (latency_ps.empty()) return;
  std::sort(latency_ps.begin(), latency_ps.end());
  for (const measure::Share share : {measure::kP50, measure::kP95, measure::kP99, measure::kP999}) {
    const std::size_t rank = (latency_ps.size() * share.ppm + 999'999) / 1'000'000;
    const base::Duration truth{latency_ps[rank - 1]};
    const measure::Quantile quantile = histogram.quantile(share);
    EXPECT_LE(quantile.low, truth) << share.ppm;
    EXPECT_GE(quantile.high, truth) << share.ppm;
    EXPECT_LE((quantile.high - quantile.low).ps(), std::max<std::int64_t>(1000, truth.ps() / 50))
        << "within the error stated";
  }
}

/// A row must be the sum of the flows that `takes` picks.
template <class Takes>
void expect_row(const VirtualRun& run, const std::vector<Expected>& expected, const std::string& subject,
                Takes&& takes) {
  SCOPED_TRACE(subject);
  const measure::SubjectResult* const row = run.result().find(subject);
  ASSERT_NE(row, nullptr);
  Expected sum;
  for (std::size_t f = 0; f < expected.size(); ++f) {
    if (!takes(run.plan().flows[f])) continue;
    const Expected& flow = expected[f];
    sum.received += flow.received;
    sum.lost += flow.lost;
    sum.duplicates += flow.duplicates;
    sum.reordered += flow.reordered;
    for (const auto& [extent, count] : flow.extents)
      sum.extents[std::min<std::size_t>(extent, 64)] += count;
    sum.ce += flow.ce;
    sum.latency_ps.insert(sum.latency_ps.end(), flow.latency_ps.begin(), flow.latency_ps.end());
  }
  const measure::SequenceResult& sequence = row->received.sequence;
  EXPECT_EQ(sequence.counts.received, sum.received);
  EXPECT_EQ(sequence.lost(), measure::Interval::exactly(sum.lost));
  EXPECT_EQ(sequence.duplicates(), measure::Interval::exactly(sum.duplicates));
  EXPECT_EQ(sequence.counts.reordered, sum.reordered);
  EXPECT_EQ(row->received.ce_of_ect(), sum.ce);
  if (row->distributions == nullptr) return;
  expect_distribution(*row, sum.latency_ps);
  const measure::ReorderDensity& density = row->distributions->reordering;
  for (std::size_t extent = 0; extent < density.extent.size(); ++extent) {
    const auto found = sum.extents.find(extent);
    EXPECT_EQ(density.extent[extent], found == sum.extents.end() ? 0U : found->second) << "extent " << extent;
  }
}

/// Every number of the run against the frames that left the cable.
void expect_truth(const VirtualRun& run) {
  const plan::Plan& plan = run.plan();
  std::vector<Expected> expected = expected_of(run);
  add_look_delay(run, expected);
  for (std::size_t f = 0; f < expected.size(); ++f) {
    SCOPED_TRACE(testing::Message() << "flow " << f);
    EXPECT_GT(run.result().flows_tx[f].sums.sent, 50U) << "too few to show anything";
    expect_flow(run.result().flows_rx[f].sums, expected[f]);
  }
  expect_row(run, expected, "total", [](const plan::Flow&) { return true; });
  expect_row(run, expected, "traffic:writes", [](const plan::Flow& flow) { return flow.traffic == 0; });
  expect_row(run, expected, "class:bulk", [](const plan::Flow& flow) { return flow.traffic == 0; });
  expect_row(run, expected, "traffic:sends", [](const plan::Flow& flow) { return flow.traffic == 1; });
  expect_row(run, expected, "flow:writes/1", [&](const plan::Flow& flow) { return &flow == &plan.flows[1]; });
  for (std::uint32_t port : {0U, 1U}) {
    expect_row(run, expected, "port:p" + std::to_string(port),
               [&](const plan::Flow& flow) { return plan.endpoints[flow.destination].port == port; });
  }
  EXPECT_EQ(measure::broken_books(run.result()), "");
  std::uint64_t sent = 0;
  for (const measure::FlowTxResult& flow : run.result().flows_tx)
    sent += flow.sums.sent;
  EXPECT_EQ(run.tap().offered, sent) << "what the impairer saw against what the senders say";
}

/// A metric of the total as `[[expect]]` sees it.
void expect_metric(const VirtualRun& run, const char* metric, std::uint64_t low, std::uint64_t high) {
  const verdict::MetricValue value = verdict::metric_value(run.result(), run.total(), metric);
  EXPECT_TRUE(value.known) << metric << ": " << value.why_not;
  EXPECT_EQ(value.low, static_cast<std::int64_t>(low)) << metric;
  EXPECT_EQ(value.high, static_cast<std::int64_t>(high)) << metric;
}
void expect_metric(const VirtualRun& run, const char* metric, std::uint64_t value) {
  expect_metric(run, metric, value, value);
}

/// But for the metrics named: nothing else is reported.
void expect_nothing_but(const VirtualRun& run, std::initializer_list<std::string_view> metrics) {
  for (const char* metric :
       {"lost_frames", "lost_outside_frames", "lost_in_tester_frames", "loss_share", "duplicate_frames",
        "beyond_window_frames", "after_drain_frames", "reordered_frames", "reordered_share", "ce_frames",
        "ce_share", "dscp_changed_frames", "pcp_changed_frames", "ttl_changed_frames", "icrc_bad_frames",
        "received_corrupt_frames", "foreign_frames", "refused_frames", "abandoned_frames"}) {
    if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) expect_metric(run, metric, 0);
  }
}

class ImpairedCable : public testing::TestWithParam<std::uint64_t> {
 protected:
  /// Runs it and holds everything against the frames that left the cable.
  static std::unique_ptr<VirtualRun> run_with(const std::string& impair) {
    auto run = std::make_unique<VirtualRun>(impair, GetParam());
    run->go();
    if (!run->failed()) expect_truth(*run);
    return run;
  }
  testing::ScopedTrace seed_{__FILE__, __LINE__, testing::Message() << "seed " << GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Seeds, ImpairedCable, testing::Range<std::uint64_t>(1, 21));

TEST_P(ImpairedCable, NothingPlantedNothingReported) {
  const auto run = run_with(R"({kind="lose", nth=[1000000000]})");
  ASSERT_FALSE(run->failed());
  expect_nothing_but(*run, {});
  EXPECT_EQ(run->total().sent.sent, run->total().received.frames);
}

TEST_P(ImpairedCable, LossIsNamedFlowByFlow) {
  const auto run = run_with(R"({kind="lose", ppm=20000})");
  ASSERT_FALSE(run->failed());
  const auto lost = done_to(*run, 0);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f)
    EXPECT_EQ(run->result().flows_rx[f].sums.sequence.lost(), measure::Interval::exactly(of(lost, f)))
        << "flow " << f;
  EXPECT_GT(sum_of(lost), 20U);
  expect_metric(*run, "lost_frames", sum_of(lost));
  expect_metric(*run, "lost_outside_frames", sum_of(lost));
  expect_nothing_but(*run, {"lost_frames", "lost_outside_frames", "loss_share"});
}

TEST_P(ImpairedCable, LostTailsAreCountedThoughNothingFollowsThem) {
  const auto run = run_with(R"({kind="lose", every=1, after="19 ms"})");
  ASSERT_FALSE(run->failed());
  const auto lost = done_to(*run, 0);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f) {
    EXPECT_GT(of(lost, f), 0U);
    EXPECT_EQ(run->result().flows_rx[f].sums.sequence.lost_tail, of(lost, f)) << "flow " << f;
    EXPECT_EQ(run->result().flows_rx[f].sums.sequence.lost_gaps, 0U);
  }
  expect_nothing_but(*run, {"lost_frames", "lost_outside_frames", "loss_share"});
}

TEST_P(ImpairedCable, AFlowOfWhichNothingArrivesIsLostWhole) {
  VirtualRun run{R"({kind="lose", nth=[1]})", GetParam()};
  const auto victim = static_cast<plan::FlowId>(GetParam() % run.plan().flows.size());
  const impair::Options whole{.faults = {{.match = {.destination_qp = plan::kFirstQpn + victim}}}};
  run.impair_by({whole, whole});
  run.go();
  ASSERT_FALSE(run.failed());
  expect_truth(run);
  const std::uint64_t sent = run.result().flows_tx[victim].sums.sent;
  EXPECT_EQ(of(done_to(run, 0), victim), sent);
  EXPECT_EQ(run.result().flows_rx[victim].sums.sequence.flows_lost_whole, 1U);
  expect_metric(run, "lost_frames", sent);
  expect_nothing_but(run, {"lost_frames", "lost_outside_frames", "loss_share"});
}

TEST_P(ImpairedCable, CopiesAreDuplicatesAndNothingElse) {
  const auto run = run_with(R"({kind="duplicate", ppm=20000})");
  ASSERT_FALSE(run->failed());
  const auto copied = done_to(*run, 0);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f)
    EXPECT_EQ(run->result().flows_rx[f].sums.sequence.counts.duplicates, of(copied, f)) << "flow " << f;
  EXPECT_GT(sum_of(copied), 20U);
  expect_metric(*run, "duplicate_frames", sum_of(copied));
  expect_nothing_but(*run, {"duplicate_frames"});
}

TEST_P(ImpairedCable, ReorderingIsCountedAsRfc4737Says) {
  const auto run =
      run_with(R"({kind="reorder", ppm=30000, distance=3}, {kind="reorder", ppm=5000, distance=20})");
  ASSERT_FALSE(run->failed());
  const auto near = done_to(*run, 0, 1);  // overtaken by at least one
  const auto far = done_to(*run, 1, 1);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f) {
    const std::uint64_t reported = run->result().flows_rx[f].sums.sequence.counts.reordered;
    EXPECT_LE(reported, of(near, f) + of(far, f)) << "flow " << f;  // a frame may be chosen by both
    EXPECT_GE(reported, std::max(of(near, f), of(far, f))) << "flow " << f;
  }
  EXPECT_GT(run->total().received.sequence.counts.reordered, 20U);
  expect_nothing_but(*run, {"reordered_frames", "reordered_share"});
}

TEST_P(ImpairedCable, MarksAreCountedWhereSentEct) {
  const auto run = run_with(R"({kind="ce", ppm=50000})");
  ASSERT_FALSE(run->failed());
  const auto marked = done_to(*run, 0);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f)
    EXPECT_EQ(run->result().flows_rx[f].sums.ce_of_ect(), of(marked, f)) << "flow " << f;
  EXPECT_GT(sum_of(marked), 50U);
  expect_metric(*run, "ce_frames", sum_of(marked));
  expect_nothing_but(*run, {"ce_frames", "ce_share"});
}

TEST_P(ImpairedCable, ChangedDscpIsCountedAndNamed) {
  const auto run = run_with(R"({kind="dscp", ppm=50000, dscp=5})");
  ASSERT_FALSE(run->failed());
  const auto changed = done_to(*run, 0);
  for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f) {
    const measure::FieldChange& reported = run->result().flows_rx[f].sums.dscp;
    EXPECT_EQ(reported.frames, of(changed, f)) << "flow " << f;
    EXPECT_EQ(reported.seen, reported.frames == 0 ? 0 : 5);
  }
  EXPECT_GT(sum_of(changed), 50U);
  expect_metric(*run, "dscp_changed_frames", sum_of(changed));
  expect_nothing_but(*run, {"dscp_changed_frames"});
}

TEST_P(ImpairedCable, DelayIsLatencyToThePicosecond) {
  const auto run = run_with(R"({kind="delay", every=1, delay="20 us", jitter="300 us"})");
  ASSERT_FALSE(run->failed());
  std::int64_t longest = 0;
  for (const std::size_t from : {0U, 1U}) {
    for (const impair::Event& event : run->record(from).events)
      longest = std::max(longest, static_cast<std::int64_t>(event.amount));
  }
  // The cable's look takes it in, its first look after the delay lets it go, the receiver's next sees it.
  EXPECT_GE(run->total().received.latency_ps.max, longest);
  EXPECT_LE(run->total().received.latency_ps.max, longest + 3 * VirtualRun::kTick.ps());
  EXPECT_GT(longest, base::microseconds(250).ps());
  expect_nothing_but(*run, {});
}

TEST_P(ImpairedCable, WhatWasDelayedIsOvertakenByWhatWasNot) {
  const auto run = run_with(R"({kind="delay", ppm=100000, delay="200 us"})");
  ASSERT_FALSE(run->failed());
  EXPECT_GT(run->total().received.sequence.counts.reordered, 50U);
  expect_nothing_but(*run, {"reordered_frames", "reordered_share"});
}

/// Damage of which the tag tells the flow.
class BookedDamage : public ImpairedCable {};
INSTANTIATE_TEST_SUITE_P(Seeds, BookedDamage, testing::Range<std::uint64_t>(1, 21));

TEST_P(BookedDamage, IsReceivedCorruptAndNotLost) {
  for (const char* where : {"payload", "destination_qp", "psn", "icrc"}) {
    SCOPED_TRACE(where);
    const auto run = run_with(fmt::format(R"({{kind="corrupt", where="{}", ppm=20000}})", where));
    ASSERT_FALSE(run->failed());
    const auto damaged = done_to(*run, 0);
    for (plan::FlowId f = 0; f < run->plan().flows.size(); ++f)
      EXPECT_EQ(run->result().flows_rx[f].sums.corrupt_first, of(damaged, f)) << "flow " << f;
    EXPECT_GT(sum_of(damaged), 20U);
    expect_metric(*run, "icrc_bad_frames", sum_of(damaged));
    expect_metric(*run, "received_corrupt_frames", sum_of(damaged));
    expect_nothing_but(*run, {"icrc_bad_frames", "received_corrupt_frames"});
  }
}

/// Damage to the tag itself: counted where it was received; loss and damage become intervals.
TEST_P(ImpairedCable, ADamagedTagIsKnownByThePortAndBoundsLoss) {
  const auto run = run_with(R"({kind="corrupt", where="tag", ppm=20000})");
  ASSERT_FALSE(run->failed());
  const std::uint64_t damaged = sum_of(done_to(*run, 0));
  EXPECT_GT(damaged, 20U);
  for (const std::size_t to : {0U, 1U})
    EXPECT_EQ(run->result().ports[to].tag_damaged, run->record(1 - to).faults[0].applied);
  expect_metric(*run, "icrc_bad_frames", damaged);
  expect_metric(*run, "lost_frames", 0, damaged);
  expect_metric(*run, "received_corrupt_frames", 0, damaged);
  expect_nothing_but(*run, {"icrc_bad_frames", "lost_frames", "lost_outside_frames", "loss_share",
                            "received_corrupt_frames"});
}

TEST_P(ImpairedCable, AnyFlippedBitIsFoundWhereTheIcrcCoversIt) {
  const auto run = run_with(R"({kind="corrupt", where="anywhere", ppm=20000})");
  ASSERT_FALSE(run->failed());
  std::uint64_t bad = 0;
  for (const auto& direction : run->tap().delivered)
    bad += static_cast<std::uint64_t>(std::count_if(direction.begin(), direction.end(),
                                                    [](const Delivered& frame) { return !frame.icrc_good; }));
  EXPECT_GT(bad, 20U);
  EXPECT_LE(bad, sum_of(done_to(*run, 0)));
  expect_metric(*run, "icrc_bad_frames", bad);
}

TEST_P(ImpairedCable, AllOfItAtOnce) {
  const auto run = run_with(R"({kind="lose", ppm=10000}, {kind="duplicate", ppm=10000},
      {kind="reorder", ppm=10000, distance=5}, {kind="ce", ppm=30000}, {kind="dscp", ppm=10000, dscp=9},
      {kind="corrupt", where="payload", ppm=10000}, {kind="delay", ppm=50000, delay="5 us", jitter="90 us"})");
  ASSERT_FALSE(run->failed());
  expect_metric(*run, "lost_frames", sum_of(done_to(*run, 0)));
  expect_metric(*run, "duplicate_frames", sum_of(done_to(*run, 1)));
}

}  // namespace
