#include "engine/send_state.hpp"

#include "base/check.hpp"
#include "engine/message.hpp"
#include "engine/pacer.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

namespace engine {
namespace {

using frame::Part;

struct Addresses {
  wire::IpAddress source;
  wire::IpAddress destination;
};

wire::MacAddress wire_mac(const base::MacAddress& mac) {
  return wire::MacAddress{mac.bytes};
}

wire::IpAddress ip_of(const plan::Endpoint& endpoint, bool ipv6) {
  if (ipv6) return wire::Ipv6Address{endpoint.ipv6->address.bytes};
  const auto& bytes = endpoint.ipv4->address.bytes;
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes)
    value = value << 8 | byte;
  return wire::Ipv4Address{value};
}

frame::LayoutKey layout_key(const plan::Plan& plan, const plan::Flow& flow) {
  const profile::Traffic& asked = plan.profile.traffic[flow.traffic];
  return {.verb = asked.verb,
          .framing = asked.framing,
          .ipv6 = flow.ipv6,
          .vlan = plan.endpoints[flow.source].vlan.has_value(),
          .source = plan.traffic[flow.traffic].source,
          .path_mtu = asked.path_mtu,
          .varies_by_message = !plan.traffic[flow.traffic].sizes.empty() ||
                               asked.udp_source_port.policy == profile::SourcePortPolicy::kPerMessage ||
                               asked.end.bytes.has_value()};
}

/// Payload of each part of a message of `bytes`.
std::uint32_t payload_of(Part part, std::uint32_t bytes, std::uint32_t mtu) {
  if (part == Part::kOnly) return bytes;
  if (part == Part::kFirst || part == Part::kMiddle) return mtu;
  return bytes == 0 ? 0 : (bytes - 1) % mtu + 1;
}

/// Builds what flows of one class share. Steps for packets of the fixed size stand in a table.
class ClassMaker {
 public:
  ClassMaker(const plan::Plan& plan, const frame::Layout& layout, const plan::Flow& flow)
      : plan_{plan},
        asked_{plan.profile.traffic[flow.traffic]},
        planned_{plan.traffic[flow.traffic]},
        layout_{layout},
        flow_{flow} {}

  SendClass make() {
    SendClass made;
    made.traffic = flow_.traffic;
    made.layout = &layout_;
    made.shape = asked_.shape.kind;
    made.verb = asked_.verb;
    made.when_late = asked_.when_late;
    made.source = planned_.source;
    made.generated = asked_.payload == profile::PayloadSource::kGenerated;
    made.limited = asked_.end.time || asked_.end.messages || asked_.end.bytes || asked_.end.packets;
    made.priority = plan_.profile.classes[asked_.class_index].priority;
    made.path_mtu = asked_.path_mtu;
    CHECK(std::has_single_bit(made.path_mtu), "a path MTU of {}", made.path_mtu);
    made.path_mtu_bits = static_cast<std::uint32_t>(std::countr_zero(made.path_mtu));
    if (planned_.sizes.empty()) made.fixed_bytes = static_cast<std::uint32_t>(asked_.message_size.fixed);
    made.sizes = planned_.sizes;
    made.patches_message_bytes = layout_.key().varies_by_message;
    made.fixed_steps = planned_.sizes.empty() && !asked_.end.bytes;
    made.only_repeats = made.fixed_steps && made.verb != profile::Verb::kRead && !made.generated &&
                        made.fixed_bytes >= frame::kTagBytes && !layout_.part(Part::kOnly).has_message_fields;
    made.ack_last = asked_.ack_request != profile::AckRequest::kNone;
    made.ack_every = asked_.ack_request == profile::AckRequest::kEvery;
    made.max_back_to_back = asked_.max_back_to_back;
    made.first_immediate = asked_.immediate;
    made.virtual_address = asked_.virtual_address;
    made.remote_key = asked_.remote_key;
    made.source_port = asked_.udp_source_port;
    make_schedule(made);
    return made;
  }

