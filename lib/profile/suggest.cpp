#include "profile/suggest.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <utility>

namespace profile {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table of Damerau and Levenshtein (optimal string alignment).
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string did_you_mean(std::string_view misspelt, std::span<const std::string_view> names) {
  constexpr std::size_t kLongest = 64;  // what is longer is no misspelling, and the table would be large
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(2, misspelt.size() / 3) + 1;
  for (const std::string_view name : names) {
    if (misspelt.size() > kLongest) break;
    const std::size_t distance = edit_distance(misspelt, name);
    if (distance >= least || distance >= name.size()) continue;
    least = distance;
    nearest = name;
  }
  if (!nearest.empty()) return fmt::format("did you mean `{}`?", nearest);
  constexpr std::size_t kMost = 12;
  std::string known;
  for (const std::string_view name : names.first(std::min(names.size(), kMost))) {
    known += fmt::format("{}`{}`", known.empty() ? "" : ", ", name);
  }
  if (names.empty()) return "there is none";
  return fmt::format("known: {}{}", known, names.size() > kMost ? ", ..." : "");
}

}  // namespace profile
