/// \file
/// The results directory of a run: what is in it, and how it is read again.
///
///     result.json flows.csv series.csv events.jsonl report.txt profile.toml testbed.toml plan.txt
///
/// Thread: main.
#pragma once

#include "base/error.hpp"
#include "profile/load.hpp"
#include "report/result_json.hpp"

#include <string>

namespace app {

/// "rocestorm-results/<UTC>-<name>"
[[nodiscard]] std::string default_directory(const std::string& test_name);
/// Makes the directory, without an earlier run's report in it, or says why not. Done before anything is sent.
[[nodiscard]] base::Status make_directory(const std::string& directory);

struct Stored {
  const report::RunReport& run;
  const profile::Loaded& loaded;
  std::string text;
  std::string json;
};
[[nodiscard]] base::Status store(const std::string& directory, const Stored& stored);

struct Recalled {
  std::string text;
  std::string json;
  int exit_code = 0;
};
[[nodiscard]] base::Result<Recalled> recall(const std::string& directory);

}  // namespace app
