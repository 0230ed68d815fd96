#include "impair/impairer.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <limits>

namespace impair {
namespace {

/// Frames that are not RoCEv2 share a flow of their own.
constexpr std::uint64_t kFlowOfOthers = std::numeric_limits<std::uint64_t>::max();

std::uint64_t flow_key(const Identity& identity) {
  return identity.roce ? identity.flow : kFlowOfOthers;
}

bool matches(const Match& match, const Identity& identity) {
  if (!identity.roce) return match.any_frame;
  return (!match.flow || *match.flow == identity.flow) &&
         (!match.destination_qp || *match.destination_qp == identity.destination_qp) &&
         (!match.opcode || *match.opcode == identity.opcode) &&
         (!match.psn || match.psn->holds(identity.psn));
}

}  // namespace

base::Result<Impairer> Impairer::create(Options options) {
  if (auto checked = check(options.faults); !checked) return tl::unexpected(std::move(checked).error());
  return Impairer{std::move(options)};
}

Impairer::Impairer(Options options)
    : faults_{std::move(options.faults)}, flow_of_{options.flow_of}, events_max_{options.events_max} {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    rngs_.emplace_back(base::seed_for(options.seed, "impair fault", i));
  }
  record_.faults.resize(faults_.size());
}

std::vector<Out> Impairer::offer(base::Time now, Frame frame) {
  std::vector<Out> out;
  leave_until(now, out);

  Passage passage{.now = now, .index = record_.offered++, .identified = identify(frame, flow_of_)};
  passage.copies.push_back({.out = {.frame = std::move(frame), .index = passage.index}, .due = now});
  for (std::size_t i = 0; i < faults_.size() && !passage.copies.empty(); ++i) {
    if (chooses(i, passage)) apply(i, passage);
  }
  enter(std::move(passage));
  leave_until(now, out);
  return out;
}

bool Impairer::chooses(std::size_t fault, const Passage& passage) {
  if (!matches(faults_[fault].match, passage.identified.identity)) return false;
  const Choose& choose = faults_[fault].choose;
  FaultCounts& counts = record_.faults[fault];
  ++counts.matched;
  if (counts.matched < choose.first || (counts.matched - choose.first) % choose.every != 0) return false;
  if (passage.now < choose.after || passage.now >= choose.until) return false;
  if (counts.applied + counts.not_applicable >= choose.count) return false;
  return rngs_[fault].one_in_ppm(choose.parts_per_million);
}

void Impairer::apply(std::size_t fault, Passage& passage) {
  const Amount amount =
      std::visit([&](const auto& action) { return act(action, fault, passage); }, faults_[fault].action);
  if (!amount) {
    ++record_.faults[fault].not_applicable;
    return;
  }
  ++record_.faults[fault].applied;
  keep_event(fault, passage, *amount);
}

void Impairer::keep_event(std::size_t fault, const Passage& passage, std::uint64_t amount) {
  if (record_.events.size() >= events_max_) {
    ++record_.events_beyond;
    return;
  }
  record_.events.push_back({.frame = passage.index,
                            .fault = fault,
                            .time = passage.now,
                            .identity = passage.identified.identity,
                            .amount = amount});
}

base::Time Impairer::next_release() const {
  return waiting_.empty() ? base::Time::never() : waiting_.begin()->first.first;
}

std::vector<Out> Impairer::release(base::Time now) {
  std::vector<Out> out;
  leave_until(now, out);
  return out;
}

std::vector<Out> Impairer::drain() {
  return release(base::Time::never());
}

void Impairer::enter(Passage passage) {
  const std::uint64_t flow = flow_key(passage.identified.identity);
  for (Copy& copy : passage.copies) {
    const bool held = passage.reorder_by != 0;
    const Key key{held ? copy.due + passage.held_at_most : copy.due, entries_++};
    const std::size_t event = copy.out.copy == 0 ? passage.reorder_event : kNoEvent;
    waiting_.emplace(key, Waiting{.out = std::move(copy.out),
                                  .flow = flow,
                                  .earliest = copy.due,
                                  .awaited = passage.reorder_by,
                                  .event = event});
    if (held) held_[flow].push_back(key);
  }
}

void Impairer::leave_until(base::Time now, std::vector<Out>& out) {
  while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
    leave(waiting_.begin()->first, now, out);
  }
}

void Impairer::leave(Key key, base::Time now, std::vector<Out>& out) {
  auto node = waiting_.extract(key);
  CHECK(!node.empty(), "a frame leaves the impairer twice");
  Waiting& leaving = node.mapped();
  if (auto held = held_.find(leaving.flow); held != held_.end()) {
    std::erase(held->second, key);
    if (held->second.empty()) held_.erase(held);
  }
  if (leaving.event != kNoEvent) record_.events[leaving.event].amount = leaving.passed;
  const std::uint64_t index = leaving.out.index;
  const bool is_copy = leaving.out.copy != 0;
  out.push_back(std::move(leaving.out));
  ++record_.left;
  if (is_copy) return;

  for (const Key& released : no_longer_held(leaving.flow, index)) {
    auto waiting = waiting_.extract(released);
    if (waiting.empty()) continue;  // it left with another one
    const Key due{waiting.mapped().earliest, entries_++};
    waiting.key() = due;
    waiting_.insert(std::move(waiting));
    if (due.first <= now) leave(due, now, out);
  }
}

/// Counts the passing of frame `index`; gives those whose wait it ended.
std::vector<Impairer::Key> Impairer::no_longer_held(std::uint64_t flow, std::uint64_t index) {
  std::vector<Key> done;
  const auto held = held_.find(flow);
  if (held == held_.end()) return done;
  std::erase_if(held->second, [&](const Key& key) {
    Waiting& waiting = waiting_.at(key);
    if (waiting.out.index >= index) return false;
    ++waiting.passed;
    if (--waiting.awaited > 0) return false;
    done.push_back(key);
    return true;
  });
  if (held->second.empty()) held_.erase(held);
  return done;
}

}  // namespace impair
