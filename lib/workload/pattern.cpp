#include "workload/pattern.hpp"

#include "base/fixed_point.hpp"
#include "base/rng.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <string>

namespace workload {
namespace {

using Pairs = base::Result<std::vector<Pair>>;
using Seats = std::span<const Seat>;

tl::unexpected<base::Errors> refuse(std::string what, std::string remedy) {
  return base::fail({.where = "", .what = std::move(what), .remedy = std::move(remedy)});
}

bool same_set(Seats a, Seats b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Seat& x, const Seat& y) { return x.endpoint == y.endpoint; });
}

/// Whether the pattern may pair them.
bool fits(const Pattern& pattern, const Seat& from, const Seat& to) {
  if (from.endpoint == to.endpoint) return false;
  return !pattern.across_places || from.place != to.place;
}

tl::unexpected<base::Errors> refuse_pair(const Seat& from, const Seat& to) {
  if (from.endpoint == to.endpoint) {
    return refuse("the pattern pairs an endpoint with itself", "take disjoint sets for `from` and `to`");
  }
  return refuse("the pattern pairs two endpoints of one port, which `across_ports` forbids",
                "order the endpoints otherwise, or take another pattern");
}

/// Appends the pair, and its opposite where the pattern has both directions.
void append(const Pattern& pattern, std::vector<Pair>& pairs, const Seat& from, const Seat& to) {
  pairs.push_back({.from = from.endpoint, .to = to.endpoint});
  if (pattern.bidirectional) pairs.push_back({.from = to.endpoint, .to = from.endpoint});
}

Pairs make_one_to_one(const Pattern& pattern, const PatternInput& input) {
  Seats from = input.from;
  Seats to = input.to;
  if (same_set(from, to)) {
    if (from.size() % 2 != 0) {
      return refuse(fmt::format("pairs within one set of {} endpoints, which is odd", from.size()),
                    "give an even number of endpoints, or `from` and `to` of equal size");
    }
    to = to.subspan(from.size() / 2);
    from = from.first(from.size() / 2);
  }
  if (from.size() != to.size()) {
    return refuse(fmt::format("pairs of {} senders and {} receivers", from.size(), to.size()),
                  "give `from` and `to` as many endpoints, or use all_to_all or incast");
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!fits(pattern, from[i], to[i])) return refuse_pair(from[i], to[i]);
    append(pattern, pairs, from[i], to[i]);
  }
  return pairs;
}

/// Fisher and Yates: every order equally likely.
void shuffle(base::Rng& rng, std::vector<Seat>& seats) {
  for (std::size_t i = seats.size(); i > 1; --i) {
    std::swap(seats[i - 1], seats[rng.below(i)]);
  }
}

/// Exchanges `to[i]` for another so that both fit, searching from a drawn position on.
bool mend(const Pattern& pattern, base::Rng& rng, Seats from, std::vector<Seat>& to, std::size_t i) {
  const std::size_t n = to.size();
  const std::size_t first = rng.below(n);
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t j = (first + step) % n;
    if (!fits(pattern, from[i], to[j]) || !fits(pattern, from[j], to[i])) continue;
    std::swap(to[i], to[j]);
    return true;
  }
  return false;
}

/// Shuffled until it fits: every permutation that fits is equally likely, and without `across_places` one of
/// 2.7 shuffles does. With many endpoints a place hardly any would: then the misfits of one are mended, which
/// always succeeds where no place holds more than half of the endpoints, but is not quite even.
Pairs make_permutation(const Pattern& pattern, const PatternInput& input) {
  const Seats from = input.from;
  if (from.size() != input.to.size()) {
    return refuse(fmt::format("a permutation of {} senders over {} receivers", from.size(), input.to.size()),
                  "give `from` and `to` as many endpoints");
  }
  base::Rng rng{input.seed};
  std::vector<Seat> to{input.to.begin(), input.to.end()};
  const auto all_fit = [&] {
    return std::equal(from.begin(), from.end(), to.begin(),
                      [&](const Seat& a, const Seat& b) { return fits(pattern, a, b); });
  };
  constexpr int kShuffles = 64;  // without `across_places`, one in 10^13 seeds needs more
  for (int i = 0; i < kShuffles; ++i) {
    shuffle(rng, to);
    if (all_fit()) break;
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (fits(pattern, from[i], to[i]) || mend(pattern, rng, from, to, i)) continue;
    return refuse(
        "no permutation keeps every endpoint from sending to itself or, with `across_ports`, to its port",
        "give more endpoints, or spread them evenly over the ports");
  }
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < to.size(); ++i) {
    pairs.push_back({.from = from[i].endpoint, .to = to[i].endpoint});
  }
  return pairs;
}

