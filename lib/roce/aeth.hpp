/// \file
/// What an AETH says: acknowledgement, receiver not ready, or refusal, and how long or why.
///
///     switch (roce::ack_kind(aeth.syndrome)) { using enum roce::AckKind; case kNak: ... }
///     const base::Duration wait = roce::rnr_wait(aeth.syndrome);
///
/// SPEC: IBTA vol 1, 9.7.5.2.4 to 9.7.5.2.8: bits 7-5 are the kind, bits 4-0 its value. Thread: pure.
#pragma once

#include "base/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace roce {

/// Bits 7-5 of the syndrome.
enum class AckKind : std::uint8_t { kAck = 0, kRnrNak = 1, kNak = 3, kReserved };

enum class NakCode : std::uint8_t {
  kPsnSequence = 0,
  kInvalidRequest = 1,
  kRemoteAccess = 2,
  kRemoteOperation = 3,
  kInvalidRdRequest = 4,
};

inline constexpr std::uint8_t kSyndromeValueMask = 0x1f;
/// ACK without end-to-end credits: what we send.
inline constexpr std::uint8_t kAckSyndrome = 0x1f;

[[nodiscard]] constexpr AckKind ack_kind(std::uint8_t syndrome) {
  constexpr std::array<AckKind, 8> kKinds{AckKind::kAck,      AckKind::kRnrNak,   AckKind::kReserved,
                                          AckKind::kNak,      AckKind::kReserved, AckKind::kReserved,
                                          AckKind::kReserved, AckKind::kReserved};
  return kKinds[syndrome >> 5];
}
[[nodiscard]] constexpr std::uint8_t nak_syndrome(NakCode code) {
  return static_cast<std::uint8_t>(0x60U | static_cast<unsigned>(code));
}
/// Means something only for AckKind::kNak; codes 5..31 are reserved.
[[nodiscard]] constexpr NakCode nak_code(std::uint8_t syndrome) {
  return static_cast<NakCode>(syndrome & kSyndromeValueMask);
}

/// Ten-microsecond units of each RNR timer code. Code 0 is the longest: 655.36 ms.
inline constexpr std::array<std::uint32_t, 32> kRnrTens{
    65536, 1,   2,   3,   4,    6,    8,    12,   16,   24,   32,   48,    64,    96,    128,   192,
    256,   384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152};

[[nodiscard]] constexpr base::Duration rnr_time(std::uint8_t code) {
  return base::microseconds(10) * kRnrTens[code & kSyndromeValueMask];
}
/// How long a requester waits at least after this RNR NAK.
[[nodiscard]] constexpr base::Duration rnr_wait(std::uint8_t syndrome) {
  return rnr_time(syndrome & kSyndromeValueMask);
}
[[nodiscard]] constexpr std::uint8_t rnr_syndrome(std::uint8_t code) {
  return static_cast<std::uint8_t>(0x20U | (code & kSyndromeValueMask));
}
/// The code of the shortest timer that is at least `wait`; code 0 for anything above 491.52 ms.
[[nodiscard]] std::uint8_t rnr_code_for(base::Duration wait);

/// Receive work requests that an ACK's credit code grants; nothing for 0x1f (not reported).
[[nodiscard]] std::optional<std::uint32_t> credits_of(std::uint8_t code);

}  // namespace roce
