#include "host/routes.hpp"

#include <gtest/gtest.h>

namespace {

using Names = std::vector<std::string>;

// Recorded from /proc/net/route; the interface "down0" is added with RTF_UP cleared, "split0" with half the
// address space, "reject0" with RTF_REJECT.
constexpr std::string_view kIpv4 =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "down0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
    "split0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
    "reject0\t00000000\t010200C0\t0203\t0\t0\t0\t00000000\t0\t0\t0\n";

constexpr std::string_view kIpv6 =
    "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth1\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

TEST(DefaultRoute, OfIpv4IsOfLengthZeroAndUp) {
  EXPECT_EQ(host::parse_default_routes_ipv4(kIpv4), Names{"eth0"});
}

TEST(DefaultRoute, OfIpv6IsNotTheKernelsReject) {
  EXPECT_EQ(host::parse_default_routes_ipv6(kIpv6), Names{"eth1"});
}

TEST(DefaultRoute, EmptyOrCutTextHasNone) {
  EXPECT_EQ(host::parse_default_routes_ipv4(""), Names{});
  EXPECT_EQ(host::parse_default_routes_ipv4("eth0\t00000000\t010200C0\t0003\n"), Names{});
  EXPECT_EQ(host::parse_default_routes_ipv6("00000000000000000000000000000000 00\n"), Names{});
}

}  // namespace
