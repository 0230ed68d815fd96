/// \file
/// The table of tests/data/captures/README.md: what each capture holds, counted by other tools than ours.
///
///     for (const auto& row : support::capture_rows()) expect_counts(row.path, row.packets);
#pragma once

#include <charconv>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

struct CaptureRow {
  std::string name;  ///< "cm/rping61.pcap"
  std::string path;
  std::map<std::string, std::uint64_t, std::less<>> packets;  ///< "RC WRITE_FIRST" -> 5
  /// Frames that are no RoCEv2, where the table says so. Not of use under cm/: see the comment below.
  std::optional<std::uint64_t> other;
  std::uint64_t icrc_good = 0;
  std::uint64_t icrc_bad = 0;
};

namespace detail {

/// Takes a number from the front of `text`; throws where there is none.
inline std::uint64_t take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) throw std::runtime_error{"no number: " + std::string{text}};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

/// "3 RC ACK, 3 RC SEND_ONLY; 25 other"
inline void read_counts(std::string_view text, CaptureRow& row) {
  while (!text.empty()) {
    const bool is_other = text.starts_with(';');
    while (text.starts_with(' ') || text.starts_with(',') || text.starts_with(';'))
      text.remove_prefix(1);
    if (text.empty()) return;
    const std::uint64_t count = take_number(text);
    const std::size_t end = text.find_first_of(",;");
    std::string_view name = text.substr(1, end == std::string_view::npos ? end : end - 1);
    while (name.ends_with(' '))
      name.remove_suffix(1);
    if (is_other) {
      row.other = count;
    } else {
      row.packets[std::string{name}] = count;
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
}

}  // namespace detail

/// All rows; throws where the table cannot be read. The `other` column of the files under cm/ but wtcp61 is
/// larger than the number of frames in the files (tshark and icrc_check.py agree with each other, not with
/// it).
[[nodiscard]] inline std::vector<CaptureRow> capture_rows() {
  const std::string folder = std::string{ROCESTORM_TEST_DATA} + "/captures/";
  std::ifstream readme{folder + "README.md"};
  std::vector<CaptureRow> rows;
  for (std::string line; std::getline(readme, line);) {
    const std::string_view text = line;
    const std::size_t name_end = text.find(".pcap | ");
    if (!text.starts_with("| ") || name_end == std::string_view::npos) continue;
    CaptureRow row;
    row.name = text.substr(2, name_end + 3);
    row.path = folder + row.name;
    const std::size_t counts = name_end + 8;
    const std::size_t icrc = text.find(" | ", counts);
    detail::read_counts(text.substr(counts, icrc - counts), row);
    std::string_view rest = text.substr(icrc + 3);
    row.icrc_good = detail::take_number(rest);
    rest.remove_prefix(1);
    row.icrc_bad = detail::take_number(rest);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw std::runtime_error{"no rows in " + folder + "README.md"};
  return rows;
}

}  // namespace support
