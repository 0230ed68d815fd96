#include "inspect/psn_account.hpp"

#include "roce/opcode.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace inspect {
namespace {

constexpr std::array<std::uint32_t, 5> kMtus{256, 512, 1024, 2048, 4096};
constexpr std::uint32_t kMtuUnknown = 0;
/// A READ this short has one response packet whatever the MTU.
constexpr std::uint32_t kReadOfOnePacketMax = kMtus.front();
/// Requests kept back for want of an MTU; then the likeliest is taken.
constexpr std::size_t kKeptBackMax = 65'536;
/// A message that begins further off begins a new connection on a reused queue pair, whose first PSN is
/// random.
constexpr std::int64_t kRestartDistance = 65'536;
/// Unwrapped PSNs begin one turn of the circle above 0, so that what precedes the first has a number too.
constexpr std::uint64_t kFirstTurn = std::uint64_t{1} << 24;
/// As many PSNs of one READ are looked at one by one: the tracker's window.
constexpr std::uint64_t kSpanMax = 4096;
constexpr std::size_t kEndsWithoutSizeMax = 64;

bool is_read(std::uint8_t opcode) {
  return roce::operation_of(opcode) == roce::Operation::kReadRequest;
}

/// How many PSNs a request takes.
std::uint64_t psns_of(const Request& request, std::uint32_t mtu) {
  if (!is_read(request.opcode) || request.dma_length <= kReadOfOnePacketMax) return 1;
  return (std::uint64_t{request.dma_length} + mtu - 1) / mtu;
}

bool carries_message(std::uint8_t opcode) {
  const roce::OpcodeInfo& info = roce::opcode_info(opcode);
  return info.payload != roce::PayloadRule::kEmpty && info.payload != roce::PayloadRule::kEight;
}

bool is_write(std::uint8_t opcode) {
  const auto operation = roce::operation_of(opcode);
  return operation >= roce::Operation::kWriteFirst && operation <= roce::Operation::kWriteOnlyImm;
}

}  // namespace

std::optional<measure::FlowSequence> Sequences::begin(std::uint64_t first) {
  if (left_ == 0) return std::nullopt;
  --left_;
  return measure::SequenceTracker::begin(first);
}

void MessageAccount::take(const Request& request, bool is_first_copy, std::uint64_t missing) {
  if (!carries_message(request.opcode)) return;
  const roce::OpcodeInfo& info = roce::opcode_info(request.opcode);
  if (beginning_ && missing >= 2) beginning_->two_lost_since = true;
  if (info.begins()) {
    beginning_ = Beginning{.psn = request.psn,
                           .opcode = request.opcode,
                           .payload_bytes = request.payload_bytes,
                           .dma_length = request.dma_length};
  }
  if (info.ends()) {
    end(request, is_first_copy);
    beginning_.reset();
  }
}

void MessageAccount::end(const Request& request, bool is_first_copy) {
  const auto size = size_of(request);
  if (is_first_copy) {
    ++report_.complete;
    if (size) {
      report_.bytes.add(static_cast<std::int64_t>(*size));
      return;
    }
    ++report_.size_unknown;
    ends_without_size_.push_back(request.psn.value());
    if (ends_without_size_.size() > kEndsWithoutSizeMax) ends_without_size_.pop_front();
    return;
  }
  const auto known = std::find(ends_without_size_.begin(), ends_without_size_.end(), request.psn.value());
  if (!size || known == ends_without_size_.end()) return;
  ends_without_size_.erase(known);
  --report_.size_unknown;
  report_.bytes.add(static_cast<std::int64_t>(*size));
}

/// Each packet but the last carries as much as the first.
std::optional<std::uint64_t> MessageAccount::size_of(const Request& last) const {
  if (!beginning_ || is_write(beginning_->opcode) != is_write(last.opcode)) return std::nullopt;
  const std::int32_t packets_before = roce::distance(beginning_->psn, last.psn);
  if (packets_before < 0) return std::nullopt;
  const std::uint64_t size =
      std::uint64_t{beginning_->payload_bytes} * static_cast<std::uint64_t>(packets_before) +
      last.payload_bytes;
  const bool is_certain =
      is_write(last.opcode) ? size == beginning_->dma_length : !beginning_->two_lost_since;
  return is_certain ? std::optional{size} : std::nullopt;
}

void PsnAccount::take(const Request& request, std::optional<std::uint32_t> mtu, Sequences& sequences) {
  if (mtu && !kept_back_.empty()) follow_kept_back(mtu, sequences);
  if (!mtu) mtu = report_.mtu_assumed;
  const bool needs_mtu = is_read(request.opcode) && request.dma_length > kReadOfOnePacketMax;
  if (mtu || (kept_back_.empty() && !needs_mtu)) {
    follow(request, mtu.value_or(kMtuUnknown), sequences);
    return;
  }
  kept_back_.push_back(request);
  if (kept_back_.size() >= kKeptBackMax) follow_kept_back(std::nullopt, sequences);
}

