/// \file
/// The messages of connection management as values, and as the 232 bytes behind their management header.
///
///     const auto data = roce::cm_data(payload);                 // payload of a UD SEND_ONLY to queue pair 1
///     const auto req = roce::decode<roce::CmReq>(*data);
///     const roce::CmRep rep{.local_id = own, .remote_id = req.local_id, .local_qpn = qpn, ...};
///     const auto answer = roce::make_cm_mad({.attribute = roce::CmAttribute::kRep,
///                                            .transaction_id = mad.transaction_id.value()},
///                                            roce::encode(rep));
///
/// `starting_psn` in REQ and REP is what the *other* side must send first. Fields wider than on the wire are
/// cut to their low bits. Layouts: cm.cpp, one description for both directions. LAP and APR are named
/// (mad.hpp) but not read: RoCE does not use them. SPEC: IBTA vol 1, chapter 12; rocev2-facts 4.2. Cost:
/// set-up of connections. Thread: pure.
#pragma once

#include "roce/mad.hpp"
#include "roce/psn.hpp"
#include "wire/address.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace roce {

using CmData = std::array<std::byte, kCmDataBytes>;
using CmDataView = std::span<const std::byte, kCmDataBytes>;
using CmMad = std::array<std::byte, kMadBytes>;
template <std::size_t kBytes>
using PrivateData = std::array<std::byte, kBytes>;

struct CmPath {
  std::uint16_t local_lid = 0;  ///< 0xffff on RoCE
  std::uint16_t remote_lid = 0;
  wire::Ipv6Address local_gid{};
  wire::Ipv6Address remote_gid{};
  std::uint32_t flow_label = 0;  ///< 20 bits
  std::uint8_t packet_rate = 0;  ///< 6 bits
  std::uint8_t traffic_class = 0;
  std::uint8_t hop_limit = 0;
  std::uint8_t service_level = 0;  ///< 4 bits
  bool subnet_local = false;
  std::uint8_t ack_timeout = 0;  ///< 5 bits: 4.096 us * 2^n

  friend bool operator==(const CmPath&, const CmPath&) = default;
};

struct CmReq {
  std::uint32_t local_id = 0;
  std::uint32_t vendor_id = 0;  ///< 24 bits; 0 turns ECE off
  std::uint64_t service_id = 0;
  std::uint64_t ca_guid = 0;
  std::uint32_t local_queue_key = 0;
  std::uint32_t local_qpn = 0;
  std::uint8_t responder_resources = 0;  ///< READs and atomics that the sender answers at a time
  std::uint32_t local_ee_context = 0;
  std::uint8_t initiator_depth = 0;  ///< READs and atomics that the sender will have out
  std::uint32_t remote_ee_context = 0;
  std::uint8_t remote_response_timeout = 0;  ///< 5 bits: 4.096 us * 2^n
  std::uint8_t transport_service = 0;        ///< 0 RC, 1 UC, 2 RD, 3 extended
  bool flow_control = false;
  Psn starting_psn{};
  std::uint8_t local_response_timeout = 0;  ///< 5 bits
  std::uint8_t retry_count = 0;             ///< 3 bits; for the peer to use
  std::uint16_t partition_key = 0;
  std::uint8_t path_mtu = 0;  ///< PathMtu's codes
  bool rdc_exists = false;
  std::uint8_t rnr_retry_count = 0;  ///< 3 bits; 7: for ever
  std::uint8_t cm_retries_max = 0;   ///< 4 bits
  bool shared_receive_queue = false;
  std::uint8_t extended_transport = 0;  ///< 3 bits; 1: XRC
  CmPath primary{};
  CmPath alternate{};  ///< present if its local_lid is not 0
  PrivateData<92> private_data{};

  friend bool operator==(const CmReq&, const CmReq&) = default;
};

struct CmRep {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  std::uint32_t local_queue_key = 0;
  std::uint32_t local_qpn = 0;
  std::uint32_t local_ee_context = 0;
  Psn starting_psn{};
  std::uint32_t vendor_id = 0;  ///< 24 bits, scattered on the wire
  std::uint8_t responder_resources = 0;
  std::uint8_t initiator_depth = 0;
  std::uint8_t target_ack_delay = 0;   ///< 5 bits: 4.096 us * 2^n
  std::uint8_t failover_accepted = 0;  ///< 2 bits
  bool flow_control = false;
  std::uint8_t rnr_retry_count = 0;
  bool shared_receive_queue = false;
  std::uint64_t ca_guid = 0;
  PrivateData<196> private_data{};

  friend bool operator==(const CmRep&, const CmRep&) = default;
};

struct CmRtu {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  PrivateData<224> private_data{};

