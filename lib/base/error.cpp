#include "base/error.hpp"

#include <fmt/core.h>

namespace base {

std::string to_text(const Errors& errors) {
  std::string text;
  for (const Error& error : errors) {
    text += error.where.empty() ? fmt::format("{}\n", error.what)
                                : fmt::format("{}: {}\n", error.where, error.what);
    if (!error.remedy.empty()) text += fmt::format("    {}\n", error.remedy);
  }
  return text;
}

ErrorKind worst_kind(const Errors& errors) {
  ErrorKind worst = ErrorKind::kEnvironment;
  for (const Error& error : errors) {
    if (error.kind == ErrorKind::kInternal) return ErrorKind::kInternal;
    if (error.kind == ErrorKind::kInput) worst = ErrorKind::kInput;
  }
  return worst;
}

}  // namespace base
