/// \file
/// Every opcode that RoCEv2 peers send: its name, which headers stand behind its BTH, what payload it may
/// carry.
///
///     const roce::OpcodeInfo& info = roce::opcode_info(bth.opcode);
///     if (info.known && info.begins()) ...
///     const std::size_t header_bytes = sizeof(roce::Bth) + roce::extension_bytes(bth.opcode);
///
/// SPEC: IBTA vol 1, 9.2 table "OpCode field"; A17.9.1 for the CNP. RD and XRC are named but not read.
/// Cost: `extension_bytes` reads a table of 256 bytes; `opcode_info` one of about 8 KiB. Thread: read-only.
#pragma once

#include "roce/headers.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace roce {

/// The top three bits of an opcode.
enum class Transport : std::uint8_t { kRc = 0, kUc = 1, kRd = 2, kUd = 3, kCnp = 4, kXrc = 5 };

/// The low five bits.
enum class Operation : std::uint8_t {
  kSendFirst = 0x00,
  kSendMiddle = 0x01,
  kSendLast = 0x02,
  kSendLastImm = 0x03,
  kSendOnly = 0x04,
  kSendOnlyImm = 0x05,
  kWriteFirst = 0x06,
  kWriteMiddle = 0x07,
  kWriteLast = 0x08,
  kWriteLastImm = 0x09,
  kWriteOnly = 0x0a,
  kWriteOnlyImm = 0x0b,
  kReadRequest = 0x0c,
  kReadResponseFirst = 0x0d,
  kReadResponseMiddle = 0x0e,
  kReadResponseLast = 0x0f,
  kReadResponseOnly = 0x10,
  kAcknowledge = 0x11,
  kAtomicAcknowledge = 0x12,
  kCompareSwap = 0x13,
  kFetchAdd = 0x14,
  kSendLastInvalidate = 0x16,
  kSendOnlyInvalidate = 0x17,
  kFlush = 0x1c,
  kAtomicWrite = 0x1d,
};

[[nodiscard]] constexpr std::uint8_t opcode_of(Transport transport, Operation operation) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(transport) << 5 | static_cast<unsigned>(operation));
}
[[nodiscard]] constexpr Transport transport_of(std::uint8_t opcode) {
  return static_cast<Transport>(opcode >> 5);
}
[[nodiscard]] constexpr Operation operation_of(std::uint8_t opcode) {
  return static_cast<Operation>(opcode & 0x1f);
}

inline constexpr std::uint8_t kCnpOpcode = 0x81;

/// Headers behind the BTH.
enum class Extension : std::uint8_t {
  kNone,
  kReth,
  kAtomicEth,
  kAeth,
  kAtomicAckEth,
  kDeth,
  kImmDt,
  kIeth,
  kFeth,
  kCnpBody,
};

/// Bytes each `Extension` takes.
inline constexpr std::array<std::uint8_t, 10> kExtensionBytes{0,
                                                              sizeof(Reth),
                                                              sizeof(AtomicEth),
                                                              sizeof(Aeth),
                                                              sizeof(AtomicAckEth),
                                                              sizeof(Deth),
                                                              sizeof(ImmDt),
                                                              sizeof(Ieth),
                                                              sizeof(Feth),
                                                              sizeof(CnpBody)};
[[nodiscard]] constexpr std::size_t bytes_of(Extension extension) {
  return kExtensionBytes[static_cast<std::size_t>(extension)];
}

/// How many payload bytes an opcode may carry; MTU is the path's.
enum class PayloadRule : std::uint8_t {
  kEmpty,      ///< 0
  kMtu,        ///< exactly the MTU
  kOneToMtu,   ///< 1..MTU
  kZeroToMtu,  ///< 0..MTU
  kEight,      ///< 8
};
[[nodiscard]] constexpr bool fits(PayloadRule rule, std::size_t payload_bytes, std::size_t path_mtu) {
  switch (rule) {
    case PayloadRule::kEmpty:
      return payload_bytes == 0;
    case PayloadRule::kMtu:
      return payload_bytes == path_mtu;
    case PayloadRule::kOneToMtu:
      return payload_bytes >= 1 && payload_bytes <= path_mtu;
    case PayloadRule::kZeroToMtu:
      return payload_bytes <= path_mtu;
    case PayloadRule::kEight:
      return payload_bytes == 8;
  }
  return false;
}

