/// \file
/// Turns the items of a capture into the bytes of a file: the exact reverse of Reader.
///
///     std::vector<std::byte> bytes;
///     while (const auto item = reader.next()) capture::encode(*item, reader.order(), bytes);
///     // bytes equal the file's, padding, options and unknown blocks included
///
/// Cost: a copy of the bytes. Thread: plain function.
#pragma once

#include "capture/item.hpp"

#include <cstdint>
#include <vector>

namespace capture {

/// Appends the item. `order` is the file's or the section's; a header carries its own.
void encode(const Item& item, ByteOrder order, std::vector<std::byte>& out);

}  // namespace capture
