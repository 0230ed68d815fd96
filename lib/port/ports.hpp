/// \file
/// The devices of one testbed, opened together: real ones, virtual ones, and cables of our own between rings.
///
///     auto ports = port::PortSet::open(eal, {.devices = {left, right}, .cables = {{0, 1}}});
///     if (!ports) return tl::unexpected(std::move(ports).error());
///     if (auto up = (*ports)->start(); !up) ...
///     ...                                              // plan after plan
///     auto closed = (*ports)->close();                 // an error of ours where a buffer did not come back
///
/// A ring port of a `[[switch]]` or of an impaired cable has a cable to a ring device of its own name plus
/// ".far"; the forwarding worker owns that far end.
///
/// Cost: milliseconds a device, and each buffer is written once. Thread: the control thread; `counters` and
/// `link` also from the housekeeping thread, at any time between `start` and `close`.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "plan/port_facts.hpp"
#include "port/counters.hpp"
#include "port/eal.hpp"
#include "wire/primed.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace port {

class DeviceQueue;

enum class DeviceKind : std::uint8_t {
  kPci,    ///< a PCI address
  kNamed,  ///< a network interface or an RDMA device of this host; its PCI device is meant
  kRing,   ///< an end of a cable of our own
  kVdev,   ///< a DPDK driver by name: "net_null", "net_af_packet"
};

/// What is asked of one device.
struct DeviceOptions {
  std::string name{};  ///< of the port, in the testbed's words
  DeviceKind kind = DeviceKind::kRing;
  std::string device{};     ///< address, interface, RDMA device or driver, by `kind`; empty for a ring
  std::string arguments{};  ///< devargs: "iface=veth0,framesz=4352"
  std::uint16_t queue_pairs = 1;
  /// Of the queue pairs, the first so many receive; 0: all. What the others cannot receive is never sent to
  /// them: a cable spreads the far end's send queues over the receiving ones.
  std::uint16_t rx_queues = 0;
  /// Priorities with equal numbers share a TX queue of their queue pair.
  std::array<std::uint16_t, 8> tx_queue_of_priority{};
  std::uint32_t ip_mtu = 1500;    ///< the largest IP packet that is sent or received
  std::uint32_t rx_slots = 1024;  ///< frames that wait in one receive queue; a power of two
  std::uint32_t tx_slots = 1024;  ///< frames that wait in one send queue; a power of two
  std::uint32_t buffers = 0;      ///< of each payload source and queue pair; 0: what the slots need
  std::vector<wire::PayloadSource> sources{wire::PayloadSource::kFree};  ///< that its flows use
  bool forwards = false;             ///< sends frames that another device received
  bool allow_default_route = false;  ///< it carries the host's default route, and that is meant
};

/// A physical device, which reads and writes buffers itself.
[[nodiscard]] inline bool is_hardware(const DeviceOptions& options) {
  return options.kind == DeviceKind::kPci || options.kind == DeviceKind::kNamed;
}

/// Joins two ring devices, by their numbers in `PortSetOptions::devices`.
struct Cable {
  std::size_t a = 0;
  std::size_t b = 0;
};

struct PortSetOptions {
  std::vector<DeviceOptions> devices{};
  std::vector<Cable> cables{};
};

struct LinkState {
  bool up = false;
  std::uint32_t speed_mbps = 0;  ///< 0 where the device does not know
  std::string reason{};          ///< why it is down, where anybody says
};

/// Bytes of packet buffers that such a set will take: what `EalOptions::memory` must at least be.
[[nodiscard]] base::Bytes memory_needed(const PortSetOptions& options);

class PortSet {
 public:
  /// All faults of all devices at once.
  [[nodiscard]] static base::Result<std::unique_ptr<PortSet>> open(Eal& eal, const PortSetOptions& options);
  /// As `close`; what that would report is lost.
  ~PortSet();
  PortSet(const PortSet&) = delete;
  PortSet& operator=(const PortSet&) = delete;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const plan::PortFacts& facts(std::size_t device) const;

  /// Frames can be sent and arrive from here on. Counters begin at zero.
  [[nodiscard]] base::Status start();
  /// Waits until the links are up, at most `timeout`; the error names each that is not, and why.
  [[nodiscard]] base::Status wait_for_links(base::Duration timeout) const;
  [[nodiscard]] LinkState link(std::size_t device) const;
  [[nodiscard]] DeviceCounters counters(std::size_t device);
  /// Why the device is no longer there; empty where it is, or where nobody can tell. A link that is down is
  /// no reason.
  [[nodiscard]] std::string gone(std::size_t device) const;
  /// The kernel's interface on the same device; empty where there is none.
  [[nodiscard]] std::string interface_of(std::size_t device) const;
  /// Throws away what waits in the receive queues, and counts from zero again. No lcore may run.
  void begin_counting();
  /// Throws away what waits in the receive queues; returns how many frames that was. No lcore may run.
  std::uint64_t drain();
  /// Stops the devices, takes back every buffer and frees all. No lcore may run.
  [[nodiscard]] base::Status close();

  /// One queue pair, for `port/device_queue.hpp`; no lcore but its owner may use it.
  [[nodiscard]] DeviceQueue& queue(std::size_t device, std::size_t queue_pair);

 private:
  struct Impl;
  explicit PortSet(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace port
