/// \file
/// The management datagram that carries connection management: which message it is, without its contents.
///
///     if (const auto mad = roce::read_cm_mad(payload)) log(roce::to_text(mad->attribute()));
///
/// One UD SEND_ONLY to queue pair 1 with exactly 256 bytes of payload: this header, then 232 bytes of message
/// (cm.hpp). SPEC: IBTA vol 1, 13.4; rocev2-facts 4.1. Thread: pure.
#pragma once

#include "base/big_endian.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace roce {

enum class CmAttribute : std::uint16_t {
  kReq = 0x10,
  kMra = 0x11,
  kRej = 0x12,
  kRep = 0x13,
  kRtu = 0x14,
  kDreq = 0x15,
  kDrep = 0x16,
  kSidrReq = 0x17,
  kSidrRep = 0x18,
  kLap = 0x19,
  kApr = 0x1a,
};
/// "REQ", "SIDR_REP"; "attribute" for a number that is none of them.
[[nodiscard]] std::string_view to_text(CmAttribute attribute);

inline constexpr std::size_t kMadBytes = 256;
inline constexpr std::size_t kCmDataBytes = 232;

struct MadHeader {
  static constexpr std::uint8_t kCommunicationManagement = 0x07;
  static constexpr std::uint8_t kSend = 0x03;

  std::uint8_t base_version = 1;
  std::uint8_t management_class = kCommunicationManagement;
  std::uint8_t class_version = 2;
  std::uint8_t method = kSend;
  base::Be16 status{};
  base::Be16 class_specific{};
  base::Be64 transaction_id{};
  base::Be16 attribute_id{};
  base::Be16 reserved{};
  base::Be32 attribute_modifier{};  ///< Linux keeps ECE options here; 0 turns them off

  [[nodiscard]] constexpr CmAttribute attribute() const {
    return static_cast<CmAttribute>(attribute_id.value());
  }
};
static_assert(sizeof(MadHeader) == 24 && sizeof(MadHeader) + kCmDataBytes == kMadBytes);

/// The header, if the payload is a connection management message in the one version that exists. A payload
/// cut short by a capture will do.
[[nodiscard]] std::optional<MadHeader> read_cm_mad(std::span<const std::byte> payload);

}  // namespace roce
