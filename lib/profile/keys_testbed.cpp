// The keys of a testbed. Rows only; they are read in bind_testbed.cpp.

#include "profile/limits.hpp"
#include "profile/schema.hpp"

namespace profile {
namespace {

using enum KeyType;

// The order of each list is that of its enumeration.
constexpr std::string_view kImpairKinds[] = {"lose", "duplicate", "reorder", "corrupt",
                                             "ce",   "dscp",      "delay"};
constexpr std::string_view kFrames[] = {"roce", "any"};
constexpr std::string_view kCorruptPlaces[] = {"anywhere", "payload", "tag", "destination_qp", "psn", "icrc"};

constexpr Key kTesterKeys[] = {
    {.name = "cores",
     .type = kIntegers,
     .max = 4095,
     .doc = "CPUs that may carry workers; without it those of the process's affinity."},
    {.name = "memory",
     .type = kBytes,
     .standard = "\"0 B\"",
     .doc = "For packet buffers; `\"0 B\"`: what the plan needs."},
};
constexpr Table kTesterTable{
    .name = "tester", .doc = "What of this machine a run may use.", .keys = kTesterKeys};

constexpr Key kPortKeys[] = {
    {.name = "name", .type = kName, .required = true, .doc = "By which groups, cables and reports call it."},
    {.name = "device",
     .type = kText,
     .required = true,
     .unless = "vdev",
     .doc = "A PCI address, a network device's or an RDMA device's name; devargs behind a comma."},
    {.name = "vdev",
     .type = kText,
     .doc = "A virtual device: `ring` (one end of a `[[cable]]`, or a port of a `[[switch]]`), or a DPDK "
            "driver with its "
            "arguments, `net_af_packet,iface=veth0`."},
    {.name = "speed",
     .type = kSpeed,
     .min = 1'000'000,
     .doc = "Layer-1 rate; needed by a vdev, else the device's own."},
    {.name = "peer",
     .type = kText,
     .standard = "\"\"",
     .doc = "What it is cabled to, `leaf1:Ethernet8`; printed."},
    {.name = "mtu",
     .type = kInteger,
     .min = 576,
     .max = 65'535,
     .doc = "IP bytes that a frame may carry; without it what the profile's largest frame needs."},
    {.name = "mac", .type = kMac, .doc = "Of its first endpoint, unless the profile gives one."},
    {.name = "ipv4", .type = kIpv4Prefix, .doc = "Address of its first endpoint and its network."},
    {.name = "ipv6", .type = kIpv6Prefix, .doc = "Address of its first endpoint and its network."},
    {.name = "gateway_ipv4", .type = kIpv4, .doc = "Next hop to other networks."},
    {.name = "gateway_ipv6", .type = kIpv6, .doc = "Next hop to other networks."},
    {.name = "vlan",
     .type = kInteger,
     .min = 1,
     .max = kVlanMax,
     .doc = "Tag of its frames; without it untagged."},
    {.name = "cores",
     .type = kIntegers,
     .max = 4095,
     .doc = "CPUs that may own its queues; without it the tester's."},
    {.name = "rx_queues", .type = kInteger, .standard = "1", .min = 1, .max = 1024, .doc = "Receive queues."},
    {.name = "tx_queues",
     .type = kInteger,
     .standard = "1",
     .min = 1,
     .max = 1024,
     .doc = "Transmit queues."},
    {.name = "link_timeout",
     .type = kDuration,
     .standard = "\"10 s\"",
     .max = kLongestPs,
     .doc = "How long the link may take to come up."},
    {.name = "tx_hold",
     .type = kDuration,
     .min = 1,
     .max = kLongestPs,
     .doc = "A frame that the port does not take for so long is refused and counted; without it, it waits."},
    {.name = "allow_default_route",
     .type = kFlag,
     .standard = "false",
     .doc = "The device carries this host's default route, and sending from it is meant."},
};
constexpr Table kPortTable{
    .name = "port", .doc = "A device through which frames leave and arrive.", .keys = kPortKeys};

constexpr Key kGroupKeys[] = {
    {.name = "name", .type = kName, .required = true, .doc = "By which profiles call it."},
    {.name = "ports",
     .type = kNames,
     .required = true,
     .doc = "Its ports, in the order in which endpoints are placed."},
};
constexpr Table kGroupTable{
    .name = "group",
    .doc = "Ports that a profile calls by one name. `all` exists without being written.",
    .keys = kGroupKeys};

constexpr Key kSwitchKeys[] = {
    {.name = "name", .type = kName, .required = true, .doc = "By which reports call it."},
    {.name = "ports", .type = kNames, .required = true, .doc = "The ring ports that it joins."},
};
constexpr Table kSwitchTable{
    .name = "switch", .doc = "A small learning switch of our own over ring ports.", .keys = kSwitchKeys};

constexpr Key kImpairKeys[] = {
    {.name = "kind",
     .type = kChoice,
     .required = true,
     .choices = kImpairKinds,
     .doc = "What is done to a frame that is hit."},
    {.name = "from", .type = kName, .doc = "Only frames that this port sent; without it both directions."},
    {.name = "frames",
     .type = kChoice,
     .standard = "\"roce\"",
     .choices = kFrames,
     .doc = "Which frames count; `any` has ARP, ND and ping too."},
    {.name = "every", .type = kInteger, .min = 1, .doc = "Hits each n-th frame of a direction."},
    {.name = "nth", .type = kIntegers, .min = 1, .doc = "Hits these frames of a direction, from 1."},
    {.name = "ppm",
     .type = kInteger,
     .min = 1,
     .max = kWholePpm,
     .doc = "Hits this share of frames, drawn by the seed."},
    {.name = "limit", .type = kInteger, .standard = "0", .doc = "At most so many hits; 0: no limit."},
    {.name = "after",
     .type = kDuration,
     .standard = "\"0 s\"",
     .max = kLongestPs,
     .doc = "Not before this time of the test."},
    {.name = "until", .type = kDuration, .min = 1, .max = kLongestPs, .doc = "Not from this time on."},
    {.name = "where",
     .type = kChoice,
     .standard = "\"payload\"",
     .when = {"kind", "corrupt"},
     .choices = kCorruptPlaces,
     .doc = "In which field one bit is flipped."},
    {.name = "distance",
     .type = kInteger,
     .standard = "1",
     .when = {"kind", "reorder"},
     .min = 1,
     .max = 65'536,
     .doc = "By how many frames it is overtaken."},
    {.name = "delay",
     .type = kDuration,
     .required = true,
     .when = {"kind", "delay"},
     .max = kLongestPs,
     .doc = "So much later."},
    {.name = "jitter",
     .type = kDuration,
     .standard = "\"0 s\"",
     .when = {"kind", "delay"},
     .max = kLongestPs,
     .doc = "Up to so much later still, drawn evenly by the seed."},
    {.name = "dscp",
     .type = kInteger,
     .required = true,
     .when = {"kind", "dscp"},
     .max = 63,
     .doc = "The new value."},
};
constexpr Table kImpairTable{
    .name = "impair",
    .doc = "A fault done on purpose; exactly one of `every`, `nth` and `ppm` selects the frames.",
    .keys = kImpairKeys};

constexpr Key kCableKeys[] = {
    {.name = "ports", .type = kNames, .required = true, .doc = "The two ring ports that it joins."},
    {.name = "impair", .type = kTables, .table = &kImpairTable, .doc = "What it does to frames."},
};
constexpr Table kCableTable{.name = "cable", .doc = "Joins two ring ports.", .keys = kCableKeys};

constexpr Key kDutKeys[] = {
    {.name = "name", .type = kText, .standard = "\"\"", .doc = "What the lab calls it."},
    {.name = "vendor", .type = kText, .standard = "\"\"", .doc = "Printed."},
    {.name = "model", .type = kText, .standard = "\"\"", .doc = "Printed."},
    {.name = "serial", .type = kText, .standard = "\"\"", .doc = "Printed."},
    {.name = "firmware", .type = kText, .standard = "\"\"", .doc = "Printed."},
    {.name = "notes", .type = kText, .standard = "\"\"", .doc = "Printed."},
};
constexpr Table kDutTable{
    .name = "dut", .doc = "A device under test: identity only, stored with the result.", .keys = kDutKeys};

constexpr Key kRootKeys[] = {
    {.name = "include",
     .type = kFiles,
     .doc = "Files that stand before this one: tables are merged, this file's keys win, lists are appended. "
            "Paths are "
            "relative to this file."},
    {.name = "tester",
     .type = kTable,
     .standard = "{}",
     .table = &kTesterTable,
     .doc = "This machine's share."},
    {.name = "port", .type = kTables, .required = true, .table = &kPortTable, .doc = "Ports."},
    {.name = "group", .type = kTables, .table = &kGroupTable, .doc = "Port groups."},
    {.name = "switch", .type = kTables, .table = &kSwitchTable, .doc = "Switches of our own."},
    {.name = "cable", .type = kTables, .table = &kCableTable, .doc = "Cables between ring ports."},
    {.name = "dut", .type = kTables, .table = &kDutTable, .doc = "Devices under test."},
};
constexpr Table kRoot{.name = "testbed", .doc = "Where a profile runs.", .keys = kRootKeys};

}  // namespace

const Table& testbed_root() {
  return kRoot;
}

}  // namespace profile
