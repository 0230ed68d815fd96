#include "inspect/analyze.hpp"

#include "inspect/flow_account.hpp"
#include "inspect/link_layer.hpp"
#include "roce/headers.hpp"
#include "roce/icrc.hpp"
#include "wire/bytes.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <utility>

namespace inspect {
namespace {

using AddressPair = std::pair<wire::IpAddress, wire::IpAddress>;

AddressPair unordered(const FlowKey& key) {
  return std::minmax(key.source, key.destination);
}

AddressPair addresses_at(std::span<const std::byte> frame, const wire::ParsedFrame& parsed) {
  const std::byte* const at = frame.data() + parsed.ip_offset;
  if (parsed.ip_version == 4) {
    const auto header = wire::load<wire::Ipv4Header>(at);
    return {header.source, header.destination};
  }
  const auto header = wire::load<wire::Ipv6Header>(at);
  return {header.source, header.destination};
}

IcrcState icrc_state(std::span<const std::byte> frame, const wire::ParsedFrame& parsed) {
  if (frame.size() < std::size_t{parsed.payload_offset} + parsed.payload_length) return IcrcState::kUnchecked;
  return roce::icrc_good(frame, parsed) ? IcrcState::kGood : IcrcState::kBad;
}

/// A frame of kind kRoce whose BTH was read.
Packet packet_of(const EthernetView& view, const wire::ParsedFrame& parsed, const roce::ParsedRoce& roce) {
  const auto udp_payload = view.bytes.subspan(parsed.payload_offset);
  const auto [source, destination] = addresses_at(view.bytes, parsed);
  Packet packet{.flow = {.source = source,
                         .destination = destination,
                         .destination_qp = roce.destination_qpn,
                         .transport = roce::transport_of(roce.opcode)},
                .frame = parsed,
                .roce = roce,
                .name = roce::packet_name(udp_payload, roce),
                .icrc = icrc_state(view.bytes, parsed),
                .frame_bytes = view.length};
  packet.udp_source_port =
      wire::load<wire::UdpHeader>(view.bytes.data() + parsed.l4_offset).source_port.value();
  if (const auto deth = roce::read_extension<roce::Deth>(udp_payload, roce)) {
    packet.flow.source_qp = deth->source_qpn.value();
  }
  if (const auto reth = roce::read_extension<roce::Reth>(udp_payload, roce)) {
    packet.dma_length = reth->dma_length.value();
  }
  if (roce::operation_of(roce.opcode) == roce::Operation::kAcknowledge) {
    if (const auto aeth = roce::read_extension<roce::Aeth>(udp_payload, roce)) {
      packet.syndrome = aeth->syndrome;
    }
  }
  return packet;
}

}  // namespace

class Analyzer::State {
 public:
  explicit State(const Options& options)
      : flows_max_{options.flows_max}, sequences_{options.flows_max + options.flows_max / 4} {}

  void take(const capture::Record& record);
  [[nodiscard]] Report finish();

 private:
  void take_time(const capture::Record& record);
  void take_packet(Packet packet, const capture::Record& record);
  [[nodiscard]] FlowAccount* flow_of(const FlowKey& key);
  void learn_mtu(const Packet& packet);
  [[nodiscard]] std::optional<std::uint32_t> mtu_of(const FlowKey& key) const;

