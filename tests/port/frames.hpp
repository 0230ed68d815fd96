/// \file
/// Frames that a test lays and takes apart again, byte by byte.
#pragma once

#include "port/device_queue.hpp"
#include "port/ports.hpp"
#include "shared_eal.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace test {

using RxFrames = std::array<port::DeviceQueue::RxFrame, engine::kBurst>;
using TxFrames = std::array<port::DeviceQueue::TxFrame, engine::kBurst>;

inline port::DeviceOptions ring(std::string name) {
  return {.name = std::move(name),
          .kind = port::DeviceKind::kRing,
          .ip_mtu = 4200,
          .rx_slots = 64,
          .tx_slots = 64};
}

inline std::unique_ptr<port::PortSet> opened(const port::PortSetOptions& options) {
  auto set = port::PortSet::open(shared_eal(), options);
  if (!set) {
    ADD_FAILURE() << base::to_text(set.error());
    return nullptr;
  }
  const base::Status started = (*set)->start();
  EXPECT_TRUE(started.has_value()) << base::to_text(started.error());
  return std::move(*set);
}

inline void close_whole(port::PortSet& set) {
  const base::Status closed = set.close();
  EXPECT_TRUE(closed.has_value()) << base::to_text(closed.error());
}

/// A header of 0xab that begins with `number`, the payload as it was primed, a trailer of 0xe7.
inline void lay(port::DeviceQueue::TxFrame& frame, const engine::FrameLayout& layout, std::uint32_t number) {
  std::byte* header = frame.open(layout);
  std::memset(header, 0xab, layout.header_bytes);
  std::memcpy(header, &number, sizeof number);
  std::memset(frame.trailer(), 0xe7, layout.trailer_bytes);
}

/// The number in its header, after every other byte was compared.
inline std::uint32_t checked_number(const port::DeviceQueue::RxFrame& frame,
                                    const engine::FrameLayout& layout, engine::PayloadSource source) {
  const auto bytes = frame.head();
  EXPECT_EQ(bytes.size(), layout.header_bytes + layout.payload_bytes + layout.trailer_bytes);
  EXPECT_EQ(frame.length(), bytes.size());
  const auto is = [](std::span<const std::byte> part, std::byte value) {
    return std::all_of(part.begin(), part.end(), [&](std::byte byte) { return byte == value; });
  };
  EXPECT_TRUE(is(bytes.subspan(4, layout.header_bytes - 4), std::byte{0xab}));
  const auto payload = bytes.subspan(layout.header_bytes, layout.payload_bytes);
  const auto block = wire::primed_block(source).first(layout.payload_bytes);
  EXPECT_TRUE(std::equal(payload.begin(), payload.end(), block.begin()))
      << "source " << static_cast<int>(source) << ", " << layout.payload_bytes << " bytes";
  EXPECT_TRUE(is(bytes.last(layout.trailer_bytes), std::byte{0xe7}));
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace test
