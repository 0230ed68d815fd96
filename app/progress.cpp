#include "progress.hpp"

#include <algorithm>

namespace app {

void ProgressLine::show(const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  // One a second by an absolute schedule, and none twice where one came late.
  next_ = std::max(next_ + std::chrono::seconds{1}, now);
  if (next_ == now) next_ += std::chrono::seconds{1};
  if (out_.progress_is_live()) {
    out_.note("\r" + line + "\x1b[K");  // to the line's start, and clear what a longer one left
    is_open_ = true;
  } else {
    out_.note(line + "\n");
  }
}

void ProgressLine::end() {
  if (is_open_) out_.note("\n");
  is_open_ = false;
}

}  // namespace app
