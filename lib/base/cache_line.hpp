/// \file
/// The unit in which cores share memory. Per-lcore state is `alignas(base::kCacheLine)`.
#pragma once

#include <cstddef>

namespace base {

/// Fixed rather than std::hardware_destructive_interference_size, whose value is the compiler's guess and
/// would change the layout of what two translation units share.
inline constexpr std::size_t kCacheLine = 64;

}  // namespace base
