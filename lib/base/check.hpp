/// \file
/// `CHECK(condition, "what it means")`: our own mistakes on cold paths. Stays in release builds.
///
///     CHECK(books.balance(), "frame accounting of port {}", port.name);
///
/// A failed CHECK runs the handler that the program installed (it writes what was measured so far), prints
/// the place and the condition, and exits with 6. On hot paths use `assert`.
/// Thread: any; the handler runs on the thread that failed.
#pragma once

#include <fmt/core.h>
#include <functional>
#include <string>
#include <string_view>

namespace base {

inline constexpr int kInternalErrorExitCode = 6;

/// Called once before a failed CHECK ends the program. Replaces the one before.
void set_check_handler(std::function<void(const std::string& text)> handler);

/// The place is the caller's. Not std::source_location: clang 14 has none.
[[noreturn]] void check_failed(std::string_view condition, const std::string& text,
                               const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace base

// A macro: the condition's text and place are part of the message.
#define CHECK(condition, ...)                                       \
  do {                                                              \
    if (!(condition)) [[unlikely]] {                                \
      ::base::check_failed(#condition, ::fmt::format(__VA_ARGS__)); \
    }                                                               \
  } while (false)
