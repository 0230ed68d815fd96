#include "profile/bind.hpp"
#include "profile/fields.hpp"
#include "profile/toml_reader.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace profile {
namespace {

workload::Pattern bind_pattern(const Fields& fields) {
  return {.kind = fields.choice<workload::PatternKind>("kind"),
          .bidirectional = fields.flag("bidirectional"),
          .senders = fields.number<std::uint32_t>("senders"),
          .receivers = fields.number<std::uint32_t>("receivers", 1),
          .synchronised_ppm = fields.number<std::uint32_t>("synchronised", 1'000'000),
          .exponent_thousandths = fields.number<std::uint32_t>("exponent", 1000),
          .draws = fields.number<std::uint32_t>("draws", 1),
          .across_places = fields.flag("across_ports")};
}

/// Reads the file of a `kind = "file"` and turns the values into `kind = "points"`, which the effective
/// profile holds: a result stays readable where the file is gone.
void take_in_file(TableValue& sizes, Faults& faults) {
  Value* const file = sizes.find("file");
  if (file == nullptr) return;
  const std::string name = relative_to(file->place.line == 0 ? "" : file->place.file, file->scalar().text);
  const auto text = read_text(name, fmt::format("{} {}.file", to_text(file->place), sizes.path));
  if (!text) return faults.add(text.error());
  auto points = workload::parse_size_points(*text, name);
  if (!points) return faults.add(points.error());
  sizes.find("kind")->scalars = {
      {.text = "points", .number = static_cast<std::uint64_t>(workload::SizeKind::kTable)}};
  file->key = sizes.table->find("points");
  file->scalars.clear();
  file->points = std::move(*points);
}

workload::MessageSizes bind_sizes(TableValue& sizes, Faults& faults) {
  take_in_file(sizes, faults);
  const Fields fields{sizes};
  workload::MessageSizes made{.kind = fields.choice<workload::SizeKind>("kind"),
                              .fixed = fields.number<std::uint64_t>("size"),
                              .min = fields.number<std::uint64_t>("min"),
                              .max = fields.number<std::uint64_t>("max"),
                              .median = fields.number<std::uint64_t>("median"),
                              .sigma_thousandths = fields.number<std::uint32_t>("sigma", 1000)};
  if (const Value* const points = sizes.find("points")) made.points = points->points;
  // Only what is complete can be checked as a whole: a missing key has been reported.
  const bool ranged =
      made.kind == workload::SizeKind::kUniform || made.kind == workload::SizeKind::kLogNormal;
  const bool complete = (!ranged || (fields.has("min") && fields.has("max"))) &&
                        (made.kind != workload::SizeKind::kLogNormal || fields.has("median")) &&
                        (made.kind != workload::SizeKind::kTable || fields.has("points")) &&
                        fields.has("kind");
  if (!complete) return made;
  if (const base::Status checked = workload::check_sizes(made); !checked) {
    const base::Error& error = checked.error().front();
    faults.add(sizes.places.table, sizes.path, error.what, error.remedy);
  }
  return made;
}

SourcePort bind_source_port(const TableValue& entry, Faults& faults) {
  const Fields fields{entry};
  const SourcePort made{.policy = fields.choice<SourcePortPolicy>("policy"),
                        .first = fields.number<std::uint16_t>("first"),
                        .count = fields.number<std::uint32_t>("count", 1)};
  if (fields.has("first") && fields.has("count") && made.first + made.count > 65'536) {
    faults.add(entry.places.of("first"), entry.path,
               fmt::format("ports {} .. {} go beyond 65535", made.first, made.first + made.count - 1),
               "lower `first` or `count`");
  }
  return made;
}

workload::Shape bind_shape(const Fields& fields) {
  return {.kind = fields.choice<workload::ShapeKind>("kind"),
          .burst_packets = fields.number<std::uint64_t>("packets"),
          .gap = fields.duration("gap"),
          .on = fields.duration("on"),
          .off = fields.duration("off"),
          .ramp_time = fields.duration("time"),
          .period = fields.duration("period")};
}

End bind_end(const Fields& fields) {
  return {.time = fields.optional_duration("time"),
          .messages = fields.optional_number<std::uint64_t>("messages"),
          .bytes = fields.optional_number<std::uint64_t>("bytes"),
          .packets = fields.optional_number<std::uint64_t>("packets")};
}

std::vector<std::uint32_t> endpoints_in(const TableValue& entry, std::string_view key, const Scope& scope,
                                        Faults& faults) {
  std::vector<std::uint32_t> sets;
  const Value* const value = entry.find(key);
  if (value == nullptr) return sets;
  const std::string path = fmt::format("{}.{}", entry.path, key);
  for (const Scalar& scalar : value->scalars) {
    const auto set = scope.endpoints.resolve(scalar.text, value->place, path, faults);
    if (!set) continue;
    if (std::find(sets.begin(), sets.end(), *set) != sets.end()) {
      faults.add(value->place, path, fmt::format("`{}` stands there twice", scalar.text),
                 "name each set once");
    } else {
      sets.push_back(*set);
    }
  }
  return sets;
}

/// Takes out the defaults of keys that a shape without a rate does not take: written into the effective file,
/// they would be refused there.
void drop_defaults_of_rates(TableValue& entry) {
  std::erase_if(entry.values, [](const Value& value) {
    return !value.written && (value.key->name == "rate_per" || value.key->name == "max_back_to_back");
  });
}

/// The sub-table `key`, which the checker always makes.
TableValue& sub_table(TableValue& entry, std::string_view key) {
  Value* const value = entry.find(key);
  CHECK(value != nullptr && !value->tables.empty(), "{} without {}", entry.path, key);
  return value->tables.front();
}

}  // namespace

