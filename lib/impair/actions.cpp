// What each fault does to the frame in hand.
#include "impair/impairer.hpp"

#include "impair/corrupt.hpp"
#include "impair/rewrite.hpp"
#include "wire/ip.hpp"

#include <algorithm>

namespace impair {
namespace {

/// Sets the traffic class of all copies; nothing where they have none, or have it already.
template <class Copies>
std::optional<std::uint64_t> rewrite_class(Copies& copies, const Identified& identified, auto new_class) {
  if (identified.ip_version == 0) return std::nullopt;
  const std::size_t ip = identified.layout.ip;
  const std::uint8_t before = traffic_class_at(copies.front().out.frame, ip);
  const std::uint8_t after = new_class(before);
  if (before == after) return std::nullopt;
  for (auto& copy : copies) {
    set_traffic_class(copy.out.frame, ip, after);
  }
  return before;
}

}  // namespace

Impairer::Amount Impairer::act(const Lose&, std::size_t, Passage& passage) {
  const std::size_t lost = passage.copies.size();
  passage.copies.clear();
  record_.lost += lost;
  return lost;
}

Impairer::Amount Impairer::act(const Duplicate& duplicate, std::size_t, Passage& passage) {
  const Copy original = passage.copies.front();
  base::Time due = original.due;
  for (std::uint32_t i = 0; i < duplicate.copies; ++i) {
    Copy copy = original;
    due += duplicate.gap;
    copy.due = due;
    copy.out.copy = static_cast<std::uint32_t>(passage.copies.size());
    passage.copies.push_back(std::move(copy));
  }
  record_.copies += duplicate.copies;
  return duplicate.copies;
}

/// How many frames pass is known when it leaves. A frame is held once: by the first Reorder that meets it.
Impairer::Amount Impairer::act(const Reorder& reorder, std::size_t, Passage& passage) {
  if (passage.reorder_by != 0) return std::nullopt;
  passage.reorder_by = reorder.by;
  passage.held_at_most = reorder.held_at_most;
  if (record_.events.size() < events_max_) passage.reorder_event = record_.events.size();
  return 0;
}

Impairer::Amount Impairer::act(const Corrupt& corruption, std::size_t fault, Passage& passage) {
  Frame& frame = passage.copies.front().out.frame;
  const std::uint64_t bits = corrupt(frame, corruption, passage.identified, rngs_[fault]);
  if (bits == 0) return std::nullopt;
  for (Copy& copy : passage.copies) {
    copy.out.frame = frame;
    copy.out.bad_fcs = copy.out.bad_fcs || corruption.bad_fcs;
  }
  return bits;
}

Impairer::Amount Impairer::act(const MarkCe& mark, std::size_t, Passage& passage) {
  return rewrite_class(passage.copies, passage.identified, [&](std::uint8_t before) {
    const bool markable = mark.even_not_ect || wire::ecn_of(before) != wire::Ecn::kNotEct;
    return markable ? wire::traffic_class(wire::dscp_of(before), wire::Ecn::kCe) : before;
  });
}

Impairer::Amount Impairer::act(const RewriteDscp& rewrite, std::size_t, Passage& passage) {
  return rewrite_class(passage.copies, passage.identified, [&](std::uint8_t before) {
    return wire::traffic_class(rewrite.dscp, wire::ecn_of(before));
  });
}

Impairer::Amount Impairer::act(const Delay& delay, std::size_t fault, Passage& passage) {
  const auto jitter_ps = static_cast<std::uint64_t>(delay.jitter.ps());
  const auto drawn_ps = jitter_ps == 0 ? 0 : static_cast<std::int64_t>(rngs_[fault].below(jitter_ps + 1));
  const base::Time before = passage.copies.front().due;
  base::Time after = before + delay.fixed + base::Duration{drawn_ps};
  if (delay.keep_order) {
    const auto [latest, is_first] = latest_due_.try_emplace({fault, passage.identified.identity.flow}, after);
    after = std::max(after, latest->second);
    latest->second = after;
  }
  for (Copy& copy : passage.copies) {
    copy.due += after - before;
  }
  return static_cast<std::uint64_t>((after - before).ps());
}

}  // namespace impair
