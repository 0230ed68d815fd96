/// \file
/// A cable of our own that does what its `impair` list in the testbed says, and keeps the exact record.
///
///     auto filter = run::CableFilter::make(plan.testbed.cables[0], plan.seed);
///     // as port::FrameFilter: offer(now, from, bytes), due(now, from)
///     filter->record(0).faults[0].applied
///
/// Each direction has an impairer of its own. Times `after` and `until` count from the run's start, as all of
/// its times do. Cost: a copy of every frame: it is for tests and trials. Thread: one lcore; `record` after
/// the run.
#pragma once

#include "base/error.hpp"
#include "impair/impairer.hpp"
#include "plan/plan.hpp"
#include "port/workers.hpp"

#include <array>
#include <memory>
#include <vector>

namespace run {

class CableFilter final : public port::FrameFilter {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<CableFilter>> make(const profile::Cable& cable,
                                                                       std::uint64_t seed);
  /// Faults that no testbed can name: [0] is done to what comes from the cable's first port, [1] from its
  /// second.
  [[nodiscard]] static base::Result<std::unique_ptr<CableFilter>> of(std::array<impair::Options, 2> options);

  void offer(base::Time now, std::size_t from, std::span<const std::byte> frame) override;
  std::span<const std::vector<std::byte>> due(base::Time now, std::size_t from) override;

  /// Of the frames that came from end `from` (0: the cable's first port).
  [[nodiscard]] const impair::Record& record(std::size_t from) const { return impairers_[from].record(); }
  /// Frames from that end that have not left.
  [[nodiscard]] std::uint64_t inside(std::size_t from) const {
    return impairers_[from].inside() + offered_[from].size();
  }

 private:
  CableFilter(impair::Impairer first, impair::Impairer second)
      : impairers_{std::move(first), std::move(second)} {}

  std::array<impair::Impairer, 2> impairers_;
  std::array<std::vector<std::vector<std::byte>>, 2> offered_;  ///< what left on arrival
  std::vector<std::vector<std::byte>> out_;
};

}  // namespace run
