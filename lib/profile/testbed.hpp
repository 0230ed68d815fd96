/// \file
/// A testbed: the ports through which a profile runs, checked and immutable, in base units.
///
///     for (const profile::Port& port : loaded->testbed.ports) open(port.device);
///
/// Every default is filled in, names are resolved to indices into the vectors here. What only the machine
/// knows (does the device exist, its link, its offloads) is for `port` and `plan`.
/// Cost: set-up only. Thread: immutable after loading.
#pragma once

#include "base/address.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "profile/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace profile {

enum class DeviceKind : std::uint8_t {
  kPci,    ///< name is a PCI address, "0000:3b:00.0"
  kNamed,  ///< name is a netdev or an RDMA device of this host; `port` finds its PCI address
  kRing,   ///< key `vdev = "ring"`: one end of a cable or a port of a switch, both of our own
  kVdev,   ///< name is a DPDK driver: "net_null", "net_af_packet"
};

struct Device {
  DeviceKind kind = DeviceKind::kPci;
  std::string name{};
  std::string arguments{};  ///< devargs after the first comma, as written: "iface=veth0,blocksz=69632"
};

/// `[[port]]`.
struct Port {
  Places places{};
  std::string name{};
  Device device{};           ///< keys `device` and `vdev`, of which one is given
  base::BitsPerSec speed{};  ///< layer-1 rate; zero: the device's own, which virtual devices do not know
  std::string peer{};        ///< what it is cabled to, "leaf1:Ethernet8"; printed
  std::uint32_t mtu = 0;     ///< IP bytes a frame may carry; 0: what the profile's largest frame needs
  std::optional<base::MacAddress> mac{};   ///< of its first endpoint; unset: see Endpoints::mac
  std::optional<base::Ipv4Prefix> ipv4{};  ///< of its first endpoint
  std::optional<base::Ipv6Prefix> ipv6{};
  std::optional<base::Ipv4Address> gateway_ipv4{};
  std::optional<base::Ipv6Address> gateway_ipv6{};
  std::optional<std::uint16_t> vlan{};  ///< 1..4094; unset: untagged
  std::vector<std::uint32_t> cores{};   ///< lcores that may own its queues; empty: from the tester's
  std::uint32_t rx_queues = 1;
  std::uint32_t tx_queues = 1;
  base::Duration link_timeout{};  ///< how long a link may take to come up
  std::optional<base::Duration>
      tx_hold;  ///< a frame that the port does not take for so long is refused; unset: never
  bool allow_default_route = false;  ///< the device carries the host's default route, and that is meant
};

/// `[[group]]`. The group "all" of every port, in the file's order, exists unless a group of that name is
/// written.
struct Group {
  Places places{};
  std::string name{};
  std::vector<std::uint32_t> ports{};  ///< into Testbed::ports
};

/// `[[switch]]`: a small learning switch of our own between ring ports.
struct Switch {
  Places places{};
  std::string name{};
  std::vector<std::uint32_t> ports{};  ///< into Testbed::ports, all of kind kRing
};

enum class ImpairKind : std::uint8_t { kLose, kDuplicate, kReorder, kCorrupt, kMarkCe, kRewriteDscp, kDelay };

/// Where a corruption flips one bit.
enum class CorruptPlace : std::uint8_t { kAnywhere, kPayload, kTag, kDestinationQp, kPsn, kIcrc };

/// One entry of a cable's `impair`: a fault done on purpose, with its own exact record. A frame is hit where
/// exactly one of `every`, `nth` and `ppm` selects it, counted per direction over the frames that `frames`
/// admits.
struct Impairment {
  Places places{};
  ImpairKind kind = ImpairKind::kLose;
  std::optional<std::uint32_t> from_port{};  ///< key `from`: only frames sent by that port; unset: both ways
  bool roce_only = true;                     ///< key `frames`: "roce" or "any" (ARP, ND and ping too)
  std::uint64_t every = 0;                   ///< each n-th frame; 0: not by this
  std::vector<std::uint64_t> nth{};          ///< these frames, from 1; empty: not by this
  std::uint32_t ppm = 0;                     ///< share of frames, drawn by the seed; 0: not by this
  std::uint64_t limit = 0;                   ///< at most so many hits; 0: no limit
  base::Duration after{};                    ///< not before this time of the test
  std::optional<base::Duration> until{};     ///< not from this time on
  CorruptPlace where = CorruptPlace::kPayload;  ///< corrupt
  std::uint32_t distance = 1;                   ///< reorder: overtaken by so many frames
  base::Duration delay{};                       ///< delay
  base::Duration jitter{};                      ///< delay: up to so much more, even, drawn by the seed
  std::uint8_t dscp = 0;                        ///< dscp
};

/// `[[cable]]`: joins two ring ports.
struct Cable {
  Places places{};
  std::uint32_t a = 0;  ///< key `ports`; into Testbed::ports
  std::uint32_t b = 0;
  std::vector<Impairment> impair{};
};

/// `[[dut]]`: identity only, printed and stored with the result.
struct Dut {
  Places places{};
  std::string name{};
  std::string vendor{};
  std::string model{};
  std::string serial{};
  std::string firmware{};
  std::string notes{};
};

/// `[tester]`: what of this machine a run may use.
struct Tester {
  Places places{};
  std::vector<std::uint32_t> cores{};  ///< lcores; empty: those of the process's affinity mask
  base::Bytes memory{};                ///< for packet buffers; zero: what the plan needs
};

struct Testbed {
  std::string file{};
  Tester tester{};
  std::vector<Port> ports{};
  std::vector<Group> groups{};
  std::vector<Switch> switches{};
  std::vector<Cable> cables{};
  std::vector<Dut> duts{};
};

}  // namespace profile
