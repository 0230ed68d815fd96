#include "verdict/judge.hpp"

#include "measure/books.hpp"

#include <fmt/core.h>
#include <fmt/format.h>
#include <algorithm>
#include <optional>

namespace verdict {
namespace {

bool is_one_of(std::string_view metric, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), metric) != names.end();
}

bool is_about_loss(std::string_view metric) {
  return is_one_of(metric, {"lost_frames", "lost_outside_frames", "loss_share", "received_good_frames",
                            "arrival_gap_lost_frames", "after_drain_frames"});
}

bool is_about_sending(std::string_view metric) {
  return metric.starts_with("tx_") || metric.starts_with("lateness_") ||
         is_one_of(metric,
                   {"scheduled_frames", "sent_frames", "refused_frames", "abandoned_frames", "late_frames",
                    "sent_messages", "sent_bytes", "start_skew_ns", "lost_in_tester_frames"});
}

/// Flows told apart by PSN give samples to distributions only, from packets that are long enough for a tag.
std::uint64_t latency_samples(const measure::SubjectResult& row) {
  const std::uint64_t kept = row.distributions ? row.distributions->latency.count() : 0;
  return std::max(kept, row.received.latency_ps.count);
}

/// Where the tester itself fell short in what the number rests on; empty where it did not.
std::string shortfall(const measure::RunResult& result, const measure::SubjectResult& row,
                      std::string_view metric) {
  if (is_about_loss(metric)) {
    if (result.windows.ended < result.windows.drain_ended)
      return "the run ended before its drain: what was still on its way counts as lost";
    const measure::Interval in_tester = row.shortfall.lost_in_tester;
    if (in_tester.low != 0)
      return fmt::format("the tester itself lost {} frames at its ports", in_tester.low);
    if (in_tester.high != 0) return "what the tester itself lost at its ports is not known";
  }
  if (is_about_sending(metric)) return "it is the tester's own";
  const bool from_samples = metric.starts_with("latency_") || metric.starts_with("inter_arrival_");
  if (from_samples && row.received.tester_bound * 100 > latency_samples(row)) {
    return fmt::format("the tester may have delayed {} of {} samples", row.received.tester_bound,
                       latency_samples(row));
  }
  if (metric.starts_with("rx_") && row.sent.sent * 1000 < row.sent.scheduled * 999) {
    return fmt::format("the tester sent {} of {} frames that were due", row.sent.sent, row.sent.scheduled);
  }
  return {};
}

/// Whether all, none, or part of the value's bounds keep the limits.
Verdict against_limits(const MetricValue& value, const profile::Expect& asked) {
  const std::int64_t least =
      asked.equals.value_or(asked.min.value_or(std::numeric_limits<std::int64_t>::min()));
  const std::int64_t most =
      asked.equals.value_or(asked.max.value_or(std::numeric_limits<std::int64_t>::max()));
  if (value.low >= least && value.high <= most) return Verdict::kPass;
  if (value.high < least || value.low > most) return Verdict::kFail;
  return Verdict::kInconclusive;
}

std::string limit_text(const profile::Expect& asked) {
  std::vector<std::string> parts;
  if (asked.equals) parts.push_back("exactly " + number_text(asked.metric, *asked.equals));
  if (asked.min) parts.push_back("at least " + number_text(asked.metric, *asked.min));
  if (asked.max) parts.push_back("at most " + number_text(asked.metric, *asked.max));
  return fmt::format("{}", fmt::join(parts, ", "));
}

Expectation judge_one(const plan::Plan& plan, const measure::RunResult& result,
                      const profile::Expect& asked) {
  Expectation line{.metric = asked.metric,
                   .of = subject_text(plan, asked.of),
                   .limit = limit_text(asked),
                   .place = profile::to_text(asked.places.table)};
  const measure::SubjectResult* row = result.find(line.of);
  if (row == nullptr) {
    line.value.why_not = "nothing was sent or received by it";
    line.verdict = Verdict::kInconclusive;
    line.reason = line.value.why_not;
    return line;
  }
  line.value = metric_value(result, *row, asked.metric);
  if (!line.value.known) {
    line.verdict = Verdict::kInconclusive;
    line.reason = line.value.why_not;
    return line;
  }
  line.verdict = against_limits(line.value, asked);
  if (line.verdict == Verdict::kInconclusive) line.reason = "the limit lies within the number's bounds";
  const std::string own = shortfall(result, *row, asked.metric);
  // A limit that is broken through our own fault says nothing about the device. One that is kept although
  // the tester lost frames is kept all the same; samples that we bent are good for nothing.
  const bool bent = asked.metric.starts_with("latency_") || asked.metric.starts_with("inter_arrival_");
  if (!own.empty() && (line.verdict == Verdict::kFail || bent)) {
    line.verdict = Verdict::kInconclusive;
    line.reason = own;
  }
  if (line.verdict == Verdict::kFail && is_about_loss(asked.metric)) {
    line.reason = fmt::format("missing: {}", fmt::join(missing_frames(plan, result, 3), "; "));
  }
  return line;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  constexpr std::string_view kNames[] = {"pass", "inconclusive", "fail"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string subject_text(const plan::Plan& plan, const profile::Subject& subject) {
  using enum profile::SubjectKind;
  const profile::Profile& profile = plan.profile;
  switch (subject.kind) {
    case kTotal:
      return "total";
    case kTraffic:
      return "traffic:" + profile.traffic[subject.index].name;
    case kClass:
      return "class:" + profile.classes[subject.index].name;
    case kPort:
      return "port:" + subject.name;
    case kGroup:
      return "group:" + subject.name;
    case kFlow:
    case kQueuePair:  // a flow is one queue pair
      return fmt::format("flow:{}/{}", profile.traffic[subject.index].name, subject.member);
    case kReceiver:
      return fmt::format("receiver:{}/{}", profile.endpoints[subject.index].name, subject.member);
  }
  return "total";
}

std::vector<std::string> missing_frames(const plan::Plan& plan, const measure::RunResult& result,
                                        std::size_t most) {
  std::vector<std::string> lines;
  std::size_t flows = 0;
  for (const measure::FlowRxResult& flow : result.flows_rx) {
    const measure::SequenceResult& sequence = flow.sums.sequence;
    const measure::Interval lost = sequence.lost();
    if (lost.high == 0 || ++flows > most) continue;
    const plan::TrafficId traffic = plan.flows[flow.flow].traffic;
    std::string line = fmt::format("flow {}/{}: {} of {} frames", plan.profile.traffic[traffic].name,
                                   flow.flow - plan.traffic[traffic].first_flow, lost.high, sequence.sent);
    if (sequence.lost_gaps != 0 && flow.sums.first_missing) {
      line += fmt::format(", the first of them sequence number {}", *flow.sums.first_missing);
    } else if (sequence.lost_tail != 0) {
      line += fmt::format(", the first of them sequence number {}", sequence.sent - sequence.lost_tail);
    }
    lines.push_back(std::move(line));
  }
  if (flows > most) lines.push_back(fmt::format("and {} flows more", flows - most));
  return lines;
}

Judgement judge(const plan::Plan& plan, const measure::RunResult& result) {
  Judgement judgement{.broken_books = measure::broken_books(result)};
  for (const profile::Expect& asked : plan.profile.expects) {
    judgement.expectations.push_back(judge_one(plan, result, asked));
    judgement.verdict = std::max(judgement.verdict, judgement.expectations.back().verdict);
  }
  return judgement;
}

}  // namespace verdict
