#include "roce/crc.hpp"

#include <isa-l/crc.h>

namespace roce {

std::uint32_t crc_update(std::uint32_t crc, std::span<const std::byte> bytes) {
  // ISA-L complements at both ends, as zlib does. It only reads; unsigned char may alias any object.
  return ~crc32_gzip_refl(~crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace roce
