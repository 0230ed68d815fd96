#include "report/result_text.hpp"

#include "measure/books.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace report {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLabelColumns = 24;

/// Breaks at spaces what is longer than a line; what follows is indented by four more. A word that is longer
/// than a line stays whole.
std::string wrapped(std::string text) {
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size()) + 4;
  for (std::size_t begin = 0; text.size() - begin > kColumns;) {
    const std::size_t newline = text.find('\n', begin);
    if (newline != std::string::npos && newline - begin <= kColumns) {
      begin = newline + 1;
      continue;
    }
    std::size_t space = text.rfind(' ', begin + kColumns);
    if (space == std::string::npos || space <= begin + indent) space = text.find(' ', begin + kColumns);
    if (space == std::string::npos) break;
    text.replace(space, 1, "\n" + std::string(indent, ' '));
    begin = space + 1;
  }
  return text;
}

class Text {
 public:
  explicit Text(const RunReport& run) : run_{run} {}

  std::string make() {
    banner();
    rates();
    latency();
    marks();
    accounting();
    shortfalls();
    expectations();
    return text_;
  }

 private:
  template <class... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    text_ += wrapped(fmt::format(format, std::forward<Arguments>(arguments)...)) + "\n";
  }
  /// A row's first column, on a line of its own where it is too long for it.
  [[nodiscard]] std::string label(const std::string& subject) {
    if (subject.size() <= kLabelColumns) return subject;
    line("{}", subject);
    return {};
  }
  [[nodiscard]] verdict::RowMetrics numbers_of(const measure::SubjectResult& row) const {
    return {run_.result, row};
  }

  [[nodiscard]] static std::string number(const verdict::RowMetrics& numbers, std::string_view metric) {
    const verdict::MetricValue value = numbers.value(metric);
    return value.known ? verdict::value_text(metric, value) : "-";
  }

  void banner() {
    const bool ours = !run_.judgement.broken_books.empty();
    line("{}: {}", ours ? "ERROR OF THE TESTER" : verdict_word(), run_.result.name);
    if (!run_.result.question.empty()) line("{}", run_.result.question);
    if (run_.result.world == measure::World::kSimulated) line("SIMULATED, NO DEVICE WAS TESTED");
    if (!run_.result.cut_short.empty()) line("Cut short: {}", run_.result.cut_short);
    if (ours) line("Frame accounting does not balance:\n{}", run_.judgement.broken_books);
    line("Measured {} after {} of warm-up; {} flows, {} ports, profile {}, seed {}",
         base::to_text(base::milliseconds(run_.result.windows.measured().ps() / 1'000'000'000)),
         base::to_text(run_.plan.profile.test.warmup), run_.plan.flows.size(), run_.result.ports.size(),
         run_.result.profile_hash.substr(0, 12), run_.result.seed);
    for (const std::string& setting : run_.plan.settings)
      line("Set for this run: {}", setting);
    for (const profile::Dut& dut : run_.plan.testbed.duts)
      line("Device under test: {}", words_of(dut));
  }
  [[nodiscard]] static std::string words_of(const profile::Dut& dut) {
    std::string words = dut.name;
    for (const std::string* part : {&dut.vendor, &dut.model, &dut.serial, &dut.firmware, &dut.notes}) {
      if (!part->empty()) words += ", " + *part;
    }
    return words;
  }
  [[nodiscard]] const char* verdict_word() const {
    switch (run_.judgement.verdict) {
      case verdict::Verdict::kPass:
        return run_.judgement.expectations.empty() ? "NOTHING WAS EXPECTED" : "PASS";
      case verdict::Verdict::kFail:
        return "FAIL";
      case verdict::Verdict::kInconclusive:
        return "INCONCLUSIVE";
    }
    return "";
  }

  template <class Function>
  void each_traffic(Function function) {
    for (const measure::SubjectResult& row : run_.result.subjects) {
      if (row.subject == "total" || row.subject.starts_with("traffic:")) function(row);
    }
  }

  void rates() {
    line("");
    line("{:<24} {:>14} {:>14} {:>14} {:>14} {:>13}", "rates", "sent L1", "sent L2", "received L2", "payload",
         "packets/s");
    each_traffic([&](const measure::SubjectResult& row) {
      const verdict::RowMetrics numbers = numbers_of(row);
      line("{:<24} {:>14} {:>14} {:>14} {:>14} {:>13}", label(row.subject),
           number(numbers, "tx_bits_per_sec_l1"), number(numbers, "tx_bits_per_sec_l2"),
           number(numbers, "rx_bits_per_sec_l2"), number(numbers, "rx_bits_per_sec_payload"),
           number(numbers, "rx_packets_per_sec"));
    });
  }

  void latency() {
    line("");
    line("latency, FILO: from hand-over (or the end of the frames ahead) to the poll that found the frame;");
    line("both stamps are this host's TSC, so host time is inside");
    line("{:<24} {:>12} {:>12} {:>12} {:>12} {:>10}", "", "min", "mean", "p50", "p99", "max");
    each_traffic([&](const measure::SubjectResult& row) {
      const verdict::RowMetrics numbers = numbers_of(row);
      line("{:<24} {:>12} {:>12} {:>12} {:>12} {:>10}", label(row.subject), number(numbers, "latency_ns_min"),
           number(numbers, "latency_ns_mean"), middle(numbers, "latency_ns_p50"),
           middle(numbers, "latency_ns_p99"), number(numbers, "latency_ns_max"));
    });
  }
  [[nodiscard]] static std::string middle(const verdict::RowMetrics& numbers, std::string_view metric) {
    const verdict::MetricValue value = numbers.value(metric);
    return value.known ? verdict::number_text(metric, value.low + (value.high - value.low) / 2) : "-";
  }

  void marks() {
    const measure::SubjectResult* total = run_.result.find("total");
    if (total == nullptr) return;
    constexpr const char* kNames[] = {"not-ECT", "ECT(1)", "ECT(0)", "CE"};
    line("");
    line("{:<24} {:>12} {:>12} {:>12} {:>12}   lost {}", "ECN, sent x received", kNames[0], kNames[1],
         kNames[2], kNames[3], number(numbers_of(*total), "lost_frames"));
    for (std::size_t sent = 0; sent < 4; ++sent) {
      const auto& row = total->received.ecn[sent];
      if (row[0] + row[1] + row[2] + row[3] == 0) continue;
      line("{:<24} {:>12} {:>12} {:>12} {:>12}", kNames[sent], row[0], row[1], row[2], row[3]);
    }
  }

  void accounting() {
    const measure::SubjectResult* total = run_.result.find("total");
    if (total == nullptr) return;
    const measure::Books books = measure::books_of(total->sent, total->received, total->shortfall);
    line("");
    line("frame accounting");
    line("  due {} = sent {} + refused {} + abandoned {}", books.scheduled, books.sent, books.refused,
         books.abandoned);
    line("  sent {} = received good {} + corrupt {} + lost in the tester {} + lost outside {}", books.sent,
         interval(books.received_good), interval(books.received_corrupt), interval(books.lost_in_tester),
         interval(books.lost_outside));
    line("  apart: duplicates {}, after the drain {}", interval(books.duplicates),
         total->received.sequence.counts.after_drain);
    line("  order: reordered {}, beyond the window {}", total->received.sequence.counts.reordered,
         total->received.sequence.counts.beyond_window);
    for (const std::string& missing : verdict::missing_frames(run_.plan, run_.result, 5)) {
      line("  missing: {}", missing);
    }
    for (const measure::PortResult& port : run_.result.ports) {
      std::string foreign;
      for (const measure::KindCount& kind : port.foreign)
        foreign += fmt::format(", {} {}", kind.frames, kind.kind);
      line("  port {}: {} frames received, {} ours, {} with a damaged tag, {} for another queue{}", port.name,
           port.frames_received, port.ours, port.tag_damaged, port.misdelivered, foreign);
    }
  }
  [[nodiscard]] static std::string interval(measure::Interval value) {
    if (value.exact()) return fmt::format("{}", value.low);
    constexpr std::uint64_t kUnbounded = std::uint64_t{1} << 62;
    return value.high >= kUnbounded ? fmt::format("{} or more", value.low)
                                    : fmt::format("{} .. {}", value.low, value.high);
  }

  void shortfalls() {
    const measure::SubjectResult* total = run_.result.find("total");
    line("");
    line("the tester");
    if (total != nullptr) {
      line("  lateness of hand-over: mean {}, p99 {}, longest {}",
           number(numbers_of(*total), "lateness_ns_mean"), middle(numbers_of(*total), "lateness_ns_p99"),
           number(numbers_of(*total), "lateness_ns_max"));
      line("  latency samples that it may have delayed itself: {} of {}", total->received.tester_bound,
           total->received.latency_ps.count);
    }
    if (run_.result.machine && run_.result.machine->stolen_time_ppm) {
      line("  its cores were given to others for {:.2f} % of the time",
           static_cast<double>(*run_.result.machine->stolen_time_ppm) / 1e4);
    }
    if (const auto& capture = run_.result.capture) {
      line("  captured: {} frames; {} more were sent or received when the capture was full", capture->frames,
           capture->frames_left_out);
    }
    for (const std::string& sentence : run_.result.not_measured)
      line("  not measured: {}", sentence);
    for (const plan::Receiver& receiver : run_.plan.receivers) {
      line("  port {}: over-subscribed {:.2f} times by the ports that send to it",
           run_.plan.testbed.ports[receiver.port].name,
           static_cast<double>(receiver.physical_l1.count()) /
               static_cast<double>(run_.plan.ports[receiver.port].speed.count()));
    }
  }

  void expectations() {
    if (run_.judgement.expectations.empty()) return;
    line("");
    line("expectations");
    for (const verdict::Expectation& expected : run_.judgement.expectations) {
      line("  {:<12} {} of {}: {}, expected {}", verdict::to_text(expected.verdict), expected.metric,
           expected.of, verdict::value_text(expected.metric, expected.value), expected.limit);
      if (!expected.reason.empty()) line("               {}", expected.reason);
    }
  }

  const RunReport& run_;
  std::string text_;
};

}  // namespace

std::string result_text(const RunReport& run) {
  return Text{run}.make();
}

}  // namespace report
