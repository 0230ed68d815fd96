/// \file
/// What every fuzz target includes: a CHECK that fails aborts, so that libFuzzer keeps the input.
///
///     extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
///       const auto parsed = capture::read({data, size});
///       CHECK(parsed.packets <= size, "more packets than bytes");
///       return 0;
///     }
#pragma once

#include "base/check.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline const bool kChecksAbort = [] {
  base::set_check_handler([](const std::string&) { std::abort(); });
  return true;
}();

}  // namespace fuzz
