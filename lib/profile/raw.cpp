#include "profile/raw.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <utility>

namespace profile {

const RawMember* RawNode::find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const RawMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

RawMember* RawNode::find(std::string_view key) {
  return const_cast<RawMember*>(std::as_const(*this).find(key));
}

RawNode table_at(const Place& place) {
  RawNode node;
  node.place = place;
  return node;
}

RawNode text_at(std::string_view text, const Place& place) {
  RawNode node;
  node.kind = RawKind::kText;
  node.place = place;
  node.text = text;
  return node;
}

std::string quoted(const RawNode& node) {
  constexpr std::size_t kLongest = 60;  // a message stays readable whatever the file holds
  switch (node.kind) {
    case RawKind::kTable:
      return "a table";
    case RawKind::kArray:
      return fmt::format("a list of {}", node.items.size());
    case RawKind::kText:
      return node.text.size() <= kLongest ? fmt::format("\"{}\"", node.text)
                                          : fmt::format("\"{}...\"", node.text.substr(0, kLongest));
    case RawKind::kInteger:
      return fmt::format("{}", node.integer);
    case RawKind::kFlag:
      return node.integer != 0 ? "true" : "false";
    case RawKind::kDecimal:
      return node.text;
    case RawKind::kOther:
      break;
  }
  return "a " + node.text;
}

}  // namespace profile