 private:
  void make_schedule(SendClass& made) {
    const plan::Schedule& schedule = plan_.schedules[flow_.schedule];
    made.pace = table_of(plan_.paces[schedule.pace]);
    made.period = schedule.period;
    made.on = asked_.shape.on;
    const bool bursts = !workload::needs_rate(made.shape);
    if (bursts) {
      made.burst_frames = static_cast<std::uint32_t>(asked_.shape.burst_packets);
      made.max_back_to_back = made.burst_frames;  // a burst stays one where it is caught up, too
      made.pace.mean = made.period / std::max<std::int64_t>(1, made.burst_frames);
    }
    for (const plan::RampStep& step : schedule.ramp) {
      made.ramp.push_back({.at = step.at, .pace = table_of(plan_.paces[step.pace])});
    }
    if (schedule.catch_up_pace) {
      made.catch_up = table_of(plan_.paces[*schedule.catch_up_pace]);
    } else {
      made.skip_after = bursts ? made.period : late_most(made);
    }
  }

  PacketCharge charge_of(Part part, std::uint32_t message_bytes) const {
    const bool read = asked_.verb == profile::Verb::kRead;
    const std::uint32_t payload = read ? 0 : payload_of(part, message_bytes, asked_.path_mtu);
    return {.part = part,
            .frame_bytes = layout_.part(part).header_bytes + payload + roce::pad_of(payload) +
                           static_cast<std::uint32_t>(roce::kIcrcBytes),
            .payload_bytes = payload};
  }

  PaceTable table_of(const plan::Pace& pace) const {
    PaceTable table{
        .charge = pace.charge, .numerator = pace.ps_numerator, .denominator = pace.ps_denominator};
    CHECK(table.denominator != 0, "a pace without a denominator");
    table.reciprocal = std::numeric_limits<std::uint64_t>::max() / table.denominator;
    table.units_most = (std::numeric_limits<std::uint64_t>::max() - table.denominator) /
                       std::max<std::uint64_t>(1, table.numerator);
    const auto message = static_cast<std::uint32_t>(asked_.message_size.fixed);
    for (std::size_t i = 0; i < frame::kParts; ++i) {
      table.step[i] = step_of(table, charged_units(table.charge, charge_of(static_cast<Part>(i), message)));
    }
    table.mean = mean_of(table);
    return table;
  }

  /// Between frames, over the packets of all sizes of messages, so that short last ones do not bend it.
  base::Duration mean_of(const PaceTable& table) const {
    const auto fixed = static_cast<std::uint32_t>(asked_.message_size.fixed);
    const std::span<const std::uint32_t> sizes =
        planned_.sizes.empty() ? std::span{&fixed, 1} : std::span{planned_.sizes};
    const bool read = asked_.verb == profile::Verb::kRead;
    base::Uint128 units = 0;
    std::uint64_t packets = 0;
    for (const std::uint32_t message : sizes) {
      const std::uint32_t of_message =
          read ? 1 : std::max(1U, (message + asked_.path_mtu - 1) / asked_.path_mtu);
      const auto units_of = [&](Part part) { return charged_units(table.charge, charge_of(part, message)); };
      packets += of_message;
      if (of_message == 1) {
        units += units_of(Part::kOnly);
        continue;
      }
      units += units_of(Part::kFirst) + units_of(Part::kLast);
      units += static_cast<base::Uint128>(units_of(Part::kMiddle)) * (of_message - 2);
    }
    const base::Uint128 ps = units * table.numerator / table.denominator / packets;
    return base::Duration{std::max<std::int64_t>(1, static_cast<std::int64_t>(ps))};
  }

