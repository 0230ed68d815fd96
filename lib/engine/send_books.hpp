/// \file
/// What one sending queue counted, by window: its books, its lateness, its bursts.
///
/// scheduled = sent + refused + abandoned. A frame counts as sent from the moment the port took it.
/// Thread: written by its worker alone; read by others only in a published copy.
#pragma once

#include "base/cache_line.hpp"
#include "engine/send_state.hpp"
#include "measure/histogram.hpp"

#include <array>
#include <cstdint>

namespace engine {

/// Runs of frames of one flow handed over at one poll; the last entry holds those of that length or more.
inline constexpr std::size_t kBackToBackMost = 64;

struct alignas(base::kCacheLine) SendBooks {
  struct Window {
    SendTally total;
    std::uint64_t late_frames = 0;  ///< handed over after their due time
    measure::Histogram lateness;    ///< hand-over less due time, of every frame
    std::array<std::uint64_t, kBackToBackMost + 1> back_to_back{};
  };
  std::array<Window, 2> window;
  std::uint64_t offered_bursts = 0;
  std::uint64_t short_bursts = 0;   ///< the port took fewer than offered
  std::uint64_t no_buffer = 0;      ///< polls at which the pool was empty
  std::uint64_t backlog_stops = 0;  ///< polls that ended because the line was full ahead

  [[nodiscard]] Window& of(frame::Window which) { return window[static_cast<std::size_t>(which)]; }
};

}  // namespace engine
