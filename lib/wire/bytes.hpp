/// \file
/// Headers in and out of byte buffers, with the bounds in sight.
///
///     if (const auto udp = wire::read_at<wire::UdpHeader>(view, 34)) use(udp->length.value());
///     wire::store(out.data(), header);
///
/// Headers are copied, never pointed at: a copy of 20 bytes is two moves, and nothing aliases the buffer.
/// Cost: moves. Thread: pure.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace wire {

/// What may lie anywhere in a buffer: built of bytes and big-endian integers only.
template <class H>
concept HeaderType = std::is_trivially_copyable_v<H> && alignof(H) == 1;

/// The caller knows that `sizeof(H)` bytes are there.
template <HeaderType H>
[[nodiscard]] inline H load(const std::byte* at) {
  H header;
  std::memcpy(&header, at, sizeof(H));
  return header;
}

template <HeaderType H>
inline void store(std::byte* at, const H& header) {
  std::memcpy(at, &header, sizeof(H));
}

/// Nothing where the buffer ends before the header does.
template <HeaderType H>
[[nodiscard]] inline std::optional<H> read_at(std::span<const std::byte> bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(H)) return std::nullopt;
  return load<H>(bytes.data() + offset);
}

/// The bytes of a header, to sum or to compare. Lives as long as the header.
template <HeaderType H>
[[nodiscard]] inline std::span<const std::byte> bytes_of(const H& header) {
  return std::as_bytes(std::span<const H, 1>{&header, 1});
}

}  // namespace wire