/// Where in its message a packet stands.
enum class Position : std::uint8_t { kFirst, kMiddle, kLast, kOnly };

struct OpcodeInfo {
  bool known = false;
  std::array<Extension, 2> extensions{Extension::kNone, Extension::kNone};  ///< in the order of the wire
  PayloadRule payload = PayloadRule::kEmpty;
  Position position = Position::kOnly;
  std::string_view name{};  ///< "RC WRITE_FIRST"; empty where not known

  [[nodiscard]] constexpr bool begins() const {
    return position == Position::kFirst || position == Position::kOnly;
  }
  [[nodiscard]] constexpr bool ends() const {
    return position == Position::kLast || position == Position::kOnly;
  }
  [[nodiscard]] constexpr std::size_t extension_bytes() const {
    return bytes_of(extensions[0]) + bytes_of(extensions[1]);
  }
  [[nodiscard]] constexpr bool has(Extension extension) const {
    return extensions[0] == extension || extensions[1] == extension;
  }
};

namespace detail {

struct OpcodeRow {
  std::uint8_t opcode;
  std::string_view name;
  PayloadRule payload;
  Position position;
  std::array<Extension, 2> extensions{Extension::kNone, Extension::kNone};
};

/// SPEC: rocev2-facts 1.4.
using enum PayloadRule;
using enum Position;
using enum Extension;
inline constexpr OpcodeRow kOpcodeRows[] = {
    {0x00, "RC SEND_FIRST", kMtu, kFirst},
    {0x01, "RC SEND_MIDDLE", kMtu, kMiddle},
    {0x02, "RC SEND_LAST", kOneToMtu, kLast},
    {0x03, "RC SEND_LAST_IMM", kOneToMtu, kLast, {kImmDt}},
    {0x04, "RC SEND_ONLY", kZeroToMtu, kOnly},
    {0x05, "RC SEND_ONLY_IMM", kZeroToMtu, kOnly, {kImmDt}},
    {0x06, "RC WRITE_FIRST", kMtu, kFirst, {kReth}},
    {0x07, "RC WRITE_MIDDLE", kMtu, kMiddle},
    {0x08, "RC WRITE_LAST", kOneToMtu, kLast},
    {0x09, "RC WRITE_LAST_IMM", kOneToMtu, kLast, {kImmDt}},
    {0x0a, "RC WRITE_ONLY", kZeroToMtu, kOnly, {kReth}},
    {0x0b, "RC WRITE_ONLY_IMM", kZeroToMtu, kOnly, {kReth, kImmDt}},
    {0x0c, "RC READ_REQ", kEmpty, kOnly, {kReth}},
    {0x0d, "RC READ_RESP_FIRST", kMtu, kFirst, {kAeth}},
    {0x0e, "RC READ_RESP_MIDDLE", kMtu, kMiddle},
    {0x0f, "RC READ_RESP_LAST", kOneToMtu, kLast, {kAeth}},
    {0x10, "RC READ_RESP_ONLY", kZeroToMtu, kOnly, {kAeth}},
    {0x11, "RC ACK", kEmpty, kOnly, {kAeth}},
    {0x12, "RC ATOMIC_ACK", kEmpty, kOnly, {kAeth, kAtomicAckEth}},
    {0x13, "RC CMP_SWAP", kEmpty, kOnly, {kAtomicEth}},
    {0x14, "RC FETCH_ADD", kEmpty, kOnly, {kAtomicEth}},
    {0x16, "RC SEND_LAST_INV", kOneToMtu, kLast, {kIeth}},
    {0x17, "RC SEND_ONLY_INV", kZeroToMtu, kOnly, {kIeth}},
    {0x1c, "RC FLUSH", kEmpty, kOnly, {kFeth, kReth}},
    {0x1d, "RC ATOMIC_WRITE", kEight, kOnly, {kReth}},
    {0x20, "UC SEND_FIRST", kMtu, kFirst},
    {0x21, "UC SEND_MIDDLE", kMtu, kMiddle},
    {0x22, "UC SEND_LAST", kOneToMtu, kLast},
    {0x23, "UC SEND_LAST_IMM", kOneToMtu, kLast, {kImmDt}},
    {0x24, "UC SEND_ONLY", kZeroToMtu, kOnly},
    {0x25, "UC SEND_ONLY_IMM", kZeroToMtu, kOnly, {kImmDt}},
    {0x26, "UC WRITE_FIRST", kMtu, kFirst, {kReth}},
    {0x27, "UC WRITE_MIDDLE", kMtu, kMiddle},
    {0x28, "UC WRITE_LAST", kOneToMtu, kLast},
    {0x29, "UC WRITE_LAST_IMM", kOneToMtu, kLast, {kImmDt}},
    {0x2a, "UC WRITE_ONLY", kZeroToMtu, kOnly, {kReth}},
    {0x2b, "UC WRITE_ONLY_IMM", kZeroToMtu, kOnly, {kReth, kImmDt}},
    {0x64, "UD SEND_ONLY", kZeroToMtu, kOnly, {kDeth}},
    {0x65, "UD SEND_ONLY_IMM", kZeroToMtu, kOnly, {kDeth, kImmDt}},
    {kCnpOpcode, "CNP", kEmpty, kOnly, {kCnpBody}},
};

constexpr std::array<OpcodeInfo, 256> make_opcode_table() {
  std::array<OpcodeInfo, 256> table{};
  for (const OpcodeRow& row : kOpcodeRows) {
    table[row.opcode] = {.known = true,
                         .extensions = row.extensions,
                         .payload = row.payload,
                         .position = row.position,
                         .name = row.name};
  }
  return table;
}

}  // namespace detail

