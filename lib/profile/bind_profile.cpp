#include "profile/bind.hpp"
#include "profile/fields.hpp"
#include "profile/suggest.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <bit>
#include <set>
#include <tuple>

namespace profile {
namespace {

Test bind_test(const TableValue& entry, Faults& faults) {
  const Fields fields{entry};
  Test test{.places = entry.places,
            .name = fields.text("name"),
            .question = fields.text("question"),
            .testbed = fields.text("testbed"),
            .seed = fields.number<std::uint64_t>("seed", 1),
            .duration = fields.duration("duration"),
            .warmup = fields.duration("warmup"),
            .drain = fields.duration("drain"),
            .settle = fields.duration("settle"),
            .series_interval = fields.duration("series_interval"),
            .backlog = fields.duration("backlog"),
            .announce = fields.duration("announce"),
            .sequence_window = fields.number<std::uint32_t>("sequence_window", 4096),
            .icrc_check = {.one_in = fields.number<std::uint32_t>("icrc_check", 1)}};
  if (!std::has_single_bit(test.sequence_window)) {
    faults.add(test.places.of("sequence_window"), "test.sequence_window",
               fmt::format("found {}, expected a power of two", test.sequence_window),
               fmt::format("take {} or {}", std::bit_floor(test.sequence_window),
                           std::bit_ceil(test.sequence_window)));
  }
  return test;
}

Class bind_class(const TableValue& entry) {
  const Fields fields{entry};
  return {.places = entry.places,
          .name = fields.text("name"),
          .dscp = fields.number<std::uint8_t>("dscp"),
          .pcp = fields.number<std::uint8_t>("pcp"),
          .priority = fields.number<std::uint8_t>("priority"),
          .lossless = fields.flag("lossless")};
}

/// Hosts of all `[[endpoints]]`, and whether their addresses are apart.
class EndpointsBinder {
 public:
  EndpointsBinder(const Testbed& testbed, Faults& faults) : testbed_{testbed}, faults_{faults} {}

  Endpoints bind(const TableValue& entry) {
    const Fields fields{entry};
    Endpoints made{.places = entry.places,
                   .name = fields.text("name"),
                   .group = fields.text("group"),
                   .per_port = fields.number<std::uint32_t>("per_port"),
                   .total = fields.number<std::uint32_t>("total"),
                   .mac = fields.address("mac", base::parse_mac),
                   .ipv4 = fields.address("ipv4", base::parse_ipv4_prefix),
                   .ipv6 = fields.address("ipv6", base::parse_ipv6_prefix),
                   .vlan = fields.optional_number<std::uint16_t>("vlan"),
                   .gateway_ipv4 = fields.address("gateway_ipv4", base::parse_ipv4),
                   .gateway_ipv6 = fields.address("gateway_ipv6", base::parse_ipv6),
                   .ip_version = fields.choice<IpVersion>("ip_version")};
    path_ = &entry.path;
    const std::uint64_t hosts = count_hosts(made);
    if (hosts == 0) return made;  // reported
    if (made.ipv4) check_network(made, "ipv4", *made.ipv4, made.gateway_ipv4, hosts);
    if (made.ipv6) check_network(made, "ipv6", *made.ipv6, made.gateway_ipv6, hosts);
    if (made.mac) enter(macs_, made, "mac", *made.mac, hosts);
    if (made.ipv4) enter(ipv4s_, made, "ipv4", made.ipv4->address, hosts);
    if (made.ipv6) enter(ipv6s_, made, "ipv6", made.ipv6->address, hosts);
    return made;
  }

 private:
  template <class Address>
  struct Range {
    Address first;
    Address last;
    std::uint32_t vlan;
    std::string name;
  };

  void refuse(const Endpoints& made, std::string_view key, std::string what, std::string remedy) {
    faults_.add(made.places.of(key), fmt::format("{}.{}", *path_, key), std::move(what), std::move(remedy));
  }