Pairs make_incast(const Pattern& pattern, const PatternInput& input) {
  if (pattern.receivers == 0 || pattern.receivers > input.to.size()) {
    return refuse(fmt::format("an incast on {} receivers, `to` has {}", pattern.receivers, input.to.size()),
                  "lower `receivers`, or give `to` more endpoints");
  }
  const Seats receivers = input.to.first(pattern.receivers);
  const auto receives = [&](const Seat& seat) {
    return std::any_of(receivers.begin(), receivers.end(),
                       [&](const Seat& receiver) { return receiver.endpoint == seat.endpoint; });
  };
  std::vector<Seat> candidates;
  std::copy_if(input.from.begin(), input.from.end(), std::back_inserter(candidates),
               [&](const Seat& seat) { return !receives(seat); });
  std::vector<Pair> pairs;
  for (const Seat& receiver : receivers) {
    std::vector<Seat> senders;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(senders),
                 [&](const Seat& seat) { return fits(pattern, seat, receiver); });
    const std::size_t wanted = pattern.senders == 0 ? senders.size() : pattern.senders;
    if (wanted == 0 || wanted > senders.size()) {
      return refuse(
          fmt::format("an incast of {} senders, `from` has {} that may send", wanted, senders.size()),
          "lower `senders`, or give `from` more endpoints beside the receivers");
    }
    const std::size_t together = (wanted * pattern.synchronised_ppm + 500'000) / 1'000'000;
    for (std::size_t i = 0; i < wanted; ++i) {
      pairs.push_back({.from = senders[i].endpoint, .to = receiver.endpoint, .synchronised = i < together});
    }
  }
  return pairs;
}

/// Each sender's list starts behind its own position, so that the first flows do not all meet at one
/// receiver.
Pairs make_all_to_all(const Pattern& pattern, const PatternInput& input) {
  std::vector<Pair> pairs;
  const std::size_t n = input.to.size();
  for (std::size_t i = 0; i < input.from.size(); ++i) {
    for (std::size_t step = 1; step <= n; ++step) {
      const Seat& to = input.to[(i + step) % n];
      if (!fits(pattern, input.from[i], to)) continue;
      pairs.push_back({.from = input.from[i].endpoint, .to = to.endpoint});
    }
  }
  if (pairs.empty()) return refuse("all_to_all leaves no pair", "give more endpoints, or more ports");
  return pairs;
}

Pairs make_ring(const Pattern& pattern, const PatternInput& input) {
  const std::size_t n = input.from.size();
  if (!same_set(input.from, input.to) || n < 2) {
    return refuse(fmt::format("a ring of {} endpoints to {} others", n, input.to.size()),
                  "a ring needs two endpoints or more, and one set: leave `to` out");
  }
  Pattern one_way = pattern;
  one_way.bidirectional = pattern.bidirectional && n > 2;  // a ring of two has both directions already
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < n; ++i) {
    const Seat& next = input.from[(i + 1) % n];
    if (!fits(pattern, input.from[i], next)) return refuse_pair(input.from[i], next);
    append(one_way, pairs, input.from[i], next);
  }
  return pairs;
}

/// Draws positions with the weight 1 / (position + 1)^exponent.
class ZipfTable {
 public:
  ZipfTable(std::size_t size, std::uint32_t exponent_thousandths) {
    std::uint64_t sum = 0;
    for (std::size_t k = 1; k <= size; ++k) {
      const std::uint64_t exponent = base::log2_q32(k) * exponent_thousandths / 1000;
      // 2^40: the sum over kPairsMax receivers fits 62 bits. No receiver is out of reach.
      sum +=
          std::max<std::uint64_t>(base::scale_by_exp2(1ULL << 40, -static_cast<std::int64_t>(exponent)), 1);
      upto_.push_back(sum);
    }
  }

