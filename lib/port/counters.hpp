/// \file
/// What a device counts, by its own names, and where each count says that a frame was lost.
///
///     const port::DeviceCounters counters = ports.counters(0);
///     const std::uint64_t lost_here = counters.sum(port::CounterPlace::kTester);
///     if (counters.sum(port::CounterPlace::kUnmapped) != before) ...   // no verdict on loss
///
/// Values are since the ports were started. Cost: some system calls; housekeeping only.
/// Thread: plain values.
#pragma once

#include "port/quirks.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace port {

struct DeviceCounter {
  std::string name;  ///< the driver's, "rx_phy_discard_packets"; or ours, "packet_socket_drops"
  CounterPlace place = CounterPlace::kInformation;
  std::uint64_t value = 0;
};

struct DeviceCounters {
  std::vector<DeviceCounter> counters;
  /// Frames that the driver confirms as sent and as received; what it took and did not confirm is stuck.
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
  /// False where a source of counts fell silent: what is lost cannot be placed.
  bool complete = true;

  [[nodiscard]] std::uint64_t sum(CounterPlace place) const;
};

}  // namespace port
