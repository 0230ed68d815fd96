/// \file
/// A profile: what to send and what to expect, checked and immutable, in base units.
///
///     auto loaded = profile::load({.profile_file = "profiles/incast.toml"});
///     for (const profile::Traffic& traffic : loaded->profile.traffic) ...
///
/// Every default is filled in. Names are resolved to indices into the vectors here; what depends on the
/// testbed (ports, speeds, addresses) is for `plan`. The keys' names, units, defaults and limits stand in
/// lib/profile/keys_*.cpp, from which docs/profile-reference.md is made; a member has its key's name unless
/// said. Cost: set-up only. Thread: immutable after loading.
#pragma once

#include "base/address.hpp"
#include "base/time.hpp"
#include "profile/metric.hpp"
#include "profile/place.hpp"
#include "workload/message_size.hpp"
#include "workload/pattern.hpp"
#include "workload/shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace profile {

/// Which received frames have their ICRC computed: one in `one_in`; 0: none, 1: all.
struct IcrcCheck {
  std::uint32_t one_in = 1;
};

/// `[test]`.
struct Test {
  Places places{};
  std::string name{};
  std::string question{};  ///< what the test answers, printed above the result
  std::string testbed{};   ///< default testbed file, relative to the profile's folder; empty: none
  std::uint64_t seed = 1;
  base::Duration duration{};         ///< measured time, after the warm-up
  base::Duration warmup{};           ///< traffic flows, nothing of it is judged
  base::Duration drain{};            ///< after the last frame was due: how long arrivals are awaited
  base::Duration settle{};           ///< between links up, addresses resolved, and the first frame
  base::Duration series_interval{};  ///< resolution of time series; halves itself when a series is full
  base::Duration backlog{};   ///< line time that a sending port may be behind before samples are tester-bound
  base::Duration announce{};  ///< period of gratuitous ARP and unsolicited NA; zero: at the start only
  std::uint32_t sequence_window = 4096;  ///< W: sequence numbers a flow within which loss is exact
  IcrcCheck icrc_check{};
};

enum class IpVersion : std::uint8_t { kIpv4, kIpv6 };

/// `[[endpoints]]`: simulated hosts behind the ports of a group. Order: ports as the group lists them, and
/// on each port its hosts one after another.
struct Endpoints {
  Places places{};
  std::string name{};
  std::string group{};         ///< port group of the testbed, or the name of one port
  std::uint32_t per_port = 0;  ///< hosts behind each port; 0: `total` is given instead
  std::uint32_t total = 0;     ///< hosts over all ports of the group, which must divide it
  /// The first host's addresses, the further ones count up by one over all ports. Unset: from the port's own
  /// addresses in the testbed, else from 02:00:00:00:00:01, 198.18.0.0/15 and 2001:2::/48; `plan` says which.
  std::optional<base::MacAddress> mac{};
  std::optional<base::Ipv4Prefix> ipv4{};
  std::optional<base::Ipv6Prefix> ipv6{};
  std::optional<std::uint16_t> vlan{};              ///< 1..4094; unset: the port's, or untagged
  std::optional<base::Ipv4Address> gateway_ipv4{};  ///< unset: the port's
  std::optional<base::Ipv6Address> gateway_ipv6{};
  IpVersion ip_version = IpVersion::kIpv4;  ///< what traffic from and to them uses
};

/// `[[class]]`. If a `[[traffic]]` entry names none, a class "default" is appended to Profile::classes.
struct Class {
  Places places{};
  std::string name{};
  std::uint8_t dscp = 24;     ///< 0..63
  std::uint8_t pcp = 3;       ///< 0..7; on the wire only where there is a VLAN tag
  std::uint8_t priority = 3;  ///< 0..7: the port's transmit queue, and what a PFC frame stops
  bool lossless = false;      ///< loss is a fault of the fabric, and needs honoured pause to be judged
};

enum class Verb : std::uint8_t { kWrite, kWriteWithImmediate, kSend, kSendWithImmediate, kRead };
enum class Framing : std::uint8_t { kRc, kUc, kUd };
enum class Ecn : std::uint8_t { kNonEct = 0, kEct1 = 1, kEct0 = 2, kCe = 3 };  ///< values as on the wire
enum class PayloadSource : std::uint8_t { kZeros, kOnes, kCounter, kRandom, kGenerated };
enum class AckRequest : std::uint8_t { kNone, kLast, kEvery };
enum class WhenLate : std::uint8_t { kSkip, kCatchUp };

enum class SourcePortPolicy : std::uint8_t {
  kFixed,       ///< `first` for every flow
  kPerQp,       ///< `first` + flow's index within the entry, modulo `count`
  kPerMessage,  ///< `first` + (flow's index + message's index) modulo `count`
  kFlowLabel,   ///< Linux's formula over a flow label made from both QP numbers
};

/// `udp_source_port`.
struct SourcePort {
  SourcePortPolicy policy = SourcePortPolicy::kPerQp;
  std::uint16_t first = 49152;
  std::uint32_t count = 16384;  ///< first + count is at most 65536
};