  /// 0 where it cannot be known.
  std::uint64_t count_hosts(const Endpoints& made) {
    const auto ports = ports_of_group(testbed_, made.group);
    if (!ports) {
      if (made.group.empty()) return 0;
      std::vector<std::string_view> known;
      for (const Group& group : testbed_.groups)
        known.push_back(group.name);
      for (const Port& port : testbed_.ports)
        known.push_back(port.name);
      refuse(made, "group", fmt::format("the testbed has no group or port called `{}`", made.group),
             did_you_mean(made.group, known));
      return 0;
    }
    if (made.total == 0) return made.per_port * ports->size();
    if (ports->empty() || made.total % ports->size() == 0) return made.total;
    refuse(made, "total",
           fmt::format("{} hosts over the {} ports of `{}` do not come out even", made.total, ports->size(),
                       made.group),
           fmt::format("take a multiple of {}, or `per_port`", ports->size()));
    return 0;
  }

  template <class Prefix, class Address>
  void check_network(const Endpoints& made, std::string_view key, const Prefix& prefix,
                     const std::optional<Address>& gateway, std::uint64_t hosts) {
    const Address last = base::offset_by(prefix.address, hosts - 1);
    if (!prefix.contains(last)) {
      refuse(made, key,
             fmt::format("{} hosts from {} end at {}, outside the network", hosts, to_text(prefix),
                         to_text(last)),
             "shorten the prefix's length, start lower, or take fewer hosts");
    }
    if (gateway && !prefix.contains(*gateway)) {
      const std::string gateway_key = fmt::format("gateway_{}", key);
      refuse(made, gateway_key,
             fmt::format("{} is outside the network {}", to_text(*gateway), to_text(prefix)),
             "correct the gateway, or the length of the network's prefix");
    }
  }

  template <class Address>
  void enter(std::vector<Range<Address>>& ranges, const Endpoints& made, std::string_view key,
             const Address& first, std::uint64_t hosts) {
    const Range<Address> range{first, base::offset_by(first, hosts - 1), made.vlan.value_or(0), made.name};
    for (const Range<Address>& other : ranges) {
      if (range.vlan != other.vlan || range.last < other.first || other.last < range.first) continue;
      refuse(made, key,
             fmt::format("{} .. {} overlaps the addresses of `{}`", to_text(range.first), to_text(range.last),
                         other.name),
             "start the later ones behind the earlier ones");
      return;
    }
    ranges.push_back(range);
  }

