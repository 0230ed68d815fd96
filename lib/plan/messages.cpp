#include "plan/draft.hpp"
#include "workload/message_size.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace plan {
namespace {

/// A probe tag, frame::kTagBytes, which plan may not include: frame stands above it. tests/plan compares
/// them.
constexpr std::uint32_t kTagBytes = 24;
/// 2^12 sizes, equally likely: a share of 1/4096 of the messages each, so P99.9 of a distribution is kept.
constexpr int kSizeBits = 12;

std::vector<std::uint32_t> drawn_sizes(const workload::SizeSource& source) {
  std::vector<std::uint32_t> sizes;
  sizes.reserve(std::size_t{1} << kSizeBits);
  for (std::uint64_t i = 0; i < (1U << kSizeBits); ++i) {
    sizes.push_back(static_cast<std::uint32_t>(source.at_quantile((2 * i + 1) << (63 - kSizeBits))));
  }
  return sizes;
}

/// The least payload of any packet: of whole messages, and of the one that `end.bytes` cuts short.
std::uint32_t payload_min(const profile::Traffic& asked, const std::vector<std::uint32_t>& sizes,
                          std::uint32_t of_whole_messages) {
  if (!asked.end.bytes) return of_whole_messages;
  if (sizes.size() > 1) return 0;  // what is left for the last message is not known before
  const std::uint64_t rest = sizes.front() == 0 ? 0 : *asked.end.bytes % sizes.front();
  if (rest == 0) return of_whole_messages;
  return std::min(of_whole_messages, static_cast<std::uint32_t>(last_payload_of(rest, asked.path_mtu)));
}

wire::PayloadSource primed_source(profile::PayloadSource source) {
  switch (source) {
    case profile::PayloadSource::kZeros:
      return wire::PayloadSource::kZeros;
    case profile::PayloadSource::kOnes:
      return wire::PayloadSource::kOnes;
    case profile::PayloadSource::kCounter:
      return wire::PayloadSource::kCounter;
    case profile::PayloadSource::kRandom:
      return wire::PayloadSource::kRandom;
    case profile::PayloadSource::kGenerated:
      break;
  }
  return wire::PayloadSource::kFree;
}

}  // namespace

void plan_messages(Draft& draft, TrafficId id) {
  const profile::Traffic& asked = draft.plan.profile.traffic[id];
  Traffic& traffic = draft.plan.traffic[id];
  traffic.source = primed_source(asked.payload);
  const workload::SizeSource source{asked.message_size};
  const bool one_size = source.shortest() == source.longest();
  std::vector<std::uint32_t> sizes{static_cast<std::uint32_t>(source.longest())};
  if (!one_size) sizes = drawn_sizes(source);
  for (std::size_t form = 0; form < kHeaderForms; ++form) {
    draft.traffic[id].totals[form] = message_totals(asked, header_form(form), sizes);
  }
  const bool is_read = asked.verb == profile::Verb::kRead;
  const std::uint32_t least = payload_min(asked, sizes, draft.traffic[id].totals[0].payload_bytes_min);
  traffic.account = !is_read && least >= kTagBytes ? Account::kTag : Account::kPsn;
  if (one_size) {
    traffic.psns_per_message = static_cast<std::uint32_t>(roce::packets_of(sizes.front(), asked.path_mtu));
  }
  if (asked.message_size.kind != workload::SizeKind::kFixed) traffic.sizes = std::move(sizes);
}

}  // namespace plan
