#include "wire/ip.hpp"

#include "wire/bytes.hpp"
#include "wire/checksum.hpp"

namespace wire {

base::Be16 header_checksum(Ipv4Header header) {
  header.checksum = base::Be16{};
  return internet_checksum(bytes_of(header));
}

}  // namespace wire
