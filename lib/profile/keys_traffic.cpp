// The keys of `[[traffic]]`. Rows only: what they mean stands in `doc`, how they are read in
// bind_traffic.cpp.

#include "profile/limits.hpp"
#include "profile/profile.hpp"
#include "profile/schema.hpp"

namespace profile {
namespace {

using enum KeyType;

// The order of each list is that of its enumeration.
constexpr std::string_view kPatterns[] = {"pairs", "permutation", "incast", "all_to_all", "ring", "zipf"};
constexpr std::string_view kVerbs[] = {"write", "write_with_immediate", "send", "send_with_immediate",
                                       "read"};
constexpr std::string_view kFramings[] = {"rc", "uc", "ud"};
constexpr std::string_view kSizeKinds[] = {"fixed", "uniform", "log_normal", "points", "file"};
constexpr std::string_view kPathMtus[] = {"256", "512", "1024", "2048", "4096"};
constexpr std::string_view kEcns[] = {"non_ect", "ect_1", "ect_0", "ce"};
constexpr std::string_view kPortPolicies[] = {"fixed", "per_qp", "per_message", "flow_label"};
constexpr std::string_view kPayloads[] = {"zeros", "ones", "counter", "random", "generated"};
constexpr std::string_view kAckRequests[] = {"none", "last", "every"};
constexpr std::string_view kShapes[] = {"constant", "poisson", "bursts", "on_off", "ramp", "microburst"};
constexpr std::string_view kRatePers[] = {"port", "sender", "flow"};
constexpr std::string_view kWhenLates[] = {"skip", "catch_up"};

constexpr Key kPatternKeys[] = {
    {.name = "kind",
     .type = kChoice,
     .standard = "\"pairs\"",
     .choices = kPatterns,
     .doc = "`pairs`: the i-th of `from` to the i-th of `to`, within one set its first half to its second. "
            "`permutation`: each sends to one and receives from one, drawn by the seed. `incast`: `senders` "
            "to each of "
            "`receivers`. `all_to_all`: each to each. `ring`: each to the next of one set. `zipf`: each "
            "sender draws "
            "its receivers, the first of `to` most often."},
    {.name = "bidirectional",
     .type = kFlag,
     .standard = "false",
     .when = {"kind", "pairs ring"},
     .doc = "The opposite direction too."},
    {.name = "senders",
     .type = kInteger,
     .standard = "0",
     .when = {"kind", "incast"},
     .max = kMax32,
     .doc =
         "How many send to each receiver, the first ones of `from` that are not receivers; 0: all of them."},
    {.name = "receivers",
     .type = kInteger,
     .standard = "1",
     .when = {"kind", "incast"},
     .min = 1,
     .max = kMax32,
     .doc = "How many are sent to, the first ones of `to`."},
    {.name = "synchronised",
     .type = kShare,
     .standard = "\"100 %\"",
     .when = {"kind", "incast"},
     .max = kWholePpm,
     .doc =
         "The share of each receiver's senders that starts together; the rest starts staggered (`stagger`)."},
    {.name = "exponent",
     .type = kDecimal,
     .standard = "1.0",
     .when = {"kind", "zipf"},
     .max = 4000,
     .doc = "The weight of the k-th of `to` is 1/k^exponent."},
    {.name = "draws",
     .type = kInteger,
     .standard = "1",
     .when = {"kind", "zipf"},
     .min = 1,
     .max = 65'536,
     .doc = "Receivers that each sender draws, one of them possibly more than once."},
    {.name = "across_ports",
     .type = kFlag,
     .standard = "false",
     .doc =
         "No pair has both ends behind one port: `all_to_all` and `incast` leave them out, `permutation` and "
         "`zipf` draw others, `pairs` and `ring` are refused where they would need one."},
};
constexpr Table kPatternTable{
    .name = "pattern", .doc = "Who sends to whom.", .keys = kPatternKeys, .shorthand = "kind"};

constexpr Key kSizeKeys[] = {
    {.name = "kind",
     .type = kChoice,
     .standard = "\"fixed\"",
     .choices = kSizeKinds,
     .doc = "One size, or a distribution; sizes are drawn per message by seed, flow and index."},
    {.name = "size",
     .type = kBytes,
     .standard = "\"64 KiB\"",
     .when = {"kind", "fixed"},
     .max = workload::kMessageBytesMax,
     .doc = "The size of every message."},
    {.name = "min",
     .type = kBytes,
     .standard = "\"1 B\"",
     .when = {"kind", "uniform log_normal"},
     .max = workload::kMessageBytesMax,
     .doc = "No message is shorter."},
    {.name = "max",
     .type = kBytes,
     .required = true,
     .when = {"kind", "uniform log_normal"},
     .max = workload::kMessageBytesMax,
     .doc = "No message is longer."},
    {.name = "median",
     .type = kBytes,
     .required = true,
     .when = {"kind", "log_normal"},
     .min = 1,
     .max = workload::kMessageBytesMax,
     .doc = "Half of the messages are shorter."},
    {.name = "sigma",
     .type = kDecimal,
     .standard = "1.0",
     .when = {"kind", "log_normal"},
     .max = 4000,
     .doc = "Standard deviation of the size's natural logarithm."},
    {.name = "points",
     .type = kPoints,
     .required = true,
     .when = {"kind", "points"},
     .doc = "Cumulative distribution, `[[64, 30.0], [4096, 100.0]]`: size in bytes and the percentage of "
            "messages up to "
            "it; between two points sizes are spread evenly."},
    {.name = "file",
     .type = kFile,
     .required = true,
     .when = {"kind", "file"},
     .doc =
         "A file of such points, a line each, size and share; the effective profile holds them as `points`."},
};
constexpr Table kSizeTable{
    .name = "message_size", .doc = "How long the messages are.", .keys = kSizeKeys, .shorthand = "size"};

constexpr Key kSourcePortKeys[] = {
    {.name = "policy",
     .type = kChoice,
     .standard = "\"per_qp\"",
     .choices = kPortPolicies,
     .doc =
         "`fixed`: `first` everywhere. `per_qp`: `first` + flow's index, modulo `count`. `per_message`: "
         "`first` + "
         "(flow's + message's index), modulo `count`. `flow_label`: Linux's formula over both QP numbers."},
    {.name = "first",
     .type = kInteger,
     .standard = "49152",
     .when = {"policy", "fixed per_qp per_message"},
     .max = kMax16,
     .doc = "The first port."},
    {.name = "count",
     .type = kInteger,
     .standard = "16384",
     .when = {"policy", "per_qp per_message"},
     .min = 1,
     .max = kMax16 + 1,
     .doc = "How many ports are used from `first` on."},
};
constexpr Table kSourcePortTable{.name = "udp_source_port",
                                 .doc = "The field by which fabrics tell flows apart (ECMP).",
                                 .keys = kSourcePortKeys,
                                 .shorthand = "policy",
                                 .integer_shorthand = "first",
                                 .integer_key = "policy",
                                 .integer_choice = "fixed"};

constexpr Key kShapeKeys[] = {
    {.name = "kind",
     .type = kChoice,
     .standard = "\"constant\"",
     .choices = kShapes,
     .doc = "`constant`: one packet every 1/rate. `poisson`: independent gaps with that mean. `bursts`: "
            "`packets` at "
            "line rate, then `gap`. `on_off`: constant for `on`, silent for `off`. `ramp`: from `rate` to "
            "`to` over "
            "`time`. `microburst`: `packets` at line rate every `period`, all ports at once."},
    {.name = "packets",
     .type = kInteger,
     .required = true,
     .when = {"kind", "bursts microburst"},
     .min = 1,
     .max = kMax32,
     .doc = "Packets of a flow in a burst."},
    {.name = "gap",
     .type = kDuration,
     .required = true,
     .when = {"kind", "bursts"},
     .max = kLongestPs,
     .doc = "From the end of a burst to the start of the next."},
    {.name = "on",
     .type = kDuration,
     .required = true,
     .when = {"kind", "on_off"},
     .min = 1,
     .max = kLongestPs,
     .doc = "Sending."},
    {.name = "off",
     .type = kDuration,
     .required = true,
     .when = {"kind", "on_off"},
     .max = kLongestPs,
     .doc = "Silence."},
    {.name = "to",
     .type = kRate,
     .required = true,
     .when = {"kind", "ramp"},
     .doc = "The rate at the end of the ramp, and from then on; in the unit of `rate`."},
    {.name = "time",
     .type = kDuration,
     .required = true,
     .when = {"kind", "ramp"},
     .min = 1,
     .max = kLongestPs,
     .doc = "How long the ramp takes."},
    {.name = "period",
     .type = kDuration,
     .required = true,
     .when = {"kind", "microburst"},
     .min = 1,
     .max = kLongestPs,
     .doc =
         "From the start of a burst to the start of the next, counted from the test's start on every port."},
};
constexpr Table kShapeTable{
    .name = "shape", .doc = "How packets lie in time.", .keys = kShapeKeys, .shorthand = "kind"};

constexpr Key kTrafficKeys[] = {
    {.name = "name",
     .type = kName,
     .required = true,
     .doc = "By which `[[expect]]`, `--set` and reports call it."},
    {.name = "class",
     .type = kName,
     .doc = "A `[[class]]`; without one, a class `default` with that table's defaults."},
    {.name = "from", .type = kNames, .required = true, .doc = "The sending `[[endpoints]]`, one or several."},
    {.name = "to", .type = kNames, .doc = "The receiving `[[endpoints]]`; without it, those of `from`."},
    {.name = "pattern",
     .type = kTable,
     .standard = "{}",
     .table = &kPatternTable,
     .doc = "Who sends to whom."},
    {.name = "hairpin",
     .type = kFlag,
     .standard = "false",
     .doc = "Flows between endpoints behind one port are meant; without it they are refused."},
    {.name = "allow_uncongested",
     .type = kFlag,
     .standard = "false",
     .doc = "An incast whose sending ports together are no faster than the receiver is meant; without it, "
            "refused."},
    {.name = "verb",
     .type = kChoice,
     .standard = "\"write\"",
     .choices = kVerbs,
     .doc = "`read` sends read requests."},
    {.name = "framing",
     .type = kChoice,
     .standard = "\"rc\"",
     .choices = kFramings,
     .doc = "Opcodes and headers of reliable connection, unreliable connection or unreliable datagram. UC "
            "knows no "
            "`read`, UD only `send` of messages that fit one packet. Nothing is acknowledged."},
    {.name = "qps_per_pair",
     .type = kInteger,
     .standard = "1",
     .min = 1,
     .max = 65'536,
     .doc = "Queue pairs, and so flows, from each sender to each of its receivers."},
    {.name = "message_size",
     .type = kTable,
     .standard = "{}",
     .table = &kSizeTable,
     .doc = "How long messages are; `\"64 KiB\"` alone is a fixed size."},
    {.name = "path_mtu",
     .type = kInteger,
     .standard = "4096",
     .choices = kPathMtus,
     .doc = "Most payload bytes in a packet."},
    {.name = "first_psn",
     .type = kInteger,
     .standard = "0",
     .max = kMax24,
     .doc = "Packet sequence number of a flow's first packet."},
    {.name = "dscp", .type = kInteger, .max = 63, .doc = "The class's unless written."},
    {.name = "pcp",
     .type = kInteger,
     .max = 7,
     .doc = "The class's unless written; sent only where there is a VLAN."},
    {.name = "ecn",
     .type = kChoice,
     .standard = "\"ect_0\"",
     .choices = kEcns,
     .doc = "ECN codepoint as sent."},
    {.name = "ttl", .type = kInteger, .standard = "64", .min = 1, .max = 255, .doc = "TTL or hop limit."},
    {.name = "udp_source_port",
     .type = kTable,
     .standard = "{}",
     .table = &kSourcePortTable,
     .doc = "Policy; a number alone is a fixed port."},
    {.name = "payload",
     .type = kChoice,
     .standard = "\"random\"",
     .choices = kPayloads,
     .doc = "What follows the probe tag: the same bytes in each packet, or `generated` from the address."},
    {.name = "ack_request",
     .type = kChoice,
     .standard = "\"last\"",
     .when = {"framing", "rc"},
     .choices = kAckRequests,
     .doc = "Which packets of a message carry the AckReq bit."},
    {.name = "q_key",
     .type = kInteger,
     .standard = "0x11111111",
     .when = {"framing", "ud"},
     .max = kMax32,
     .doc = "Queue key of the DETH."},
    {.name = "remote_key",
     .type = kInteger,
     .standard = "0x1000",
     .when = {"verb", "write write_with_immediate read"},
     .max = kMax32,
     .doc = "R_Key of the RETH."},
    {.name = "virtual_address",
     .type = kInteger,
     .standard = "0x10000000",
     .when = {"verb", "write write_with_immediate read"},
     .doc = "Address in the RETH; each message starts there."},
    {.name = "immediate",
     .type = kInteger,
     .standard = "0",
     .when = {"verb", "write_with_immediate send_with_immediate"},
     .max = kMax32,
     .doc = "Immediate value of a flow's first message; counts up by one a message."},
    {.name = "shape",
     .type = kTable,
     .standard = "{}",
     .table = &kShapeTable,
     .doc = "How packets lie in time."},
    {.name = "rate",
     .type = kRate,
     .doc = "Needed, except by `bursts` and `microburst`, which take none. Bits are layer 2 with FCS unless "
            "followed by "
            "`L1` or `payload`; `%` is layer 1 of the sending port's speed."},
    {.name = "rate_per",
     .type = kChoice,
     .standard = "\"port\"",
     .choices = kRatePers,
     .doc = "What `rate` is the rate of: all flows of the entry that leave one port, all from one endpoint, "
            "or each."},
    {.name = "start",
     .type = kDuration,
     .standard = "\"0 s\"",
     .max = kLongestPs,
     .doc = "Of the entry's first flow, after the test's start."},
    {.name = "stagger",
     .type = kDuration,
     .standard = "\"0 s\"",
     .max = kLongestPs,
     .doc = "Flow i starts i times this later; in an incast only those that are not synchronised."},
    {.name = "time",
     .type = kDuration,
     .min = 1,
     .max = kLongestPs,
     .doc = "A flow ends so long after its start; without it, with the test."},
    {.name = "messages", .type = kInteger, .min = 1, .doc = "A flow ends after so many messages."},
    {.name = "bytes",
     .type = kBytes,
     .min = 1,
     .doc = "A flow ends after so many message bytes, the last message shortened."},
    {.name = "packets", .type = kInteger, .min = 1, .doc = "A flow ends after so many packets."},
    {.name = "when_late",
     .type = kChoice,
     .standard = "\"skip\"",
     .choices = kWhenLates,
     .doc = "`skip`: what was missed is abandoned and counted. `catch_up`: it is sent late, at most at "
            "`catch_up_rate`."},
    {.name = "catch_up_rate",
     .type = kRate,
     .required = true,
     .when = {"when_late", "catch_up"},
     .doc = "Cap of the rate while catching up, in the terms of `rate` and `rate_per`."},
    {.name = "max_back_to_back",
     .type = kInteger,
     .standard = "4",
     .min = 1,
     .max = 64,
     .doc = "Packets that a shape which is no burst may hand over at once."},
};

constexpr Table kTrafficTable{
    .name = "traffic", .doc = "What is sent: flows of one kind.", .keys = kTrafficKeys};

}  // namespace

const Table& traffic_table() {
  return kTrafficTable;
}

}  // namespace profile
