/// \file
/// The books: where every frame went, and whether that adds up.
///
///     const Books books = books_of(flow_tx.sums, flow_rx.sums, {.lost_in_tester = lost_in_tester});
///     const BooksCheck check = check_books(books);
///     if (check.balance == Balance::kBroken) ...                 // an error of ours: exit 6
///
/// scheduled = sent + refused + abandoned
/// sent      = received good + received corrupt + lost in the tester + lost outside; duplicates stand apart
/// On reports: "frame accounting". Definitions: docs/measuring.md. Thread: plain values.
#pragma once

#include "measure/flow_result.hpp"
#include "measure/interval.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace measure {

struct Books {
  std::uint64_t scheduled = 0;
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;
  std::uint64_t abandoned = 0;
  Interval received_good;
  Interval received_corrupt;
  Interval lost_in_tester;
  Interval lost_outside;         ///< after_drain, too
  Interval duplicates;           ///< apart: no frame that was sent
  std::uint64_t never_sent = 0;  ///< sequence numbers received that nobody gave out

  friend bool operator==(const Books&, const Books&) = default;
};

enum class Balance : std::uint8_t {
  kExact,
  kWithinBounds,  ///< some numbers are known as intervals only, and those allow it
  kBroken,
};

struct BooksCheck {
  Balance balance = Balance::kExact;
  std::string text;  ///< kBroken: each equation that fails, with its numbers
};

[[nodiscard]] BooksCheck check_books(const Books& books);

/// `lost` less what the tester itself lost of it. Where that is known per port alone, a flow's part of it
/// is anything from 0 to all: pass {0, the port's}.
[[nodiscard]] Interval lost_outside(Interval lost, Interval lost_in_tester);

/// What is known of the receiving port, not of the flow.
struct PortShortfall {
  Interval lost_in_tester;
  /// Corrupt frames of ours whose tag was damaged: each is a lost frame of some flow that in truth came, or
  /// a copy. So up to that many of the lost are received corrupt.
  std::uint64_t tag_damaged = 0;
  /// Of these, those that can be nobody else's: all flows received at their port are meant here.
  std::uint64_t tag_damaged_own = 0;

  friend bool operator==(const PortShortfall&, const PortShortfall&) = default;
};

/// What was sent and did not come, by the flow's sequence numbers and the port's damaged tags.
[[nodiscard]] Interval lost_of(const ReceiveResult& received, const PortShortfall& port);

/// Of one flow, or of sums over the same flows on both sides.
[[nodiscard]] Books books_of(const SendResult& sent, const ReceiveResult& received,
                             const PortShortfall& port);

/// Parts that must add up to a count taken independently of them: frames of a queue by kind, our frames
/// against the device's. `slack` is what may lie between the two moments of counting.
struct CrossCheck {
  std::string name;  ///< "port a: frames sent, ours against the device's"
  std::uint64_t ours = 0;
  std::uint64_t theirs = 0;
  std::uint64_t slack = 0;

  [[nodiscard]] bool agrees() const {
    return ours > theirs ? ours - theirs <= slack : theirs - ours <= slack;
  }
};

}  // namespace measure