Traffic bind_traffic(TableValue& entry, const Scope& scope, std::uint32_t default_class, Faults& faults) {
  const Fields fields{entry};
  Traffic traffic{.places = entry.places, .name = fields.text("name"), .class_index = default_class};
  if (const Value* const name = entry.find("class")) {
    traffic.class_index =
        scope.classes.resolve(name->scalar().text, name->place, entry.path + ".class", faults)
            .value_or(default_class);
  }
  traffic.from_endpoints = endpoints_in(entry, "from", scope, faults);
  traffic.to_endpoints = fields.has("to") ? endpoints_in(entry, "to", scope, faults) : traffic.from_endpoints;
  traffic.pattern = bind_pattern(Fields{sub_table(entry, "pattern")});
  traffic.hairpin = fields.flag("hairpin");
  traffic.allow_uncongested = fields.flag("allow_uncongested");

  traffic.verb = fields.choice<Verb>("verb");
  traffic.framing = fields.choice<Framing>("framing");
  traffic.qps_per_pair = fields.number<std::uint32_t>("qps_per_pair", 1);
  traffic.message_size = bind_sizes(sub_table(entry, "message_size"), faults);
  traffic.path_mtu = fields.number<std::uint32_t>("path_mtu", 4096);
  traffic.first_psn = fields.number<std::uint32_t>("first_psn");
  traffic.ecn = fields.choice("ecn", Ecn::kEct0);
  traffic.ttl = fields.number<std::uint8_t>("ttl", 64);
  traffic.udp_source_port = bind_source_port(sub_table(entry, "udp_source_port"), faults);
  traffic.payload = fields.choice<PayloadSource>("payload");
  traffic.ack_request = fields.choice("ack_request", AckRequest::kNone);
  traffic.q_key = fields.number<std::uint32_t>("q_key");
  traffic.remote_key = fields.number<std::uint32_t>("remote_key");
  traffic.virtual_address = fields.number<std::uint64_t>("virtual_address");
  traffic.immediate = fields.number<std::uint32_t>("immediate");

  const TableValue& shape = sub_table(entry, "shape");
  traffic.shape = bind_shape(Fields{shape});
  traffic.ramp_to = Fields{shape}.rate("to");
  traffic.rate = fields.rate("rate");
  traffic.rate_per = fields.choice<RatePer>("rate_per");
  traffic.start = fields.duration("start");
  traffic.stagger = fields.duration("stagger");
  traffic.end = bind_end(fields);
  traffic.when_late = fields.choice<WhenLate>("when_late");
  traffic.catch_up_rate = fields.rate("catch_up_rate");
  traffic.max_back_to_back = fields.number<std::uint32_t>("max_back_to_back", 4);
  if (!workload::needs_rate(traffic.shape.kind)) drop_defaults_of_rates(entry);
  return traffic;
}

}  // namespace profile
