/// \file
/// Words that the texts and the JSON of `analyze` share. Private to `report`.
#pragma once

#include "capture/item.hpp"
#include "roce/opcode.hpp"

#include <string_view>

namespace report {

[[nodiscard]] constexpr std::string_view direction_name(capture::Direction direction) {
  switch (direction) {
    case capture::Direction::kSent:
      return "sent";
    case capture::Direction::kReceived:
      return "received";
    case capture::Direction::kUnknown:
      break;
  }
  return "unknown";
}

[[nodiscard]] constexpr std::string_view transport_name(roce::Transport transport) {
  switch (transport) {
    case roce::Transport::kRc:
      return "RC";
    case roce::Transport::kUc:
      return "UC";
    case roce::Transport::kRd:
      return "RD";
    case roce::Transport::kUd:
      return "UD";
    case roce::Transport::kCnp:
      return "CNP";
    case roce::Transport::kXrc:
      return "XRC";
  }
  return "reserved";  // the opcode's top bits are 110 or 111
}

}  // namespace report
