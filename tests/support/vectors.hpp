/// \file
/// Whole Ethernet frames (without FCS) of which every byte is known to be right.
///
/// The public ones stand in scapy's test/contrib/roce.uts (a ConnectX-4 Lx and a ConnectX sender); the others
/// were captured between two Linux rdma_rxe guests (tests/data/captures/cm).
#pragma once

#include <string_view>

namespace support {

/// CNP of a ConnectX-4 Lx: TOS 0xc2, UDP source port 0. ICRC 82 fd 00 2a.
inline constexpr std::string_view kCnp =
    "e41d2dab2bc27cfe90643b320800 45c2003c718c4000401191610a0011010a001201 000012b700280000 "
    "8100ffff4000011800000000 00000000000000000000000000000000 82fd002a";
/// UC SEND_ONLY over IPv4, TOS 0x01, migration bit set, UDP checksum 0xaca2.
inline constexpr std::string_view kUcSendIpv4 =
    "248a07a8fa22248a07a8fa220800 45010040047840004011b4d5c0a80007c0a80007 c00012b7002caca2 "
    "2460ffff000000d300cf1710 4630818be28935d90e9a95505401be885e500000 78f353f3";
/// The same over IPv6, traffic class 0xe2, flow label 0x1face, UDP checksum 0xe7c5.
inline constexpr std::string_view kUcSendIpv6 =
    "248a07a8fa22248a07a8fa2286dd "
    "6e21face002c11ff2022000000000000000000000000102320230000000000000000000000001024 c00012b7002ce7c5 "
    "2460ffff000000d300cf1710 4630818be28935d90e9a95505401be885e500000 3e5b743b";
/// rping61.pcap frame 21: RC SEND_ONLY of 16 bytes.
inline constexpr std::string_view kRcSendOnly =
    "5254000000015254000000020800 4500003c114f40004011154e0a0900020a090001 c67d12b700280000 "
    "0400ffff00000011805d4c00 00005643529ac370000005a100000040 e445c907";
/// rping61.pcap frame 22: RC ACK, AETH 1f000001.
inline constexpr std::string_view kRcAck =
    "5254000000025254000000010800 45000030d33e40004011536a0a0900010a090002 c67d12b7001c0000 "
    "1100ffff00000011005d4c00 1f000001 4ecb78b2";
/// rping61.pcap frame 23: RC READ_REQUEST.
inline constexpr std::string_view kRcReadRequest =
    "5254000000025254000000010800 4500003cd34040004011535c0a0900010a090002 c67d12b700280000 "
    "0c00ffff000000118060ff98 00005643529ac370000005a100000040 6f15dac3";
/// rping61.pcap frame 24: RC READ_RESP_ONLY of 64 bytes.
inline constexpr std::string_view kRcReadResponse =
    "5254000000015254000000020800 4500007011524000401115170a0900020a090001 c67d12b7005c0000 "
    "1000ffff000000110060ff98 1f000001 "
    "72646d612d70696e672d303a204142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60616263646566"
    "6768696a6b6c6d6e6f70717200 286f4ac3";

}  // namespace support
