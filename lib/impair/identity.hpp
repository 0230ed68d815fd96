/// \file
/// What a frame is to the impairer: its flow, queue pair, opcode and PSN, where its parts lie.
///
/// Cost: one parse a frame. Thread: pure.
#pragma once

#include "wire/address.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace impair {

struct Identity {
  bool roce = false;  ///< a RoCEv2 packet that holds at least a BTH and an ICRC; else all that follows is 0
  wire::IpAddress source{};
  wire::IpAddress destination{};
  std::uint16_t udp_source_port = 0;
  std::uint32_t destination_qp = 0;
  std::uint32_t psn = 0;
  std::uint8_t opcode = 0;
  std::uint64_t flow = 0;  ///< what FlowOf said

  friend bool operator==(const Identity&, const Identity&) = default;
};

/// Byte offsets from the start of the frame. Without a meaning where the frame is not RoCEv2.
struct Layout {
  std::size_t ip = 0;
  std::size_t bth = 0;
  std::size_t payload = 0;
  std::size_t icrc = 0;  ///< its first byte; the packet ends four bytes later
};

/// Names the flow of a RoCEv2 frame, where the destination QP does not: by a probe tag, say. `udp_payload` is
/// from the BTH to the ICRC.
using FlowOf = std::uint64_t (*)(std::span<const std::byte> udp_payload);

struct Identified {
  Identity identity{};
  Layout layout{};
  std::uint8_t ip_version = 0;  ///< 4 or 6 where `layout.ip` holds, RoCEv2 or not
};

/// `flow_of` null: the flow is the destination QP.
[[nodiscard]] Identified identify(std::span<const std::byte> frame, FlowOf flow_of);

}  // namespace impair
