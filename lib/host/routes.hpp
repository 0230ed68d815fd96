/// \file
/// Which interface carries the host's default route: the one that a tester must not flood by mistake.
///
///     if (host::carries_default_route("eth0")) refuse();
///
/// Cost: reads two files of procfs. Thread: any. Sees the network namespace of the calling thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace host {

/// Interfaces with a usable route of length 0, from the text of /proc/net/route.
[[nodiscard]] std::vector<std::string> parse_default_routes_ipv4(std::string_view text);
/// The same from /proc/net/ipv6_route. Rejecting routes (the kernel's own, on `lo`) do not count.
[[nodiscard]] std::vector<std::string> parse_default_routes_ipv6(std::string_view text);

/// Of both families, sorted, each once.
[[nodiscard]] std::vector<std::string> default_route_interfaces();
[[nodiscard]] bool carries_default_route(std::string_view interface_name);

}  // namespace host
