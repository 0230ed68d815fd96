/// \file
/// The numbers by which pcap and pcapng files say what follows. Private to `capture`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace capture {

// SPEC: draft-ietf-opsawg-pcap section 4 (magic as read in the file's own byte order).
inline constexpr std::uint32_t kPcapMagicMicroseconds = 0xA1B2C3D4;
inline constexpr std::uint32_t kPcapMagicNanoseconds = 0xA1B23C4D;
inline constexpr std::size_t kPcapHeaderBytes = 24;
inline constexpr std::size_t kPcapRecordHeaderBytes = 16;

// SPEC: draft-ietf-opsawg-pcapng section 4.
inline constexpr std::uint32_t kBlockSection = 0x0A0D0D0A;  ///< a palindrome: the same in both byte orders
inline constexpr std::uint32_t kBlockInterface = 1;
inline constexpr std::uint32_t kBlockObsoletePacket = 2;
inline constexpr std::uint32_t kBlockSimplePacket = 3;
inline constexpr std::uint32_t kBlockEnhancedPacket = 6;
inline constexpr std::uint32_t kSectionOrderMagic = 0x1A2B3C4D;

inline constexpr std::size_t kBlockHeaderBytes = 8;     ///< type and length
inline constexpr std::size_t kBlockOverheadBytes = 12;  ///< and the length again at the end
inline constexpr std::size_t kSectionBodyBytes = 16;
inline constexpr std::size_t kInterfaceBodyBytes = 8;
inline constexpr std::size_t kPacketBodyBytes = 20;  ///< Enhanced and obsolete
inline constexpr std::size_t kSimplePacketBodyBytes = 4;

}  // namespace capture
