// The keys of a profile but for `[[traffic]]`. Rows only; they are read in bind_profile.cpp.

#include "profile/limits.hpp"
#include "profile/schema.hpp"

namespace profile {
namespace {

using enum KeyType;

constexpr std::string_view kIpVersions[] = {"ipv4", "ipv6"};

constexpr Key kTestKeys[] = {
    {.name = "name", .type = kName, .required = true, .doc = "Part of the results folder's name."},
    {.name = "question",
     .type = kText,
     .standard = "\"\"",
     .doc = "What the test answers, printed above the result."},
    {.name = "testbed", .type = kFile, .doc = "The testbed used where `--testbed` names none."},
    {.name = "duration",
     .type = kDuration,
     .standard = "\"10 s\"",
     .min = 1'000'000,
     .max = kLongestPs,
     .doc = "Measured time, after the warm-up."},
    {.name = "warmup",
     .type = kDuration,
     .standard = "\"0 s\"",
     .max = kLongestPs,
     .doc = "Traffic flows, nothing of it is judged."},
    {.name = "drain",
     .type = kDuration,
     .standard = "\"500 ms\"",
     .max = kLongestPs,
     .doc = "How long arrivals are awaited after the last frame was due."},
    {.name = "settle",
     .type = kDuration,
     .standard = "\"100 ms\"",
     .max = kLongestPs,
     .doc = "Between links up and addresses resolved, and the first frame."},
    {.name = "seed", .type = kInteger, .standard = "1", .doc = "Of everything drawn."},
    {.name = "series_interval",
     .type = kDuration,
     .standard = "\"100 ms\"",
     .min = 1'000'000,
     .max = kLongestPs,
     .doc = "Resolution of the time series; a full one halves its resolution."},
    {.name = "backlog",
     .type = kDuration,
     .standard = "\"5 us\"",
     .min = 1,
     .max = 1'000 * kPsPerMs,
     .doc =
         "Line time of frames that a port may hold unsent; latency samples from beyond it are tester-bound."},
    {.name = "announce",
     .type = kDuration,
     .standard = "\"30 s\"",
     .max = kLongestPs,
     .doc =
         "Period of gratuitous ARP and unsolicited neighbour advertisements; `\"0 s\"`: only at the start."},
    {.name = "sequence_window",
     .type = kInteger,
     .standard = "4096",
     .min = 64,
     .max = 1 << 20,
     .doc =
         "Sequence numbers a flow within which loss, duplication and reordering are exact; a power of two."},
    {.name = "icrc_check",
     .type = kOneIn,
     .standard = "\"all\"",
     .max = kMax32,
     .doc = "Which received frames have their ICRC computed: `all`, `none`, or one in n as `1/16`."},
};
constexpr Table kTestTable{.name = "test", .doc = "The test as a whole.", .keys = kTestKeys};

constexpr Key kEndpointsKeys[] = {
    {.name = "name", .type = kName, .required = true, .doc = "By which `[[traffic]]` calls them."},
    {.name = "group",
     .type = kName,
     .standard = "\"all\"",
     .doc = "A port group of the testbed, or one port's name."},
    {.name = "per_port",
     .type = kInteger,
     .standard = "1",
     .unless = "total",
     .min = 1,
     .max = 1 << 20,
     .doc = "Hosts behind each port of the group."},
    {.name = "total",
     .type = kInteger,
     .min = 1,
     .max = 1 << 20,
     .doc = "Hosts behind all ports of the group together, spread evenly."},
    {.name = "mac", .type = kMac, .doc = "The first host's; the further ones count up by one."},
    {.name = "ipv4",
     .type = kIpv4Prefix,
     .doc = "The first host's address and its network; the further ones count up."},
    {.name = "ipv6",
     .type = kIpv6Prefix,
     .doc = "The first host's address and its network; the further ones count up."},
    {.name = "vlan",
     .type = kInteger,
     .min = 1,
     .max = kVlanMax,
     .doc = "Tag of their frames; without it the port's."},
    {.name = "gateway_ipv4", .type = kIpv4, .doc = "Next hop to other networks; without it the port's."},
    {.name = "gateway_ipv6", .type = kIpv6, .doc = "Next hop to other networks; without it the port's."},
    {.name = "ip_version",
     .type = kChoice,
     .standard = "\"ipv4\"",
     .choices = kIpVersions,
     .doc = "What traffic from and to them uses."},
};
constexpr Table kEndpointsTable{
    .name = "endpoints", .doc = "Simulated hosts behind the ports of a group.", .keys = kEndpointsKeys};

constexpr Key kClassKeys[] = {
    {.name = "name",
     .type = kName,
     .required = true,
     .doc = "By which `[[traffic]]` and `[[expect]]` call it."},
    {.name = "dscp", .type = kInteger, .standard = "24", .max = 63, .doc = "Of its packets."},
    {.name = "pcp",
     .type = kInteger,
     .standard = "3",
     .max = 7,
     .doc = "Of its packets where there is a VLAN."},
    {.name = "priority",
     .type = kInteger,
     .standard = "3",
     .max = 7,
     .doc = "The port's queue, and what a PFC frame stops."},
    {.name = "lossless", .type = kFlag, .standard = "false", .doc = "The fabric must not lose its packets."},
};
constexpr Table kClassTable{.name = "class", .doc = "A traffic class.", .keys = kClassKeys};

constexpr Key kExpectKeys[] = {
    {.name = "metric",
     .type = kMetric,
     .required = true,
     .doc = "A number of the report, see the list of metrics."},
    {.name = "of",
     .type = kSubject,
     .standard = "\"total\"",
     .doc = "`total`, `traffic:NAME`, `class:NAME`, `port:NAME`, `group:NAME`, `flow:TRAFFIC/INDEX`, "
            "`qp:TRAFFIC/INDEX` or "
            "`receiver:ENDPOINTS/INDEX`."},
    {.name = "min", .type = kLimit, .unless = "equals", .doc = "It is not below this."},
    {.name = "max", .type = kLimit, .unless = "equals", .doc = "It is not above this."},
    {.name = "equals", .type = kLimit, .doc = "It is exactly this."},
};
constexpr Table kExpectTable{
    .name = "expect", .doc = "An expectation, judged at the end.", .keys = kExpectKeys};

constexpr Key kSeriesKeys[] = {
    {.name = "of",
     .type = kSubject,
     .required = true,
     .doc = "`flow:TRAFFIC/INDEX`, `qp:TRAFFIC/INDEX` or `receiver:ENDPOINTS/INDEX`: gets time series and "
            "full histograms, "
            "which ports, groups and traffic entries have anyway."},
};
constexpr Table kSeriesTable{.name = "series", .doc = "A further time series.", .keys = kSeriesKeys};

}  // namespace

const Table& profile_root() {
  // Not a constant like the others: `[[traffic]]` has a file of its own.
  static const Key kKeys[] = {
      {.name = "include",
       .type = kFiles,
       .doc = "Files that stand before this one: tables are merged, this file's keys win, lists are "
              "appended. Paths are "
              "relative to this file."},
      {.name = "test", .type = kTable, .required = true, .table = &kTestTable, .doc = "The test as a whole."},
      {.name = "endpoints",
       .type = kTables,
       .required = true,
       .table = &kEndpointsTable,
       .doc = "Simulated hosts."},
      {.name = "class", .type = kTables, .table = &kClassTable, .doc = "Traffic classes."},
      {.name = "traffic",
       .type = kTables,
       .required = true,
       .table = &traffic_table(),
       .doc = "What is sent."},
      {.name = "expect", .type = kTables, .table = &kExpectTable, .doc = "What is expected."},
      {.name = "series", .type = kTables, .table = &kSeriesTable, .doc = "Further time series."},
  };
  static const Table kRoot{.name = "profile", .doc = "What to send, and what to expect.", .keys = kKeys};
  return kRoot;
}

}  // namespace profile
