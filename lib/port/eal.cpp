#include "port/eal.hpp"

#include "host/cpus.hpp"
#include "host/memory.hpp"
#include "host/text_file.hpp"
#include "port/driver_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_version.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

namespace port {

namespace {
/// DPDK cannot be started again in a process, not even after it was ended.
std::atomic<bool> started_once{false};

/// Long enough for an error of the clock's rate below 10 parts in a million with doubts of some 100 ns.
constexpr base::Duration kCalibration = base::milliseconds(100);

constexpr std::uint64_t kMebibyte = 1 << 20;

/// The control thread floats over every CPU that it may use; lcores are threads of `port::LcoreRun`.
std::string main_lcore() {
  return fmt::format("0@({})", fmt::join(host::cpu().allowed, ","));
}

std::vector<std::string> make_arguments(const EalOptions& options, bool in_huge_pages,
                                        const std::string& file_prefix) {
  std::vector<std::string> arguments{"rocestorm",
                                     "--lcores",
                                     main_lcore(),
                                     "--file-prefix",
                                     file_prefix,
                                     "--no-telemetry",
                                     "--no-shconf",
                                     "--log-level",
                                     "info",
                                     "-m",
                                     fmt::format("{}", options.memory.count() / kMebibyte)};
  // QUIRK: DPDK 22.11 refuses --no-huge together with --in-memory.
  arguments.emplace_back(in_huge_pages ? "--in-memory" : "--no-huge");
  if (options.pci_devices.empty()) arguments.emplace_back("--no-pci");
  for (const std::string& device : options.pci_devices) {
    arguments.emplace_back("-a");
    arguments.push_back(device);
  }
  return arguments;
}

int call_init(const std::vector<std::string>& arguments) {
  // rte_eal_init reorders its argv and keeps pointers into it, so it gets copies that live for ever.
  static std::vector<std::string> kept;
  kept = arguments;
  std::vector<char*> pointers;
  for (std::string& argument : kept)
    pointers.push_back(argument.data());
  return rte_eal_init(static_cast<int>(pointers.size()), pointers.data());
}

constexpr std::string_view kPrefix = "rocestorm-";

/// Folders of testers that were killed and could not take theirs away: "rocestorm-4711", and no process 4711.
void remove_leftovers(const std::filesystem::path& folders) {
  std::error_code error;
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator{folders, error}) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix)) continue;
    const auto process = host::number<pid_t>(std::string_view{name}.substr(kPrefix.size()));
    if (process && ::kill(*process, 0) != 0 && errno == ESRCH) left.push_back(entry.path());
  }
  for (const std::filesystem::path& folder : left)
    std::filesystem::remove_all(folder, error);
}

/// The rest of the calibration time that starting DPDK did not take.
ClockPair second_pair(const ClockPair& first) {
  ClockPair last = read_clock_pair();
  if (last.raw - first.raw >= kCalibration) return last;
  const base::Duration rest = kCalibration - (last.raw - first.raw);
  std::this_thread::sleep_for(std::chrono::nanoseconds{rest.ns()});
  return read_clock_pair();
}
}  // namespace

Eal::Eal(std::unique_ptr<DriverLog> log, std::vector<std::string> arguments, bool in_huge_pages,
         base::Bytes memory, std::string file_prefix)
    : log_{std::move(log)},
      arguments_{std::move(arguments)},
      in_huge_pages_{in_huge_pages},
      memory_{memory},
      file_prefix_{std::move(file_prefix)} {}

std::string dpdk_version() {
  return rte_version();
}

base::Result<std::unique_ptr<Eal>> Eal::start(const EalOptions& options) {
  const auto failed = [](base::ErrorKind kind, std::string what, std::string remedy) {
    return base::fail({.kind = kind, .where = "DPDK", .what = std::move(what), .remedy = std::move(remedy)});
  };
  if (started_once.exchange(true))
    return failed(base::ErrorKind::kInternal, "is started twice in one process", "");
  const host::Memory memory = host::memory();
  const bool in_huge_pages = options.huge_pages && memory.huge_free >= options.memory;
  if (!in_huge_pages && memory.available < options.memory) {
    return failed(base::ErrorKind::kEnvironment,
                  fmt::format("packet buffers need {}, {} are available", base::to_text(options.memory),
                              base::to_text(memory.available)),
                  "use fewer ports or queues, or free some memory");
  }
  const ClockPair first = read_clock_pair();
  const std::string file_prefix = fmt::format("{}{}", kPrefix, getpid());
  auto log = std::make_unique<DriverLog>();
  rte_openlog_stream(log->stream());
  std::vector<std::string> arguments = make_arguments(options, in_huge_pages, file_prefix);
  if (call_init(arguments) < 0) {
    const std::string words = log->since(0);
    const std::string reason = rte_strerror(rte_errno);
    rte_openlog_stream(nullptr);
    return failed(base::ErrorKind::kEnvironment,
                  fmt::format("rte_eal_init({}): {}: {}", fmt::join(arguments, " "), reason, words),
                  "docs/hardware.md tells how a host is set up");
  }
  remove_leftovers(std::filesystem::path{rte_eal_get_runtime_dir()}.parent_path());
  std::unique_ptr<Eal> eal{
      new Eal{std::move(log), std::move(arguments), in_huge_pages, options.memory, file_prefix}};
  eal->tsc_ = rate_between(first, second_pair(first));
  return eal;
}

Eal::~Eal() {
  rte_eal_cleanup();
  rte_openlog_stream(nullptr);
  // QUIRK: DPDK 22.11 never removes its run-time folder.
  std::error_code error;
  std::filesystem::remove_all(rte_eal_get_runtime_dir(), error);
}

std::string Eal::describe() const {
  return fmt::format("{}, {} in {} pages", rte_version(), base::to_text(memory_),
                     in_huge_pages_ ? "huge" : "ordinary");
}

}  // namespace port
