#include "roce/icrc.hpp"

#include "base/check.hpp"
#include "roce/headers.hpp"
#include "wire/ip.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace roce {
namespace {

constexpr std::byte kOnes{0xff};
constexpr std::size_t kIpv4BytesMost = 60;
constexpr std::size_t kHeadBytesMost = kIpv4BytesMost + sizeof(wire::UdpHeader) + sizeof(Bth);

/// Bytes of the IP header that opens `packet`, or 0.
std::size_t ip_header_bytes(std::span<const std::byte> packet) {
  if (packet.empty()) return 0;
  const unsigned first = std::to_integer<unsigned>(packet[0]);
  if (first >> 4 == 6) return sizeof(wire::Ipv6Header);
  const std::size_t bytes = (first & 0xfU) * 4U;
  return first >> 4 == 4 && bytes >= sizeof(wire::Ipv4Header) ? bytes : 0;
}

/// Ones where routers and receivers may write. `head` holds `ip_bytes` of IP header, UDP and BTH.
void mask(std::byte* head, std::size_t ip_bytes) {
  if (ip_bytes == sizeof(wire::Ipv6Header) && std::to_integer<unsigned>(head[0]) >> 4 == 6) {
    head[0] |= std::byte{0x0f};
    std::fill_n(head + 1, 3, kOnes);
    head[7] = kOnes;
  } else {
    head[1] = kOnes;
    head[8] = kOnes;
    std::fill_n(head + 10, 2, kOnes);
  }
  std::byte* const udp = head + ip_bytes;
  std::fill_n(udp + 6, 2, kOnes);
  udp[sizeof(wire::UdpHeader) + 4] = kOnes;
}

}  // namespace

IcrcHead icrc_head(std::span<const std::byte> ip_packet) {
  const std::size_t ip_bytes = ip_header_bytes(ip_packet);
  const std::size_t head_bytes = ip_bytes + sizeof(wire::UdpHeader) + sizeof(Bth);
  if (ip_bytes == 0 || ip_packet.size() < head_bytes) return {};
  std::array<std::byte, kHeadBytesMost> head;
  std::memcpy(head.data(), ip_packet.data(), head_bytes);
  mask(head.data(), ip_bytes);
  return {.crc = crc_update(kIcrcStart, std::span{head}.first(head_bytes)), .bytes = head_bytes};
}

std::uint32_t icrc(std::span<const std::byte> ip_packet_without_icrc) {
  const IcrcHead head = icrc_head(ip_packet_without_icrc);
  CHECK(head.bytes != 0, "{} bytes hold no IP, UDP and BTH", ip_packet_without_icrc.size());
  return ~crc_update(head.crc, ip_packet_without_icrc.subspan(head.bytes));
}

std::uint32_t icrc_plain(std::span<const std::byte> ip_packet_without_icrc) {
  const std::size_t ip_bytes = ip_header_bytes(ip_packet_without_icrc);
  CHECK(ip_bytes != 0 && ip_packet_without_icrc.size() >= ip_bytes + sizeof(wire::UdpHeader) + sizeof(Bth),
        "{} bytes hold no IP, UDP and BTH", ip_packet_without_icrc.size());
  constexpr std::size_t kMissingLrhBytes = 8;
  std::vector<std::byte> covered(kMissingLrhBytes, kOnes);
  covered.insert(covered.end(), ip_packet_without_icrc.begin(), ip_packet_without_icrc.end());
  mask(covered.data() + kMissingLrhBytes, ip_bytes);
  return ~crc_update_plain(kCrcInitial, covered);
}

bool icrc_good(std::span<const std::byte> ip_packet) {
  const IcrcHead head = icrc_head(ip_packet);
  if (head.bytes == 0 || ip_packet.size() < head.bytes + kIcrcBytes) return false;
  return crc_update(head.crc, ip_packet.subspan(head.bytes)) == kIcrcResidue;
}

bool icrc_good(std::span<const std::byte> frame, const wire::ParsedFrame& parsed) {
  const std::size_t end = std::size_t{parsed.payload_offset} + parsed.payload_length;
  if (parsed.kind != wire::FrameKind::kRoce || frame.size() < end) return false;
  return icrc_good(frame.subspan(parsed.ip_offset, end - parsed.ip_offset));
}

}  // namespace roce
