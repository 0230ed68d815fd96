/// \file
/// Changes of single header fields in a ready frame, with whatever depends on them kept right.
///
///     const bool changed = impair::set_traffic_class(frame, ip_offset, new_class);
///
/// DSCP and ECN are outside the ICRC, so only the IPv4 header checksum follows.
/// Cost: a few instructions. Thread: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace impair {

/// Of the IPv4 or IPv6 header at `ip_offset`, which is whole.
[[nodiscard]] std::uint8_t traffic_class_at(std::span<const std::byte> frame, std::size_t ip_offset);

/// Updates the IPv4 checksum by the difference (RFC 1624): one that was wrong before stays as wrong.
void set_traffic_class(std::span<std::byte> frame, std::size_t ip_offset, std::uint8_t traffic_class);

}  // namespace impair
