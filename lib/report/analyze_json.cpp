#include "report/analyze_json.hpp"

#include "report/analyze_words.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace report {
namespace {

using Json = nlohmann::ordered_json;

Json counts(const std::map<std::string, std::uint64_t>& by_name) {
  Json json = Json::object();
  for (const auto& [name, count] : by_name) {
    json[name] = count;
  }
  return json;
}

Json ecn(const std::array<std::uint64_t, wire::kEcnCodepoints>& by_codepoint) {
  const auto of = [&](wire::Ecn codepoint) { return by_codepoint[static_cast<std::size_t>(codepoint)]; };
  return {{"not_ect", of(wire::Ecn::kNotEct)},
          {"ect_1", of(wire::Ecn::kEct1)},
          {"ect_0", of(wire::Ecn::kEct0)},
          {"ce", of(wire::Ecn::kCe)}};
}

Json nanoseconds(const std::optional<base::Duration>& duration) {
  return duration ? Json(duration->ns()) : Json(nullptr);
}

Json fault(const std::optional<base::Error>& error) {
  if (!error) return nullptr;
  return {{"where", error->where}, {"what", error->what}, {"remedy", error->remedy}};
}

Json totals(const inspect::Totals& totals) {
  Json start = nullptr;
  if (totals.start) {
    start = fmt::format("{}.{:09}", totals.start->seconds, totals.start->picoseconds / 1000);
  }
  return {{"frames", totals.frames},
          {"packets", totals.packets},
          {"icrc_good", totals.icrc_good},
          {"icrc_bad", totals.icrc_bad},
          {"icrc_unchecked", totals.icrc_unchecked},
          {"by_opcode", counts(totals.by_opcode)},
          {"other", counts(totals.other)},
          {"truncated", totals.truncated},
          {"malformed", totals.malformed},
          {"cnps", totals.cnps},
          {"naks", counts(totals.naks)},
          {"ecn", ecn(totals.ecn)},
          {"start_unix_s", start},
          {"duration_ns", nanoseconds(totals.duration)},
          {"packets_beyond_flows", totals.packets_beyond_flows}};
}

Json psn(const inspect::PsnReport& psn) {
  if (!psn.followed) return nullptr;
  return {{"first", psn.first},
          {"highest", psn.highest},
          {"gaps", psn.gaps},
          {"missing_min", psn.missing.low},
          {"missing_max", psn.missing.high},
          {"duplicates", psn.duplicates},
          {"reordered", psn.reordered},
          {"reordered_extent_max", psn.reordered_extent_max},
          {"before_first", psn.before_first},
          {"beyond_window", psn.beyond_window},
          {"restarts", psn.restarts},
          {"unfollowed", psn.unfollowed},
          {"mtu_assumed", psn.mtu_assumed ? Json(*psn.mtu_assumed) : Json(nullptr)}};
}

Json messages(const inspect::MessagesReport& messages) {
  const bool known = messages.bytes.count > 0;
  const auto bytes = [&](std::int64_t value) { return known ? Json(value) : Json(nullptr); };
  return {{"complete", messages.complete},
          {"size_unknown", messages.size_unknown},
          {"bytes_min", bytes(messages.bytes.min)},
          {"bytes_mean", bytes(messages.bytes.mean())},
          {"bytes_max", bytes(messages.bytes.max)},
          {"bytes_sum", static_cast<std::uint64_t>(messages.bytes.sum)}};
}

Json flow(const inspect::FlowReport& flow) {
  const inspect::FlowKey& key = flow.key;
  Json dscp = Json::object();
  for (const auto& [value, count] : flow.dscp) {
    dscp[std::to_string(value)] = count;
  }
  Json json = {{"interface", key.place.interface},
               {"direction", direction_name(key.place.direction)},
               {"source", wire::to_text(key.source)},
               {"destination", wire::to_text(key.destination)},
               {"transport", transport_name(key.transport)},
               {"destination_qp", key.destination_qp},
               {"source_qp", key.transport == roce::Transport::kUd ? Json(key.source_qp) : Json(nullptr)},
               {"packets", flow.packets},
               {"icrc_good", flow.icrc_good},
               {"icrc_bad", flow.icrc_bad},
               {"icrc_unchecked", flow.icrc_unchecked},
               {"by_opcode", counts(flow.by_opcode)},
               {"naks", counts(flow.naks)},
               {"ecn", ecn(flow.ecn)},
               {"dscp", dscp},
               {"udp_source_ports", flow.udp_source_ports},
               {"fecn", flow.fecn},
               {"becn", flow.becn},
               {"layer2_bytes", flow.layer2_bytes.count()},
               {"payload_bytes", flow.payload_bytes.count()},
               {"psn", psn(flow.psn)},
               {"messages", messages(flow.messages)},
               {"read_responses", messages(flow.read_responses)}};
  json["read_responses"]["gaps"] = flow.read_response_gaps;
  json["first_ns"] = nanoseconds(flow.first);
  json["last_ns"] = nanoseconds(flow.last);
  json["rate_bits_per_sec_l2"] = flow.rate_layer2 ? Json(flow.rate_layer2->count()) : Json(nullptr);
  return json;
}

}  // namespace

std::string analyze_json(const inspect::Report& analysis) {
  Json interfaces = Json::array();
  for (const inspect::InterfaceReport& interface : analysis.interfaces) {
    interfaces.push_back({{"name", interface.name},
                          {"link_type", static_cast<unsigned>(interface.link_type)},
                          {"frames", interface.frames}});
  }
  Json flows = Json::array();
  for (const inspect::FlowReport& one : analysis.flows) {
    flows.push_back(flow(one));
  }
  const Json json = {{"schema", kAnalyzeSchema},          {"file", analysis.file},
                     {"fault", fault(analysis.fault)},    {"interfaces", interfaces},
                     {"totals", totals(analysis.totals)}, {"flows", flows}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace report
