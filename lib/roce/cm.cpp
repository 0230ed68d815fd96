#include "roce/cm.hpp"

#include "base/check.hpp"
#include "wire/bytes.hpp"

#include <algorithm>
#include <type_traits>

namespace roce {
namespace {

/// Takes the fields of a message out of its bytes.
class Decoder {
 public:
  explicit Decoder(CmDataView data) : data_{data} {}

  /// `bytes` bytes from `offset`, most significant first.
  template <class T>
  void number(std::size_t offset, std::size_t bytes, T& value) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      sum = sum << 8 | std::to_integer<std::uint64_t>(data_[offset + i]);
    }
    value = static_cast<T>(sum);
  }
  /// `width` bits of one byte, the lowest of them bit `low`.
  template <class T>
  void bits(std::size_t offset, unsigned low, unsigned width, T& value) const {
    value = static_cast<T>((std::to_integer<unsigned>(data_[offset]) >> low) & ((1U << width) - 1));
  }
  template <std::size_t kBytes>
  void raw(std::size_t offset, std::array<std::byte, kBytes>& value) const {
    std::ranges::copy(data_.subspan(offset, kBytes), value.begin());
  }
  void gid(std::size_t offset, wire::Ipv6Address& value) const {
    value = wire::load<wire::Ipv6Address>(data_.data() + offset);
  }
  void psn(std::size_t offset, Psn& value) const {
    std::uint32_t number_value = 0;
    number(offset, 3, number_value);
    value = Psn{number_value};
  }

 private:
  CmDataView data_;
};

