#include "inspect/analyze.hpp"
#include "report/analyze_json.hpp"
#include "report/analyze_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace {

using Json = nlohmann::json;

inspect::Report analyzed(const std::string& file) {
  auto report = inspect::analyze_file(std::string{ROCESTORM_TEST_DATA} + "/captures/" + file);
  EXPECT_TRUE(report) << base::to_text(report.error());
  report->file = file;
  return std::move(*report);
}

TEST(AnalyzeJson, HoldsTheCountsUnderTheKeysThatUsersRead) {
  const Json json = Json::parse(report::analyze_json(analyzed("bad_icrc_tapB.pcap")));
  EXPECT_EQ(json["schema"], "rocestorm/analyze/1");
  EXPECT_EQ(json["totals"]["packets"], 81);
  EXPECT_EQ(json["totals"]["icrc_good"], 67);
  EXPECT_EQ(json["totals"]["icrc_bad"], 14);
  EXPECT_EQ(json["totals"]["by_opcode"], (Json{{"RC ACK", 4},
                                               {"RC NAK PSN sequence", 6},
                                               {"RC WRITE_FIRST", 5},
                                               {"RC WRITE_LAST", 11},
                                               {"RC WRITE_MIDDLE", 55}}));
  EXPECT_TRUE(json["fault"].is_null());
  ASSERT_EQ(json["flows"].size(), 2u);
  const Json& flow = json["flows"][0];
  EXPECT_EQ(flow["source"], "192.168.77.1");
  EXPECT_EQ(flow["transport"], "RC");
  EXPECT_EQ(flow["icrc_bad"], 14);
  EXPECT_EQ(flow["psn"]["missing_min"], flow["psn"]["missing_max"]);
  EXPECT_TRUE(json["flows"][1]["psn"].is_null()) << "acknowledgements have no PSNs of their own";
  EXPECT_EQ(json["flows"][1]["naks"]["PSN sequence"], 6);
}

TEST(AnalyzeJson, TellsTimesRatesAndSizesWithTheirUnits) {
  const Json json = Json::parse(report::analyze_json(analyzed("perftest_write_bw_tclass_v4.pcap")));
  const Json& flow = json["flows"][0];
  EXPECT_EQ(flow["dscp"], (Json{{"26", 25}}));
  EXPECT_EQ(flow["ecn"]["ect_0"], 25);
  EXPECT_EQ(flow["messages"]["complete"], 5);
  EXPECT_EQ(flow["messages"]["bytes_min"], 5000);
  EXPECT_EQ(flow["messages"]["bytes_sum"], 25'000);
  EXPECT_EQ(flow["payload_bytes"], 25'000);
  const auto span_ns = flow["last_ns"].get<std::int64_t>() - flow["first_ns"].get<std::int64_t>();
  // The first packet: WRITE_FIRST with RETH and 1024 bytes.
  const auto bits = 8.0 * (flow["layer2_bytes"].get<double>() - (14 + 20 + 8 + 12 + 16 + 1024 + 4 + 4));
  EXPECT_NEAR(flow["rate_bits_per_sec_l2"].get<double>(), bits * 1e9 / static_cast<double>(span_ns), 1.0);
  EXPECT_GT(flow["last_ns"].get<std::int64_t>(), flow["first_ns"].get<std::int64_t>());
  EXPECT_TRUE(flow["source_qp"].is_null());
}

TEST(AnalyzeJson, OfADamagedFileHasTheFaultAndSurvivesNamesThatAreNotUtf8) {
  inspect::Report report = analyzed("rping_v4.pcap");
  report.fault = base::Error{.where = "x: byte 9", .what = "cut", .remedy = "capture again"};
  report.interfaces.at(0).name = "p\xFF\x1B[31m";
  const Json json = Json::parse(report::analyze_json(report));
  EXPECT_EQ(json["fault"]["where"], "x: byte 9");
  EXPECT_EQ(json["interfaces"][0]["name"], "p\xEF\xBF\xBD\x1B[31m") << "U+FFFD, and JSON escapes the rest";
}

TEST(AnalyzeText, SaysWhatAReaderNeedsFirst) {
  const std::string text = report::analyze_text(analyzed("bad_icrc_tapB.pcap"));
  EXPECT_NE(text.find("81 RoCEv2 packets in 2 flows\n"), std::string::npos) << text;
  EXPECT_NE(text.find("ICRC: 67 good, 14 bad"), std::string::npos) << text;
  EXPECT_NE(text.find("       6  RC NAK PSN sequence\n"), std::string::npos) << text;
  EXPECT_NE(text.find("RC QP 86  192.168.77.1 -> 192.168.77.2\n"), std::string::npos) << text;
}

TEST(AnalyzeText, StaysWithinItsColumnsAndSendsNothingToSteerTheTerminal) {
  for (const char* file :
       {"rc_all_ops_v6_mtu1024.pcap", "inject_cnp0.pcap", "cm/rbw61.pcap", "loss_req_write_tapB.pcap"}) {
    inspect::Report report = analyzed(file);
    report.file = std::string(300, 'f') + "\x1B[31m";
    report.interfaces.push_back({.name = std::string(300, 'i')});
    report.interfaces.at(0).name = "eth\x1B[31m";
    std::istringstream lines{report::analyze_text(report)};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), report::kAnalyzeColumns) << line;
      EXPECT_EQ(line.find('\x1B'), std::string::npos) << line;
    }
  }
}

}  // namespace
