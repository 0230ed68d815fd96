#include "profile/bind.hpp"
#include "profile/suggest.hpp"

#include <fmt/core.h>

namespace profile {

void Names::enter(const TableValue& entry, std::uint32_t index, Faults& faults) {
  const Value* const name = entry.find("name");
  if (name == nullptr) return;  // reported as missing or malformed
  const std::string& text = name->scalar().text;
  if (indices_.emplace(text, index).second) return;
  faults.add(name->place, entry.path + ".name", fmt::format("a second {} is called `{}`", kind_, text),
             "give each its own name");
}

std::optional<std::uint32_t> Names::find(std::string_view name) const {
  const auto found = indices_.find(name);
  return found == indices_.end() ? std::nullopt : std::optional{found->second};
}

std::string Names::nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const auto& entry : indices_)
    names.push_back(entry.first);
  return did_you_mean(name, names);
}

std::optional<std::uint32_t> Names::resolve(std::string_view name, const Place& place,
                                            const std::string& path, Faults& faults) const {
  const auto found = find(name);
  if (!found) faults.add(place, path, fmt::format("there is no {} called `{}`", kind_, name), nearest(name));
  return found;
}

}  // namespace profile
