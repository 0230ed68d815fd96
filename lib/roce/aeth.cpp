#include "roce/aeth.hpp"

namespace roce {

std::uint8_t rnr_code_for(base::Duration wait) {
  for (std::uint8_t code = 1; code < kRnrTens.size(); ++code) {
    if (rnr_time(code) >= wait) return code;
  }
  return 0;
}

std::optional<std::uint32_t> credits_of(std::uint8_t code) {
  code &= kSyndromeValueMask;
  if (code == kAckSyndrome) return std::nullopt;
  if (code < 4) return code;
  // From 4 on, a power of two and one and a half of it take turns: 4 6 8 12 16 24 ...
  const std::uint32_t power = 1U << (code / 2);
  return code % 2 == 0 ? power : power + power / 2;
}

}  // namespace roce
