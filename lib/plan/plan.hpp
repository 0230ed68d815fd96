/// \file
/// What will be sent and received, by whom and when: the immutable outcome of planning.
///
/// A plan is a pure function of (profile, testbed, port facts, seed, host index): equal inputs give equal
/// plans, to the byte, on every compiler. Workers read it, nobody writes it.
///
///     const base::Result<plan::Plan> plan = plan::make_plan({.loaded = loaded, .facts = facts});  //
///     make_plan.hpp for (const plan::Queue& queue : plan->queues) { ... one engine::Worker each ... }
///
/// What was asked for stands in `profile` and `testbed`, unchanged; the tables here hold what follows from
/// it. Ids are indices into these tables and depend on the profile only, never on the order in which things
/// came up. Cost: about 64 bytes a flow. Thread: shared read-only.
#pragma once

#include "base/address.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "plan/port_facts.hpp"
#include "profile/load.hpp"
#include "wire/primed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plan {

using PortId = std::uint16_t;  ///< also the index into profile::Testbed::ports
using QueueId = std::uint16_t;
using EndpointId = std::uint32_t;
using FlowId = std::uint32_t;
using TrafficId = std::uint16_t;  ///< also the index into profile::Profile::traffic
using PaceId = std::uint32_t;
using ScheduleId = std::uint32_t;

/// First destination QPN that a plan gives out: flow f is addressed by kFirstQpn + f, so the receive side
/// finds a flow without hashing. 0 and 1 are reserved (SMI, GSI), 0xffffff is multicast.
inline constexpr std::uint32_t kFirstQpn = 0x000100;
inline constexpr std::uint32_t kFlowsMost = 0xfffffe - kFirstQpn;

/// Slots of each direction of a device queue, and buffers that a pool may hold back in its cache: what
/// `port` sets up, and what the plan's counts of buffers rest on.
inline constexpr std::uint32_t kDescriptors = 1024;
inline constexpr std::uint32_t kPoolCache = 256;

/// A port of the testbed, met with what the device can do. One without queues has no endpoints behind it and
/// is not opened.
struct Port {
  PortFacts facts;
  base::BitsPerSec speed;          ///< the testbed's, else the link's
  std::uint32_t ip_mtu = 0;        ///< IP bytes a frame may carry
  std::uint32_t buffer_bytes = 0;  ///< largest frame without FCS that is sent or received
  base::Duration backlog_most;  ///< line time of frames handed over and not yet out; more waits in the engine
  std::uint16_t rx_queues = 0;  ///< to set up on the device; the queue pairs are the larger of the two
  std::uint16_t tx_queues = 0;
  std::vector<QueueId> queues;  ///< index = number within the device
};

/// One queue pair of one port, and so one worker. It has a receiving half where `device_queue` is below the
/// port's `rx_queues`, and a sending half where it is below `tx_queues`.
struct Queue {
  PortId port = 0;
  std::uint16_t device_queue = 0;     ///< number within the port, for both directions
  std::uint16_t lcore = 0;            ///< index into Plan::lcores
  std::vector<FlowId> sends;          ///< ascending
  std::vector<FlowId> receives;       ///< ascending
  std::vector<EndpointId> endpoints;  ///< those it answers ARP, ND and ping for: all of the port on queue 0
  std::vector<wire::PayloadSource> sources;  ///< what its buffers must hold, ascending, without repeats
  std::uint32_t tx_buffers = 0;              ///< per source
  std::uint32_t rx_buffers = 0;
};

/// A simulated host behind a port.
struct Endpoint {
  PortId port = 0;
  std::uint16_t endpoints = 0;  ///< index into profile::Profile::endpoints
  base::MacAddress mac;
  std::optional<base::Ipv4Prefix> ipv4;
  std::optional<base::Ipv6Prefix> ipv6;
  std::optional<std::uint16_t> vlan;
  std::optional<base::Ipv4Address> gateway_ipv4;  ///< resolved before the run; empty: peers are on-link
  std::optional<base::Ipv6Address> gateway_ipv6;
};

/// By what a flow's frames are told apart at the receiver.
enum class Account : std::uint8_t {
  kTag,  ///< probe tag: exact sequence and time
  kPsn,  ///< payload too short for a tag in some packet, or none: PSN of the wire
};

/// A rate as the exact time between frames: after a frame that is charged `c` units the next is due
/// c * ps_numerator / ps_denominator picoseconds later, remainders carried.
struct Pace {
  enum class Charge : std::uint8_t { kWireBytes, kFrameBytesWithFcs, kPayloadBytes, kFrame, kMessage };
  Charge charge = Charge::kWireBytes;
  std::uint64_t ps_numerator = 0;
  std::uint64_t ps_denominator = 1;

