/// \file
/// Pause (802.3 annex 31B) and priority flow control (802.1Qbb) frames.
///
///     const auto xoff = wire::make_pfc_frame(own_mac, {.enabled = 1 << 3, .quanta = {0, 0, 0, 0xffff}});
///     if (const auto pfc = wire::parse_pfc(frame)) for_each_enabled_priority(...);
///     const base::Duration held = wire::quanta_time(0xffff, port_speed);
///
/// A new frame replaces the time left; 0 quanta is XON. Only enabled classes are affected.
/// Always untagged, 60 bytes without FCS. Thread: pure.
#pragma once

#include "base/big_endian.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "wire/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/line.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace wire {

inline constexpr std::size_t kPriorities = 8;
inline constexpr MacAddress kFlowControlMac = MacAddress::from_value(0x0180'c200'0001);
inline constexpr std::uint16_t kPauseOpcode = 0x0001;
inline constexpr std::uint16_t kPfcOpcode = 0x0101;

/// Behind the Ethernet header of a pause frame.
struct PauseBody {
  base::Be16 opcode{kPauseOpcode};
  base::Be16 quanta{};
};
static_assert(sizeof(PauseBody) == 4);

/// Behind the Ethernet header of a PFC frame.
struct PfcBody {
  base::Be16 opcode{kPfcOpcode};
  base::Be16 enabled{};  ///< bit n of the low byte: priority n
  std::array<base::Be16, kPriorities> quanta{};
};
static_assert(sizeof(PfcBody) == 20);

using FlowControlFrame = std::array<std::byte, kFrameMin.count()>;

struct Pfc {
  std::uint8_t enabled = 0;  ///< bit n: priority n
  std::array<std::uint16_t, kPriorities> quanta{};

  friend bool operator==(const Pfc&, const Pfc&) = default;
};

[[nodiscard]] FlowControlFrame make_pause_frame(const MacAddress& source, std::uint16_t quanta);
[[nodiscard]] FlowControlFrame make_pfc_frame(const MacAddress& source, const Pfc& pfc);

/// The quanta of a pause frame; nothing for any other frame.
[[nodiscard]] std::optional<std::uint16_t> parse_pause(std::span<const std::byte> frame);
[[nodiscard]] std::optional<Pfc> parse_pfc(std::span<const std::byte> frame);

/// One quantum is 512 bit times of the port: 5.12 ns at 100 Gbit/s.
[[nodiscard]] constexpr base::Duration quanta_time(std::uint16_t quanta, base::BitsPerSec port_speed) {
  return wire_time(base::WireBytes{std::uint64_t{64} * quanta}, port_speed);
}

}  // namespace wire