  std::size_t flows_max_;
  Sequences sequences_;  ///< some more than flows, for those that begin anew
  Report report_;
  std::map<FlowKey, FlowAccount> flows_;
  std::map<AddressPair, std::uint32_t> mtus_;  ///< between two ends, as the latest full packet told it
  std::vector<std::byte> scratch_;
  std::optional<capture::Stamp> zero_;  ///< the first record's time
  std::optional<capture::Stamp> last_;
};

void Analyzer::State::take(const capture::Record& record) {
  Totals& totals = report_.totals;
  ++totals.frames;
  if (report_.interfaces.size() <= record.interface) report_.interfaces.resize(record.interface + 1);
  ++report_.interfaces[record.interface].frames;
  take_time(record);

  const auto view = ethernet_view(record, scratch_);
  if (!view) {
    ++totals.other[fmt::format("link type {}", static_cast<unsigned>(record.link_type))];
    return;
  }
  const wire::ParsedFrame parsed = wire::parse(view->bytes, base::FrameBytes{view->length});
  switch (parsed.kind) {
    case wire::FrameKind::kTruncated:
      ++totals.truncated;
      return;
    case wire::FrameKind::kMalformed:
      ++totals.malformed;
      return;
    case wire::FrameKind::kRoce:
      break;
    default:
      ++totals.other[std::string{wire::to_text(parsed.kind)}];
      return;
  }
  const auto udp_payload = view->bytes.subspan(parsed.payload_offset);
  const roce::ParsedRoce roce = roce::parse(udp_payload, parsed.payload_length);
  if (roce.fault == roce::Fault::kTruncated || roce.fault == roce::Fault::kTooShort) {
    ++(roce.fault == roce::Fault::kTruncated ? totals.truncated : totals.malformed);
    return;
  }
  Packet packet = packet_of(*view, parsed, roce);
  packet.flow.place = {.interface = record.interface, .direction = view->direction};
  take_packet(std::move(packet), record);
}

void Analyzer::State::take_time(const capture::Record& record) {
  if (!record.time) return;
  if (!zero_) zero_ = record.time;
  report_.totals.start = report_.totals.start ? std::min(*report_.totals.start, *record.time) : record.time;
  last_ = last_ ? std::max(*last_, *record.time) : record.time;
}

void Analyzer::State::take_packet(Packet packet, const capture::Record& record) {
  packet.stamp = record.time;
  if (record.time) packet.time = base::Time{} + (*record.time - *zero_);

  Totals& totals = report_.totals;
  ++totals.packets;
  ++totals.by_opcode[packet.name];
  switch (packet.icrc) {
    case IcrcState::kGood:
      ++totals.icrc_good;
      break;
    case IcrcState::kBad:
      ++totals.icrc_bad;
      break;
    case IcrcState::kUnchecked:
      ++totals.icrc_unchecked;
      break;
  }
  if (packet.icrc != IcrcState::kBad) {
    ++totals.ecn[static_cast<std::size_t>(packet.frame.ecn())];
    totals.cnps += packet.roce.opcode == roce::kCnpOpcode ? 1 : 0;
    if (const std::string nak = packet.nak(); !nak.empty()) ++totals.naks[nak];
  }
  FlowAccount* const flow = flow_of(packet.flow);
  if (flow == nullptr) {
    ++totals.packets_beyond_flows;
    return;
  }
  learn_mtu(packet);
  flow->take(packet, mtu_of(packet.flow), sequences_);
}

FlowAccount* Analyzer::State::flow_of(const FlowKey& key) {
  if (const auto known = flows_.find(key); known != flows_.end()) return &known->second;
  if (flows_.size() >= flows_max_) return nullptr;
  return &flows_.emplace(key, FlowAccount{key}).first->second;
}

void Analyzer::State::learn_mtu(const Packet& packet) {
  const bool is_full = roce::opcode_info(packet.roce.opcode).payload == roce::PayloadRule::kMtu;
  if (!is_full || packet.icrc == IcrcState::kBad || packet.roce.payload_length == 0) return;
  mtus_[unordered(packet.flow)] = packet.roce.payload_length;
}

std::optional<std::uint32_t> Analyzer::State::mtu_of(const FlowKey& key) const {
  const auto known = mtus_.find(unordered(key));
  return known == mtus_.end() ? std::nullopt : std::optional{known->second};
}

Report Analyzer::State::finish() {
  Totals& totals = report_.totals;
  if (totals.start) totals.duration = *last_ - *totals.start;
  for (auto& [key, flow] : flows_) {
    report_.flows.push_back(flow.finish(mtu_of(key), totals.start, sequences_));
  }
  return std::move(report_);
}

Analyzer::Analyzer(const Options& options) : state_{std::make_unique<State>(options)} {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

void Analyzer::take(const capture::Record& record) {
  state_->take(record);
}

Report Analyzer::finish() {
  return state_->finish();
}

Report analyze(capture::Reader& reader, const std::string& file, const Options& options) {
  Analyzer analyzer{options};
  while (const auto record = reader.next_record()) {
    analyzer.take(*record);
  }
  Report report = analyzer.finish();
  report.file = file;
  report.fault = reader.fault();
  report.interfaces.resize(reader.interfaces().size());
  for (std::size_t i = 0; i < report.interfaces.size(); ++i) {
    report.interfaces[i].name = reader.interfaces()[i].name;
    report.interfaces[i].link_type = reader.interfaces()[i].link_type;
  }
  return report;
}

base::Result<Report> analyze_file(const std::string& path, const Options& options) {
  auto reader = capture::Reader::open(path);
  if (!reader) return tl::unexpected(std::move(reader).error());
  return analyze(*reader, path, options);
}

}  // namespace inspect
