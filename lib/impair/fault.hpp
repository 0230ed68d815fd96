/// \file
/// What to do to which frames of a stream.
///
///     const impair::Fault lose_a_tail{.match = {.destination_qp = 0x11, .psn = impair::PsnRange{90, 99}},
///                                     .action = impair::Lose{}};
///     const impair::Fault mark{.choose = {.every = 10}, .action = impair::MarkCe{}};
///
/// Thread: plain values.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace impair {

/// Both ends included; 24 bits, so `last` before `first` is a range over the wrap.
struct PsnRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] constexpr bool holds(std::uint32_t psn) const {
    constexpr std::uint32_t kMask = 0xFF'FFFF;
    return ((psn - first) & kMask) <= ((last - first) & kMask);
  }
};

/// Which frames a fault is for: those for which every given condition holds.
struct Match {
  bool any_frame = false;               ///< else RoCEv2 only: ARP and the like pass untouched
  std::optional<std::uint64_t> flow{};  ///< as FlowOf names it
  std::optional<std::uint32_t> destination_qp{};
  std::optional<std::uint8_t> opcode{};
  std::optional<PsnRange> psn{};
};

/// Which of the matching frames are chosen: from the `first` (counted from 1) on each `every`-th, of these
/// the given share at random, until `count` were chosen. What arrives outside of [after, until) is counted
/// and never chosen.
struct Choose {
  std::uint64_t first = 1;
  std::uint64_t every = 1;
  std::uint32_t parts_per_million = 1'000'000;
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
  base::Time after{};
  base::Time until = base::Time::never();
};

struct Lose {};

struct Duplicate {
  std::uint32_t copies = 1;
  base::Duration gap{};  ///< between the frame and its copy, and from copy to copy
};

/// Holds the frame until `by` frames of its flow that arrived later have left.
struct Reorder {
  std::uint32_t by = 1;
  base::Duration held_at_most = base::milliseconds(1);  ///< then it leaves anyway
};

/// Where offsets of a corruption count from.
enum class Anchor : std::uint8_t {
  kFrame,    ///< the first byte of the Ethernet header
  kBth,      ///< the first byte behind UDP
  kPayload,  ///< behind BTH and extension headers
  kIcrc,     ///< the first of the last four bytes
};

struct Flip {
  Anchor anchor = Anchor::kPayload;
  std::uint32_t offset = 0;
  std::uint8_t mask = 0x01;  ///< the bits to turn over
};

struct Corrupt {
  std::vector<Flip> flips{};
  std::uint32_t random_bits = 0;  ///< as many different bits, anywhere from the BTH to the ICRC
  bool repair_icrc = false;       ///< damage that no ICRC shows: as a faulty switch memory makes it
  bool bad_fcs = false;           ///< marked for the receiving MAC, which would drop it
};

/// As a switch does: ECT(0) and ECT(1) become CE.
struct MarkCe {
  bool even_not_ect = false;
};

struct RewriteDscp {
  std::uint8_t dscp = 0;
};

struct Delay {
  base::Duration fixed{};
  base::Duration jitter{};  ///< uniform from 0 to this, added
  bool keep_order = true;   ///< never before an earlier frame of the same flow
};

using Action = std::variant<Lose, Duplicate, Reorder, Corrupt, MarkCe, RewriteDscp, Delay>;

/// "lose", "duplicate", ...
[[nodiscard]] std::string_view name_of(const Action& action);

struct Fault {
  Match match{};
  Choose choose{};
  Action action = Lose{};
};

/// Every fault that cannot be done, named by its place in the list.
[[nodiscard]] base::Status check(std::span<const Fault> faults);

}  // namespace impair
