#include "frame/layout.hpp"

#include "base/big_endian.hpp"
#include "roce/crc.hpp"
#include "roce/headers.hpp"
#include "roce/icrc.hpp"
#include "wire/ethernet.hpp"
#include "wire/ip.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace frame {
namespace {

constexpr std::uint32_t kEthernetBytes = sizeof(wire::EthernetHeader);
constexpr std::uint32_t kVlanBytes = sizeof(wire::VlanTag);
constexpr std::uint32_t kUdpBytes = sizeof(wire::UdpHeader);
constexpr std::uint32_t kBthBytes = sizeof(roce::Bth);
constexpr std::uint32_t kRethBytes = sizeof(roce::Reth);
constexpr std::uint32_t kDethBytes = sizeof(roce::Deth);
constexpr std::uint32_t kImmediateBytes = sizeof(roce::ImmDt);

std::uint32_t ip_bytes(bool ipv6) {
  return ipv6 ? sizeof(wire::Ipv6Header) : sizeof(wire::Ipv4Header);
}

bool is_write(profile::Verb verb) {
  return verb == profile::Verb::kWrite || verb == profile::Verb::kWriteWithImmediate;
}

bool has_immediate(profile::Verb verb, Part part) {
  const bool ends = part == Part::kLast || part == Part::kOnly;
  return ends && (verb == profile::Verb::kWriteWithImmediate || verb == profile::Verb::kSendWithImmediate);
}

bool has_remote_address(profile::Verb verb, Part part) {
  if (verb == profile::Verb::kRead) return true;
  return is_write(verb) && (part == Part::kFirst || part == Part::kOnly);
}

/// How far before the header's end a RETH starts: right behind the BTH, or the DETH.
std::uint32_t reth_back(const LayoutKey& key, std::uint32_t extension) {
  return extension - (key.framing == profile::Framing::kUd ? kDethBytes : 0);
}

/// A 16-bit field as a word that ends where the field ends.
std::uint32_t word_of(std::uint16_t as_it_lies) {
  return static_cast<std::uint32_t>(as_it_lies) << 16;
}

/// The factor of the same word with one byte more behind it.
std::uint32_t one_byte_on(std::uint32_t factor) {
  return roce::crc_step(factor, std::byte{0});
}

/// The factors of a length, and how they go on to the next: a table of every length is made byte by byte.
class RowFactors {
 public:
  explicit RowFactors(const PartLayout& part) : psn_{word_factor(part.bth_back - kBthBytes + kTagBytes)} {}

  void write_to(LengthRow& row) const {
    row.base_factor = base_;
    row.psn_factor = psn_;
    row.check_factor = check_;
    row.sequence_factor = sequence_;
    row.time_factor = time_;
  }
  void move_on(std::uint32_t bytes) {
    for (std::uint32_t i = 0; i < bytes; ++i) {
      for (std::uint32_t* factor : {&base_, &psn_, &check_, &sequence_, &time_[0], &time_[1]})
        *factor = one_byte_on(*factor);
    }
  }

 private:
  std::uint32_t base_ = register_factor(0);
  std::uint32_t psn_;
  std::uint32_t check_ = word_factor(20);
  std::uint32_t sequence_ = word_factor(12);
  std::array<std::uint32_t, 2> time_{word_factor(4), word_factor(0)};
};

std::uint16_t lying(std::uint32_t number) {
  return std::bit_cast<std::uint16_t>(base::Be16{static_cast<std::uint16_t>(number)});
}

}  // namespace

HeaderBytes header_bytes(const LayoutKey& key, Part part) {
  HeaderBytes bytes;
  bytes.before_bth = kEthernetBytes + (key.vlan ? kVlanBytes : 0) + ip_bytes(key.ipv6) + kUdpBytes;
  bytes.extension = (key.framing == profile::Framing::kUd ? kDethBytes : 0) +
                    (has_remote_address(key.verb, part) ? kRethBytes : 0) +
                    (has_immediate(key.verb, part) ? kImmediateBytes : 0);
  return bytes;
}

std::uint8_t opcode_of(const LayoutKey& key, Part part) {
  using profile::Framing;
  using profile::Verb;
  constexpr std::uint8_t kTransport[] = {0x00, 0x20, 0x60};  // RC, UC, UD; SPEC: rocev2-facts 1.4
  constexpr std::uint8_t kSend[kParts] = {0x00, 0x01, 0x02, 0x04};
  constexpr std::uint8_t kWrite[kParts] = {0x06, 0x07, 0x08, 0x0a};
  constexpr std::uint8_t kReadRequest = 0x0c;
  const std::uint8_t transport = kTransport[static_cast<std::size_t>(key.framing)];
  if (key.verb == Verb::kRead) return static_cast<std::uint8_t>(transport | kReadRequest);
  const std::uint8_t plain = (is_write(key.verb) ? kWrite : kSend)[static_cast<std::size_t>(part)];
  return static_cast<std::uint8_t>(transport | (plain + (has_immediate(key.verb, part) ? 1 : 0)));
}