/// Puts them there. The message is not changed; it is passed mutable because one description serves both.
class Encoder {
 public:
  template <class T>
  void number(std::size_t offset, std::size_t bytes, const T& value) {
    for (std::size_t i = 0; i < bytes; ++i) {
      data_[offset + i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * (bytes - 1 - i)));
    }
  }
  template <class T>
  void bits(std::size_t offset, unsigned low, unsigned width, const T& value) {
    data_[offset] |= static_cast<std::byte>((static_cast<unsigned>(value) & ((1U << width) - 1)) << low);
  }
  template <std::size_t kBytes>
  void raw(std::size_t offset, const std::array<std::byte, kBytes>& value) {
    std::ranges::copy(value, data_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  void gid(std::size_t offset, const wire::Ipv6Address& value) { wire::store(data_.data() + offset, value); }
  void psn(std::size_t offset, const Psn& value) { number(offset, 3, value.value()); }

  [[nodiscard]] const CmData& data() const { return data_; }

 private:
  CmData data_{};
};

// The layouts. SPEC: rocev2-facts 4.2; offsets count from the end of the management header.

template <class Io, class Path>
void describe_path(Io& io, std::size_t offset, Path& path) {
  io.number(offset, 2, path.local_lid);
  io.number(offset + 2, 2, path.remote_lid);
  io.gid(offset + 4, path.local_gid);
  io.gid(offset + 20, path.remote_gid);
  std::uint32_t label_and_rate = path.flow_label << 12 | (path.packet_rate & 0x3fU);
  io.number(offset + 36, 4, label_and_rate);
  path.flow_label = label_and_rate >> 12;
  path.packet_rate = static_cast<std::uint8_t>(label_and_rate & 0x3f);
  io.number(offset + 40, 1, path.traffic_class);
  io.number(offset + 41, 1, path.hop_limit);
  io.bits(offset + 42, 4, 4, path.service_level);
  io.bits(offset + 42, 3, 1, path.subnet_local);
  io.bits(offset + 43, 3, 5, path.ack_timeout);
}

template <class Io>
void describe(Io& io, CmReq& m) {
  io.number(0, 4, m.local_id);
  io.number(5, 3, m.vendor_id);
  io.number(8, 8, m.service_id);
  io.number(16, 8, m.ca_guid);
  io.number(28, 4, m.local_queue_key);
  io.number(32, 3, m.local_qpn);
  io.number(35, 1, m.responder_resources);
  io.number(36, 3, m.local_ee_context);
  io.number(39, 1, m.initiator_depth);
  io.number(40, 3, m.remote_ee_context);
  io.bits(43, 3, 5, m.remote_response_timeout);
  io.bits(43, 1, 2, m.transport_service);
  io.bits(43, 0, 1, m.flow_control);
  io.psn(44, m.starting_psn);
  io.bits(47, 3, 5, m.local_response_timeout);
  io.bits(47, 0, 3, m.retry_count);
  io.number(48, 2, m.partition_key);
  io.bits(50, 4, 4, m.path_mtu);
  io.bits(50, 3, 1, m.rdc_exists);
  io.bits(50, 0, 3, m.rnr_retry_count);
  io.bits(51, 4, 4, m.cm_retries_max);
  io.bits(51, 3, 1, m.shared_receive_queue);
  io.bits(51, 0, 3, m.extended_transport);
  describe_path(io, 52, m.primary);
  describe_path(io, 96, m.alternate);
  io.raw(140, m.private_data);
}

template <class Io>
void describe(Io& io, CmRep& m) {
  io.number(0, 4, m.local_id);
  io.number(4, 4, m.remote_id);
  io.number(8, 4, m.local_queue_key);
  io.number(12, 3, m.local_qpn);
  io.number(16, 3, m.local_ee_context);
  io.psn(20, m.starting_psn);
  // The vendor id fills the gaps behind three 24-bit fields.
  std::array<std::uint8_t, 3> vendor{static_cast<std::uint8_t>(m.vendor_id >> 16),
                                     static_cast<std::uint8_t>(m.vendor_id >> 8),
                                     static_cast<std::uint8_t>(m.vendor_id)};
  io.number(15, 1, vendor[0]);
  io.number(19, 1, vendor[1]);
  io.number(23, 1, vendor[2]);
  m.vendor_id = static_cast<std::uint32_t>(vendor[0] << 16 | vendor[1] << 8 | vendor[2]);
  io.number(24, 1, m.responder_resources);
  io.number(25, 1, m.initiator_depth);
  io.bits(26, 3, 5, m.target_ack_delay);
  io.bits(26, 1, 2, m.failover_accepted);
  io.bits(26, 0, 1, m.flow_control);
  io.bits(27, 5, 3, m.rnr_retry_count);
  io.bits(27, 4, 1, m.shared_receive_queue);
  io.number(28, 8, m.ca_guid);
  io.raw(36, m.private_data);
}

/// RTU and DREP are alike.
template <class Io, class Ids>
requires(std::is_same_v<Ids, CmRtu> || std::is_same_v<Ids, CmDrep>) void describe(Io& io, Ids& m) {
  io.number(0, 4, m.local_id);
  io.number(4, 4, m.remote_id);
  io.raw(8, m.private_data);
}

template <class Io>
void describe(Io& io, CmDreq& m) {
  io.number(0, 4, m.local_id);
  io.number(4, 4, m.remote_id);
  io.number(8, 3, m.remote_qpn);
  io.raw(12, m.private_data);
}

template <class Io>
void describe(Io& io, CmRej& m) {
  io.number(0, 4, m.local_id);
  io.number(4, 4, m.remote_id);
  io.bits(8, 6, 2, m.rejected);
  io.bits(9, 1, 7, m.additional_bytes);
  io.number(10, 2, m.reason);
  io.raw(12, m.additional);
  io.raw(84, m.private_data);
}

template <class Io>
void describe(Io& io, CmMra& m) {
  io.number(0, 4, m.local_id);
  io.number(4, 4, m.remote_id);
  io.bits(8, 6, 2, m.received);
  io.bits(9, 3, 5, m.service_timeout);
  io.raw(10, m.private_data);
}

template <class Io>
void describe(Io& io, CmSidrReq& m) {
  io.number(0, 4, m.request_id);
  io.number(4, 2, m.partition_key);
  io.number(8, 8, m.service_id);
  io.raw(16, m.private_data);
}

template <class Io>
void describe(Io& io, CmSidrRep& m) {
  io.number(0, 4, m.request_id);
  io.number(4, 1, m.status);
  io.number(8, 3, m.qpn);
  io.number(12, 8, m.service_id);
  io.number(20, 4, m.queue_key);
  io.raw(24, m.additional);
  io.raw(96, m.private_data);
}

constexpr std::size_t kSourceOffset = 4;
constexpr std::size_t kDestinationOffset = 20;

/// SPEC: rocev2-facts 4.3: an IPv4 address stands behind twelve zeros, not behind ::ffff:.
wire::IpAddress read_address(const std::byte* at, bool is_v4) {
  const auto bytes = wire::load<wire::Ipv6Address>(at);
  if (is_v4) return wire::Ipv4Address{static_cast<std::uint32_t>(bytes.lower())};
  return bytes;
}
void write_address(std::byte* at, const wire::IpAddress& address) {
  wire::store(at, address.is_v4() ? wire::Ipv6Address::from_halves(0, address.v4().value()) : address.v6());
}

}  // namespace

