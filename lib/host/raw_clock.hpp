/// \file
/// CLOCK_MONOTONIC_RAW: the kernel's clock that no time daemon bends. What rates are held against.
///
/// Cost: a vDSO call, tens of nanoseconds. Thread: any.
#pragma once

#include "base/time.hpp"

#include <time.h>

namespace host {

/// Time since boot, without suspension.
[[nodiscard]] inline base::Duration raw_clock() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return base::seconds(now.tv_sec) + base::nanoseconds(now.tv_nsec);
}

}  // namespace host
