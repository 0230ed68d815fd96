/// \file
/// What left an impaired cable, frame by frame, and what a receiver must say of it: worked out by the letter
/// of docs/measuring.md, slowly, from lists. Shares no code with lib/measure.
///
///     test::Tap tap{filter};                            // stands before the CableFilter
///     const test::Expected expected = test::expect_of(tap.delivered[0], sent_of_flow);
#pragma once

#include "frame/probe_tag.hpp"
#include "plan/plan.hpp"
#include "port/workers.hpp"
#include "roce/icrc.hpp"
#include "roce/packet.hpp"
#include "wire/parse.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace test {

/// One frame as it left the cable.
struct Delivered {
  base::Time at;
  std::uint32_t destination_qp = 0;
  std::optional<frame::ProbeTag> tag;  ///< none: damaged
  wire::Ecn ecn = wire::Ecn::kNotEct;
  std::uint8_t dscp = 0;
  bool icrc_good = false;
};

/// Looks at what passes a filter, changes nothing.
class Tap final : public port::FrameFilter {
 public:
  explicit Tap(port::FrameFilter& inner) : inner_{inner} {}

  void offer(base::Time now, std::size_t from, std::span<const std::byte> frame) override {
    const wire::ParsedFrame parsed = wire::parse(frame, base::FrameBytes{frame.size()});
    offered += parsed.kind == wire::FrameKind::kRoce ? 1 : 0;
    inner_.offer(now, from, frame);
  }
  std::span<const std::vector<std::byte>> due(base::Time now, std::size_t from) override {
    const auto frames = inner_.due(now, from);
    for (const std::vector<std::byte>& frame : frames)
      look_at(now, from, frame);
    return frames;
  }

  std::uint64_t offered = 0;                        ///< RoCEv2 frames that came to the cable
  std::array<std::vector<Delivered>, 2> delivered;  ///< by the end that the frames came from

 private:
  void look_at(base::Time now, std::size_t from, std::span<const std::byte> frame) {
    const wire::ParsedFrame parsed = wire::parse(frame, base::FrameBytes{frame.size()});
    if (parsed.kind != wire::FrameKind::kRoce) return;
    const auto datagram = frame.subspan(parsed.payload_offset, parsed.payload_length);
    const roce::ParsedRoce packet = roce::parse(datagram, parsed.payload_length);
    Delivered seen{
        .at = now, .destination_qp = packet.destination_qpn, .ecn = parsed.ecn(), .dscp = parsed.dscp()};
    if (packet.payload_length >= frame::kTagBytes)
      seen.tag = frame::read_tag(frame::load_tag_words(datagram.data() + packet.payload_offset));
    const auto ip =
        frame.subspan(parsed.ip_offset, parsed.payload_offset + parsed.payload_length - parsed.ip_offset);
    seen.icrc_good = roce::icrc_good(ip);  // unit_roce holds it against a slow twin
    delivered[from].push_back(seen);
  }

  port::FrameFilter& inner_;
};

/// What a receiver must say of one flow.
struct Expected {
  std::uint64_t received = 0;  ///< first copies
  std::uint64_t lost = 0;
  std::uint64_t lost_tail = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;
  std::uint64_t extent_max = 0;
  std::map<std::size_t, std::uint64_t> extents;
  std::uint64_t corrupt = 0;        ///< all copies, with a readable tag
  std::uint64_t corrupt_first = 0;  ///< of these, first copies
  std::uint64_t ce = 0;             ///< good first copies
  std::uint64_t dscp_changed = 0;
  std::vector<std::int64_t> latency_ps;  ///< to the moment at which they left the cable; ascending
};

/// Of a flow's frames with readable tags, in order. `sent`: sequence numbers given out.
[[nodiscard]] inline Expected expect_of(const std::vector<Delivered>& frames, std::uint64_t sent,
                                        std::uint8_t dscp) {
  Expected expected;
  std::vector<std::uint64_t> firsts;
  std::set<std::uint64_t> seen;
  std::uint64_t highest_plus_one = 0;
  for (const Delivered& frame : frames) {
    const std::uint64_t number = frame.tag->sequence;
    expected.corrupt += frame.icrc_good ? 0 : 1;
    if (!seen.insert(number).second) {
      ++expected.duplicates;
      continue;
    }
    firsts.push_back(number);
    if (number < highest_plus_one) {
      ++expected.reordered;
      // RFC 4737: the smallest j with s[j] > s[i].
      std::size_t j = 0;
      while (firsts[j] <= number)
        ++j;
      const std::size_t extent = firsts.size() - 1 - j;
      ++expected.extents[extent];
      expected.extent_max = std::max<std::uint64_t>(expected.extent_max, extent);
    }
    highest_plus_one = std::max(highest_plus_one, number + 1);
    if (!frame.icrc_good) {
      ++expected.corrupt_first;
      continue;
    }
    expected.ce += frame.ecn == wire::Ecn::kCe ? 1 : 0;
    expected.dscp_changed += frame.dscp != dscp ? 1 : 0;
    expected.latency_ps.push_back((frame.at - frame.tag->sent_at).ps());
  }
  expected.received = seen.size();
  expected.lost = sent - seen.size();
  expected.lost_tail = sent - highest_plus_one;
  std::sort(expected.latency_ps.begin(), expected.latency_ps.end());
  return expected;
}

}  // namespace test