  const Testbed& testbed_;
  Faults& faults_;
  const std::string* path_ = nullptr;
  std::vector<Range<base::MacAddress>> macs_;
  std::vector<Range<base::Ipv4Address>> ipv4s_;
  std::vector<Range<base::Ipv6Address>> ipv6s_;
};

void bind_classes(TableValue& root, Profile& profile, Scope& scope, Faults& faults) {
  for (const TableValue& entry : root.tables("class")) {
    scope.classes.enter(entry, static_cast<std::uint32_t>(profile.classes.size()), faults);
    profile.classes.push_back(bind_class(entry));
  }
}

/// Appends the class of the entries that name none, where there are such.
std::uint32_t default_class(TableValue& root, Profile& profile, const Scope& scope) {
  const auto& entries = root.tables("traffic");
  const bool is_needed = std::any_of(entries.begin(), entries.end(),
                                     [](const TableValue& entry) { return entry.find("class") == nullptr; });
  if (!is_needed) return 0;
  if (const auto written = scope.classes.find("default")) return *written;
  profile.classes.push_back({.name = "default"});
  return static_cast<std::uint32_t>(profile.classes.size() - 1);
}

void check_times(const Traffic& traffic, const Test& test, const std::string& path, Faults& faults) {
  if (traffic.start >= test.warmup + test.duration && traffic.start.ps() > 0 && test.duration.ps() > 0) {
    faults.add(traffic.places.of("start"), path + ".start",
               fmt::format("it starts at {}, when the test is over ({} after warm-up)",
                           to_text(traffic.start), to_text(test.duration)),
               "start earlier, or test longer");
  }
}

void check_ip_versions(const Traffic& traffic, const Profile& profile, const std::string& path,
                       Faults& faults) {
  std::vector<std::uint32_t> sets = traffic.from_endpoints;
  sets.insert(sets.end(), traffic.to_endpoints.begin(), traffic.to_endpoints.end());
  for (const std::uint32_t set : sets) {
    const Endpoints& first = profile.endpoints[sets.front()];
    const Endpoints& other = profile.endpoints[set];
    if (first.ip_version == other.ip_version) continue;
    faults.add(traffic.places.of("from"), path,
               fmt::format("`{}` and `{}` differ in `ip_version`", first.name, other.name),
               "let traffic stay within IPv4 or within IPv6");
    return;
  }
}

void bind_entries(TableValue& root, Profile& profile, Scope& scope, Faults& faults) {
  const std::uint32_t class_of_others = default_class(root, profile, scope);
  for (TableValue& entry : root.tables("traffic")) {
    scope.traffic.enter(entry, static_cast<std::uint32_t>(profile.traffic.size()), faults);
    Traffic traffic = bind_traffic(entry, scope, class_of_others, faults);
    if (traffic.class_index < profile.classes.size()) {
      const Class& its = profile.classes[traffic.class_index];
      traffic.dscp = Fields{entry}.number<std::uint8_t>("dscp", its.dscp);
      traffic.pcp = Fields{entry}.number<std::uint8_t>("pcp", its.pcp);
    }
    check_traffic(traffic, entry.path, faults);
    check_times(traffic, profile.test, entry.path, faults);
    check_ip_versions(traffic, profile, entry.path, faults);
    profile.traffic.push_back(std::move(traffic));
  }
}

/// Flows and receivers that get histograms and series of their own are bounded.
void check_named(const Profile& profile, Faults& faults) {
  std::set<std::tuple<bool, std::uint32_t, std::uint64_t>> named;
  const auto enter = [&](const Subject& of, const Places& places, std::string_view path) {
    const bool is_flow = of.kind == SubjectKind::kFlow || of.kind == SubjectKind::kQueuePair;
    if (!is_flow && of.kind != SubjectKind::kReceiver) return;
    if (!named.emplace(is_flow, of.index, of.member).second || named.size() != kNamedFlowsMax + 1) return;
    faults.add(places.of("of"), std::string{path},
               fmt::format("more than {} flows and receivers are named", kNamedFlowsMax),
               "name fewer: each keeps histograms and a time series");
  };
  for (const Expect& expect : profile.expects)
    enter(expect.of, expect.places, "expect.of");
  for (const Series& series : profile.series)
    enter(series.of, series.places, "series.of");
}

}  // namespace

Profile bind_profile(TableValue& root, const Testbed& testbed, Faults& faults) {
  Profile profile{.file = root.places.table.file};
  if (const Value* const test = root.find("test")) profile.test = bind_test(test->tables.front(), faults);
  Scope scope;
  EndpointsBinder endpoints{testbed, faults};
  for (const TableValue& entry : root.tables("endpoints")) {
    scope.endpoints.enter(entry, static_cast<std::uint32_t>(profile.endpoints.size()), faults);
    profile.endpoints.push_back(endpoints.bind(entry));
  }
  bind_classes(root, profile, scope, faults);
  bind_entries(root, profile, scope, faults);
  for (TableValue& entry : root.tables("expect"))
    profile.expects.push_back(bind_expect(entry, profile, testbed, scope, faults));
  for (const TableValue& entry : root.tables("series"))
    profile.series.push_back(bind_series(entry, profile, testbed, scope, faults));
  check_named(profile, faults);
  return profile;
}

}  // namespace profile
