/// \file
/// pcapng options: the code-length-value lists at the end of blocks.
///
///     if (const auto name = find_option(interface.options, ByteOrder::kLittle, option_code::kInterfaceName))
///       use(as_text(*name));
///
/// Damaged lists end where they stop making sense; nothing is read beyond them.
/// Cost: linear in the list. Thread: plain functions.
#pragma once

#include "capture/item.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace capture {

/// SPEC: draft-ietf-opsawg-pcapng, sections 3.5 and 4.1 to 4.3. A code means different things in different
/// blocks.
namespace option_code {
inline constexpr std::uint16_t kEnd = 0;
inline constexpr std::uint16_t kComment = 1;
inline constexpr std::uint16_t kSectionApplication = 4;  ///< shb_userappl
inline constexpr std::uint16_t kInterfaceName = 2;
inline constexpr std::uint16_t kInterfaceDescription = 3;
inline constexpr std::uint16_t kInterfaceSpeed = 8;  ///< bit/s, 64 bits
inline constexpr std::uint16_t kInterfaceTickScale = 9;
inline constexpr std::uint16_t kInterfaceFcsBytes = 13;
inline constexpr std::uint16_t kInterfaceTimeOffset = 14;  ///< seconds, 64 bits signed
inline constexpr std::uint16_t kPacketFlags = 2;           ///< epb_flags and pack_flags, 32 bits
}  // namespace option_code

/// The value of the first option with that code.
[[nodiscard]] std::optional<Bytes> find_option(Bytes options, ByteOrder order, std::uint16_t code);

/// An option's text, as it is: not terminated, UTF-8 if the writer was honest.
[[nodiscard]] std::string as_text(Bytes value);

/// Builds an option list: add what is wanted, then take the bytes, closed with opt_endofopt.
class OptionList {
 public:
  explicit OptionList(ByteOrder order) : order_{order} {}

  void add_text(std::uint16_t code, std::string_view text);
  void add_u8(std::uint16_t code, std::uint8_t value);
  void add_u32(std::uint16_t code, std::uint32_t value);
  void add_u64(std::uint16_t code, std::uint64_t value);
  /// Empty where nothing was added.
  [[nodiscard]] std::vector<std::byte> closed() const;

 private:
  void add(std::uint16_t code, Bytes value);

  ByteOrder order_;
  std::vector<std::byte> bytes_;
};

}  // namespace capture
