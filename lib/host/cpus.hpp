/// \file
/// The processor under us, and the time that others took from it.
///
///     const host::Cpu cpu = host::cpu();                       // model and what we may run on
///     const auto before = host::thread_times(host::own_thread_id());
///     ...                                                      // the loop
///     const auto after = host::thread_times(host::own_thread_id());
///     stolen = *after - *before;                               // ready to run, but somebody else ran
///
/// Two thieves are told apart: `ThreadTimes::waiting` is what other threads of this kernel took (they were
/// preferred by its scheduler), `parse_stolen` what a hypervisor took from a whole CPU.
/// Cost: reads a file. Thread: any.
#pragma once

#include "base/time.hpp"

#include <sys/types.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace host {

/// "0-3,8" as numbers, in order; nothing where the text is not such a list.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

/// The first "model name" of /proc/cpuinfo; empty where there is none.
[[nodiscard]] std::string parse_cpu_model(std::string_view cpuinfo);

struct Cpu {
  std::string model;
  std::vector<std::uint32_t> online;
  std::vector<std::uint32_t> allowed;   ///< by this thread's affinity mask: where lcores may run
  std::vector<std::uint32_t> isolated;  ///< kept free by `isolcpus`
};
[[nodiscard]] Cpu cpu();

/// -1 where the kernel does not say.
[[nodiscard]] int numa_node_of(std::uint32_t cpu_number);

/// Of one thread since it began, from /proc/<pid>/task/<tid>/schedstat.
struct ThreadTimes {
  base::Duration on_cpu;
  base::Duration waiting;    ///< ready to run while another thread ran
  std::uint64_t slices = 0;  ///< how often it was given the CPU
};
[[nodiscard]] std::optional<ThreadTimes> parse_schedstat(std::string_view text);
[[nodiscard]] std::optional<ThreadTimes> thread_times(pid_t thread_id);
[[nodiscard]] pid_t own_thread_id();

struct StolenTime {
  std::uint32_t cpu = 0;
  base::Duration stolen;  ///< by the hypervisor, since boot; in steps of a clock tick
};
/// Of each CPU, from /proc/stat; `ticks_per_second` is sysconf(_SC_CLK_TCK).
[[nodiscard]] std::vector<StolenTime> parse_stolen(std::string_view stat, std::int64_t ticks_per_second);
[[nodiscard]] std::vector<StolenTime> stolen_times();

}  // namespace host
