#include "impair/rewrite.hpp"

#include "wire/bytes.hpp"
#include "wire/ip.hpp"

#include <cassert>

namespace impair {
namespace {

/// RFC 1624, equation 3: HC' = ~(~HC + ~m + m').
base::Be16 checksum_after(base::Be16 checksum, std::uint16_t old_word, std::uint16_t new_word) {
  std::uint32_t sum =
      (~std::uint32_t{checksum.value()} & 0xFFFF) + (~std::uint32_t{old_word} & 0xFFFF) + new_word;
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return base::Be16{static_cast<std::uint16_t>(~sum & 0xFFFF)};
}

bool is_v4(std::span<const std::byte> frame, std::size_t ip_offset) {
  return std::to_integer<unsigned>(frame[ip_offset]) >> 4 == 4;
}

}  // namespace

std::uint8_t traffic_class_at(std::span<const std::byte> frame, std::size_t ip_offset) {
  if (is_v4(frame, ip_offset)) return std::to_integer<std::uint8_t>(frame[ip_offset + 1]);
  return wire::load<wire::Ipv6Header>(frame.data() + ip_offset).traffic_class();
}

void set_traffic_class(std::span<std::byte> frame, std::size_t ip_offset, std::uint8_t traffic_class) {
  std::byte* const at = frame.data() + ip_offset;
  if (is_v4(frame, ip_offset)) {
    assert(frame.size() - ip_offset >= sizeof(wire::Ipv4Header));
    auto header = wire::load<wire::Ipv4Header>(at);
    const auto word = [&header] {
      return static_cast<std::uint16_t>(header.version_and_length << 8 | header.traffic_class);
    };
    const std::uint16_t before = word();
    header.traffic_class = traffic_class;
    header.checksum = checksum_after(header.checksum, before, word());
    wire::store(at, header);
    return;
  }
  assert(frame.size() - ip_offset >= sizeof(wire::Ipv6Header));
  auto header = wire::load<wire::Ipv6Header>(at);
  header.version_class_flow = wire::version_class_flow(traffic_class, header.flow_label());
  wire::store(at, header);
}

}  // namespace impair