inline constexpr std::array<OpcodeInfo, 256> kOpcodes = detail::make_opcode_table();

[[nodiscard]] constexpr const OpcodeInfo& opcode_info(std::uint8_t opcode) {
  return kOpcodes[opcode];
}

/// Stands in the byte table for an opcode that is not known.
inline constexpr std::uint8_t kUnknownExtensionBytes = 0xff;

namespace detail {

constexpr std::array<std::uint8_t, 256> make_extension_bytes() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t opcode = 0; opcode < table.size(); ++opcode) {
    const OpcodeInfo& info = kOpcodes[opcode];
    table[opcode] = info.known ? static_cast<std::uint8_t>(info.extension_bytes()) : kUnknownExtensionBytes;
  }
  return table;
}
inline constexpr std::array<std::uint8_t, 256> kExtensionBytesByOpcode = make_extension_bytes();

}  // namespace detail

/// Bytes between BTH and payload, or kUnknownExtensionBytes.
[[nodiscard]] constexpr std::uint8_t extension_bytes(std::uint8_t opcode) {
  return detail::kExtensionBytesByOpcode[opcode];
}

/// From the BTH's end to the extension header, where the opcode carries it.
[[nodiscard]] constexpr std::optional<std::size_t> extension_offset(std::uint8_t opcode,
                                                                    Extension extension) {
  const OpcodeInfo& info = opcode_info(opcode);
  if (info.extensions[0] == extension) return 0;
  if (info.extensions[1] == extension) return bytes_of(info.extensions[0]);
  return std::nullopt;
}

static_assert(extension_bytes(0x0b) == 20 && extension_bytes(0x65) == 12 && extension_bytes(0x12) == 12);
static_assert(extension_bytes(0x15) == kUnknownExtensionBytes);

}  // namespace roce
