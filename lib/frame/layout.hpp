/// \file
/// The kinds of packet that a message is made of, and what is patched in each: data, not branches.
///
/// A message of one path MTU or less is one `kOnly` packet; a longer one is `kFirst`, any number of `kMiddle`
/// and `kLast`. All flows of equal verb, framing, IP version, VLAN tagging and payload share one `Layout`.
///
///     header      [Ethernet][VLAN][IP][UDP][BTH][RETH | DETH][ImmDt]   ends where the payload starts
///     payload     [probe tag 24][primed bytes ...]
///     trailer     [pad 0..3][ICRC 4]
///
/// Places in the header are distances from its *end* (`..._back`), since that is where a buffer's payload
/// starts whatever the header's length. The ICRC's reference point is the end of the probe tag.
/// Cost: set-up; 32 bytes a payload length and part. Thread: immutable after construction.
#pragma once

#include "frame/icrc_fold.hpp"
#include "frame/probe_tag.hpp"
#include "profile/profile.hpp"
#include "wire/primed.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace frame {

enum class Part : std::uint8_t { kFirst, kMiddle, kLast, kOnly };
inline constexpr std::size_t kParts = 4;

/// What depends on a packet's payload length only.
struct LengthRow {
  std::uint32_t rest = 0;  ///< what pad, length fields and primed payload add to the ICRC, complemented
  // Factors to the ICRC's place.
  std::uint32_t base_factor = 0;               ///< of the register at the tag's end
  std::uint32_t psn_factor = 0;                ///< of AckReq and PSN
  std::uint32_t check_factor = 0;              ///< of the tag's bytes 0..3, with its check
  std::uint32_t sequence_factor = 0;           ///< of its bytes 8..11
  std::array<std::uint32_t, 2> time_factor{};  ///< of its bytes 16..19 and 20..23
  std::uint16_t ip_length = 0;   ///< as it lies in the header: IPv4 total length, IPv6 payload length
  std::uint16_t udp_length = 0;  ///< as it lies in the header
};
static_assert(sizeof(LengthRow) == 32);

/// Factors of words that lie before the tag's end, to that place: where the base register stands.
inline constexpr std::uint32_t kTagFlowFactor = word_factor(16);  ///< the tag's bytes 4..7
inline constexpr std::uint32_t kTagPlaceFactor = word_factor(8);  ///< 12..15: window and attempt

/// Headers up to this length, which IPv4's are, are copied in fewer steps.
inline constexpr std::size_t kShortCopyBytes = 80;

/// One part's shape: one cache line.
struct PartLayout {
  std::uint16_t header_bytes = 0;
  std::uint8_t opcode = 0;
  std::uint8_t bth_back = 0;
  std::uint8_t ip_length_back = 0;
  std::uint8_t ip_checksum_back = 0;    ///< 0: IPv6, which has none
  std::uint8_t message_bytes_back = 0;  ///< RETH's DMA length
  std::uint8_t copy_back = 0;           ///< how much earlier than the flow's block the copied window starts
  std::uint8_t index = 0;               ///< the part's number
  bool is_long = false;        ///< its header needs all of kCopyBytes, else the last kShortCopyBytes do
  bool has_immediate = false;  ///< the header's last 4 bytes
  bool has_remote_address = false;
  /// Some field changes from message to message: immediate, message size, source port.
  bool has_message_fields = false;
  // Factors to the tag's end.
  std::uint32_t message_bytes_factor = 0;  ///< RETH's DMA length
  std::uint32_t immediate_factor = 0;
  std::uint32_t source_port_factor = 0;
  const LengthRow* rows = nullptr;  ///< index: payload bytes, kTagBytes .. path MTU
};
static_assert(sizeof(PartLayout) <= 64);

/// What decides a layout.
struct LayoutKey {
  profile::Verb verb = profile::Verb::kWrite;
  profile::Framing framing = profile::Framing::kRc;
  bool ipv6 = false;
  bool vlan = false;
  wire::PayloadSource source = wire::PayloadSource::kZeros;
  std::uint32_t path_mtu = 1024;
  bool varies_by_message = false;  ///< message sizes or source ports differ within a flow

  friend constexpr auto operator<=>(const LayoutKey&, const LayoutKey&) = default;
};

/// Header bytes of a part, and what they are made of.
struct HeaderBytes {
  std::uint32_t before_bth = 0;  ///< Ethernet to UDP
  std::uint32_t extension = 0;   ///< behind the BTH
  [[nodiscard]] constexpr std::uint32_t total() const { return before_bth + 12 + extension; }
};
[[nodiscard]] HeaderBytes header_bytes(const LayoutKey& key, Part part);

/// The BTH opcode of a part, by transport and verb. A read has kOnly alone (the request).
[[nodiscard]] std::uint8_t opcode_of(const LayoutKey& key, Part part);

class Layout {
 public:
  explicit Layout(const LayoutKey& key);

  // The parts point into the rows.
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;
  Layout(Layout&&) = default;
  Layout& operator=(Layout&&) = default;

  [[nodiscard]] const LayoutKey& key() const { return key_; }
  /// Header bytes of the part with the longest extension: what a flow's block ends with.
  [[nodiscard]] std::uint32_t longest_header_bytes() const { return longest_; }
  [[nodiscard]] const PartLayout& part(Part part) const { return parts_[static_cast<std::size_t>(part)]; }

 private:
  void make_part(Part part);
  void make_rows(Part part);

  LayoutKey key_;
  std::uint32_t longest_ = 0;
  std::array<PartLayout, kParts> parts_;
  std::array<std::vector<LengthRow>, kParts> rows_;
};

}  // namespace frame
