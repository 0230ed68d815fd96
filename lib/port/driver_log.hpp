/// \file
/// What DPDK and its drivers say, kept instead of printed: a refusal is told in the driver's own words.
///
///     DriverLog::Mark mark = log.mark();
///     if (rte_dev_probe(...) != 0) what += log.since(mark);
///
/// Keeps the last 256 lines. Thread: any may log; the rest belongs to the control thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace port {

class DriverLog {
 public:
  DriverLog();
  ~DriverLog();
  DriverLog(const DriverLog&) = delete;
  DriverLog& operator=(const DriverLog&) = delete;

  /// The stream that a logger writes to; valid as long as this object.
  [[nodiscard]] std::FILE* stream() const { return stream_; }

  using Mark = std::uint64_t;
  [[nodiscard]] Mark mark() const;
  /// The lines logged since, joined by "; ". Empty where nothing was said.
  [[nodiscard]] std::string since(Mark mark) const;

 private:
  void append(std::string_view text);

  mutable std::mutex mutex_;
  std::deque<std::string> lines_;
  std::string unfinished_;
  std::uint64_t lines_ever_ = 0;
  std::FILE* stream_ = nullptr;
};

}  // namespace port
