#include "host/routes.hpp"

#include "host/text_file.hpp"

#include <algorithm>
#include <cstdint>

namespace host {

namespace {
// SPEC: linux/route.h and linux/ipv6_route.h, RTF_UP and RTF_REJECT.
constexpr std::uint32_t kRouteUp = 0x1;
constexpr std::uint32_t kRouteReject = 0x200;

bool usable(std::string_view flags_hex) {
  const auto flags = number<std::uint32_t>(flags_hex, 16);
  return flags && (*flags & kRouteUp) != 0 && (*flags & kRouteReject) == 0;
}
}  // namespace

std::vector<std::string> parse_default_routes_ipv4(std::string_view text) {
  // Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
  std::vector<std::string> found;
  for (const std::string_view line : lines(text)) {
    const auto fields = words(line);
    if (fields.size() < 8 || fields[1] != "00000000" || fields[7] != "00000000") continue;
    if (usable(fields[3])) found.emplace_back(fields[0]);
  }
  return found;
}

std::vector<std::string> parse_default_routes_ipv6(std::string_view text) {
  // destination prefix_length source prefix_length next_hop metric references use flags interface
  std::vector<std::string> found;
  for (const std::string_view line : lines(text)) {
    const auto fields = words(line);
    if (fields.size() < 10 || fields[1] != "00" || fields[0] != std::string(32, '0')) continue;
    if (usable(fields[8])) found.emplace_back(fields[9]);
  }
  return found;
}

std::vector<std::string> default_route_interfaces() {
  auto found = parse_default_routes_ipv4(read_text("/proc/net/route").value_or(""));
  const auto ipv6 = parse_default_routes_ipv6(read_text("/proc/net/ipv6_route").value_or(""));
  found.insert(found.end(), ipv6.begin(), ipv6.end());
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool carries_default_route(std::string_view interface_name) {
  const auto found = default_route_interfaces();
  return std::find(found.begin(), found.end(), interface_name) != found.end();
}

}  // namespace host