Layout::Layout(const LayoutKey& key) : key_{key} {
  constexpr std::array<Part, kParts> kAll{Part::kFirst, Part::kMiddle, Part::kLast, Part::kOnly};
  for (const Part part : kAll)
    longest_ = std::max(longest_, header_bytes(key_, part).total());
  for (const Part part : kAll) {
    make_part(part);
    make_rows(part);
  }
}

void Layout::make_part(Part which) {
  const HeaderBytes bytes = header_bytes(key_, which);
  const std::uint32_t behind_bth = bytes.extension;
  PartLayout& part = parts_[static_cast<std::size_t>(which)];
  part.header_bytes = static_cast<std::uint16_t>(bytes.total());
  part.opcode = opcode_of(key_, which);
  part.bth_back = static_cast<std::uint8_t>(behind_bth + kBthBytes);
  const std::uint32_t ip_back = part.bth_back + kUdpBytes + ip_bytes(key_.ipv6);
  part.ip_length_back = static_cast<std::uint8_t>(ip_back - (key_.ipv6 ? 4 : 2));
  part.ip_checksum_back = static_cast<std::uint8_t>(key_.ipv6 ? 0 : ip_back - 10);
  part.message_bytes_back = static_cast<std::uint8_t>(reth_back(key_, behind_bth) - 12);
  part.copy_back = static_cast<std::uint8_t>(longest_ - bytes.total());
  part.index = static_cast<std::uint8_t>(which);
  part.has_immediate = has_immediate(key_.verb, which);
  part.has_remote_address = has_remote_address(key_.verb, which);
  part.has_message_fields = part.has_immediate || key_.varies_by_message;
  part.is_long = bytes.total() > kShortCopyBytes;
  part.message_bytes_factor =
      part.has_remote_address ? word_factor(part.message_bytes_back - 4U + kTagBytes) : 0;
  part.immediate_factor = word_factor(kTagBytes);
  part.source_port_factor = word_factor(part.bth_back + kUdpBytes - 2 + kTagBytes);
}

void Layout::make_rows(Part which) {
  PartLayout& part = parts_[static_cast<std::size_t>(which)];
  const std::uint32_t behind_bth = part.bth_back - kBthBytes;
  const std::uint32_t flags_factor = word_factor(part.bth_back - 2 + kTagBytes);
  const std::uint32_t udp_length_factor = word_factor(part.bth_back + 2 + kTagBytes);
  const std::uint32_t ip_length_factor = word_factor(part.ip_length_back - 2 + kTagBytes);
  const auto primed = [this](std::uint32_t offset) {
    return key_.source == wire::PayloadSource::kFree ? std::byte{0} : wire::primed_byte(key_.source, offset);
  };
  std::vector<LengthRow>& rows = rows_[static_cast<std::size_t>(which)];
  rows.resize(key_.path_mtu + 1);
  std::uint32_t payload_register = 0;
  RowFactors factors{part};
  std::uint32_t carried = 0;  // bytes between tag and ICRC that the factors reach over
  for (std::uint32_t payload = 0; payload <= key_.path_mtu; ++payload) {
    LengthRow& row = rows[payload];
    const std::uint32_t pad = (0U - payload) & 3U;
    const std::uint32_t udp =
        kUdpBytes + kBthBytes + behind_bth + payload + pad + static_cast<std::uint32_t>(roce::kIcrcBytes);
    row.udp_length = lying(udp);
    row.ip_length = lying(key_.ipv6 ? udp : udp + ip_bytes(false));
    if (payload < kTagBytes) continue;
    const auto behind = static_cast<std::uint32_t>(payload - kTagBytes + pad);
    factors.move_on(behind - std::exchange(carried, behind));
    factors.write_to(row);
    WordSum fields;
    fields.add(word_of(row.udp_length), udp_length_factor);
    fields.add(word_of(row.ip_length), ip_length_factor);
    // BTH byte 1, whose bits 4 and 5 are the pad count: a field of one byte, at the end of its word.
    fields.add(pad << 28, flags_factor);
    std::uint32_t rest = payload_register;
    for (std::uint32_t i = 0; i < pad; ++i)
      rest = roce::crc_step(rest, std::byte{0});
    WordSum carried_fields;
    carried_fields.add(fields.value(), row.base_factor);
    row.rest = ~(rest ^ carried_fields.value());
    payload_register = roce::crc_step(payload_register, primed(payload));
  }
  part.rows = rows.data();
}

}  // namespace frame
