/// \file
/// What a port is able to do, as the world that owns it says: the third input of a plan.
///
/// `port` fills it from DPDK devices, a simulated testbed from its own text, tests by hand. Facts only:
/// nothing here was asked for. What cannot be known is empty, never a guess.
/// Thread: plain values.
#pragma once

#include "base/address.hpp"
#include "base/quantity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plan {

/// How a port can tell what was lost between the wire and our receive call.
enum class LossAccount : std::uint8_t {
  kExact,    ///< every frame that arrived is received or counted (net_ring: refused at the sender)
  kCounted,  ///< the device counts what it discarded
  kUnknown,  ///< nobody counts: loss outside is an interval, loss verdicts are inconclusive
};

struct PortFacts {
  std::string name;    ///< the logical name of the testbed, "leaf1-a"
  std::string device;  ///< the device as DPDK knows it: "0000:3b:00.0", "net_ring_a"
  std::string driver;  ///< "mlx5_pci", "net_ring"
  std::optional<base::MacAddress> mac;
  std::optional<base::BitsPerSec> link_speed;  ///< empty where the device claims nonsense or is down
  bool link_up = true;
  std::string link_reason;           ///< why it is down, where readable
  std::uint32_t ip_mtu_most = 1500;  ///< largest IP packet, without Ethernet header
  std::string ip_mtu_limit;          ///< who sets that limit, for the refusal's text
  std::uint16_t rx_queues_most = 1;
  std::uint16_t tx_queues_most = 1;
  /// Every flow can be made to arrive on one known queue (a flow rule, or a computed RSS hash).
  bool steers_flows = false;
  /// A frame occupies the line for its wire time: frames handed over together leave one after another.
  bool serializes = false;
  bool is_virtual = true;
  bool carries_default_route = false;
  LossAccount loss_account = LossAccount::kUnknown;
  int numa_node = -1;
};

}  // namespace plan
