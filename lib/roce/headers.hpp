/// \file
/// The InfiniBand transport headers behind UDP port 4791, as they lie on the wire.
///
///     const roce::Bth bth{.opcode = 0x0a, .flags = roce::bth_flags({.pad = 3}),
///                         .destination_qpn = base::Be24{qpn}, .acknowledge = roce::Bth::kAckRequest,
///                         .psn_field = base::Be24{psn.value()}};
///
/// Order in a packet: BTH, the extension headers that its opcode names (opcode.hpp), payload, 0 to 3 bytes of
/// pad, ICRC. SPEC: IBTA vol 1, 9.2 and 9.3. Thread: plain values.
#pragma once

#include "base/big_endian.hpp"
#include "roce/psn.hpp"

#include <cstddef>
#include <cstdint>

namespace roce {

inline constexpr std::uint16_t kDefaultPartitionKey = 0xffff;
inline constexpr std::uint32_t kQpnMask = 0xff'ffff;
/// The queue pair of connection management (GSI).
inline constexpr std::uint32_t kManagementQpn = 1;
inline constexpr std::uint32_t kManagementQueueKey = 0x8001'0000;

/// Base transport header.
struct Bth {
  static constexpr std::uint8_t kSolicited = 0x80;
  static constexpr std::uint8_t kMigration = 0x40;  ///< inside the ICRC; either value is accepted
  static constexpr std::uint8_t kVersionMask = 0x0f;
  static constexpr std::uint8_t kFecn = 0x80;
  static constexpr std::uint8_t kBecn = 0x40;
  static constexpr std::uint8_t kAckRequest = 0x80;

  std::uint8_t opcode = 0;
  std::uint8_t flags = 0;  ///< solicited, migration, pad count, version
  base::Be16 partition_key{kDefaultPartitionKey};
  std::uint8_t congestion = 0;  ///< FECN, BECN; not covered by the ICRC
  base::Be24 destination_qpn{};
  std::uint8_t acknowledge = 0;  ///< AckReq; the other bits are reserved, and inside the ICRC
  base::Be24 psn_field{};

  [[nodiscard]] constexpr bool solicited() const { return (flags & kSolicited) != 0; }
  [[nodiscard]] constexpr unsigned pad() const { return (flags >> 4) & 3U; }
  [[nodiscard]] constexpr unsigned version() const { return flags & kVersionMask; }
  [[nodiscard]] constexpr bool fecn() const { return (congestion & kFecn) != 0; }
  [[nodiscard]] constexpr bool becn() const { return (congestion & kBecn) != 0; }
  [[nodiscard]] constexpr bool ack_request() const { return (acknowledge & kAckRequest) != 0; }
  [[nodiscard]] constexpr Psn psn() const { return Psn{psn_field.value()}; }
};
static_assert(sizeof(Bth) == 12);

struct BthFlags {
  bool solicited = false;
  bool migration = false;
  unsigned pad = 0;  ///< 0..3
};
[[nodiscard]] constexpr std::uint8_t bth_flags(BthFlags flags) {
  return static_cast<std::uint8_t>((flags.solicited ? Bth::kSolicited : 0U) |
                                   (flags.migration ? Bth::kMigration : 0U) | (flags.pad & 3U) << 4);
}
/// RDMA extended transport header: where a WRITE or READ goes.
struct Reth {
  base::Be64 virtual_address{};
  base::Be32 remote_key{};
  base::Be32 dma_length{};  ///< 0 to 2^31
};
static_assert(sizeof(Reth) == 16);

struct AtomicEth {
  base::Be64 virtual_address{};  ///< a multiple of 8
  base::Be32 remote_key{};
  base::Be64 swap_or_add{};
  base::Be64 compare{};  ///< 0 for FETCH_ADD
};
static_assert(sizeof(AtomicEth) == 28);

/// ACK extended transport header; the syndrome's meaning is in aeth.hpp.
struct Aeth {
  std::uint8_t syndrome = 0;
  base::Be24 message_sequence_number{};
};
static_assert(sizeof(Aeth) == 4);

struct AtomicAckEth {
  base::Be64 original{};
};
static_assert(sizeof(AtomicAckEth) == 8);

/// Datagram extended transport header.
struct Deth {
  base::Be32 queue_key{};
  std::uint8_t reserved = 0;
  base::Be24 source_qpn{};
};
static_assert(sizeof(Deth) == 8);

struct ImmDt {
  base::Be32 immediate{};
};
static_assert(sizeof(ImmDt) == 4);

/// The key that a SEND invalidates.
struct Ieth {
  base::Be32 remote_key{};
};
static_assert(sizeof(Ieth) == 4);

/// Flush (IBTA 1.6): which placement, over which range.
struct Feth {
  base::Be32 placement_and_selectivity{};
};
static_assert(sizeof(Feth) == 4);

/// Stands behind the BTH of a CNP, all zero.
struct CnpBody {
  base::Be64 reserved_high{};
  base::Be64 reserved_low{};
};
static_assert(sizeof(CnpBody) == 16);

/// Pad bytes behind a payload: the packet's length is a multiple of 4.
[[nodiscard]] constexpr unsigned pad_of(std::uint64_t payload_bytes) {
  return static_cast<unsigned>((0 - payload_bytes) & 3U);
}

}  // namespace roce
