#include "profile/schema.hpp"

#include <algorithm>

namespace profile {

bool When::admits(std::string_view choice) const {
  std::string_view rest = choices;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == choice) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

const Key* Table::find(std::string_view key) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == key; });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace profile
