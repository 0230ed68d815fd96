#include "verdict/metric_value.hpp"

#include "base/int128.hpp"
#include "base/quantity.hpp"
#include "measure/books.hpp"
#include "profile/metric.hpp"
#include "wire/line.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace verdict {
namespace {

using measure::Interval;

MetricValue exactly(std::uint64_t value) {
  return {.known = true, .low = static_cast<std::int64_t>(value), .high = static_cast<std::int64_t>(value)};
}

MetricValue between(Interval value) {
  return {.known = true,
          .low = static_cast<std::int64_t>(value.low),
          .high = static_cast<std::int64_t>(value.high)};
}

MetricValue unknown(std::string why) {
  return {.why_not = std::move(why)};
}

std::int64_t ratio(std::uint64_t part, std::uint64_t whole, std::uint64_t scale) {
  return static_cast<std::int64_t>(static_cast<base::Uint128>(part) * scale / whole);
}

constexpr std::uint64_t kPartsPerBillion = 1'000'000'000;

MetricValue share(Interval part, std::uint64_t whole, std::string_view of) {
  if (whole == 0) return unknown(fmt::format("there were no {}", of));
  return {.known = true,
          .low = ratio(part.low, whole, kPartsPerBillion),
          .high = ratio(std::min(part.high, whole), whole, kPartsPerBillion)};
}

/// What is read off one row: the row, its books, the window.
struct Context {
  const measure::RunResult& result;
  const measure::SubjectResult& row;
  const measure::Books& books;
};

MetricValue per_second(const Context& context, std::uint64_t count) {
  const std::int64_t ps = context.result.windows.measured().ps();
  if (ps <= 0) return unknown("the measured window is empty");
  const auto rate = static_cast<base::Uint128>(count) * 1'000'000'000'000U / static_cast<std::uint64_t>(ps);
  return exactly(static_cast<std::uint64_t>(rate));
}

std::uint64_t layer2_bits(std::uint64_t frame_bytes, std::uint64_t frames) {
  return (frame_bytes + wire::kFcsBytes * frames) * 8;
}
std::uint64_t layer1_bits(std::uint64_t frame_bytes, std::uint64_t frames) {
  return layer2_bits(frame_bytes, frames) + (wire::kPreambleBytes + wire::kGapBytes) * frames * 8;
}

MetricValue of_summary(const measure::MinMaxSum& sum, std::string_view which, std::string_view what) {
  if (sum.count == 0) return unknown(fmt::format("there is no {} sample", what));
  const std::int64_t value = which == "min" ? sum.min : which == "max" ? sum.max : sum.mean();
  return {.known = true, .low = value, .high = value};
}

MetricValue of_histogram(const measure::Histogram* histogram, std::string_view which, std::string_view what) {
  if (histogram == nullptr) return unknown(fmt::format("no histogram of {} was kept for this subject", what));
  if (histogram->count() == 0) return unknown(fmt::format("there is no {} sample", what));
  if (which == "min" || which == "max" || which == "mean") {
    const base::Duration value = which == "min"   ? histogram->min()
                                 : which == "max" ? histogram->max()
                                                  : histogram->mean();
    return {.known = true, .low = value.ps(), .high = value.ps()};
  }
  const std::map<std::string_view, std::uint32_t> shares{
      {"p50", 500'000}, {"p90", 900'000}, {"p95", 950'000}, {"p99", 990'000}, {"p999", 999'000}};
  const measure::Quantile quantile = histogram->quantile({shares.at(which)});
  return {.known = true, .low = quantile.low.ps(), .high = quantile.high.ps()};
}

using Reader = std::function<MetricValue(const Context&)>;

std::map<std::string, Reader, std::less<>> count_readers() {
  std::map<std::string, Reader, std::less<>> readers;
  readers["scheduled_frames"] = [](const Context& c) { return exactly(c.row.sent.scheduled); };
  readers["sent_frames"] = [](const Context& c) { return exactly(c.row.sent.sent); };
  readers["refused_frames"] = [](const Context& c) { return exactly(c.row.sent.refused); };
  readers["abandoned_frames"] = [](const Context& c) { return exactly(c.row.sent.abandoned); };
  readers["received_good_frames"] = [](const Context& c) { return between(c.row.received.good()); };
  readers["received_corrupt_frames"] = [](const Context& c) { return between(c.books.received_corrupt); };
  readers["lost_frames"] = [](const Context& c) {
    return between(measure::lost_of(c.row.received, c.row.shortfall));
  };
  readers["lost_outside_frames"] = [](const Context& c) { return between(c.books.lost_outside); };
  readers["lost_in_tester_frames"] = [](const Context& c) { return between(c.books.lost_in_tester); };
  readers["loss_share"] = [](const Context& c) {
    return share(c.books.lost_outside, c.row.received.sequence.sent, "frames sent");
  };
  readers["after_drain_frames"] = [](const Context& c) {
    return exactly(c.row.received.sequence.counts.after_drain);
  };
  readers["duplicate_frames"] = [](const Context& c) {
    return between(c.row.received.sequence.duplicates());
  };
  readers["beyond_window_frames"] = [](const Context& c) {
    return exactly(c.row.received.sequence.counts.beyond_window);
  };
  readers["reordered_frames"] = [](const Context& c) {
    return exactly(c.row.received.sequence.counts.reordered);
  };
  readers["reordered_share"] = [](const Context& c) {
    return share(Interval::exactly(c.row.received.sequence.counts.reordered),
                 c.row.received.sequence.counts.received, "frames received");
  };
  readers["reorder_extent_max"] = [](const Context& c) {
    const measure::SequenceCounts& counts = c.row.received.sequence.counts;
    if (counts.extent_unknown != 0) return unknown("the record of some gap had to be dropped");
    return exactly(counts.extent.count == 0 ? 0 : static_cast<std::uint64_t>(counts.extent.max));
  };
  readers["ce_frames"] = [](const Context& c) { return exactly(c.row.received.ce_of_ect()); };
  readers["ce_share"] = [](const Context& c) {
    return share(Interval::exactly(c.row.received.ce_of_ect()), c.row.received.received_of_ect(),
                 "frames sent ECT and received");
  };
  readers["dscp_changed_frames"] = [](const Context& c) { return exactly(c.row.received.dscp.frames); };
  readers["pcp_changed_frames"] = [](const Context& c) { return exactly(c.row.received.pcp.frames); };
  readers["ttl_changed_frames"] = [](const Context& c) { return exactly(c.row.received.ttl.frames); };
  readers["icrc_bad_frames"] = [](const Context& c) {
    const std::uint64_t known = c.row.received.corrupt;
    return between(
        {.low = known + c.row.shortfall.tag_damaged_own, .high = known + c.row.shortfall.tag_damaged});
  };
  readers["late_frames"] = [](const Context& c) {
    if (!c.row.sent.late) return unknown("lateness is counted by ports, groups and in total only");
    return exactly(*c.row.sent.late);
  };
  readers["sent_messages"] = [](const Context& c) { return exactly(c.row.sent.messages); };
  readers["received_messages"] = [](const Context& c) {
    if (!c.row.received.messages) return unknown("whole messages are not counted by an open-loop receiver");
    return exactly(*c.row.received.messages);
  };
  readers["sent_bytes"] = [](const Context& c) { return exactly(c.row.sent.payload_bytes); };
  readers["received_bytes"] = [](const Context& c) { return exactly(c.row.received.payload_bytes); };
  readers["arrival_gap_lost_frames"] = [](const Context& c) {
    return exactly(c.row.received.longest_gap.lost);
  };
  return readers;
}

std::map<std::string, Reader, std::less<>> rate_readers() {
  std::map<std::string, Reader, std::less<>> readers;
  readers["tx_bits_per_sec_l1"] = [](const Context& c) {
    return per_second(c, layer1_bits(c.row.sent.frame_bytes, c.row.sent.sent));
  };
  readers["tx_bits_per_sec_l2"] = [](const Context& c) {
    return per_second(c, layer2_bits(c.row.sent.frame_bytes, c.row.sent.sent));
  };
  readers["tx_bits_per_sec_payload"] = [](const Context& c) {
    return per_second(c, c.row.sent.payload_bytes * 8);
  };
  readers["rx_bits_per_sec_l1"] = [](const Context& c) {
    return per_second(c, layer1_bits(c.row.received.frame_bytes, c.row.received.frames));
  };
  readers["rx_bits_per_sec_l2"] = [](const Context& c) {
    return per_second(c, layer2_bits(c.row.received.frame_bytes, c.row.received.frames));
  };
  readers["rx_bits_per_sec_payload"] = [](const Context& c) {
    return per_second(c, c.row.received.payload_bytes * 8);
  };
  readers["tx_packets_per_sec"] = [](const Context& c) { return per_second(c, c.row.sent.sent); };
  readers["rx_packets_per_sec"] = [](const Context& c) { return per_second(c, c.row.received.frames); };
  readers["tx_achieved_share"] = [](const Context& c) {
    return share(Interval::exactly(c.row.sent.sent), c.row.sent.scheduled, "frames due");
  };
  readers["arrival_gap_ns_max"] = [](const Context& c) {
    if (c.row.received.frames < 2) return unknown("fewer than two frames arrived");
    const std::int64_t ps = c.row.received.longest_gap.length.ps();
    return MetricValue{.known = true, .low = ps, .high = ps};
  };
  readers["start_skew_ns"] = [](const Context& c) {
    if (!c.result.windows.start_skew) return unknown("no port sent anything");
    const std::int64_t ps = c.result.windows.start_skew->ps();
    return MetricValue{.known = true, .low = ps, .high = ps};
  };
  readers["foreign_frames"] = [](const Context& c) {
    if (c.row.ports.empty())
      return unknown(
          "foreign frames are known of ports, groups and the total; whose they were meant to be is not");
    std::uint64_t frames = 0;
    for (const measure::PortResult& port : c.result.ports) {
      if (std::find(c.row.ports.begin(), c.row.ports.end(), port.port) == c.row.ports.end()) continue;
      for (const measure::KindCount& kind : port.foreign)
        frames += kind.kind == "control" ? 0 : kind.frames;
    }
    return exactly(frames);
  };
  return readers;
}

/// Families of times: "latency_ns_p99" is the p99 of latency_ns.
std::optional<MetricValue> time_metric(const Context& c, std::string_view metric) {
  const measure::Distributions* kept = c.row.distributions.get();
  struct Family {
    std::string_view prefix;
    const measure::Histogram* histogram;
    const measure::MinMaxSum* sum;
  };
  const Family families[] = {
      {"latency_lifo_ns_", kept == nullptr ? nullptr : &kept->latency_lifo, &c.row.received.latency_lifo_ps},
      {"latency_ns_", kept == nullptr ? nullptr : &kept->latency, &c.row.received.latency_ps},
      {"inter_arrival_ns_", kept == nullptr ? nullptr : &kept->inter_arrival,
       &c.row.received.inter_arrival_ps},
      {"lateness_ns_", kept == nullptr ? nullptr : &kept->lateness, &c.row.sent.lateness_ps}};
  for (const Family& family : families) {
    if (!metric.starts_with(family.prefix)) continue;
    const std::string_view which = metric.substr(family.prefix.size());
    const std::string_view what = family.prefix.substr(0, family.prefix.size() - 4);
    const bool summary = which == "min" || which == "max" || which == "mean";
    if (summary && family.sum->count != 0) return of_summary(*family.sum, which, what);
    return of_histogram(family.histogram, which, what);
  }
  return std::nullopt;
}

}  // namespace

MetricValue metric_value(const measure::RunResult& result, const measure::SubjectResult& row,
                         std::string_view metric) {
  return RowMetrics{result, row}.value(metric);
}

MetricValue RowMetrics::value(std::string_view metric) const {
  static const auto counts = count_readers();
  static const auto rates = rate_readers();
  const Context context{result_, row_, books_};
  if (const auto found = counts.find(metric); found != counts.end()) return found->second(context);
  if (const auto found = rates.find(metric); found != rates.end()) return found->second(context);
  if (auto time = time_metric(context, metric)) return *time;
  return unknown(fmt::format("{} is not measured by this version", metric));
}

std::string number_text(std::string_view metric, std::int64_t value) {
  const profile::MetricFacts* facts = profile::find_metric(metric);
  if (facts == nullptr) return fmt::format("{}", value);
  const auto magnitude = static_cast<std::uint64_t>(value < 0 ? -value : value);
  using enum profile::MetricUnit;
  switch (facts->unit) {
    case kCount:
      return fmt::format("{}", value);
    case kBytes:
      return base::to_text(base::Bytes{magnitude});
    case kTime:
      return fmt::format(
          "{}{}", value < 0 ? "-" : "",
          magnitude < 1'000'000       ? fmt::format("{:.3g} ns", static_cast<double>(magnitude) / 1e3)
          : magnitude < 1'000'000'000 ? fmt::format("{:.4g} us", static_cast<double>(magnitude) / 1e6)
          : magnitude < 10'000'000'000'000ULL
              ? fmt::format("{:.4g} ms", static_cast<double>(magnitude) / 1e9)
              : fmt::format("{:.4g} s", static_cast<double>(magnitude) / 1e12));
    case kBitsPerSec:
      return magnitude < 1'000'000'000 ? fmt::format("{:.4g} Mbit/s", static_cast<double>(magnitude) / 1e6)
                                       : fmt::format("{:.5g} Gbit/s", static_cast<double>(magnitude) / 1e9);
    case kPacketsPerSec:
      return fmt::format("{} pps", value);
    case kShare:
      return fmt::format("{:.6g} %", static_cast<double>(value) / 1e7);
  }
  return fmt::format("{}", value);
}

std::string value_text(std::string_view metric, const MetricValue& value) {
  if (!value.known) return "not known: " + value.why_not;
  if (value.exact()) return number_text(metric, value.low);
  return fmt::format("{} .. {}", number_text(metric, value.low), number_text(metric, value.high));
}

}  // namespace verdict
