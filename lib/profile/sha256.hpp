/// \file
/// SHA-256 (FIPS 180-4), for the hash that names a profile in results.
///
///     const std::string hash = profile::sha256_hex(toml);
///
/// Cost: set-up only, plain code. Thread: pure.
#pragma once

#include <string>
#include <string_view>

namespace profile {

/// 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view data);

}  // namespace profile
