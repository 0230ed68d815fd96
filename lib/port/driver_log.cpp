#include "port/driver_log.hpp"

#include "base/check.hpp"

#include <sys/types.h>
#include <algorithm>

namespace port {

namespace {
constexpr std::size_t kLinesKept = 256;
}

DriverLog::DriverLog() {
  cookie_io_functions_t functions{};
  functions.write = [](void* self, const char* text, std::size_t size) -> ssize_t {
    static_cast<DriverLog*>(self)->append({text, size});
    return static_cast<ssize_t>(size);
  };
  stream_ = fopencookie(this, "w", functions);
  CHECK(stream_ != nullptr, "fopencookie for the drivers' log");
  // Each message at once: the words are wanted right after the call that failed.
  std::setvbuf(stream_, nullptr, _IONBF, 0);
}

DriverLog::~DriverLog() {
  std::fclose(stream_);
}

void DriverLog::append(std::string_view text) {
  const std::lock_guard lock{mutex_};
  unfinished_ += text;
  for (std::size_t end = unfinished_.find('\n'); end != std::string::npos; end = unfinished_.find('\n')) {
    if (end != 0) {
      lines_.push_back(unfinished_.substr(0, end));
      ++lines_ever_;
    }
    unfinished_.erase(0, end + 1);
    if (lines_.size() > kLinesKept) lines_.pop_front();
  }
}

DriverLog::Mark DriverLog::mark() const {
  const std::lock_guard lock{mutex_};
  return lines_ever_;
}

std::string DriverLog::since(Mark mark) const {
  const std::lock_guard lock{mutex_};
  const std::uint64_t wanted = std::min<std::uint64_t>(lines_ever_ - mark, lines_.size());
  std::string text;
  for (std::size_t i = lines_.size() - static_cast<std::size_t>(wanted); i < lines_.size(); ++i) {
    if (!text.empty()) text += "; ";
    text += lines_[i];
  }
  return text;
}

}  // namespace port
