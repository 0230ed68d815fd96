#include "report/analyze_text.hpp"

#include "report/analyze_words.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <string_view>
#include <vector>

namespace report {
namespace {

using Words = std::vector<std::string>;

/// File and interface names come from outside: nothing of them may steer the terminal.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

/// The items, separated by commas, in lines of at most kAnalyzeColumns; all but the first are indented more.
std::string wrapped(std::size_t indent, const Words& items) {
  std::string text;
  std::string line(indent, ' ');
  bool line_is_empty = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = i + 1 < items.size() ? items[i] + "," : items[i];
    if (!line_is_empty && line.size() + 1 + item.size() > kAnalyzeColumns) {
      text += line + "\n";
      line = std::string(indent + 4, ' ');
      line_is_empty = true;
    }
    line += (line_is_empty ? "" : " ") + item;
    line_is_empty = false;
  }
  return text + line.substr(0, kAnalyzeColumns) + "\n";
}

template <class Counts>
void append_counts(Words& words, const Counts& counts) {
  for (const auto& [name, count] : counts) {
    words.push_back(fmt::format("{} {}", count, name));
  }
}

std::string ecn_text(const std::array<std::uint64_t, wire::kEcnCodepoints>& ecn) {
  std::string text;
  for (std::uint8_t codepoint = 0; codepoint < wire::kEcnCodepoints; ++codepoint) {
    if (ecn[codepoint] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : " / ", ecn[codepoint],
                        wire::to_text(static_cast<wire::Ecn>(codepoint)));
  }
  return text;
}

std::string interval_text(const measure::Interval& interval) {
  return interval.exact() ? fmt::format("{}", interval.low)
                          : fmt::format("{} to {}", interval.low, interval.high);
}

/// Three digits are enough to read; the JSON has all.
std::string rate_text(base::BitsPerSec rate) {
  constexpr std::pair<std::uint64_t, std::string_view> kUnits[] = {
      {1'000'000'000, "Gbit/s"}, {1'000'000, "Mbit/s"}, {1'000, "kbit/s"}};
  for (const auto& [scale, unit] : kUnits) {
    if (rate.count() >= scale) {
      return fmt::format("{}.{:02} {}", rate.count() / scale, rate.count() % scale * 100 / scale, unit);
    }
  }
  return fmt::format("{} bit/s", rate.count());
}

std::string ports_text(const std::set<std::uint16_t>& ports) {
  if (ports.size() == 1) return fmt::format("UDP source port {}", *ports.begin());
  return fmt::format("{} UDP source ports {} to {}", ports.size(), *ports.begin(), *ports.rbegin());
}

std::string messages_text(std::string_view what, const inspect::MessagesReport& messages) {
  std::string text = fmt::format("{} {}", messages.complete, what);
  if (messages.bytes.count > 0) {
    text += messages.bytes.min == messages.bytes.max
                ? fmt::format(" of {} B", messages.bytes.min)
                : fmt::format(" of {} to {} B", messages.bytes.min, messages.bytes.max);
  }
  if (messages.size_unknown > 0) text += fmt::format(" ({} of unknown size)", messages.size_unknown);
  return text;
}

std::string psn_text(const inspect::FlowReport& flow) {
  const inspect::PsnReport& psn = flow.psn;
  if (!psn.followed) return {};
  Words words{fmt::format("PSN {} to {}: {} missing", psn.first, psn.highest, interval_text(psn.missing)),
              fmt::format("{} gaps", psn.gaps), fmt::format("{} duplicates", psn.duplicates),
              fmt::format("{} reordered", psn.reordered)};
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) words.push_back(fmt::format("{} {}", count, what));
  };
  add(psn.restarts, "restarts");
  add(psn.before_first, "before the first");
  add(psn.beyond_window, "beyond the window");
  add(psn.unfollowed, "not followed");
  if (psn.mtu_assumed) words.push_back(fmt::format("MTU {} assumed", *psn.mtu_assumed));
  return wrapped(4, words);
}