  const plan::Plan& plan_;
  const profile::Traffic& asked_;
  const plan::Traffic& planned_;
  const frame::Layout& layout_;
  const plan::Flow& flow_;
};

using NextHops = std::map<std::pair<plan::EndpointId, bool>, wire::MacAddress>;  ///< by endpoint, IPv6

frame::HeaderSpec header_spec(const plan::Plan& plan, const NextHops& next_hops, const plan::Flow& flow) {
  const profile::Traffic& asked = plan.profile.traffic[flow.traffic];
  const plan::Endpoint& from = plan.endpoints[flow.source];
  const plan::Endpoint& to = plan.endpoints[flow.destination];
  const bool varies = layout_key(plan, flow).varies_by_message;
  frame::HeaderSpec spec{
      .source_mac = wire_mac(from.mac),
      .destination_mac = wire_mac(to.mac),
      .vlan = from.vlan,
      .pcp = asked.pcp,
      .source_ip = ip_of(from, flow.ipv6),
      .destination_ip = ip_of(to, flow.ipv6),
      .dscp = asked.dscp,
      .ecn = static_cast<wire::Ecn>(asked.ecn),
      .ttl = asked.ttl,
      .udp_source_port = flow.udp_source_port,
      .source_port_per_message = asked.udp_source_port.policy == profile::SourcePortPolicy::kPerMessage,
      .destination_qpn = flow.destination_qpn,
      .source_qpn = flow.source_qpn,
      .q_key = asked.q_key,
      .virtual_address = asked.virtual_address,
      .remote_key = asked.remote_key,
      .message_bytes = varies ? 0 : static_cast<std::uint32_t>(asked.message_size.fixed)};
  if (plan::needs_gateway(plan, flow)) {
    const auto hop = next_hops.find({flow.source, flow.ipv6});
    if (hop != next_hops.end()) spec.destination_mac = hop->second;
  }
  return spec;
}

SendFlow start_flow(const plan::Plan& plan, plan::FlowId id, SendFlowBooks& books,
                    const SendClass& send_class) {
  const plan::Flow& planned = plan.flows[id];
  const profile::End& end = plan.profile.traffic[planned.traffic].end;
  SendFlow flow;
  flow.id = id;
  flow.random = base::Rng{base::seed_for(plan.seed, "flow", id)};
  flow.psn = planned.first_psn;
  flow.port_offset = static_cast<std::uint16_t>((id - plan.traffic[planned.traffic].first_flow) & 0xffff);
  if (end.packets) books.packets_left = *end.packets;
  if (end.messages) books.messages_left = *end.messages;
  if (end.bytes) books.bytes_left = *end.bytes;
  const base::Time start = base::Time{} + planned.start;
  if (end.time) books.ends = start + *end.time;
  start_schedule(flow, books, send_class, start);
  return flow;
}

}  // namespace

SendState make_send_state(const SendStateInput& input) {
  const plan::Plan& plan = input.plan;
  const plan::Queue& queue = plan.queues[input.queue];
  SendState state;
  NextHops next_hops;
  for (const NextHop& hop : input.next_hops)
    next_hops[{hop.endpoint, hop.ipv6}] = hop.mac;
  std::map<frame::LayoutKey, const frame::Layout*> layouts;
  std::map<std::tuple<plan::TrafficId, frame::LayoutKey, plan::ScheduleId>, std::uint16_t> classes;
  state.books.resize(queue.sends.size());
  state.headers.resize(queue.sends.size() + 1);
  for (std::size_t i = 0; i < queue.sends.size(); ++i) {
    const plan::FlowId id = queue.sends[i];
    const plan::Flow& planned = plan.flows[id];
    const frame::LayoutKey key = layout_key(plan, planned);
    const frame::Layout*& layout = layouts[key];
    if (layout == nullptr) layout = state.layouts.emplace_back(std::make_unique<frame::Layout>(key)).get();
    const auto [found, is_new] = classes.try_emplace({planned.traffic, key, planned.schedule},
                                                     static_cast<std::uint16_t>(state.classes.size()));
    if (is_new) {
      CHECK(state.classes.size() < 0xffff, "more than 65,535 kinds of flow on one queue");
      state.classes.push_back(ClassMaker{plan, *layout, planned}.make());
    }
    SendFlow flow = start_flow(plan, id, state.books[i], state.classes[found->second]);
    flow.send_class = found->second;
    state.flows.push_back(flow);
    state.headers[i + 1] = frame::make_header(header_spec(plan, next_hops, planned), *layout);
  }
  return state;
}

}  // namespace engine
