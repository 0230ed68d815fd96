/// \file
/// Random material for tests, from a seed that the test prints.
#pragma once

#include "base/rng.hpp"

#include <cstddef>
#include <vector>

namespace support {

[[nodiscard]] inline std::vector<std::byte> random_bytes(base::Rng& rng, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(rng.next());
  return bytes;
}

}  // namespace support
