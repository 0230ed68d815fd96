#include "report/result_text.hpp"

#include "report/result_json.hpp"
#include "support/loaded_builder.hpp"
#include "verdict/judge.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace {

/// A run whose names and numbers are as long as they come.
struct LongRun {
  LongRun() {
    support::LoadedBuilder builder;
    builder.traffic().name = "a-traffic-entry-with-a-name-that-somebody-found-telling";
    builder.loaded.profile.test.question = std::string(30, 'w') + " " + std::string(90, 'q') + " why?";
    auto planned = builder.plan();
    EXPECT_TRUE(planned);
    plan = std::move(*planned);
    result.name = "story";
    result.question = plan.profile.test.question;
    result.profile_hash = plan.profile_hash;
    result.windows.sending_ended = base::Time{} + base::seconds(1);
    result.windows.start_asked_utc_ns = 1'769'860'800'000'000'000;
    for (const char* subject : {"total", "traffic:a-traffic-entry-with-a-name-that-somebody-found-telling"}) {
      measure::SubjectResult row{.subject = subject};
      row.sent.scheduled = row.sent.sent = kMany;
      row.sent.frame_bytes = kMany * 100;
      row.received.frames = kMany;
      row.received.ecn[2] = {0, 0, kMany, kMany};
      row.received.sequence.sent = kMany;
      row.received.latency_ps = {
          .count = 2, .min = 1, .max = 123'456'789'012'345, .sum = 123'456'789'012'346};
      result.subjects.push_back(std::move(row));
    }
    result.ports.push_back({.name = "a-port-whose-name-is-long", .frames_received = kMany, .ours = kMany});
    result.ports.back().foreign = {{.kind = "foreign roce", .frames = kMany},
                                   {.kind = "control", .frames = kMany}};
    result.capture = {.frames = 10'000, .frames_left_out = kMany};
    result.not_measured = {"what nobody could measure " + std::string(80, 'x') + " and so on, in many words"};
    result.machine.emplace();
  }

  [[nodiscard]] report::RunReport report() const {
    return {.plan = plan, .result = result, .judgement = judgement};
  }

  static constexpr std::uint64_t kMany = 123'456'789'012;
  plan::Plan plan;
  measure::RunResult result;
  verdict::Judgement judgement;
};

TEST(ResultText, StaysWithinAHundredColumns) {
  const LongRun run;
  const std::string text = report::result_text(run.report());
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100U) << line;
  EXPECT_NE(text.find("\ntraffic:a-traffic-entry-with-a-name-that-somebody-found-telling\n"),
            std::string::npos)
      << "a name too long for its column has a line of its own, whole";
}

TEST(ResultText, LosesNoWordWhereItBreaks) {
  const LongRun run;
  const std::string text = report::result_text(run.report());
  std::istringstream words{text};
  std::string joined;
  for (std::string word; words >> word;)
    joined += word + " ";
  EXPECT_NE(joined.find(run.result.question), std::string::npos);
  EXPECT_NE(joined.find("not measured: " + run.result.not_measured.front()), std::string::npos);
  EXPECT_NE(joined.find("captured: 10000 frames; 123456789012 more were sent or received"),
            std::string::npos);
}

TEST(ResultJson, TellsCaptureAndStart) {
  LongRun run;
  nlohmann::json json = nlohmann::json::parse(report::result_json(run.report(), 0));
  EXPECT_EQ(json["capture"], (nlohmann::json{{"frames", 10'000}, {"frames_left_out", LongRun::kMany}}));
  EXPECT_EQ(json["windows"]["start_asked_utc_ns"], 1'769'860'800'000'000'000);
  run.result.capture.reset();
  run.result.windows.start_asked_utc_ns.reset();
  json = nlohmann::json::parse(report::result_json(run.report(), 0));
  EXPECT_TRUE(json["capture"].is_null());
  EXPECT_TRUE(json["windows"]["start_asked_utc_ns"].is_null());
}

TEST(ResultJson, SurvivesTextsThatAreNotUtf8) {
  LongRun run;
  run.result.question = "caf\xe9?";
  const auto json = nlohmann::json::parse(report::result_json(run.report(), 0));
  EXPECT_EQ(json["question"], "caf\xef\xbf\xbd?") << "U+FFFD in place";
}

}  // namespace
