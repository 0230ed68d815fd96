/// \file
/// The one EAL of a test executable: DPDK can be started once in a process.
#pragma once

#include "port/eal.hpp"

#include <cstdlib>
#include <iostream>

namespace test {

/// Never in huge pages: a test leaves the host as it found it.
inline port::Eal& shared_eal() {
  static const auto eal = port::Eal::start({.memory = base::Bytes{512ULL << 20}, .huge_pages = false});
  if (!eal) {
    std::cerr << base::to_text(eal.error()) << '\n';
    std::exit(1);
  }
  return **eal;
}

}  // namespace test
