/// \file
/// Does faults to a stream of frames: loses, duplicates, reorders, corrupts, marks, rewrites, delays, and
/// keeps an exact record of it.
///
///     auto impairer = impair::Impairer::create({.faults = {lose, mark}, .seed = 7});
///     for (auto& out : impairer->offer(now, std::move(frame))) send(out.frame);
///     // when impairer->next_release() has come:
///     for (auto& out : impairer->release(now)) send(out.frame);
///
/// The same frames, times, faults and seed give the same result. Each fault draws from a stream of its own,
/// so that one more fault does not change what the others choose. Several faults may meet one frame: they are
/// done in the order given, each to all copies there are by then; which frames they are for is decided by the
/// frame as it arrived. A lost frame is offered to no further fault. Cost: a parse, and for what stays inside
/// an ordered queue. Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/time.hpp"
#include "impair/fault.hpp"
#include "impair/identity.hpp"
#include "impair/record.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace impair {

using Frame = std::vector<std::byte>;

/// A frame that leaves.
struct Out {
  Frame frame;
  std::uint64_t index = 0;  ///< of arrival, from 0
  std::uint32_t copy = 0;   ///< 0: the frame itself
  bool bad_fcs = false;     ///< a real receiver's MAC would drop it
};

struct Options {
  std::vector<Fault> faults;
  std::uint64_t seed = 1;
  FlowOf flow_of = nullptr;
  std::size_t events_max = std::size_t{1} << 20;
};

class Impairer {
 public:
  /// Fails where check(options.faults) does.
  [[nodiscard]] static base::Result<Impairer> create(Options options);

  /// A frame arrives. Returns what leaves at `now`: first what was due by then, then the frame if nothing
  /// holds it, then whom it let go. `now` never goes back.
  [[nodiscard]] std::vector<Out> offer(base::Time now, Frame frame);
  /// When something inside is due; never() if nothing is.
  [[nodiscard]] base::Time next_release() const;
  /// What is due by `now`, in order of its time.
  [[nodiscard]] std::vector<Out> release(base::Time now);
  /// Everything inside, in order of its time: the end of the stream.
  [[nodiscard]] std::vector<Out> drain();

  [[nodiscard]] const Record& record() const { return record_; }
  /// Frames and copies that have not left.
  [[nodiscard]] std::uint64_t inside() const { return waiting_.size(); }

 private:
  /// In order of release; the second number keeps the order of entry among equal times.
  using Key = std::pair<base::Time, std::uint64_t>;

  /// One copy of the frame in hand.
  struct Copy {
    Out out;
    base::Time due;
  };
  /// The frame in hand, on its way past the faults.
  struct Passage {
    base::Time now;
    std::uint64_t index = 0;
    Identified identified{};
    std::vector<Copy> copies{};
    std::uint32_t reorder_by = 0;  ///< 0: nothing holds it
    base::Duration held_at_most{};
    std::size_t reorder_event = kNoEvent;
  };
  struct Waiting {
    Out out;
    std::uint64_t flow = 0;
    base::Time earliest{};  ///< when its delays are over
    std::uint32_t awaited =
        0;  ///< later frames of its flow that must leave first; 0: it only waits for its time
    std::uint64_t passed = 0;      ///< later frames of its flow that have left
    std::size_t event = kNoEvent;  ///< whose `amount` is `passed`
  };
  static constexpr std::size_t kNoEvent = static_cast<std::size_t>(-1);
  /// How much was done, or nothing where nothing could be.
  using Amount = std::optional<std::uint64_t>;

  explicit Impairer(Options options);
  [[nodiscard]] bool chooses(std::size_t fault, const Passage& passage);
  void apply(std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const Lose&, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const Duplicate& duplicate, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const Reorder& reorder, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const Corrupt& corruption, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const MarkCe& mark, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const RewriteDscp& rewrite, std::size_t fault, Passage& passage);
  [[nodiscard]] Amount act(const Delay& delay, std::size_t fault, Passage& passage);
  void keep_event(std::size_t fault, const Passage& passage, std::uint64_t amount);

  void enter(Passage passage);
  void leave_until(base::Time now, std::vector<Out>& out);
  /// The frame leaves, and those that awaited it.
  void leave(Key key, base::Time now, std::vector<Out>& out);
  [[nodiscard]] std::vector<Key> no_longer_held(std::uint64_t flow, std::uint64_t index);

  std::vector<Fault> faults_;
  FlowOf flow_of_;
  std::size_t events_max_;
  std::vector<base::Rng> rngs_;                                             ///< one a fault
  std::map<std::pair<std::size_t, std::uint64_t>, base::Time> latest_due_;  ///< by fault and flow
  std::map<Key, Waiting> waiting_;
  std::map<std::uint64_t, std::vector<Key>> held_;  ///< by flow: the frames that await others
  std::uint64_t entries_ = 0;
  Record record_;
};

}  // namespace impair
