#include "host/device_lock.hpp"

#include "host/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace host {

namespace {
/// A file name that any device text fits into: what is not a letter, digit, dot or dash becomes '_'.
std::string file_name(std::string_view device) {
  std::string name{device};
  for (char& c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (!plain) c = '_';
  }
  return name + ".lock";
}

/// "process 4711 (rocestorm)", from what the owner wrote into the file.
std::string owner_text(const std::filesystem::path& path) {
  const auto text = read_text(path);
  const auto process = number<int>(trimmed(text.value_or("")));
  if (!process) return "another process";
  const auto command = read_text(fmt::format("/proc/{}/comm", *process));
  return command ? fmt::format("process {} ({})", *process, trimmed(*command))
                 : fmt::format("process {}", *process);
}
}  // namespace

std::filesystem::path runtime_folder() {
  if (geteuid() == 0) return "/run/rocestorm";
  if (const char* folder = std::getenv("XDG_RUNTIME_DIR"); folder != nullptr && *folder == '/')
    return std::filesystem::path{folder} / "rocestorm";
  std::error_code error;
  return std::filesystem::temp_directory_path(error) / fmt::format("rocestorm-{}", geteuid());
}

base::Result<DeviceLock> DeviceLock::take(std::string_view device, const std::filesystem::path& folder) {
  const auto failed = [&](std::string what, std::string remedy) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = std::string{device},
                       .what = std::move(what),
                       .remedy = std::move(remedy)});
  };
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::filesystem::path path = folder / file_name(device);
  FileDescriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!file) {
    return failed(fmt::format("cannot make the lock file {}: {}", path.string(), std::strerror(errno)),
                  "make its folder writable for this user");
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return failed(fmt::format("in use by {}", owner_text(path)),
                  "wait until that run has ended, or name another device in the testbed");
  }
  const std::string process = fmt::format("{}\n", getpid());
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), process.data(), process.size(), 0) != static_cast<ssize_t>(process.size())) {
    return failed(fmt::format("cannot write the lock file {}: {}", path.string(), std::strerror(errno)),
                  "free some space on its file system");
  }
  return DeviceLock{std::move(file)};
}

}  // namespace host