  friend bool operator==(const CmRtu&, const CmRtu&) = default;
};

struct CmDreq {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  std::uint32_t remote_qpn = 0;  ///< the receiver's
  PrivateData<220> private_data{};

  friend bool operator==(const CmDreq&, const CmDreq&) = default;
};

struct CmDrep {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  PrivateData<224> private_data{};

  friend bool operator==(const CmDrep&, const CmDrep&) = default;
};

/// SPEC: IBTA vol 1, 12.6.7.2. Those that a RoCE peer sends or that we send; others are numbers.
enum class CmRejectReason : std::uint16_t {
  kNoQueuePair = 1,
  kNoResources = 3,
  kTimeout = 4,
  kUnsupported = 5,
  kInvalidCommunicationId = 6,
  kInvalidCommunicationInstance = 7,
  kInvalidServiceId = 8,
  kInvalidTransport = 9,
  kStaleConnection = 10,
  kInvalidGid = 12,
  kInvalidAlternateGid = 18,
  kInvalidMtu = 26,
  kInsufficientResources = 27,
  kConsumer = 28,
  kDuplicateLocalId = 30,
  kUnsupportedClassVersion = 31,
};
/// "invalid service id"; "other reason" for a number that is none of them.
[[nodiscard]] std::string_view to_text(CmRejectReason reason);

struct CmRej {
  std::uint32_t local_id = 0;  ///< 0 where the sender has none
  std::uint32_t remote_id = 0;
  std::uint8_t rejected = 0;          ///< 0 REQ, 1 REP, 2 none of them
  std::uint8_t additional_bytes = 0;  ///< 7 bits: how much of `additional` means something
  CmRejectReason reason = CmRejectReason::kConsumer;
  std::array<std::byte, 72> additional{};
  PrivateData<148> private_data{};

  friend bool operator==(const CmRej&, const CmRej&) = default;
};

struct CmMra {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  std::uint8_t received = 0;         ///< 0 REQ, 1 REP, 2 LAP
  std::uint8_t service_timeout = 0;  ///< 5 bits: 4.096 us * 2^n
  PrivateData<222> private_data{};

  friend bool operator==(const CmMra&, const CmMra&) = default;
};

struct CmSidrReq {
  std::uint32_t request_id = 0;
  std::uint16_t partition_key = 0;
  std::uint64_t service_id = 0;
  PrivateData<216> private_data{};

  friend bool operator==(const CmSidrReq&, const CmSidrReq&) = default;
};

struct CmSidrRep {
  std::uint32_t request_id = 0;
  std::uint8_t status = 0;  ///< 0 success, 1 unsupported, 2 reject, 3 no queue pair, 4 redirect, 5 version
  std::uint32_t qpn = 0;
  std::uint64_t service_id = 0;
  std::uint32_t queue_key = 0;
  std::array<std::byte, 72> additional{};
  PrivateData<136> private_data{};

  friend bool operator==(const CmSidrRep&, const CmSidrRep&) = default;
};

/// Of each of the messages above. Reserved bits are not kept: encode writes them as 0.
template <class Message>
[[nodiscard]] Message decode(CmDataView data);
template <class Message>
[[nodiscard]] CmData encode(const Message& message);

/// The message part of a whole datagram; nothing where it is not connection management or not 256 bytes.
[[nodiscard]] std::optional<CmDataView> cm_data(std::span<const std::byte> payload);

struct CmMadFields {
  CmAttribute attribute = CmAttribute::kReq;
  std::uint64_t transaction_id = 0;  ///< an answer repeats the question's
};
[[nodiscard]] CmMad make_cm_mad(const CmMadFields& fields, const CmData& data);

/// What IP-addressed peers put first into the private data of REQ and SIDR_REQ. SPEC: IBTA vol 1, A11.
struct IpCmHeader {
  static constexpr std::size_t kBytes = 36;

  std::uint16_t source_port = 0;
  wire::IpAddress source{};
  wire::IpAddress destination{};  ///< of the same version

  friend bool operator==(const IpCmHeader&, const IpCmHeader&) = default;
};
/// Nothing where the version is not 0 or the IP version neither 4 nor 6.
[[nodiscard]] std::optional<IpCmHeader> read_ip_cm_header(std::span<const std::byte> private_data);
/// `private_data` has at least kBytes.
void write_ip_cm_header(std::span<std::byte> private_data, const IpCmHeader& header);

/// The service id of a TCP-like port (port space 0x0106). SPEC: rocev2-facts 4.3.
[[nodiscard]] constexpr std::uint64_t tcp_service_id(std::uint16_t port) {
  return 0x0106'0000ULL | port;
}

}  // namespace roce
