#include "run/cable_filter.hpp"

#include "base/rng.hpp"

#include <algorithm>

namespace run {
namespace {

impair::Flip flip_of(const profile::Impairment& asked) {
  using profile::CorruptPlace;
  switch (asked.where) {
    case CorruptPlace::kTag:
      return {.anchor = impair::Anchor::kPayload, .offset = 9, .mask = 0x10};
    case CorruptPlace::kDestinationQp:
      return {.anchor = impair::Anchor::kBth, .offset = 7, .mask = 0x01};
    case CorruptPlace::kPsn:
      return {.anchor = impair::Anchor::kBth, .offset = 11, .mask = 0x01};
    case CorruptPlace::kIcrc:
      return {.anchor = impair::Anchor::kIcrc, .offset = 1, .mask = 0x80};
    case CorruptPlace::kPayload:
    case CorruptPlace::kAnywhere:
      return {.anchor = impair::Anchor::kPayload, .offset = 24, .mask = 0x04};
  }
  return {};
}

impair::Action action_of(const profile::Impairment& asked) {
  using profile::ImpairKind;
  switch (asked.kind) {
    case ImpairKind::kLose:
      return impair::Lose{};
    case ImpairKind::kDuplicate:
      return impair::Duplicate{};
    case ImpairKind::kReorder:
      return impair::Reorder{.by = asked.distance};
    case ImpairKind::kCorrupt:
      if (asked.where == profile::CorruptPlace::kAnywhere) return impair::Corrupt{.random_bits = 1};
      return impair::Corrupt{.flips = {flip_of(asked)}};
    case ImpairKind::kMarkCe:
      return impair::MarkCe{};
    case ImpairKind::kRewriteDscp:
      return impair::RewriteDscp{.dscp = asked.dscp};
    case ImpairKind::kDelay:
      return impair::Delay{.fixed = asked.delay, .jitter = asked.jitter};
  }
  return impair::Lose{};
}

/// One entry of the testbed may be several faults: `nth` names single frames.
void add_faults(const profile::Impairment& asked, std::vector<impair::Fault>& faults) {
  impair::Fault fault{.match = {.any_frame = !asked.roce_only}, .action = action_of(asked)};
  if (asked.limit != 0) fault.choose.count = asked.limit;
  fault.choose.after = base::Time{} + asked.after;
  if (asked.until) fault.choose.until = base::Time{} + *asked.until;
  if (asked.every != 0) {
    fault.choose.first = fault.choose.every = asked.every;
    faults.push_back(fault);
  }
  if (asked.ppm != 0) {
    fault.choose.parts_per_million = asked.ppm;
    faults.push_back(fault);
  }
  for (const std::uint64_t nth : asked.nth) {
    fault.choose.first = nth;
    fault.choose.count = 1;
    faults.push_back(fault);
  }
}

}  // namespace

base::Result<std::unique_ptr<CableFilter>> CableFilter::make(const profile::Cable& cable,
                                                             std::uint64_t seed) {
  std::array<impair::Options, 2> options;
  for (std::size_t from = 0; from < 2; ++from) {
    options[from].seed = base::seed_for(seed, "cable", from);
    const std::uint32_t port = from == 0 ? cable.a : cable.b;
    for (const profile::Impairment& asked : cable.impair) {
      if (!asked.from_port || *asked.from_port == port) add_faults(asked, options[from].faults);
    }
  }
  return of(std::move(options));
}

base::Result<std::unique_ptr<CableFilter>> CableFilter::of(std::array<impair::Options, 2> options) {
  auto first = impair::Impairer::create(std::move(options[0]));
  if (!first) return tl::unexpected(std::move(first).error());
  auto second = impair::Impairer::create(std::move(options[1]));
  if (!second) return tl::unexpected(std::move(second).error());
  return std::unique_ptr<CableFilter>{new CableFilter{std::move(*first), std::move(*second)}};
}

void CableFilter::offer(base::Time now, std::size_t from, std::span<const std::byte> frame) {
  for (impair::Out& out : impairers_[from].offer(now, {frame.begin(), frame.end()})) {
    if (!out.bad_fcs) offered_[from].push_back(std::move(out.frame));
  }
}

std::span<const std::vector<std::byte>> CableFilter::due(base::Time now, std::size_t from) {
  out_.clear();
  std::swap(out_, offered_[from]);
  if (impairers_[from].next_release() <= now) {
    for (impair::Out& out : impairers_[from].release(now)) {
      if (!out.bad_fcs) out_.push_back(std::move(out.frame));
    }
  }
  return out_;
}

}  // namespace run
