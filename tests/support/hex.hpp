/// \file
/// Bytes of a test vector as a document prints them.
///
///     const auto frame = support::hex("e41d2dab2bc2 7cfe90643b32 0800 45c2003c ...");
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace support {

/// Spaces are for the reader. Throws on anything else that is no digit, and on half a byte.
[[nodiscard]] inline std::vector<std::byte> hex(std::string_view text) {
  std::vector<std::byte> bytes;
  unsigned high = 0;
  bool has_high = false;
  for (const char c : text) {
    if (c == ' ') continue;
    const std::size_t digit = std::string_view{"0123456789abcdef"}.find(c);
    if (digit == std::string_view::npos) throw std::invalid_argument{"not a hexadecimal digit"};
    if (has_high) bytes.push_back(static_cast<std::byte>(high << 4 | digit));
    high = static_cast<unsigned>(digit);
    has_high = !has_high;
  }
  if (has_high) throw std::invalid_argument{"half a byte"};
  return bytes;
}

}  // namespace support
