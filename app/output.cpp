#include "output.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace app {

Output::Output(const Options& options)
    : options_{options},
      text_stream_{options.json == "-" ? stderr : stdout},
      colored_{options.color == Color::kAlways ||
               (options.color == Color::kAuto && isatty(fileno(text_stream_)) == 1)},
      live_{isatty(fileno(stderr)) == 1} {}

void Output::write(std::FILE* stream, std::string_view words) {
  std::fwrite(words.data(), 1, words.size(), stream);
  std::fflush(stream);
}

base::Status Output::json(std::string_view document) const {
  if (!options_.json) return {};
  if (*options_.json != "-") return write_file(*options_.json, document);
  write(stdout, document);
  return {};
}

base::Status write_file(const std::string& path, std::string_view content) {
  const auto refuse = [&path](const char* what) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = path,
                       .what = fmt::format("cannot be {}: {}", what, std::strerror(errno)),
                       .remedy = "choose another place, or make room there"});
  };
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return refuse("opened for writing");
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  const bool flushed = std::fflush(file) == 0;
  const int error = errno;
  std::fclose(file);
  errno = error;
  if (!written || !flushed) return refuse("written");
  return {};
}

ExitCode failed(const Output& out, const base::Errors& errors) {
  out.error(errors);
  return exit_code_of(errors);
}

}  // namespace app
