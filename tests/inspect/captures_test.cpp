// Every capture of tests/data against the table in its README, which tshark and icrc_check.py made.
#include "inspect/analyze.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace {

const std::string kFolder = std::string{ROCESTORM_TEST_DATA} + "/captures/";

struct Row {
  std::string file;
  std::map<std::string, std::uint64_t> by_opcode;
  std::uint64_t other = 0;
  std::uint64_t icrc_good = 0;
  std::uint64_t icrc_bad = 0;
};

std::string trimmed(std::string text) {
  const auto is_space = [](char c) { return c == ' '; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{text};
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(trimmed(part));
  }
  return parts;
}

/// "| file | 4 RC ACK, 2 CNP; 44 other | 67/14 | how made |"
Row row_of(const std::string& line) {
  const auto cells = split(line, '|');
  Row row{.file = cells.at(1)};
  const auto halves = split(cells.at(2), ';');
  for (const std::string& entry : split(halves.at(0), ',')) {
    const std::size_t space = entry.find(' ');
    row.by_opcode[entry.substr(space + 1)] = std::stoull(entry);
  }
  if (halves.size() > 1) row.other = std::stoull(halves[1]);
  const auto icrc = split(cells.at(3), '/');
  row.icrc_good = std::stoull(icrc.at(0));
  row.icrc_bad = std::stoull(icrc.at(1));
  return row;
}

std::vector<Row> rows() {
  std::vector<Row> rows;
  std::ifstream readme{kFolder + "README.md"};
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| ") && line.find(".pcap |") != std::string::npos) rows.push_back(row_of(line));
  }
  return rows;
}

