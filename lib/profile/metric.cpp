#include "profile/metric.hpp"

#include <algorithm>

namespace profile {
namespace {

using enum MetricUnit;
using enum Kept;

constexpr MetricFacts kMetrics[] = {
    {"scheduled_frames", kCount, kCounter, false, "frames that were due"},
    {"sent_frames", kCount, kCounter, false, "frames that the port took"},
    {"refused_frames", kCount, kCounter, false,
     "frames given up because the port took nothing for `tx_hold`, or for good"},
    {"abandoned_frames", kCount, kCounter, false, "frames that were due and never handed over"},
    {"received_good_frames", kCount, kCounter, false, "first copies received whole"},
    {"received_corrupt_frames", kCount, kCounter, false, "first copies received with a wrong ICRC"},
    {"lost_frames", kCount, kCounter, false, "sent and not received, in the tester and outside"},
    {"lost_outside_frames", kCount, kCounter, false, "lost between the ports"},
    {"lost_in_tester_frames", kCount, kCounter, false, "lost behind a port, a shortfall of the tester"},
    {"loss_share", kShare, kCounter, false, "lost_outside_frames over sent_frames"},
    {"after_drain_frames", kCount, kCounter, false, "arrived after the drain; part of lost outside"},
    {"duplicate_frames", kCount, kCounter, false, "second and further copies"},
    {"beyond_window_frames", kCount, kCounter, false, "arrived later than the sequence window tells apart"},
    {"reordered_frames", kCount, kCounter, false, "RFC 4737 type-P-reordered"},
    {"reordered_share", kShare, kCounter, false, "reordered_frames over first copies received"},
    {"reorder_extent_max", kCount, kSummary, false, "RFC 4737 extent, the largest"},
    {"ce_frames", kCount, kCounter, false, "first copies received with CE, of frames sent ECT"},
    {"ce_share", kShare, kCounter, false, "ce_frames over first copies received of frames sent ECT"},
    {"dscp_changed_frames", kCount, kCounter, false, "received with another DSCP than sent"},
    {"pcp_changed_frames", kCount, kCounter, false, "received with another PCP than sent"},
    {"ttl_changed_frames", kCount, kCounter, false, "received with another TTL or hop limit than sent"},
    {"icrc_bad_frames", kCount, kCounter, false, "checked frames whose ICRC was wrong"},
    {"foreign_frames", kCount, kCounter, true, "received frames that are not of this run"},
    {"late_frames", kCount, kCounter, false, "handed over after they were due"},
    {"sent_messages", kCount, kCounter, false, "messages whose last frame was sent"},
    {"received_messages", kCount, kCounter, false, "messages of which every frame arrived"},
    {"sent_bytes", kBytes, kCounter, false, "message bytes sent"},
    {"received_bytes", kBytes, kCounter, false, "message bytes received, first copies"},
    {"tx_bits_per_sec_l1", kBitsPerSec, kCounter, false, "sent, with preamble, FCS and gap"},
    {"tx_bits_per_sec_l2", kBitsPerSec, kCounter, false, "sent, with FCS"},
    {"tx_bits_per_sec_payload", kBitsPerSec, kCounter, false, "sent, message bytes"},
    {"rx_bits_per_sec_l1", kBitsPerSec, kCounter, false, "received, with preamble, FCS and gap"},
    {"rx_bits_per_sec_l2", kBitsPerSec, kCounter, false, "received, with FCS"},
    {"rx_bits_per_sec_payload", kBitsPerSec, kCounter, false, "received, message bytes"},
    {"tx_packets_per_sec", kPacketsPerSec, kCounter, false, "sent"},
    {"rx_packets_per_sec", kPacketsPerSec, kCounter, false, "received"},
    {"tx_achieved_share", kShare, kCounter, false, "sent_frames over scheduled_frames"},
    {"latency_ns_min", kTime, kSummary, false, "FILO, the shortest"},
    {"latency_ns_mean", kTime, kSummary, false, "FILO, arithmetic mean"},
    {"latency_ns_max", kTime, kSummary, false, "FILO, the longest"},
    {"latency_ns_p50", kTime, kHistogram, false, "FILO, median"},
    {"latency_ns_p90", kTime, kHistogram, false, "FILO, 90th percentile"},
    {"latency_ns_p95", kTime, kHistogram, false, "FILO, 95th percentile"},
    {"latency_ns_p99", kTime, kHistogram, false, "FILO, 99th percentile"},
    {"latency_ns_p999", kTime, kHistogram, false, "FILO, 99.9th percentile"},
    {"latency_lifo_ns_min", kTime, kSummary, false, "LIFO, the shortest"},
    {"latency_lifo_ns_mean", kTime, kSummary, false, "LIFO, arithmetic mean"},
    {"latency_lifo_ns_max", kTime, kSummary, false, "LIFO, the longest"},
    {"inter_arrival_ns_min", kTime, kSummary, false, "between arrivals of a flow, the shortest"},
    {"inter_arrival_ns_mean", kTime, kSummary, false, "between arrivals of a flow, arithmetic mean"},
    {"inter_arrival_ns_max", kTime, kSummary, false, "between arrivals of a flow, the longest"},
    {"inter_arrival_ns_p50", kTime, kHistogram, false, "between arrivals of a flow, median"},
    {"inter_arrival_ns_p99", kTime, kHistogram, false, "between arrivals of a flow, 99th percentile"},
    {"lateness_ns_mean", kTime, kSummary, false, "hand-over after the due time, arithmetic mean"},
    {"lateness_ns_max", kTime, kSummary, false, "hand-over after the due time, the longest"},
    {"lateness_ns_p99", kTime, kHistogram, false, "hand-over after the due time, 99th percentile"},
    {"arrival_gap_ns_max", kTime, kSummary, false, "the longest time without an arrival of a flow"},
    {"arrival_gap_lost_frames", kCount, kSummary, false, "frames lost in that gap"},
    {"start_skew_ns", kTime, kSummary, true, "between the first frames of the first and the last port"},
};

}  // namespace

std::span<const MetricFacts> all_metrics() {
  return kMetrics;
}

const MetricFacts* find_metric(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kMetrics), std::end(kMetrics), [&](const auto& m) { return m.name == name; });
  return found == std::end(kMetrics) ? nullptr : &*found;
}

}  // namespace profile
