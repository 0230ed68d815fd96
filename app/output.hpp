/// \file
/// Where a sub-command's words and its JSON go.
///
///     const app::Output out{options};
///     out.text("3 flows\n");                       // stdout, or stderr where --json takes stdout
///     out.error(errors);                           // stderr, always
///     if (auto code = out.json(text)) return *code;
///
/// Thread: main.
#pragma once

#include "base/error.hpp"
#include "exit_code.hpp"
#include "options.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace app {

class Output {
 public:
  explicit Output(const Options& options);

  void text(std::string_view words) const { write(text_stream_, words); }
  /// Progress and notes: stderr, and not with --quiet.
  void note(std::string_view words) const {
    if (!options_.quiet) write(stderr, words);
  }
  void error(const base::Errors& errors) const { write(stderr, base::to_text(errors)); }
  /// Writes where --json said; nothing without --json. A file that cannot be written is an error.
  [[nodiscard]] base::Status json(std::string_view document) const;
  [[nodiscard]] bool wants_json() const { return options_.json.has_value(); }
  [[nodiscard]] bool colored() const { return colored_; }
  /// Whether stderr is a terminal that can be written over.
  [[nodiscard]] bool progress_is_live() const { return live_; }

 private:
  static void write(std::FILE* stream, std::string_view words);

  const Options& options_;
  std::FILE* text_stream_;
  bool colored_;
  bool live_;
};

/// Writes a whole file, or says why not (kEnvironment).
[[nodiscard]] base::Status write_file(const std::string& path, std::string_view content);

/// Prints the errors and gives their exit code.
[[nodiscard]] ExitCode failed(const Output& out, const base::Errors& errors);

}  // namespace app
