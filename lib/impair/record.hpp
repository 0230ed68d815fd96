/// \file
/// What the impairer did, to the frame: the truth against which a receiver's report is judged.
///
///     EXPECT_EQ(report.lost, impairer.record().faults[0].applied);
///
/// Thread: plain values.
#pragma once

#include "base/time.hpp"
#include "impair/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace impair {

/// One fault done to one frame.
struct Event {
  std::uint64_t frame = 0;  ///< in order of arrival, from 0
  std::size_t fault = 0;    ///< index into the faults given
  base::Time time{};        ///< of arrival
  Identity identity{};      ///< as the frame arrived
  /// Duplicate: copies made. Reorder: later frames of the flow that left before it (known once it has left).
  /// Corrupt: bits turned over. MarkCe and RewriteDscp: the traffic class before. Delay: picoseconds.
  std::uint64_t amount = 0;
};

struct FaultCounts {
  std::uint64_t matched = 0;         ///< frames for which the conditions held
  std::uint64_t applied = 0;         ///< frames to which it was done: one Event each
  std::uint64_t not_applicable = 0;  ///< chosen, but nothing could be done: Not-ECT, too short, already so

  friend bool operator==(const FaultCounts&, const FaultCounts&) = default;
};

/// offered + copies = left + lost + the frames that are still inside.
struct Record {
  std::uint64_t offered = 0;
  std::uint64_t copies = 0;
  std::uint64_t left = 0;
  std::uint64_t lost = 0;
  std::vector<FaultCounts> faults;  ///< as many as faults were given
  std::vector<Event> events;        ///< the first Options::events_max
  std::uint64_t events_beyond = 0;  ///< counted above, not kept
};

}  // namespace impair