enum class RateUnit : std::uint8_t {
  kBitsL1,       ///< value in bit/s, with preamble, FCS and gap
  kBitsL2,       ///< value in bit/s, with FCS
  kBitsPayload,  ///< value in bit/s of message bytes
  kShareOfPort,  ///< value in parts per million of the sending port's speed, layer 1
  kPackets,      ///< value in packets/s
  kMessages,     ///< value in messages/s
};

/// A rate as it was written; `plan` makes picoseconds of it.
struct Rate {
  RateUnit unit = RateUnit::kShareOfPort;
  std::uint64_t value = 0;
  friend bool operator==(const Rate&, const Rate&) = default;
};

/// What `rate` is the rate of; the flows below share it evenly.
enum class RatePer : std::uint8_t {
  kPort,    ///< all flows of the entry that leave one port
  kSender,  ///< all flows of the entry from one endpoint
  kFlow,    ///< each flow
};

/// When a flow ends before the test does: whichever comes first.
struct End {
  std::optional<base::Duration> time{};  ///< after its own start
  std::optional<std::uint64_t> messages{};
  std::optional<std::uint64_t> bytes{};  ///< of messages; the last message is shortened to fit
  std::optional<std::uint64_t> packets{};
};

/// `[[traffic]]`. A flow is one queue pair of one (sender, receiver) pair; its index within the entry is
/// pair index * qps_per_pair + queue pair's number.
struct Traffic {
  Places places{};
  std::string name{};
  std::uint32_t class_index = 0;                ///< key `class`; into Profile::classes
  std::vector<std::uint32_t> from_endpoints{};  ///< key `from`; into Profile::endpoints
  std::vector<std::uint32_t> to_endpoints{};    ///< key `to`; equal to `from` where not written
  workload::Pattern pattern{};
  bool hairpin = false;            ///< flows between endpoints of one port are meant
  bool allow_uncongested = false;  ///< an incast that congests nothing is meant

  Verb verb = Verb::kWrite;
  Framing framing = Framing::kRc;
  std::uint32_t qps_per_pair = 1;
  workload::MessageSizes message_size{};
  std::uint32_t path_mtu = 4096;  ///< 256, 512, 1024, 2048 or 4096 payload bytes a packet
  std::uint32_t first_psn = 0;    ///< 24 bits
  std::uint8_t dscp = 24;         ///< the class's unless written
  std::uint8_t pcp = 3;           ///< the class's unless written
  Ecn ecn = Ecn::kEct0;
  std::uint8_t ttl = 64;
  SourcePort udp_source_port{};
  PayloadSource payload = PayloadSource::kRandom;
  AckRequest ack_request = AckRequest::kLast;
  std::uint32_t q_key = 0x11111111;   ///< UD
  std::uint32_t remote_key = 0;       ///< write and read
  std::uint64_t virtual_address = 0;  ///< of a flow's first message; each message starts there
  std::uint32_t immediate = 0;        ///< of the first message; counts up by one a message

  workload::Shape shape{};
  std::optional<Rate> rate{};     ///< always set where the shape needs one
  std::optional<Rate> ramp_to{};  ///< key `shape.to`; set for ramps, of the unit of `rate`
  RatePer rate_per = RatePer::kPort;
  base::Duration start{};    ///< of the first flow, after the test's start
  base::Duration stagger{};  ///< flow i starts i * stagger later; in an incast only those not synchronised
  End end{};
  WhenLate when_late = WhenLate::kSkip;
  std::optional<Rate> catch_up_rate{};  ///< cap of what is sent, set where when_late is catch_up
  std::uint32_t max_back_to_back = 4;   ///< packets handed over at once by a shape that is not a burst
};

/// Whom a number is about, resolved as far as the profile can.
struct Subject {
  SubjectKind kind = SubjectKind::kTotal;
  std::uint32_t index =
      0;  ///< traffic, class; for flow, qp: the entry; for receiver: into Profile::endpoints
  std::uint64_t member = 0;  ///< flow, qp: index within the entry; receiver: within the endpoints
  std::string name{};        ///< port and group: the testbed's name; others: as written after the colon
  friend bool operator==(const Subject&, const Subject&) = default;
};

/// `[[expect]]`. A limit is in the metric's base unit (profile::MetricUnit).
struct Expect {
  Places places{};
  std::string metric{};  ///< a name that find_metric() knows
  Subject of{};
  std::optional<std::int64_t> min{};
  std::optional<std::int64_t> max{};
  std::optional<std::int64_t> equals{};
};

/// `[[series]]`: a flow (or a receiver) that gets a time series and full histograms of its own.
struct Series {
  Places places{};
  Subject of{};
};

/// Flows and receivers that may be named in `[[expect]]` and `[[series]]` together.
inline constexpr std::size_t kNamedFlowsMax = 1024;

struct Profile {
  std::string file{};
  Test test{};
  std::vector<Endpoints> endpoints{};
  std::vector<Class> classes{};
  std::vector<Traffic> traffic{};
  std::vector<Expect> expects{};
  std::vector<Series> series{};
};

}  // namespace profile
