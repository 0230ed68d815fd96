/// \file
/// How long the frames of a flow's messages are, by verb, framing and headers.
///
///     const auto totals = plan::message_totals(traffic, {.vlan = true, .ipv6 = false}, sizes);
///     const base::Uint128 layer1 = rate_layer2 * totals.wire_bytes / totals.layer2_bytes;
///
/// Sums over a whole cycle of messages are exact integers, so that a rate of one layer becomes that of
/// another by one multiplication and one division. Cost: a few operations a message size. Thread: pure.
#pragma once

#include "profile/profile.hpp"
#include "roce/mtu.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace plan {

/// What stands in front of BTH beyond Ethernet and UDP.
struct HeaderForm {
  bool vlan = false;
  bool ipv6 = false;
};
inline constexpr std::size_t kHeaderForms = 4;
[[nodiscard]] constexpr std::size_t index_of(HeaderForm form) {
  return (form.vlan ? 1U : 0U) + (form.ipv6 ? 2U : 0U);
}
[[nodiscard]] constexpr HeaderForm header_form(std::size_t index) {
  return {.vlan = (index & 1) != 0, .ipv6 = (index & 2) != 0};
}

/// Sums over one message of each size, and extremes over their frames.
struct MessageTotals {
  std::uint64_t messages = 0;
  std::uint64_t frames = 0;
  std::uint64_t wire_bytes = 0;    ///< layer 1
  std::uint64_t layer2_bytes = 0;  ///< with padding and FCS
  std::uint64_t payload_bytes = 0;
  std::uint32_t frame_bytes_min = 0;  ///< with padding and FCS
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t ip_bytes_max = 0;
  std::uint32_t payload_bytes_min = 0;  ///< of the frame with the least
};

/// `sizes` is not empty; for a read request, what is asked for, of which nothing is sent.
[[nodiscard]] MessageTotals message_totals(const profile::Traffic& traffic, HeaderForm form,
                                           std::span<const std::uint32_t> sizes);

/// The payload of the last packet of a message of `bytes`.
[[nodiscard]] constexpr std::uint64_t last_payload_of(std::uint64_t bytes, std::uint32_t path_mtu) {
  return bytes - (roce::packets_of(bytes, path_mtu) - 1) * path_mtu;
}

}  // namespace plan