  [[nodiscard]] std::size_t draw(base::Rng& rng) const {
    const auto found = std::upper_bound(upto_.begin(), upto_.end(), rng.below(upto_.back()));
    return static_cast<std::size_t>(found - upto_.begin());
  }

  /// One of the positions that `admitted` admits, by their weights; at least one must be.
  template <class Admitted>
  [[nodiscard]] std::size_t draw_among(base::Rng& rng, Admitted admitted) const {
    // Drawing again until it is admitted gives the right distribution and is quick, unless nearly all of the
    // weight is shut out: then the admitted ones are walked.
    constexpr int kTries = 32;
    for (int i = 0; i < kTries; ++i) {
      const std::size_t position = draw(rng);
      if (admitted(position)) return position;
    }
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < upto_.size(); ++i) {
      total += admitted(i) ? weight(i) : 0;
    }
    std::uint64_t drawn = rng.below(total);
    std::size_t position = 0;
    for (;; ++position) {
      if (!admitted(position)) continue;
      if (drawn < weight(position)) return position;
      drawn -= weight(position);
    }
  }

 private:
  [[nodiscard]] std::uint64_t weight(std::size_t i) const {
    return i == 0 ? upto_[0] : upto_[i] - upto_[i - 1];
  }

  std::vector<std::uint64_t> upto_;
};

Pairs make_zipf(const Pattern& pattern, const PatternInput& input) {
  const ZipfTable table{input.to.size(), pattern.exponent_thousandths};
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < input.from.size(); ++i) {
    const Seat& from = input.from[i];
    if (std::none_of(input.to.begin(), input.to.end(),
                     [&](const Seat& to) { return fits(pattern, from, to); })) {
      return refuse("a sender has nobody to send to but itself or, with `across_ports`, its port",
                    "give `to` more endpoints");
    }
    base::Rng rng{base::seed_for(input.seed, "zipf", i)};
    for (std::uint32_t draw = 0; draw < pattern.draws; ++draw) {
      const std::size_t to =
          table.draw_among(rng, [&](std::size_t k) { return fits(pattern, from, input.to[k]); });
      pairs.push_back({.from = from.endpoint, .to = input.to[to].endpoint});
    }
  }
  return pairs;
}

/// An upper bound of the number of pairs, known before any is made.
std::uint64_t pairs_at_most(const Pattern& pattern, const PatternInput& input) {
  const std::uint64_t from = input.from.size();
  switch (pattern.kind) {
    case PatternKind::kAllToAll:
      return from * input.to.size();
    case PatternKind::kIncast:
      return from * pattern.receivers;
    case PatternKind::kZipf:
      return from * pattern.draws;
    case PatternKind::kPairs:
    case PatternKind::kPermutation:
    case PatternKind::kRing:
      break;
  }
  return 2 * from;
}

}  // namespace

base::Result<std::vector<Pair>> make_pairs(const Pattern& pattern, const PatternInput& input) {
  if (input.from.empty() || input.to.empty()) {
    return refuse("there are no endpoints to pair", "give `from` and `to` endpoints");
  }
  if (const std::uint64_t count = pairs_at_most(pattern, input); count > kPairsMax) {
    return refuse(fmt::format("the pattern makes up to {} pairs, at most {} are possible", count, kPairsMax),
                  "take fewer endpoints, or a sparser pattern");
  }
  switch (pattern.kind) {
    case PatternKind::kPairs:
      return make_one_to_one(pattern, input);
    case PatternKind::kPermutation:
      return make_permutation(pattern, input);
    case PatternKind::kIncast:
      return make_incast(pattern, input);
    case PatternKind::kAllToAll:
      return make_all_to_all(pattern, input);
    case PatternKind::kRing:
      return make_ring(pattern, input);
    case PatternKind::kZipf:
      return make_zipf(pattern, input);
  }
  return refuse("an unknown pattern", "");
}

}  // namespace workload
