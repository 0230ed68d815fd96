/// \file
/// What the engine asks of the world: a place to take frames from and to hand frames to.
///
/// One `Port` object is one queue pair of one port: what a `Worker` owns. The same engine runs over DPDK
/// queues in real time (`port::DeviceQueue`), over simulated hosts in virtual time, and over
/// `tests/support/fake_port.hpp`. The concept is satisfied by plain members: no virtual call, per burst or
/// per packet.
///
///     std::array<typename P::RxFrame, 32> frames;
///     const std::size_t count = port.receive(frames);
///     ...                                          // read headers, account
///     port.release(std::span{frames}.first(count));
///
///     const std::size_t taken = port.take(PayloadSource::kZeros, slots);   // may be fewer: pool empty
///     for (auto& slot : ...) {
///       std::byte* header = slot.open({.header_bytes = 74, .payload_bytes = 1024, .trailer_bytes = 4});
///       ...                                        // write the header, then slot.trailer()
///     }
///     const std::size_t sent = port.send(priority, slots);                 // may be fewer, or none
///
/// Ownership: a received frame is the engine's until `release` or `forward`; a taken frame is the engine's
/// until `send` took it or `give_back`. Frames that `send` did not take stay with the engine, in order.
/// Thread: the worker's own, for every call.
#pragma once

#include "base/time.hpp"
#include "wire/primed.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace engine {

/// The most frames one call of `receive`, `take` or `send` moves.
inline constexpr std::size_t kBurst = 32;

/// What a payload holds, and how far a trailer reaches: shared with `frame`, which tables its CRCs.
using wire::kPayloadSources;
using wire::kPrimedBytes;
using wire::kTrailerMost;
using wire::PayloadSource;
/// Header bytes are at most this many; the payload starts at one fixed offset behind them.
inline constexpr std::size_t kHeaderMost = 256;

/// Shape of a frame to be laid. Bytes without FCS: header + payload + trailer is what the device is given.
struct FrameLayout {
  std::uint32_t header_bytes = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t trailer_bytes = 0;
};

/// A taken, empty frame. Cheap to copy (a pointer).
template <class F>
concept EmptyFrame = requires(F& frame, const FrameLayout& layout) {
  /// Lays the frame; returns where its first header byte stands. The first bytes of the payload follow
  /// the header without a gap. The kHeaderMost bytes before the payload may be written, too (a header is
  /// copied in whole 16-byte steps that end with it).
  { frame.open(layout) } -> std::same_as<std::byte*>;
  /// Where the trailer of the frame laid last stands.
  { frame.trailer() } -> std::same_as<std::byte*>;
};

/// A received frame.
template <class F>
concept ArrivedFrame = requires(const F& frame, std::uint32_t offset) {
  /// The first bytes, contiguous: the whole frame, or at least its first kHeaderMost bytes.
  { frame.head() } -> std::same_as<std::span<const std::byte>>;
  /// Bytes of the whole frame, without FCS.
  { frame.length() } -> std::same_as<std::uint32_t>;
  /// Whether the ICRC that ends the IP packet of `ip_bytes` at `ip_offset` is right. Reads every byte.
  { frame.icrc_good(offset, offset) } -> std::same_as<bool>;
};

template <class P>
concept Port = EmptyFrame<typename P::TxFrame> && ArrivedFrame<typename P::RxFrame> &&
    requires(P& port, std::span<typename P::RxFrame> rx, std::span<typename P::TxFrame> tx,
             PayloadSource source, std::uint8_t priority, typename P::RxFrame arrived) {
  { port.receive(rx) } -> std::same_as<std::size_t>;
  {port.release(rx)};
  { port.take(source, tx) } -> std::same_as<std::size_t>;
  {port.give_back(tx)};
  { port.send(priority, tx) } -> std::same_as<std::size_t>;
  /// Turns a received frame into one to be sent, bytes untouched (switches, hops).
  { port.forward(arrived) } -> std::same_as<typename P::TxFrame>;
  /// How early the port takes a frame that has a due time; 0 where it sends at once.
  { port.lead() } -> std::same_as<base::Duration>;
};

}  // namespace engine
