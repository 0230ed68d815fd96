/// \file
/// The kernel's small text files (procfs, sysfs), read whole, and the pieces their parsers share.
///
///     if (const auto text = host::read_text("/proc/cpuinfo")) model = host::parse_cpu_model(*text);
///
/// Cost: a system call or three; set-up and housekeeping only. Thread: any.
#pragma once

#include <charconv>
#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace host {

/// The whole file, or nothing where it cannot be read: many of sysfs's files answer only for some devices.
[[nodiscard]] std::optional<std::string> read_text(const std::filesystem::path& path);

/// Without blanks and line ends on either side.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The words between any run of blanks.
[[nodiscard]] std::vector<std::string_view> words(std::string_view line);

/// The lines, without their ends; no empty one behind a last line end.
[[nodiscard]] std::vector<std::string_view> lines(std::string_view text);

/// The whole of `text` as a number, or nothing.
template <std::integral T>
[[nodiscard]] std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace host