void PsnAccount::follow_kept_back(std::optional<std::uint32_t> mtu, Sequences& sequences) {
  if (!mtu) {
    report_.mtu_assumed = likeliest_mtu();
    mtu = report_.mtu_assumed;
  }
  for (const Request& request : kept_back_) {
    follow(request, *mtu, sequences);
  }
  kept_back_.clear();
}

/// The one under which most requests follow right upon the one before; of equals the largest.
std::uint32_t PsnAccount::likeliest_mtu() const {
  std::uint32_t best = kMtus.back();
  std::size_t fewest_breaks = std::numeric_limits<std::size_t>::max();
  for (const std::uint32_t mtu : kMtus) {
    std::size_t breaks = 0;
    for (std::size_t i = 1; i < kept_back_.size(); ++i) {
      const auto expected =
          kept_back_[i - 1].psn + static_cast<std::uint32_t>(psns_of(kept_back_[i - 1], mtu));
      breaks += kept_back_[i].psn == expected ? 0 : 1;
    }
    if (breaks <= fewest_breaks) {
      fewest_breaks = breaks;
      best = mtu;
    }
  }
  return best;
}

bool PsnAccount::starts_anew(const Request& request) const {
  if (!roce::opcode_info(request.opcode).begins()) return false;
  const roce::Psn expected{static_cast<std::uint32_t>(sequence_->next_expected & roce::kPsnMask)};
  const std::int64_t distance = roce::distance(expected, request.psn);
  return distance > kRestartDistance || distance < -kRestartDistance;
}

void PsnAccount::begin(const Request& request, Sequences& sequences) {
  sequence_ = sequences.begin(kFirstTurn | request.psn.value());
}

void PsnAccount::follow(const Request& request, std::uint32_t mtu, Sequences& sequences) {
  if (!report_.followed) {
    report_.followed = true;
    report_.first = request.psn.value();
    begin(request, sequences);
  } else if (sequence_ && starts_anew(request)) {
    settle(sequences);
    ++report_.restarts;
    begin(request, sequences);
  }
  if (!sequence_) {
    ++report_.unfollowed;
    return;
  }
  const std::uint64_t sequence = measure::extend_sequence<24>(sequence_->next_expected, request.psn.value());
  const measure::Arrival arrival = sequences.arrive(*sequence_, sequence, request.time);
  if (const std::uint64_t psns = psns_of(request, mtu); psns > 1) {
    take_span(sequence, psns, request.time, sequences);
  }
  count(arrival.kind);
  messages_.take(request, arrival.is_first_copy(), arrival.missing);
}

void PsnAccount::count(measure::ArrivalKind kind) {
  using enum measure::ArrivalKind;
  switch (kind) {
    case kGap:
      ++report_.gaps;
      return;
    case kReordered:
      ++report_.reordered;
      return;
    case kDuplicate:
      ++report_.duplicates;
      return;
    case kBeyondWindow:
      ++report_.beyond_window;
      return;
    case kBeforeFirst:
      ++report_.before_first;
      return;
    case kInOrder:
    case kAfterDrain:  // not from `arrive`
      return;
  }
}

/// The PSNs of a READ behind its own: those already passed one by one, for they may fill a gap; the others
/// are as many arrivals in order.
void PsnAccount::take_span(std::uint64_t sequence, std::uint64_t psns, base::Time time,
                           Sequences& sequences) {
  const std::uint64_t end = sequence + psns;
  const std::uint64_t passed = std::min({end, sequence_->next_expected, sequence + kSpanMax});
  for (std::uint64_t next = sequence + 1; next < passed; ++next) {
    sequences.arrive(*sequence_, next, time);
  }
  sequence_->next_expected = std::max(sequence_->next_expected, end);
}

/// Adds what the tracker knows of the sequence that ends.
void PsnAccount::settle(const Sequences& sequences) {
  const measure::SequenceCounts counts = sequences.counts(*sequence_);
  const std::uint64_t unsure = std::min(counts.missing, counts.beyond_window_first_at_most);
  report_.missing += {.low = counts.missing - unsure, .high = counts.missing};
  if (counts.extent.count > 0) {
    report_.reordered_extent_max = std::max(report_.reordered_extent_max, counts.extent.max);
  }
  report_.highest = static_cast<std::uint32_t>((sequence_->next_expected - 1) & roce::kPsnMask);
}

void PsnAccount::finish(std::optional<std::uint32_t> mtu, Sequences& sequences, FlowReport& report) {
  if (!kept_back_.empty()) follow_kept_back(mtu, sequences);
  if (sequence_) settle(sequences);
  report.psn = report_;
  report.messages = messages_.report();
}

}  // namespace inspect
