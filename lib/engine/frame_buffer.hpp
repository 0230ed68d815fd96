/// \file
/// An empty frame in plain memory, laid as a device's buffers are: EmptyFrame without a device.
///
///     engine::FrameBuffer buffer{wire::PayloadSource::kZeros};
///     std::byte* const header = buffer.open({.header_bytes = 74, .payload_bytes = 1024, .trailer_bytes =
///     4});
///     ...                                               // write the header, then buffer.trailer()
///     use(buffer.frame());
///
/// Its payload is primed once; the bytes that a trailer covered are restored when the buffer is opened anew.
/// Cost: 4.5 KiB each. Thread: one owner.
#pragma once

#include "engine/port.hpp"
#include "wire/primed.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace engine {

class FrameBuffer {
 public:
  explicit FrameBuffer(PayloadSource source) : source_{source} {
    if (source == PayloadSource::kFree) return;
    const auto primed = wire::primed_block(source);
    std::copy_n(primed.begin(), wire::kPrimedBytes, bytes_.begin() + kPayload);
  }

  std::byte* open(const FrameLayout& layout) {
    if (source_ != PayloadSource::kFree) {
      const auto covered = wire::primed_block(source_).subspan(trailer_, kTrailerMost);
      std::copy(covered.begin(), covered.end(), bytes_.data() + kPayload + trailer_);
    }
    layout_ = layout;
    trailer_ = layout.payload_bytes;
    return bytes_.data() + kPayload - layout.header_bytes;
  }
  std::byte* trailer() { return bytes_.data() + kPayload + trailer_; }

  [[nodiscard]] PayloadSource source() const { return source_; }
  [[nodiscard]] const FrameLayout& layout() const { return layout_; }
  /// The frame as a device would send it, without FCS.
  [[nodiscard]] std::span<const std::byte> frame() const {
    return std::span{bytes_}.subspan(kPayload - layout_.header_bytes,
                                     layout_.header_bytes + layout_.payload_bytes + layout_.trailer_bytes);
  }

 private:
  static constexpr std::size_t kPayload = kHeaderMost;
  PayloadSource source_;
  FrameLayout layout_;
  std::size_t trailer_ = 0;
  /// The last 64 bytes: a trailer behind the longest payload, written in one store of 8.
  std::array<std::byte, kPayload + wire::kPrimedBlockBytes + 64> bytes_{};
};
static_assert(EmptyFrame<FrameBuffer>);

}  // namespace engine
