#include "port/quirks.hpp"

#include "host/text_file.hpp"
#include "port/buffer_layout.hpp"

#include <algorithm>
#include <array>

namespace port {

namespace {
using plan::LossAccount;

// All of DPDK 22.11 (Debian), tried on kernel 6.x unless a line says otherwise.
constexpr std::array kWays{
    // QUIRK: net_ring 22.11: moves pointers only, at no rate; a full ring refuses, so nothing is lost in it;
    // counts no bytes, names any link speed, and frees a received frame into its sender's pool.
    DriverWays{.driver = "net_ring",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kExact,
               .queues_most = 16,
               .ip_mtu_most = kFrameBytesMost - kEthernetAndVlanBytes,
               .ip_mtu_limit = "the packet buffers",
               .sets_mtu = false,
               .fills_buffers = false,
               .knows_link_speed = false},
    // QUIRK: net_null 22.11: swallows what is sent; makes frames of its own unless `no-rx=1`.
    DriverWays{.driver = "net_null",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kExact,
               .queues_most = 1024,
               .ip_mtu_most = kFrameBytesMost - kEthernetAndVlanBytes,
               .ip_mtu_limit = "the packet buffers",
               .sets_mtu = false,
               .knows_link_speed = false},
    // QUIRK: net_af_packet 22.11: imissed stays 0 with 900,000 frames lost, the kernel counts them
    // (host::PacketSocketLoss); a frame above `framesz` is freed and counted as sent with an error; an egress
    // drop (ENOBUFS) counts as sent; stopping closes its sockets, so a second start does not work; setting an
    // MTU sets the kernel's, and above 1500 rte_eth_dev_configure refuses: the kernel's side sets it. Its
    // link
    // is up once it is started, whatever the interface's is. With several queue pairs the kernel's fanout
    // spreads what arrives over all their sockets, those that nobody reads too: so one pair.
    DriverWays{.driver = "net_af_packet",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kCounted,
               .queues_most = 1,
               .ip_mtu_most = 4268,
               .ip_mtu_limit = "net_af_packet with framesz=4352",
               .sets_mtu = false,
               .knows_link_speed = false,
               .tells_link = false},
    // QUIRK: net_tap 22.11: a frame above 1522 bytes is lost unseen; the kernel spreads flows over its
    // queues.
    DriverWays{.driver = "net_tap",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .queues_most = 1,
               .ip_mtu_most = 1500,
               .ip_mtu_limit = "net_tap",
               .sets_mtu = false,
               .knows_link_speed = false},
    // QUIRK: net_af_xdp 22.11 on veth: no frames above 3506 bytes of MTU in copy mode, so an IB MTU of 2048.
    DriverWays{.driver = "net_af_xdp",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kCounted,
               .ip_mtu_most = 3506,
               .ip_mtu_limit = "AF_XDP, one page a frame",
               .sets_mtu = false,
               .knows_link_speed = false},
    DriverWays{.driver = "net_memif",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .queues_most = 255,
               .sets_mtu = false,
               .knows_link_speed = false},
    DriverWays{.driver = "net_pcap",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .sets_mtu = false,
               .knows_link_speed = false},
    DriverWays{.driver = "net_virtio_user",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .sets_mtu = false,
               .knows_link_speed = false},
    DriverWays{.driver = "net_vhost",
               .is_virtual = true,
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .sets_mtu = false,
               .knows_link_speed = false},
    // QUIRK: mlx5 and mlx4: the kernel driver stays bound, netdev and RDMA device share the port with us.
    DriverWays{.driver = "mlx5_pci", .kernel_shares = true},
    DriverWays{.driver = "mlx5_auxiliary", .kernel_shares = true},
    DriverWays{.driver = "net_mlx4", .kernel_shares = true},
    // A device of a hypervisor: it says no word about what the host behind it drops.
    DriverWays{.driver = "net_virtio",
               .serializes = false,
               .loss_account = LossAccount::kUnknown,
               .knows_link_speed = false},
    DriverWays{.driver = "net_ena", .serializes = false, .knows_link_speed = false},
};
constexpr DriverWays kPhysical{.driver = "", .is_virtual = false};

struct CounterRule {
  std::string_view driver;   ///< a driver's name begins so; empty: every driver
  std::string_view counter;  ///< the whole name, or its beginning where it ends with '*'
  CounterPlace place;
};

// The first rule that fits decides. Names were read in the drivers' sources (DPDK 22.11); of the physical
// ones none was seen to move here. What another counter of the same device counts already is information.
constexpr std::array kCounterRules{
    // QUIRK: net_ring 22.11: its errors are what a full ring refused; those frames stayed with the sender. It
    // reports them once more as errors of the receive queues.
    CounterRule{"net_ring", "tx_errors", CounterPlace::kInformation},
    CounterRule{"net_ring", "rx_q*", CounterPlace::kInformation},
    // QUIRK: mlx5: rx_missed_errors is rx_out_of_buffer; rx_phy_discard_packets (no room in the NIC) is the
    // sum over the priorities.
    CounterRule{"mlx5", "rx_out_of_buffer", CounterPlace::kInformation},
    CounterRule{"mlx5", "rx_prio*", CounterPlace::kInformation},
    CounterRule{"mlx5", "rx_phy_discard_packets", CounterPlace::kTester},
    CounterRule{"mlx5", "dev_internal_queue_oob", CounterPlace::kTester},
    CounterRule{"mlx5", "rx_wqe_errors", CounterPlace::kTester},
    CounterRule{"mlx5", "tx_phy_discard_packets", CounterPlace::kSender},
    CounterRule{"mlx5", "tx_phy_errors", CounterPlace::kSender},
    CounterRule{"mlx5", "rx_phy_crc_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"mlx5", "rx_phy_symbol_errors", CounterPlace::kInformation},
    CounterRule{"mlx5", "rx_phy_in_range_len_errors", CounterPlace::kDamagedOnLastLink},
    // QUIRK: ice, i40e, ixgbe: rx_errors is the sum of the kinds, rx_dropped_packets is rx_missed_errors.
    CounterRule{"net_i", "rx_errors", CounterPlace::kInformation},
    CounterRule{"net_i", "rx_dropped_packets", CounterPlace::kInformation},
    CounterRule{"net_i", "rx_crc_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_length_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_undersize_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_oversize_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_fragment*", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_jabber_errors", CounterPlace::kDamagedOnLastLink},
    CounterRule{"net_i", "rx_illegal_byte_errors", CounterPlace::kInformation},
    CounterRule{"net_i", "rx_error_bytes", CounterPlace::kInformation},
    CounterRule{"net_i", "mac_local_errors", CounterPlace::kInformation},
    CounterRule{"net_i", "mac_remote_errors", CounterPlace::kInformation},
    CounterRule{"net_i", "tx_dropped_packets", CounterPlace::kSender},
    CounterRule{"net_i", "tx_dropped_link_down_packets", CounterPlace::kSender},
    CounterRule{"net_i", "tx_link_down_dropped", CounterPlace::kSender},
    // ena: what the hypervisor shapes away is outside; it counts both directions in one number.
    CounterRule{"net_ena", "rx_drops", CounterPlace::kInformation},
    CounterRule{"net_ena", "rx_overruns", CounterPlace::kTester},
    CounterRule{"net_ena", "tx_drops", CounterPlace::kSender},
    CounterRule{"net_ena", "bw_*", CounterPlace::kOutside},
    CounterRule{"net_ena", "pps_*", CounterPlace::kOutside},
    CounterRule{"net_ena", "conntrack_*", CounterPlace::kOutside},
    CounterRule{"net_ena", "linklocal_*", CounterPlace::kOutside},
    // Ours, from the kernel.
    CounterRule{"net_af_packet", kSocketDrops, CounterPlace::kTester},
    // Of ethdev, for every driver.
    CounterRule{"", "rx_missed_errors", CounterPlace::kTester},
    CounterRule{"", "rx_mbuf_allocation_errors", CounterPlace::kTester},
    CounterRule{"", "tx_errors", CounterPlace::kSender},
};

/// Parts of names that drivers give to counters of what did not get through.
constexpr std::array<std::string_view, 13> kLossWords{
    "err",     "drop",     "discard",  "miss",      "crc",      "no_buf", "nobuf",
    "overrun", "overflow", "oversize", "undersize", "fragment", "jabber"};

bool fits(const CounterRule& rule, std::string_view driver, std::string_view counter) {
  if (!driver.starts_with(rule.driver)) return false;
  if (rule.counter.ends_with('*'))
    return counter.starts_with(rule.counter.substr(0, rule.counter.size() - 1));
  return counter == rule.counter;
}

std::string_view without_digits(std::string_view name) {
  while (!name.empty() && name.back() >= '0' && name.back() <= '9')
    name.remove_suffix(1);
  return name;
}
}  // namespace

const DriverWays& ways_of(std::string_view driver) {
  const auto at =
      std::find_if(kWays.begin(), kWays.end(), [&](const DriverWays& ways) { return ways.driver == driver; });
  return at == kWays.end() ? kPhysical : *at;
}

std::string_view to_text(CounterPlace place) {
  using enum CounterPlace;
  switch (place) {
    case kInformation:
      return "information";
    case kTester:
      return "in the tester";
    case kSender:
      return "stuck in the tester";
    case kDamagedOnLastLink:
      return "damaged on the last link";
    case kOutside:
      return "outside";
    case kUnmapped:
      return "unmapped";
  }
  return "unmapped";
}

CounterPlace place_of_counter(std::string_view driver, std::string_view counter) {
  for (const CounterRule& rule : kCounterRules)
    if (fits(rule, driver, counter)) return rule.place;
  const bool names_loss = std::any_of(kLossWords.begin(), kLossWords.end(), [&](std::string_view word) {
    return counter.find(word) != std::string_view::npos;
  });
  return names_loss ? CounterPlace::kUnmapped : CounterPlace::kInformation;
}

bool kernel_driver_lends(std::string_view kernel_driver) {
  constexpr std::array<std::string_view, 5> kLending{"vfio-pci", "uio_pci_generic", "igb_uio", "mlx5_core",
                                                     "mlx4_core"};
  return std::find(kLending.begin(), kLending.end(), kernel_driver) != kLending.end();
}

std::string_view argument(std::string_view arguments, std::string_view key) {
  while (!arguments.empty()) {
    const std::size_t comma = arguments.find(',');
    const std::string_view pair = arguments.substr(0, comma);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == key) return pair.substr(equals + 1);
    if (comma == std::string_view::npos) break;
    arguments.remove_prefix(comma + 1);
  }
  return {};
}

std::string_view driver_of_vdev(std::string_view name) {
  // Longest first, so that "net_virtio_user0" is not taken for net_virtio.
  const DriverWays* best = nullptr;
  for (const DriverWays& ways : kWays)
    if (name.starts_with(ways.driver) && (best == nullptr || ways.driver.size() > best->driver.size()))
      best = &ways;
  return best != nullptr ? best->driver : without_digits(name);
}

DeviceNeeds needs_of(std::string_view driver, std::string_view arguments, std::uint32_t frame_bytes) {
  if (driver != "net_af_packet") return {.arguments = {}, .rx_buffer_bytes = frame_bytes};
  // QUIRK: net_af_packet 22.11: 2048-byte frames and 512 of them unless told; a block must hold whole frames
  // and be a multiple of the page; the receive buffer must hold `framesz` less the ring's own header.
  constexpr std::uint32_t kJumboFrame = 4352;  // 16 of them fill 69,632 bytes, 17 pages
  constexpr std::uint32_t kUsualFrame = 2048;
  constexpr std::uint32_t kRingHeader = 66;  // tpacket2_hdr and sockaddr_ll, aligned, before the frame
  const auto given = host::number<std::uint32_t>(argument(arguments, "framesz"));
  const std::uint32_t frame_room = given                                      ? *given
                                   : frame_bytes + kRingHeader <= kUsualFrame ? kUsualFrame
                                                                              : kJumboFrame;
  DeviceNeeds needs{.arguments = {}, .rx_buffer_bytes = frame_room};
  if (!given && frame_room == kJumboFrame) needs.arguments += ",framesz=4352,blocksz=69632";
  if (argument(arguments, "framecnt").empty()) needs.arguments += ",framecnt=4096";
  return needs;
}

}  // namespace port
