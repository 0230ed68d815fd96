#include "host/memory.hpp"

#include "host/text_file.hpp"

namespace host {

base::Bytes parse_available(std::string_view meminfo) {
  for (const std::string_view line : lines(meminfo)) {
    const auto fields = words(line);
    if (fields.size() < 2 || fields[0] != "MemAvailable:") continue;
    return base::Bytes{number<std::uint64_t>(fields[1]).value_or(0) * 1024};
  }
  return {};
}

Memory memory(const std::filesystem::path& sysfs) {
  Memory found{.huge_free = {}, .available = parse_available(read_text("/proc/meminfo").value_or(""))};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{sysfs / "kernel/mm/hugepages", error}) {
    // The folder's name tells the page size: hugepages-2048kB.
    const std::string name = entry.path().filename();
    const std::size_t dash = name.find('-');
    const std::size_t unit = name.find("kB");
    if (dash == std::string::npos || unit == std::string::npos) continue;
    const auto kibibytes = number<std::uint64_t>(std::string_view{name}.substr(dash + 1, unit - dash - 1));
    const auto pages =
        number<std::uint64_t>(trimmed(read_text(entry.path() / "free_hugepages").value_or("")));
    if (kibibytes && pages) found.huge_free += base::Bytes{*kibibytes * 1024 * *pages};
  }
  return found;
}

}  // namespace host