  friend auto operator<=>(const Pace&, const Pace&) = default;
};

/// One step of a ramp: from `at` (after the flow's start) on, `pace` holds.
struct RampStep {
  base::Duration at;
  PaceId pace = 0;

  friend auto operator<=>(const RampStep&, const RampStep&) = default;
};

/// How a flow's frames lie in time. Flows of one entry differ in it where their ports differ in speed, or
/// in how many flows share a rate.
struct Schedule {
  PaceId pace = 0;  ///< between frames; bursts and microbursts: within a burst, where all flows of the entry
                    ///< that leave the port share its line rate; ramp: that of its first step
  std::optional<PaceId> catch_up_pace;  ///< least time between frames while behind (when_late = catch_up)
  /// Bursts and microbursts: from burst to burst. On/off: on + off. Else zero. Absolute from the flow's
  /// start.
  base::Duration period;
  std::vector<RampStep> ramp;  ///< ascending, the first at zero

  friend auto operator<=>(const Schedule&, const Schedule&) = default;
};

/// What follows from a [[traffic]] entry for all of its flows.
struct Traffic {
  FlowId first_flow = 0;  ///< flows of an entry are contiguous
  std::uint32_t flows = 0;
  Account account = Account::kTag;
  wire::PayloadSource source = wire::PayloadSource::kZeros;  ///< kFree where the payload is generated
  std::uint32_t psns_per_message = 0;                        ///< where all messages have one size; else 0
  /// Of a distribution: message sizes, equally likely, a power of two of them, drawn per message. Else empty.
  std::vector<std::uint32_t> sizes;
  std::uint32_t frame_bytes_min = 0;  ///< with FCS
  std::uint32_t frame_bytes_max = 0;
  /// What the entry offers in all, for people and checks, rounded down; bursts and on/off: averaged over the
  /// period; ramp: the higher end.
  base::BitsPerSec offered_l1;
  base::BitsPerSec offered_l2;  ///< with FCS
  base::BitsPerSec offered_payload;
};

/// One queue pair's stream of messages from one endpoint to another.
struct Flow {
  TrafficId traffic = 0;
  QueueId tx_queue = 0;
  QueueId rx_queue = 0;
  EndpointId source = 0;
  EndpointId destination = 0;
  std::uint32_t source_qpn = 0;
  std::uint32_t destination_qpn = 0;  ///< kFirstQpn + flow id
  std::uint32_t first_psn = 0;
  std::uint16_t udp_source_port = 0;  ///< of its first message
  bool ipv6 = false;
  bool detailed = false;  ///< keeps histograms and a series of its own
  ScheduleId schedule = 0;
  base::Duration start;  ///< after the run's start
};

/// Over-subscription of one receiving port.
struct Receiver {
  PortId port = 0;
  std::vector<PortId> senders;
  base::BitsPerSec offered_l1;   ///< what the flows ask for
  base::BitsPerSec physical_l1;  ///< the speeds of the sending *ports*, added up
};

struct Lcore {
  std::uint32_t cpu = 0;
  std::vector<QueueId> queues;
  std::vector<std::uint16_t> switches;  ///< index into profile::Testbed::switches
  std::vector<std::uint16_t> hops;      ///< index into profile::Testbed::cables, those that impair
};

struct Plan {
  profile::Profile profile;
  profile::Testbed testbed;
  std::string profile_hash;
  std::vector<std::string> settings;  ///< as given to `--set`
  std::vector<std::string> defaults;  ///< "traffic.incast.ttl = 64", of profile, testbed and planning
  std::uint64_t seed = 0;
  std::uint32_t host_index = 0;
  std::vector<Port> ports;
  std::vector<Lcore> lcores;
  std::vector<Queue> queues;
  std::vector<Endpoint> endpoints;
  std::vector<Traffic> traffic;
  std::vector<Flow> flows;
  std::vector<Pace> paces;          ///< without repeats
  std::vector<Schedule> schedules;  ///< without repeats
  std::vector<Receiver> receivers;
  base::Bytes memory;  ///< estimate: buffers and state
};

/// The MAC address to which frames of `flow` go: the destination's, or the gateway's, which must have been
/// resolved (engine::Neighbours).
[[nodiscard]] bool needs_gateway(const Plan& plan, const Flow& flow);

}  // namespace plan
