/// \file
/// Path MTUs, how messages become packets, and the UDP source port that Linux derives.
///
///     const auto mtu = roce::path_mtu_of(1024);                       // PathMtu::k1024
///     const std::uint64_t packets = roce::packets_of(message_bytes, 1024);
///
/// Thread: pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace roce {

/// The code that connection management carries: 1 = 256 ... 5 = 4096 bytes.
enum class PathMtu : std::uint8_t { k256 = 1, k512 = 2, k1024 = 3, k2048 = 4, k4096 = 5 };

[[nodiscard]] constexpr std::uint32_t bytes_of(PathMtu mtu) {
  return 128U << static_cast<unsigned>(mtu);
}
/// Nothing for a size that no path MTU has.
[[nodiscard]] constexpr std::optional<PathMtu> path_mtu_of(std::uint32_t bytes) {
  for (const PathMtu mtu : {PathMtu::k256, PathMtu::k512, PathMtu::k1024, PathMtu::k2048, PathMtu::k4096}) {
    if (bytes_of(mtu) == bytes) return mtu;
  }
  return std::nullopt;
}

/// Packets (and PSNs) of a SEND or WRITE of that size, and of the responses to such a READ: at least one.
[[nodiscard]] constexpr std::uint64_t packets_of(std::uint64_t message_bytes, std::uint32_t path_mtu_bytes) {
  return message_bytes == 0 ? 1 : (message_bytes + path_mtu_bytes - 1) / path_mtu_bytes;
}

/// The UDP source port that Linux makes of a 20-bit flow label: 0xc000 to 0xffff.
[[nodiscard]] constexpr std::uint16_t source_port_of(std::uint32_t flow_label) {
  const std::uint32_t label = flow_label & 0xf'ffff;
  return static_cast<std::uint16_t>(((label & 0x3fff) ^ (label >> 14)) | 0xc000);
}
/// The flow label that Linux makes of two queue pair numbers, where none was given.
[[nodiscard]] constexpr std::uint32_t flow_label_of(std::uint32_t local_qpn, std::uint32_t remote_qpn) {
  std::uint64_t v = static_cast<std::uint64_t>(local_qpn) * remote_qpn;
  v ^= v >> 20;
  v ^= v >> 40;
  return static_cast<std::uint32_t>(v & 0xf'ffff);
}

// SPEC: rocev2-facts 1.7: ports 0xecb8 and 7174 of rping gave label 0xcc64e and source port 50813.
static_assert(source_port_of(0xcc64e) == 50813);
static_assert(bytes_of(PathMtu::k256) == 256 && bytes_of(PathMtu::k4096) == 4096);

}  // namespace roce
