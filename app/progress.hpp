/// \file
/// What is said while something goes on: on a terminal one line that is written over, else plain lines.
///
///     app::ProgressLine progress{out};
///     progress.show("  1.0 s of 10.0 s  ...");          // as often as it likes; at most one a second is
///     seen progress.end();                                   // before anything else is said
///
/// All of it goes to stderr, and nothing with --quiet. Thread: main.
#pragma once

#include "output.hpp"

#include <chrono>
#include <string>

namespace app {

class ProgressLine {
 public:
  /// `first_after`: from now; until then no line is due.
  explicit ProgressLine(const Output& out, std::chrono::seconds first_after = {})
      : out_{out}, next_{std::chrono::steady_clock::now() + first_after} {}
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Whether a second has passed since the last line: what it says need not be made before.
  [[nodiscard]] bool is_due() const { return std::chrono::steady_clock::now() >= next_; }
  void show(const std::string& line);
  /// Leaves the last line standing and goes to the next.
  void end();

 private:
  const Output& out_;
  std::chrono::steady_clock::time_point next_;
  bool is_open_ = false;  ///< a line stands on the terminal, without its end
};

}  // namespace app
