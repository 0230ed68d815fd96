/// \file
/// What a capture shows, as plain data: `rocestorm analyze` prints it, tests compare it.
///
///     const inspect::Report report = ...;
///     if (report.totals.icrc_bad > 0) ...
///
/// Books that always hold:
///     frames  = packets + the sum of `other` + truncated + malformed
///     packets = icrc_good + icrc_bad + icrc_unchecked = the sum of `by_opcode`
///             = the sum of the flows' packets + packets_beyond_flows
/// A packet with a bad ICRC counts as a packet of the flow that it names, and in nothing else of that flow:
/// its receiver drops it. Thread: plain values.
#pragma once

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "capture/item.hpp"
#include "measure/interval.hpp"
#include "measure/min_max_sum.hpp"
#include "roce/opcode.hpp"
#include "wire/address.hpp"
#include "wire/ip.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace inspect {

/// Where a frame was seen. A frame that passes two places is two frames: they are never mixed in one flow.
struct Place {
  std::uint32_t interface = 0;  ///< index into Report::interfaces
  capture::Direction direction = capture::Direction::kUnknown;

  friend auto operator<=>(const Place&, const Place&) = default;
};

/// What packets of one flow have in common. The UDP source port is not part of it: a sender may change it.
struct FlowKey {
  Place place{};
  wire::IpAddress source{};
  wire::IpAddress destination{};
  std::uint32_t destination_qp = 0;
  roce::Transport transport = roce::Transport::kRc;
  std::uint32_t source_qp = 0;  ///< UD only: other packets do not name it

  friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

/// A flow's requests by their PSN. Responses and acknowledgements carry the other side's PSNs and are not in
/// it.
struct PsnReport {
  bool followed =
      false;  ///< not: the management QP and CNPs, whose PSNs count nothing; opcodes we do not know
  std::uint32_t first = 0;
  std::uint32_t highest = 0;
  std::uint64_t gaps = 0;        ///< times that a PSN was ahead of the expected one
  measure::Interval missing;     ///< PSNs skipped that never came: lost before this place, or not captured
  std::uint64_t duplicates = 0;  ///< packets whose PSN had been seen: retransmissions and copies
  std::uint64_t reordered = 0;  ///< RFC 4737: first copies below the expected PSN, retransmissions among them
  std::int64_t reordered_extent_max = 0;  ///< in PSNs
  std::uint64_t before_first = 0;         ///< packets below the PSN that the flow was first seen with
  std::uint64_t beyond_window = 0;        ///< packets over 4096 PSNs late: duplicates or first copies
  std::uint64_t restarts = 0;    ///< times that a message began too far off to be a gap: a new connection
  std::uint64_t unfollowed = 0;  ///< packets not followed, because the capture has too many flows
  /// READ requests stand for as many PSNs as their response has packets; no packet told the MTU, so it is the
  /// one that leaves fewest gaps.
  std::optional<std::uint32_t> mtu_assumed;
};

/// Messages whose last packet was seen, each counted once.
struct MessagesReport {
  std::uint64_t complete = 0;
  std::uint64_t size_unknown = 0;  ///< of those, how many whose beginning was not seen
  measure::MinMaxSum bytes;        ///< of the others
};

struct FlowReport {
  FlowKey key{};
  std::uint64_t packets = 0;
  std::uint64_t icrc_good = 0;
  std::uint64_t icrc_bad = 0;
  std::uint64_t icrc_unchecked = 0;  ///< cut short in the capture; believed in all other counts
  std::map<std::string, std::uint64_t> by_opcode;
  std::map<std::string, std::uint64_t> naks;  ///< by what they say: "PSN sequence", "RNR", ...
  std::array<std::uint64_t, wire::kEcnCodepoints> ecn{};
  std::map<std::uint8_t, std::uint64_t> dscp;
  std::set<std::uint16_t> udp_source_ports;
  std::uint64_t fecn = 0;
  std::uint64_t becn = 0;
  base::Bytes layer2_bytes;   ///< with FCS and MAC padding
  base::Bytes payload_bytes;  ///< without pad, retransmissions included
  PsnReport psn;
  MessagesReport messages;               ///< SENDs and WRITEs
  MessagesReport read_responses;         ///< answered READs, and what of them was answered again
  std::uint64_t read_response_gaps = 0;  ///< packets missing within responses
  std::optional<base::Duration> first;   ///< since Totals::start; nothing where records have no time
  std::optional<base::Duration> last;
  /// All packets' layer 2 bits but the first packet's, over the time from first to last.
  std::optional<base::BitsPerSec> rate_layer2;
};

struct Totals {
  std::uint64_t frames = 0;   ///< records in the file
  std::uint64_t packets = 0;  ///< RoCEv2 packets
  std::uint64_t icrc_good = 0;
  std::uint64_t icrc_bad = 0;
  std::uint64_t icrc_unchecked = 0;
  std::map<std::string, std::uint64_t> by_opcode;  ///< "RC WRITE_FIRST", "RC NAK PSN sequence", "CNP", ...
  std::map<std::string, std::uint64_t> other;      ///< by kind: "arp", "tcp", ...
  std::uint64_t truncated = 0;                     ///< cut short in the capture before the headers' end
  std::uint64_t malformed = 0;                     ///< lengths or versions contradict the frame
  std::uint64_t cnps = 0;
  std::map<std::string, std::uint64_t> naks;
  std::array<std::uint64_t, wire::kEcnCodepoints> ecn{};  ///< of RoCEv2 packets with a good ICRC
  std::optional<capture::Stamp> start;                    ///< the earliest time of a record
  std::optional<base::Duration> duration;
  std::uint64_t packets_beyond_flows = 0;  ///< of flows beyond Options::flows_max: counted here alone
};

struct InterfaceReport {
  std::string name;
  capture::LinkType link_type = capture::LinkType::kEthernet;
  std::uint64_t frames = 0;
};

struct Report {
  std::string file;
  std::vector<InterfaceReport> interfaces;
  Totals totals;
  std::vector<FlowReport> flows;     ///< in the order of their keys
  std::optional<base::Error> fault;  ///< why reading ended early; all above is what precedes
};

}  // namespace inspect
