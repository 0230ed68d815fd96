#include "host/packet_socket.hpp"

#include "host/text_file.hpp"

#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <filesystem>
#include <string>

namespace host {

namespace {
/// The interface that a packet socket is bound to; 0 where the descriptor is no packet socket.
int bound_interface(int descriptor) {
  int domain = 0;
  socklen_t size = sizeof domain;
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_PACKET) return 0;
  sockaddr_ll address{};
  size = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return address.sll_ifindex;
}
}  // namespace

PacketSocketLoss PacketSocketLoss::of_interface(std::string_view interface_name) {
  PacketSocketLoss loss;
  const int wanted = static_cast<int>(if_nametoindex(std::string{interface_name}.c_str()));
  if (wanted == 0) return loss;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd", error}) {
    const auto descriptor = number<int>(entry.path().filename().string());
    if (descriptor && bound_interface(*descriptor) == wanted) loss.sockets_.push_back(*descriptor);
  }
  return loss;
}

std::optional<PacketSocketCounts> PacketSocketLoss::read() {
  bool complete = true;
  for (const int descriptor : sockets_) {
    tpacket_stats counts{};
    socklen_t size = sizeof counts;
    if (getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, &counts, &size) != 0) {
      complete = false;
      continue;
    }
    totals_.arrived += counts.tp_packets;
    totals_.dropped += counts.tp_drops;
  }
  return complete ? std::optional{totals_} : std::nullopt;
}

}  // namespace host
