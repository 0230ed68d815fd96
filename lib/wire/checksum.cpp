#include "wire/checksum.hpp"

#include "wire/bytes.hpp"
#include "wire/ip.hpp"

namespace wire {

std::uint32_t checksum_add(std::uint32_t sum, std::span<const std::byte> bytes) {
  std::size_t i = 0;
  for (; i + 2 <= bytes.size(); i += 2) {
    sum += load<base::Be16>(bytes.data() + i).value();
  }
  if (i < bytes.size()) sum += std::to_integer<std::uint32_t>(bytes[i]) << 8;
  return sum;
}

base::Be16 checksum_finish(std::uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return base::Be16{static_cast<std::uint16_t>(~sum)};
}

base::Be16 internet_checksum(std::span<const std::byte> bytes) {
  return checksum_finish(checksum_add(0, bytes));
}

base::Be16 transport_checksum(const PseudoHeader& pseudo, std::span<const std::byte> segment) {
  std::uint32_t sum = pseudo.protocol + static_cast<std::uint32_t>(segment.size());
  for (const IpAddress* address : {&pseudo.source, &pseudo.destination}) {
    if (address->is_v4()) {
      const Ipv4Address v4 = address->v4();
      sum = checksum_add(sum, bytes_of(v4));
    } else {
      sum = checksum_add(sum, bytes_of(address->v6()));
    }
  }
  const base::Be16 checksum = checksum_finish(checksum_add(sum, segment));
  // SPEC: RFC 768: 0 in the field means "no checksum", so a computed 0 is sent as its other form.
  if (pseudo.protocol == kProtocolUdp && checksum.value() == 0) return base::Be16{0xffff};
  return checksum;
}

}  // namespace wire
