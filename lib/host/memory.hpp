/// \file
/// How much memory packet buffers can have, in huge pages or in ordinary ones.
///
/// Cost: reads small files; set-up only. Thread: any.
#pragma once

#include "base/quantity.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace host {

struct Memory {
  base::Bytes huge_free;  ///< in free huge pages of every size
  base::Bytes available;  ///< what the kernel thinks can be had without swapping
};
[[nodiscard]] Memory memory(const std::filesystem::path& sysfs = "/sys");

/// "MemAvailable" of /proc/meminfo; zero where it is missing.
[[nodiscard]] base::Bytes parse_available(std::string_view meminfo);

}  // namespace host
