/// \file
/// What the simulated hosts behind a port say besides RoCEv2: ARP, neighbour discovery, ping.
///
///     engine::Neighbours neighbours{plan, queue, {.announce_every = base::seconds(30)}};
///     if (auto reply = neighbours.answer(frame.head(), parsed)) send(reply->bytes());
///     while (neighbours.next_due() <= now) send(neighbours.next(now).bytes());
///     if (neighbours.is_resolved()) use(neighbours.next_hops());        // or, in the end, silent()
///
/// It answers ARP requests, neighbour solicitations and echo requests to any endpoint of the queue, in that
/// endpoint's VLAN; announces all of them at the start and every `announce_every` (gratuitous ARP,
/// unsolicited NA), so that switches learn and keep them; and asks for each gateway that some flow of the
/// port needs, until it answers or `attempts` questions stayed without one. What it says of its own accord is
/// paced: one frame a `spacing` (1 ms: 65,536 hosts of both IP versions take 131 s), gateways first. Echo
/// requests that do not fit 256 bytes with their headers are counted, not answered. Cost: a binary search an
/// answer; 24 bytes an address. Pure. Thread: one owner at a time.
#pragma once

#include "base/time.hpp"
#include "engine/control_frame.hpp"
#include "engine/send_state.hpp"
#include "plan/plan.hpp"
#include "wire/arp.hpp"
#include "wire/icmp.hpp"
#include "wire/parse.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine {

struct NeighbourOptions {
  base::Time starts;              ///< nothing is said unasked before
  base::Duration announce_every;  ///< from start to start of a round; zero: the first round only
  base::Duration spacing = base::milliseconds(1);
  base::Duration retry = base::seconds(1);
  std::uint32_t attempts = 5;
};

/// Each control frame that was given to `answer` is in exactly one of the first six.
struct NeighbourCounts {
  std::uint64_t arp_answered = 0;
  std::uint64_t nd_answered = 0;
  std::uint64_t echo_answered = 0;
  std::uint64_t learned = 0;        ///< a gateway's address
  std::uint64_t echo_too_long = 0;  ///< for us, but beyond 256 bytes
  std::uint64_t ignored = 0;        ///< for nobody here, of no use, or damaged
  std::uint64_t announced = 0;
  std::uint64_t asked = 0;  ///< solicitations of gateways
};

/// A gateway that did not answer.
struct SilentGateway {
  plan::EndpointId asker = 0;
  wire::IpAddress address;
};

class Neighbours {
 public:
  Neighbours(const plan::Plan& plan, plan::QueueId queue, const NeighbourOptions& options);

  /// The answer to a received frame of kind ARP, ND, ICMP or ICMPv6, if it is for one of ours. `head`: its
  /// first bytes.
  [[nodiscard]] std::optional<ControlFrame> answer(std::span<const std::byte> head,
                                                   const wire::ParsedFrame& parsed);

  /// When it next wants to say something of its own accord.
  [[nodiscard]] base::Time next_due() const;
  /// That frame. next_due() is not after `now`.
  [[nodiscard]] ControlFrame next(base::Time now);

  /// All gateways answered.
  [[nodiscard]] bool is_resolved() const;
  /// All gateways answered, or were asked in vain as often as they may be.
  [[nodiscard]] bool is_settled(base::Time now) const;
  /// All endpoints were announced once.
  [[nodiscard]] bool has_announced() const { return rounds_ != 0 || sayings_.empty(); }
  /// For make_send_state: one for each endpoint and IP version whose gateway answered.
  [[nodiscard]] std::vector<NextHop> next_hops() const;
  [[nodiscard]] std::vector<SilentGateway> silent() const;
  [[nodiscard]] const NeighbourCounts& counts() const { return counts_; }

 private:
  /// An address of ours, or of a gateway, in its VLAN.
  struct Place {
    wire::IpAddress address;
    std::uint16_t vlan = 0;  ///< 0: untagged
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Own {
    Place place;
    plan::EndpointId endpoint = 0;
  };
  struct Gateway {
    Place place;
    plan::EndpointId asker = 0;
    std::vector<plan::EndpointId> users;
    std::optional<wire::MacAddress> mac;
    std::uint32_t asked = 0;
    base::Time ask_at;
  };

  void add_own(const plan::Plan& plan, plan::EndpointId id);
  void add_gateway(const plan::Plan& plan, const plan::Flow& flow);
  [[nodiscard]] const Own* find(const wire::IpAddress& address, const wire::ParsedFrame& parsed) const;
  [[nodiscard]] ControlFrame::Link link(const Place& place, const wire::MacAddress& source,
                                        const wire::MacAddress& destination) const;
  [[nodiscard]] bool learn(const wire::IpAddress& address, const wire::ParsedFrame& parsed,
                           const wire::MacAddress& mac);
  [[nodiscard]] std::optional<ControlFrame> answer_arp(std::span<const std::byte> head,
                                                       const wire::ParsedFrame& parsed);
  [[nodiscard]] std::optional<ControlFrame> answer_nd(std::span<const std::byte> head,
                                                      const wire::ParsedFrame& parsed);
  [[nodiscard]] std::optional<ControlFrame> answer_echo(std::span<const std::byte> head,
                                                        const wire::ParsedFrame& parsed);
  [[nodiscard]] const Gateway* next_gateway() const;
  [[nodiscard]] ControlFrame announcement(const Own& own) const;
  [[nodiscard]] ControlFrame question(const Gateway& gateway) const;

  NeighbourOptions options_;
  NeighbourCounts counts_;
  std::vector<wire::MacAddress> macs_;  ///< by the plan's endpoint id
  std::vector<wire::IpAddress> ipv4s_;  ///< of the endpoint, for questions; by endpoint id
  std::vector<wire::IpAddress> ipv6s_;
  std::vector<Own> own_;                ///< ascending by place
  std::vector<std::uint32_t> sayings_;  ///< indices into own_, in the order of endpoints
  std::vector<Gateway> gateways_;
  base::Time free_at_;  ///< by pacing, the next frame may go
  base::Time round_at_;
  std::size_t next_saying_ = 0;
  std::uint64_t rounds_ = 0;
};

}  // namespace engine
