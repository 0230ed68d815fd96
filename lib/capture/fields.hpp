/// \file
/// Integers of a capture file in either byte order.
///
///     const FieldReader fields{bytes, ByteOrder::kBig};
///     const std::uint32_t length = fields.u32(4);
///
/// Cost: a few instructions a field. Thread: plain values. Private to `capture`.
#pragma once

#include "capture/item.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace capture {

/// The caller has checked that the bytes reach as far as the field.
class FieldReader {
 public:
  FieldReader(Bytes bytes, ByteOrder order) : bytes_{bytes}, order_{order} {}

  [[nodiscard]] std::uint16_t u16(std::size_t offset) const {
    return static_cast<std::uint16_t>(load(offset, 2));
  }
  [[nodiscard]] std::uint32_t u32(std::size_t offset) const {
    return static_cast<std::uint32_t>(load(offset, 4));
  }
  [[nodiscard]] std::uint64_t u64(std::size_t offset) const { return load(offset, 8); }

 private:
  [[nodiscard]] std::uint64_t load(std::size_t offset, std::size_t width) const {
    assert(offset + width <= bytes_.size());
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t at = order_ == ByteOrder::kBig ? i : width - 1 - i;
      value = (value << 8) | std::to_integer<std::uint64_t>(bytes_[offset + at]);
    }
    return value;
  }

  Bytes bytes_;
  ByteOrder order_;
};

class FieldWriter {
 public:
  FieldWriter(std::vector<std::byte>& out, ByteOrder order) : out_{out}, order_{order} {}

  void u16(std::uint16_t value) { store(value, 2); }
  void u32(std::uint32_t value) { store(value, 4); }
  void u64(std::uint64_t value) { store(value, 8); }
  void bytes(Bytes bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void zeros(std::size_t count) { out_.insert(out_.end(), count, std::byte{0}); }

 private:
  void store(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t byte = order_ == ByteOrder::kBig ? width - 1 - i : i;
      out_.push_back(static_cast<std::byte>((value >> (8 * byte)) & 0xFF));
    }
  }

  std::vector<std::byte>& out_;
  ByteOrder order_;
};

/// Bytes from `length` to the next multiple of four: how pcapng pads.
[[nodiscard]] constexpr std::size_t padding_after(std::size_t length) {
  return (4 - length % 4) % 4;
}

}  // namespace capture