template <class Message>
Message decode(CmDataView data) {
  Message message;
  Decoder decoder{data};
  describe(decoder, message);
  return message;
}

template <class Message>
CmData encode(const Message& message) {
  Message copy = message;
  Encoder encoder;
  describe(encoder, copy);
  return encoder.data();
}

template CmReq decode<CmReq>(CmDataView);
template CmRep decode<CmRep>(CmDataView);
template CmRtu decode<CmRtu>(CmDataView);
template CmDreq decode<CmDreq>(CmDataView);
template CmDrep decode<CmDrep>(CmDataView);
template CmRej decode<CmRej>(CmDataView);
template CmMra decode<CmMra>(CmDataView);
template CmSidrReq decode<CmSidrReq>(CmDataView);
template CmSidrRep decode<CmSidrRep>(CmDataView);
template CmData encode<CmReq>(const CmReq&);
template CmData encode<CmRep>(const CmRep&);
template CmData encode<CmRtu>(const CmRtu&);
template CmData encode<CmDreq>(const CmDreq&);
template CmData encode<CmDrep>(const CmDrep&);
template CmData encode<CmRej>(const CmRej&);
template CmData encode<CmMra>(const CmMra&);
template CmData encode<CmSidrReq>(const CmSidrReq&);
template CmData encode<CmSidrRep>(const CmSidrRep&);

std::string_view to_text(CmRejectReason reason) {
  using enum CmRejectReason;
  switch (reason) {
    case kNoQueuePair:
      return "no queue pair";
    case kNoResources:
      return "no resources";
    case kTimeout:
      return "timeout";
    case kUnsupported:
      return "unsupported request";
    case kInvalidCommunicationId:
      return "invalid communication id";
    case kInvalidCommunicationInstance:
      return "invalid communication instance";
    case kInvalidServiceId:
      return "invalid service id";
    case kInvalidTransport:
      return "invalid transport type";
    case kStaleConnection:
      return "stale connection";
    case kInvalidGid:
      return "invalid GID";
    case kInvalidAlternateGid:
      return "invalid alternate GID";
    case kInvalidMtu:
      return "path MTU refused";
    case kInsufficientResources:
      return "insufficient responder resources";
    case kConsumer:
      return "refused by the application";
    case kDuplicateLocalId:
      return "duplicate communication id";
    case kUnsupportedClassVersion:
      return "unsupported class version";
  }
  return "other reason";
}

std::optional<CmDataView> cm_data(std::span<const std::byte> payload) {
  if (payload.size() != kMadBytes || !read_cm_mad(payload)) return std::nullopt;
  return payload.subspan<sizeof(MadHeader), kCmDataBytes>();
}

CmMad make_cm_mad(const CmMadFields& fields, const CmData& data) {
  CmMad mad{};
  wire::store(mad.data(),
              MadHeader{.transaction_id = base::Be64{fields.transaction_id},
                        .attribute_id = base::Be16{static_cast<std::uint16_t>(fields.attribute)}});
  std::ranges::copy(data, mad.begin() + sizeof(MadHeader));
  return mad;
}

std::optional<IpCmHeader> read_ip_cm_header(std::span<const std::byte> private_data) {
  if (private_data.size() < IpCmHeader::kBytes || private_data[0] != std::byte{0}) return std::nullopt;
  const unsigned version = std::to_integer<unsigned>(private_data[1]) >> 4;
  if (version != 4 && version != 6) return std::nullopt;
  return IpCmHeader{.source_port = wire::load<base::Be16>(private_data.data() + 2).value(),
                    .source = read_address(private_data.data() + kSourceOffset, version == 4),
                    .destination = read_address(private_data.data() + kDestinationOffset, version == 4)};
}

void write_ip_cm_header(std::span<std::byte> private_data, const IpCmHeader& header) {
  CHECK(private_data.size() >= IpCmHeader::kBytes, "{} bytes of private data", private_data.size());
  CHECK(header.source.is_v4() == header.destination.is_v4(), "two IP versions in one header");
  private_data[0] = std::byte{0};
  private_data[1] = std::byte{header.source.is_v4() ? std::uint8_t{0x40} : std::uint8_t{0x60}};
  wire::store(private_data.data() + 2, base::Be16{header.source_port});
  write_address(private_data.data() + kSourceOffset, header.source);
  write_address(private_data.data() + kDestinationOffset, header.destination);
}

}  // namespace roce