std::string flow_text(const inspect::Report& analysis, const inspect::FlowReport& flow) {
  const inspect::FlowKey& key = flow.key;
  std::string text = fmt::format("{} QP {}  {} -> {}\n", transport_name(key.transport), key.destination_qp,
                                 wire::to_text(key.source), wire::to_text(key.destination));
  Words facts{fmt::format("{} packets", flow.packets)};
  if (analysis.interfaces.size() > 1) {
    const inspect::InterfaceReport& interface = analysis.interfaces[key.place.interface];
    facts.push_back(fmt::format("on {} {}", key.place.interface, printable(interface.name).substr(0, 40)));
  }
  if (key.place.direction != capture::Direction::kUnknown) {
    facts.push_back(std::string{direction_name(key.place.direction)});
  }
  if (key.transport == roce::Transport::kUd) facts.push_back(fmt::format("from QP {}", key.source_qp));
  if (flow.icrc_bad > 0) facts.push_back(fmt::format("{} bad ICRC", flow.icrc_bad));
  if (flow.icrc_unchecked > 0) facts.push_back(fmt::format("{} ICRC not checked", flow.icrc_unchecked));
  if (flow.rate_layer2) facts.push_back(rate_text(*flow.rate_layer2));
  if (!flow.udp_source_ports.empty()) facts.push_back(ports_text(flow.udp_source_ports));
  for (const auto& [dscp, count] : flow.dscp) {
    facts.push_back(flow.dscp.size() == 1 ? fmt::format("DSCP {}", dscp)
                                          : fmt::format("{} DSCP {}", count, dscp));
  }
  if (const std::string ecn = ecn_text(flow.ecn); !ecn.empty()) facts.push_back(ecn);
  text += wrapped(4, facts);

  Words opcodes;
  append_counts(opcodes, flow.by_opcode);
  if (!opcodes.empty()) text += wrapped(4, opcodes);
  text += psn_text(flow);
  if (flow.messages.complete > 0) text += wrapped(4, {messages_text("messages", flow.messages)});
  if (flow.read_responses.complete + flow.read_response_gaps > 0) {
    text += wrapped(4, {messages_text("READ responses", flow.read_responses),
                        fmt::format("{} packets missing in them", flow.read_response_gaps)});
  }
  return text;
}

std::string totals_text(const inspect::Report& analysis) {
  const inspect::Totals& totals = analysis.totals;
  std::string text = printable(analysis.file).substr(0, kAnalyzeColumns) + "\n";
  Words frames{fmt::format("{} frames", totals.frames)};
  if (totals.duration) frames.push_back(fmt::format("{:.6f} s", totals.duration->seconds()));
  frames.push_back(fmt::format("{} RoCEv2 packets in {} flows", totals.packets, analysis.flows.size()));
  text += wrapped(0, frames);
  Words icrc{fmt::format("ICRC: {} good", totals.icrc_good), fmt::format("{} bad", totals.icrc_bad)};
  if (totals.icrc_unchecked > 0) {
    icrc.push_back(fmt::format("{} not checked: cut short", totals.icrc_unchecked));
  }
  if (const std::string ecn = ecn_text(totals.ecn); !ecn.empty()) icrc.push_back("ECN: " + ecn);
  text += wrapped(0, icrc);
  Words other;
  append_counts(other, totals.other);
  if (totals.truncated > 0) other.push_back(fmt::format("{} cut short", totals.truncated));
  if (totals.malformed > 0) other.push_back(fmt::format("{} malformed", totals.malformed));
  if (!other.empty()) text += "Other frames:\n" + wrapped(4, other);
  return text;
}

}  // namespace

std::string analyze_text(const inspect::Report& analysis) {
  const inspect::Totals& totals = analysis.totals;
  std::string text = totals_text(analysis);
  if (!totals.by_opcode.empty()) text += "\n packets  opcode\n";
  for (const auto& [name, count] : totals.by_opcode) {
    text += fmt::format("{:8}  {}\n", count, name);
  }
  const std::size_t shown = std::min(analysis.flows.size(), kAnalyzeFlowsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    text += "\n" + flow_text(analysis, analysis.flows[i]);
  }
  if (shown < analysis.flows.size()) {
    text += fmt::format("\n{} more flows: --json has them all\n", analysis.flows.size() - shown);
  }
  if (totals.packets_beyond_flows > 0) {
    text += fmt::format("\n{} packets are of further flows, which were not followed\n",
                        totals.packets_beyond_flows);
  }
  if (analysis.fault) {
    text += "\nNot read to the end: " + printable(analysis.fault->what) + "\n";
  }
  return text;
}

}  // namespace report
