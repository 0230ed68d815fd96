/// \file
/// An empty frame in plain memory, laid as port buffers are: engine::EmptyFrame without a device.
#pragma once

#include "engine/port.hpp"
#include "wire/primed.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace test {

/// One buffer whose payload was primed once and is restored after each trailer, as a port's is.
class Slot {
 public:
  explicit Slot(wire::PayloadSource source) : source_{source} {
    if (source != wire::PayloadSource::kFree) {
      for (std::size_t i = 0; i < wire::kPrimedBytes; ++i)
        bytes_[kPayload + i] = wire::primed_byte(source, i);
    }
  }

  std::byte* open(const engine::FrameLayout& layout) {
    if (source_ != wire::PayloadSource::kFree) {
      for (std::size_t i = 0; i < engine::kTrailerMost; ++i) {
        bytes_[kPayload + trailer_ + i] = wire::primed_byte(source_, trailer_ + i);
      }
    }
    layout_ = layout;
    trailer_ = layout.payload_bytes;
    return bytes_.data() + kPayload - layout.header_bytes;
  }
  std::byte* trailer() { return bytes_.data() + kPayload + trailer_; }

  /// The frame as a device would send it.
  [[nodiscard]] std::span<const std::byte> frame() const {
    return std::span{bytes_}.subspan(kPayload - layout_.header_bytes,
                                     layout_.header_bytes + layout_.payload_bytes + layout_.trailer_bytes);
  }
  [[nodiscard]] const engine::FrameLayout& layout() const { return layout_; }

 private:
  static constexpr std::size_t kPayload = engine::kHeaderMost;
  wire::PayloadSource source_;
  engine::FrameLayout layout_;
  std::size_t trailer_ = 0;
  std::array<std::byte, kPayload + wire::kPrimedBlockBytes + 64> bytes_{};
};
static_assert(engine::EmptyFrame<Slot>);

}  // namespace test
