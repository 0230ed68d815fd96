/// \file
/// The drivers' ways: what no interface of DPDK tells and what some tell wrongly. All of it is here.
///
///     const DriverWays& ways = ways_of("net_af_packet");
///     if (!ways.sets_mtu) ...                       // the kernel's side sets it
///
/// Cost: set-up only. Thread: any.
#pragma once

#include "plan/port_facts.hpp"

#include <cstdint>
#include <string_view>

namespace port {

struct DriverWays {
  std::string_view driver;  ///< as rte_eth_dev_info names it
  bool is_virtual = false;
  bool serializes = true;  ///< frames leave one after another at the line's rate
  plan::LossAccount loss_account = plan::LossAccount::kCounted;
  std::uint16_t queues_most = 0;    ///< 0: as the device says
  std::uint32_t ip_mtu_most = 0;    ///< 0: as the device says
  std::string_view ip_mtu_limit{};  ///< who sets that limit
  bool sets_mtu = true;             ///< DPDK may set the MTU; else it must be left alone
  bool fills_buffers = true;        ///< it puts what arrives into buffers of ours (a ring brings its own)
  bool knows_link_speed = true;
  bool tells_link = true;      ///< else the kernel's interface is asked
  bool kernel_shares = false;  ///< its kernel driver stays bound (bifurcated): netdev and RDMA remain
};

/// A physical NIC's usual ways where the driver is not in the table.
[[nodiscard]] const DriverWays& ways_of(std::string_view driver);

/// Where a frame that moved a driver's counter was lost.
enum class CounterPlace : std::uint8_t {
  kInformation,        ///< nothing was lost: rates, sizes, events
  kTester,             ///< between the line and our receive call: loss in the tester
  kSender,             ///< taken by the driver, not sent: stuck in the tester
  kDamagedOnLastLink,  ///< it came damaged over the cable to our port: part of loss outside
  kOutside,            ///< discarded by what is not ours, and the device knows it
  kUnmapped,           ///< it counts a loss of which nobody here knows where: if it moves, no verdict on loss
};
[[nodiscard]] std::string_view to_text(CounterPlace place);

/// By the name that rte_eth_xstats gives the counter.
[[nodiscard]] CounterPlace place_of_counter(std::string_view driver, std::string_view counter);

/// The counter that the kernel keeps for net_af_packet; read by host::PacketSocketLoss.
inline constexpr std::string_view kSocketDrops = "packet_socket_drops";

/// Kernel drivers under which DPDK may open a PCI device.
[[nodiscard]] bool kernel_driver_lends(std::string_view kernel_driver);

/// What a device needs beside the arguments the user wrote, for frames of `frame_bytes` (without FCS).
struct DeviceNeeds {
  std::string arguments{};            ///< to be added; empty where none
  std::uint32_t rx_buffer_bytes = 0;  ///< data room behind the headroom
};
[[nodiscard]] DeviceNeeds needs_of(std::string_view driver, std::string_view arguments,
                                   std::uint32_t frame_bytes);

/// The value of `key` in "a=1,b=2"; empty where it is not there.
[[nodiscard]] std::string_view argument(std::string_view arguments, std::string_view key);

/// "net_af_packet" of "net_af_packet0": the driver that a vdev's name chooses.
[[nodiscard]] std::string_view driver_of_vdev(std::string_view name);

}  // namespace port
