/// \file
/// What the kernel discarded in front of AF_PACKET sockets of this process that somebody else opened.
///
/// DPDK's net_af_packet keeps its sockets to itself and counts no loss; the kernel counts it per socket and
/// tells by PACKET_STATISTICS. The sockets are found among /proc/self/fd by the interface they are bound to.
///
///     host::PacketSocketLoss loss = host::PacketSocketLoss::of_interface("veth0");
///     if (!loss.found()) ...                    // loss in the tester cannot be known
///     std::uint64_t dropped = loss.read().dropped;
///
/// The kernel sets its count to zero at each read, so one reader must own them all: whoever else asks the
/// same socket takes counts away. Cost: a system call a socket. Thread: one owner, housekeeping.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace host {

struct PacketSocketCounts {
  std::uint64_t arrived = 0;  ///< frames that the kernel offered, the dropped ones among them
  std::uint64_t dropped = 0;  ///< of these, not taken because the socket's ring was full
};

class PacketSocketLoss {
 public:
  /// Every AF_PACKET socket of this process that is bound to the interface now. It does not own them: their
  /// owner must not close them before this object's last `read`.
  [[nodiscard]] static PacketSocketLoss of_interface(std::string_view interface_name);

  [[nodiscard]] std::size_t found() const { return sockets_.size(); }
  /// Totals since the first read of each socket by anybody. Nothing where a socket no longer answers; what
  /// was counted up to then is still in the totals of the next read.
  [[nodiscard]] std::optional<PacketSocketCounts> read();

 private:
  std::vector<int> sockets_;
  PacketSocketCounts totals_;
};

}  // namespace host
