#include "base/decimal.hpp"
#include "workload/message_size.hpp"

#include <fmt/core.h>
#include <array>
#include <optional>

namespace workload {
namespace {

constexpr std::uint64_t kBillion = 1'000'000'000;

constexpr std::string_view kBlank = " \t\r";

/// The next word of the line and its column from 1; empty at its end.
struct Word {
  std::string_view text;
  std::size_t column = 0;
};

Word take_word(std::string_view line, std::size_t& from) {
  from = std::min(line.find_first_not_of(kBlank, from), line.size());
  const std::size_t end = std::min(line.find_first_of(kBlank, from), line.size());
  const Word word{.text = line.substr(from, end - from), .column = from + 1};
  from = end;
  return word;
}

base::Error fault(std::string_view file, std::size_t line, std::size_t column, std::string what) {
  return {.where = fmt::format("{}:{}:{}", file, line, column),
          .what = std::move(what),
          .remedy = "write a line a point: the size in bytes, then the share of messages up to it"};
}

/// "bytes share" of one line, the share as written, in billionths; nothing for an empty line.
base::Result<std::optional<SizePoint>> parse_line(std::string_view line, std::string_view file,
                                                  std::size_t number) {
  line = line.substr(0, line.find('#'));
  std::size_t from = 0;
  const Word bytes = take_word(line, from);
  if (bytes.text.empty()) return std::nullopt;
  const Word share = take_word(line, from);
  const Word rest = take_word(line, from);
  constexpr std::array<base::UnitScale, 1> kWhole{{{"", 1}}};
  constexpr std::array<base::UnitScale, 1> kBillionths{{{"", kBillion}}};
  const auto size = base::parse_scaled(bytes.text, kWhole);
  if (!size || *size > kMessageBytesMax) {
    return tl::unexpected<base::Errors>({fault(
        file, number, bytes.column, fmt::format("'{}' is no size in bytes (0 .. 2147483648)", bytes.text))});
  }
  const auto billionths = base::parse_scaled(share.text, kBillionths);
  if (!billionths || *billionths > 100 * kBillion) {
    return tl::unexpected<base::Errors>(
        {fault(file, number, share.column,
               fmt::format("'{}' is no share (0 .. 1, or 0 .. 100 percent)", share.text))});
  }
  if (!rest.text.empty()) {
    return tl::unexpected<base::Errors>(
        {fault(file, number, rest.column, fmt::format("'{}' stands behind the point", rest.text))});
  }
  return SizePoint{.bytes = *size, .upto_ppb = *billionths};
}

}  // namespace

base::Result<std::vector<SizePoint>> parse_size_points(std::string_view text, std::string_view file) {
  std::vector<SizePoint> points;
  base::Errors errors;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    auto point = parse_line(text.substr(0, end), file, ++number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!point) {
      errors.insert(errors.end(), point.error().begin(), point.error().end());
    } else if (*point) {
      points.push_back(**point);
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  // Shares are fractions, or percent: the last one tells.
  if (!points.empty() && points.back().upto_ppb == 100 * kBillion) {
    for (SizePoint& point : points)
      point.upto_ppb /= 100;
  }
  if (base::Status checked = check_sizes({.kind = SizeKind::kTable, .points = points}); !checked) {
    for (base::Error& error : checked.error())
      error.where = std::string{file};
    return tl::unexpected(std::move(checked).error());
  }
  return points;
}

}  // namespace workload
