/// \file
/// What the first bytes of a captured frame are: the link types that analysis understands.
///
/// A capture may hold any of some 300 link types (https://www.tcpdump.org/linktypes.html); all are read and
/// written, the ones named here can be looked into.
#pragma once

#include <cstdint>

namespace capture {

/// LINKTYPE_ values of the pcap family; a file may hold values that have no name here.
enum class LinkType : std::uint16_t {
  kEthernet = 1,
  kRawIpBsd = 12,  ///< LINKTYPE_RAW as some BSDs wrote it into files
  kRawIp = 101,
  kLinuxSll = 113,  ///< `tcpdump -i any`, 16 bytes
  kIpv4 = 228,
  kIpv6 = 229,
  kLinuxSll2 = 276,  ///< `tcpdump -i any` of newer libpcap, 20 bytes
};

}  // namespace capture
