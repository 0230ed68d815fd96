#include "host/cpus.hpp"

#include "host/text_file.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

namespace host {

std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
  std::vector<std::uint32_t> cpus;
  text = trimmed(text);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    const std::size_t dash = item.find('-');
    const auto first = number<std::uint32_t>(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number<std::uint32_t>(item.substr(dash + 1));
    // The kernel has at most 8192 CPUs; a range beyond it is not a CPU list.
    if (!first || !last || *first > *last || *last >= 8192) return std::nullopt;
    for (std::uint32_t cpu_number = *first; cpu_number <= *last; ++cpu_number)
      cpus.push_back(cpu_number);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return cpus;
}

std::string parse_cpu_model(std::string_view cpuinfo) {
  for (const std::string_view line : lines(cpuinfo)) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) return std::string{trimmed(line.substr(colon + 1))};
  }
  return {};
}

Cpu cpu() {
  const auto list = [](const char* path) {
    const auto text = read_text(path);
    return text ? parse_cpu_list(*text).value_or(std::vector<std::uint32_t>{}) : std::vector<std::uint32_t>{};
  };
  Cpu found{.model = parse_cpu_model(read_text("/proc/cpuinfo").value_or("")),
            .online = list("/sys/devices/system/cpu/online"),
            .allowed = {},
            .isolated = list("/sys/devices/system/cpu/isolated")};
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
    for (std::uint32_t number = 0; number < CPU_SETSIZE; ++number)
      if (CPU_ISSET(number, &mask)) found.allowed.push_back(number);
  }
  return found;
}

int numa_node_of(std::uint32_t cpu_number) {
  std::error_code error;
  const std::filesystem::path folder = fmt::format("/sys/devices/system/cpu/cpu{}", cpu_number);
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("node")) continue;
    if (const auto node = number<int>(std::string_view{name}.substr(4))) return *node;
  }
  return -1;
}

std::optional<ThreadTimes> parse_schedstat(std::string_view text) {
  const auto fields = words(text);
  if (fields.size() < 3) return std::nullopt;
  const auto on_cpu = number<std::int64_t>(fields[0]);
  const auto waiting = number<std::int64_t>(fields[1]);
  const auto slices = number<std::uint64_t>(fields[2]);
  if (!on_cpu || !waiting || !slices) return std::nullopt;
  return ThreadTimes{
      .on_cpu = base::nanoseconds(*on_cpu), .waiting = base::nanoseconds(*waiting), .slices = *slices};
}

std::optional<ThreadTimes> thread_times(pid_t thread_id) {
  const auto text = read_text(fmt::format("/proc/self/task/{}/schedstat", thread_id));
  return text ? parse_schedstat(*text) : std::nullopt;
}

pid_t own_thread_id() {
  return gettid();
}

std::vector<StolenTime> parse_stolen(std::string_view stat, std::int64_t ticks_per_second) {
  // SPEC: proc(5): cpuN user nice system idle iowait irq softirq steal guest guest_nice, in ticks.
  constexpr std::size_t kStealField = 8;
  std::vector<StolenTime> found;
  for (const std::string_view line : lines(stat)) {
    if (!line.starts_with("cpu")) continue;
    const auto fields = words(line);
    const auto cpu_number = number<std::uint32_t>(fields[0].substr(3));
    if (!cpu_number || fields.size() <= kStealField) continue;
    if (const auto ticks = number<std::int64_t>(fields[kStealField]))
      found.push_back({.cpu = *cpu_number, .stolen = base::seconds(1) / ticks_per_second * *ticks});
  }
  return found;
}

std::vector<StolenTime> stolen_times() {
  const auto stat = read_text("/proc/stat");
  return stat ? parse_stolen(*stat, sysconf(_SC_CLK_TCK)) : std::vector<StolenTime>{};
}

}  // namespace host
