#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace base {
namespace {

std::function<void(const std::string&)>& handler() {
  static std::function<void(const std::string&)> installed;
  return installed;
}

}  // namespace

void set_check_handler(std::function<void(const std::string& text)> new_handler) {
  handler() = std::move(new_handler);
}

void check_failed(std::string_view condition, const std::string& text, const char* file, int line) {
  const std::string message = fmt::format("internal error at {}:{}: {} ({})\n", file, line, text, condition);
  std::fputs(message.c_str(), stderr);
  if (auto run = std::exchange(handler(), nullptr)) run(message);
  std::_Exit(kInternalErrorExitCode);
}

}  // namespace base