template <class Map>
std::uint64_t sum_of(const Map& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

void expect_books_balance(const inspect::Report& report) {
  const inspect::Totals& totals = report.totals;
  EXPECT_EQ(totals.frames, totals.packets + sum_of(totals.other) + totals.truncated + totals.malformed);
  EXPECT_EQ(totals.packets, totals.icrc_good + totals.icrc_bad + totals.icrc_unchecked);
  EXPECT_EQ(totals.packets, sum_of(totals.by_opcode));
  std::uint64_t in_flows = totals.packets_beyond_flows;
  for (const inspect::FlowReport& flow : report.flows) {
    in_flows += flow.packets;
    EXPECT_EQ(flow.packets, flow.icrc_good + flow.icrc_bad + flow.icrc_unchecked);
    EXPECT_EQ(flow.packets - flow.icrc_bad, sum_of(flow.by_opcode));
  }
  EXPECT_EQ(totals.packets, in_flows);
}

inspect::Report analyzed(const std::string& file) {
  auto report = inspect::analyze_file(kFolder + file);
  EXPECT_TRUE(report) << base::to_text(report.error());
  EXPECT_FALSE(report->fault) << file;
  return std::move(*report);
}

/// The flow to that queue pair whose packets are of that kind.
const inspect::FlowReport& flow_with(const inspect::Report& report, const std::string& opcode) {
  const auto found = std::find_if(report.flows.begin(), report.flows.end(),
                                  [&](const auto& flow) { return flow.by_opcode.contains(opcode); });
  EXPECT_NE(found, report.flows.end()) << opcode;
  return *found;
}

TEST(Captures, GiveTheCountsOfTheirTable) {
  const auto table = rows();
  ASSERT_EQ(table.size(), 61u);
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (const Row& row : table) {
    SCOPED_TRACE(row.file);
    const inspect::Report report = analyzed(row.file);
    EXPECT_EQ(report.totals.by_opcode, row.by_opcode);
    EXPECT_EQ(report.totals.icrc_good, row.icrc_good);
    EXPECT_EQ(report.totals.icrc_bad, row.icrc_bad);
    EXPECT_EQ(report.totals.icrc_unchecked, 0u);
    EXPECT_EQ(sum_of(report.totals.other), row.other);
    EXPECT_EQ(report.totals.truncated + report.totals.malformed, 0u);
    expect_books_balance(report);
    good += report.totals.icrc_good;
    bad += report.totals.icrc_bad;
  }
  EXPECT_EQ(good, 2428u) << "the README's total";
  EXPECT_EQ(bad, 14u);
}

TEST(Captures, WithoutFaultsShowNoLossAndNoGap) {
  for (const char* file :
       {"rc_all_ops_v4_mtu1024.pcap", "rc_all_ops_v6_mtu4096.pcap", "rc_all_ops_v6linklocal_mtu256.pcap",
        "rc_read_sizes_v4_mtu1024.pcap", "perftest_read_bw_tcp_v4.pcap", "rping_v4.pcap",
        "perftest_write_bw_uc_v4.pcap", "cm/rbw61.pcap"}) {
    SCOPED_TRACE(file);
    for (const inspect::FlowReport& flow : analyzed(file).flows) {
      EXPECT_EQ(flow.psn.missing, measure::Interval::exactly(0)) << "PSN " << flow.psn.first;
      EXPECT_EQ(flow.psn.gaps + flow.psn.duplicates + flow.psn.reordered + flow.psn.restarts, 0u);
      EXPECT_EQ(flow.read_response_gaps, 0u);
      EXPECT_EQ(flow.messages.size_unknown + flow.read_responses.size_unknown, 0u);
    }
  }
}

TEST(Captures, TellMessageSizesOverThePsnWrap) {
  const auto report = analyzed("rc_all_ops_v4_mtu1024.pcap");
  const auto& requests = flow_with(report, "RC WRITE_ONLY");
  EXPECT_EQ(requests.psn.first, 0xFFFFFCu);
  EXPECT_LT(requests.psn.highest, 100u) << "wrapped";
  // send 8, 2000, 5001, 13, 3000; write 1, 1027, 7, 2500
  EXPECT_EQ(requests.messages.complete, 9u);
  EXPECT_EQ(requests.messages.bytes.sum, 8 + 2000 + 5001 + 13 + 3000 + 1 + 1027 + 7 + 2500);
  EXPECT_EQ(requests.messages.bytes.min, 1);
  EXPECT_EQ(requests.messages.bytes.max, 5001);
  const auto& responses = flow_with(report, "RC READ_RESP_ONLY");
  EXPECT_EQ(responses.read_responses.complete, 2u);
  EXPECT_EQ(responses.read_responses.bytes.sum, 8 + 4097);
  EXPECT_FALSE(responses.psn.followed) << "acknowledgements carry the other side's PSNs";
}

TEST(Captures, ShowRetransmissionsBeforeAndGapsBehindTheLoss) {
  const auto before_loss = analyzed("loss_req_write_tapA.pcap");
  const auto& sender = flow_with(before_loss, "RC WRITE_FIRST");
  EXPECT_EQ(sender.psn.missing.high, 0u) << "captured before the loss: all were there";
  EXPECT_GT(sender.psn.duplicates, 0u);
  EXPECT_EQ(sender.psn.gaps, 0u);

  const auto behind_loss = analyzed("loss_req_write_tapB.pcap");
  const auto& receiver = flow_with(behind_loss, "RC WRITE_FIRST");
  EXPECT_GT(receiver.psn.gaps, 0u);
  EXPECT_GT(receiver.psn.reordered, 0u) << "the retransmission fills the gap";
  EXPECT_EQ(receiver.psn.missing.high, 0u) << "all came in the end";
  const auto& acknowledgements = flow_with(behind_loss, "RC ACK");
  EXPECT_EQ(acknowledgements.naks.at("PSN sequence"), 7u);
  EXPECT_EQ(behind_loss.totals.naks.at("PSN sequence"), 7u);
}

TEST(Captures, ShowCorruptionEcnNaksAndCnps) {
  const auto corrupt = analyzed("bad_icrc_tapB.pcap");
  const auto& flow = flow_with(corrupt, "RC WRITE_FIRST");
  EXPECT_EQ(flow.icrc_bad, 14u);
  EXPECT_GT(flow.psn.gaps, 0u) << "a corrupt packet does not arrive";

  const auto marked = analyzed("ecn_ce_marked_tapB.pcap");
  const auto ce = static_cast<std::size_t>(wire::Ecn::kCe);
  EXPECT_EQ(marked.totals.ecn[ce], 6u);
  EXPECT_EQ(flow_with(marked, "RC WRITE_FIRST").ecn[ce], 6u);
  EXPECT_EQ(flow_with(marked, "RC ACK").ecn[ce], 0u);

  const auto not_ready = analyzed("nak_rnr_exhausted.pcap");
  EXPECT_EQ(not_ready.totals.naks, (std::map<std::string, std::uint64_t>{{"PSN sequence", 3}, {"RNR", 3}}));

  const auto congested = analyzed("inject_cnp0.pcap");
  EXPECT_EQ(congested.totals.cnps, 8u);
  const auto& cnps = flow_with(congested, "CNP");
  EXPECT_EQ(cnps.becn, 8u);
  EXPECT_EQ(cnps.udp_source_ports, std::set<std::uint16_t>{48879});
  EXPECT_FALSE(cnps.psn.followed);
}

TEST(Captures, TellDscpAndTrafficClassOfIpv6) {
  const auto report = analyzed("perftest_write_bw_tclass_v4.pcap");
  EXPECT_EQ(flow_with(report, "RC WRITE_FIRST").dscp, (std::map<std::uint8_t, std::uint64_t>{{26, 25}}));
  const auto v6 = analyzed("ecn_ect1_v6_tapA.pcap");
  EXPECT_GT(flow_with(v6, "RC WRITE_FIRST").ecn[static_cast<std::size_t>(wire::Ecn::kEct1)], 0u);
}

}  // namespace
