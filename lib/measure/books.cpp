#include "measure/books.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace measure {

namespace {

std::string text_of(Interval interval) {
  return interval.exact() ? fmt::format("{}", interval.low)
                          : fmt::format("{}..{}", interval.low, interval.high);
}

std::uint64_t less(std::uint64_t from, std::uint64_t what) {
  return from - std::min(from, what);
}

}  // namespace

BooksCheck check_books(const Books& books) {
  BooksCheck check;
  const auto breaks = [&check](const std::string& text) {
    check.balance = Balance::kBroken;
    if (!check.text.empty()) check.text += "; ";
    check.text += text;
  };
  if (books.scheduled != books.sent + books.refused + books.abandoned) {
    breaks(fmt::format("scheduled {} is not sent {} + refused {} + abandoned {}", books.scheduled, books.sent,
                       books.refused, books.abandoned));
  }
  const Interval found =
      books.received_good + books.received_corrupt + books.lost_in_tester + books.lost_outside;
  if (!found.contains(books.sent)) {
    breaks(
        fmt::format("sent {} is not received good {} + received corrupt {} + lost in the tester {} + lost "
                    "outside {}",
                    books.sent, text_of(books.received_good), text_of(books.received_corrupt),
                    text_of(books.lost_in_tester), text_of(books.lost_outside)));
  }
  if (books.never_sent != 0) {
    breaks(fmt::format("{} sequence numbers were received that nobody sent", books.never_sent));
  }
  if (check.balance == Balance::kExact && !found.exact()) check.balance = Balance::kWithinBounds;
  return check;
}

Interval lost_outside(Interval lost, Interval lost_in_tester) {
  return {.low = less(lost.low, lost_in_tester.high), .high = less(lost.high, lost_in_tester.low)};
}

Interval lost_of(const ReceiveResult& received, const PortShortfall& port) {
  const Interval lost = received.sequence.lost();
  return {.low = less(lost.low, port.tag_damaged), .high = lost.high};
}

Books books_of(const SendResult& sent, const ReceiveResult& received, const PortShortfall& port) {
  const Interval lost = lost_of(received, port);
  const Interval in_tester{.low = std::min(port.lost_in_tester.low, lost.high),
                           .high = std::min(port.lost_in_tester.high, lost.high)};
  const std::uint64_t damaged = std::min(port.tag_damaged, received.sequence.lost().high);
  return {.scheduled = sent.scheduled,
          .sent = sent.sent,
          .refused = sent.refused,
          .abandoned = sent.abandoned,
          .received_good = received.good(),
          .received_corrupt = {.low = received.corrupt_first, .high = received.corrupt_first + damaged},
          .lost_in_tester = in_tester,
          .lost_outside = lost_outside(lost, in_tester),
          .duplicates = received.sequence.duplicates(),
          .never_sent = received.sequence.never_sent};
}

}  // namespace measure
