/// \file
/// The ICRC by the letter of the rules, one bit at a time: the slow twin of everything that is fast.
/// Written from rocev2-facts 2.1 alone; shares no code with lib/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace test {

/// `ip_packet`: from the IP header to the last byte before the ICRC. Returns the number that is stored
/// least significant byte first.
inline std::uint32_t plain_icrc(std::span<const std::byte> ip_packet) {
  std::vector<std::uint8_t> bytes(8, 0xff);
  for (const std::byte byte : ip_packet)
    bytes.push_back(static_cast<std::uint8_t>(byte));
  std::uint8_t* const ip = bytes.data() + 8;
  std::size_t udp = 20;
  if ((ip[0] >> 4) == 6) {
    ip[0] = 0x6f;
    ip[1] = ip[2] = ip[3] = ip[7] = 0xff;
    udp = 40;
  } else {
    ip[1] = ip[8] = ip[10] = ip[11] = 0xff;
  }
  ip[udp + 6] = ip[udp + 7] = ip[udp + 8 + 4] = 0xff;
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i)
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
  }
  return ~crc;
}

}  // namespace test
