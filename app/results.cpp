#include "results.hpp"

#include "output.hpp"
#include "plan/text.hpp"
#include "run/utc.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace app {
namespace {

namespace fs = std::filesystem;

base::Result<std::string> read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    return base::fail({.where = path.string(),
                       .what = "cannot be read",
                       .remedy = "name a directory that `rocestorm run` wrote"});
  }
  return std::move(text).str();
}

}  // namespace

std::string default_directory(const std::string& test_name) {
  std::string name = test_name.empty() ? "run" : test_name;
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!plain) c = '-';
  }
  return "rocestorm-results/" + run::utc_stamp() + "-" + name;
}

base::Status make_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  // Of a run that is killed no report must be found, least of all an earlier run's.
  for (const char* const name : {"result.json", "report.txt"}) {
    if (!error) fs::remove(fs::path{directory} / name, error);
  }
  if (!error) return {};
  return base::fail({.kind = base::ErrorKind::kEnvironment,
                     .where = directory,
                     .what = "cannot be made, or cleared of an earlier report: " + error.message(),
                     .remedy = "choose another place with --out"});
}

base::Status store(const std::string& directory, const Stored& stored) {
  const fs::path base{directory};
  const std::pair<const char*, std::string> files[] = {{"result.json", stored.json},
                                                       {"report.txt", stored.text},
                                                       {"flows.csv", report::flows_csv(stored.run)},
                                                       {"series.csv", report::series_csv(stored.run)},
                                                       {"histograms.csv", report::histograms_csv(stored.run)},
                                                       {"events.jsonl", report::events_jsonl(stored.run)},
                                                       {"profile.toml", stored.loaded.profile_toml},
                                                       {"testbed.toml", stored.loaded.testbed_toml},
                                                       {"plan.txt", plan::to_text(stored.run.plan)}};
  base::Errors errors;
  for (const auto& [name, content] : files) {
    if (auto written = write_file((base / name).string(), content); !written) {
      errors.insert(errors.end(), written.error().begin(), written.error().end());
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return {};
}

base::Result<Recalled> recall(const std::string& directory) {
  const fs::path base{directory};
  auto json = read(base / "result.json");
  if (!json) return tl::unexpected(std::move(json).error());
  const std::optional<int> code = report::exit_code_in(*json);
  if (!code) {
    return base::fail({.where = (base / "result.json").string(),
                       .what = std::string{"is no result of the form "} + report::kResultSchema,
                       .remedy = "name a directory that this version of `rocestorm run` wrote"});
  }
  auto text = read(base / "report.txt");
  if (!text) return tl::unexpected(std::move(text).error());
  return Recalled{.text = std::move(*text), .json = std::move(*json), .exit_code = *code};
}

}  // namespace app
