#include "plan/draft.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace plan {
namespace {

/// Where addresses come from that nobody gave: SPEC: RFC 2544 section C.2.2 and RFC 5180 section 8 reserve
/// the networks for benchmarks; bit 1 of the MAC's first byte says "locally administered".
constexpr base::MacAddress kFirstMac{{0x02, 0, 0, 0, 0, 0x01}};
constexpr base::Ipv4Prefix kFirstIpv4{.address = {{198, 18, 0, 1}}, .length = 15};
constexpr base::Ipv6Prefix kFirstIpv6{
    .address = {{0x20, 0x01, 0x00, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01}}, .length = 48};
/// Testers side by side take their default addresses so far apart.
constexpr std::uint64_t kHostStride = 4096;
constexpr std::uint64_t kEndpointsMost = 1U << 20;

/// How many endpoints took their address from where, so far.
struct Taken {
  std::vector<std::uint64_t> of_port;  ///< by port: from the port's own first address
  std::uint64_t of_default = 0;
};

struct Counters {
  Taken mac;
  Taken ipv4;
  Taken ipv6;
};

/// The n-th address: after the entry's first, else after the port's, else after the default.
template <class Address>
Address pick(const std::optional<Address>& entry, const std::optional<Address>& port, Address fallback,
             Taken& taken, std::uint64_t index_in_entry, PortId port_id, bool& defaulted) {
  const auto nth = [](Address first, std::uint64_t n) {
    if constexpr (requires { first.address; }) {
      first.address = base::offset_by(first.address, n);
      return first;
    } else {
      return base::offset_by(first, n);
    }
  };
  if (entry) return nth(*entry, index_in_entry);
  if (port) return nth(*port, taken.of_port[port_id]++);
  defaulted = true;
  return nth(fallback, taken.of_default++);
}

std::vector<PortId> ports_of(Draft& draft, const profile::Endpoints& asked) {
  const profile::Testbed& testbed = draft.plan.testbed;
  std::vector<PortId> ports;
  for (const profile::Group& group : testbed.groups) {
    if (group.name != asked.group) continue;
    for (const std::uint32_t port : group.ports)
      ports.push_back(static_cast<PortId>(port));
    return ports;
  }
  for (std::size_t i = 0; i < testbed.ports.size(); ++i) {
    if (testbed.ports[i].name == asked.group) return {static_cast<PortId>(i)};
  }
  std::string known;
  for (const profile::Group& group : testbed.groups)
    known += fmt::format(" {}", group.name);
  for (const profile::Port& port : testbed.ports)
    known += fmt::format(" {}", port.name);
  refuse(draft, subject_of(asked, "group"),
         fmt::format("testbed {} has no group and no port \"{}\"", testbed.file, asked.group),
         fmt::format("take one of:{}", known));
  return ports;
}

/// Hosts behind each of the group's ports; 0 after a refusal.
std::uint64_t hosts_per_port(Draft& draft, const profile::Endpoints& asked, std::size_t ports) {
  std::uint64_t hosts = asked.per_port;
  if (hosts == 0) {
    if (asked.total % ports != 0) {
      refuse(draft, subject_of(asked, "total"),
             fmt::format("{} hosts cannot be spread evenly over the {} ports of group {}", asked.total, ports,
                         asked.group),
             "give a multiple of the number of ports, or `per_port`");
      return 0;
    }
    hosts = asked.total / ports;
  }
  if (draft.plan.endpoints.size() + hosts * ports > kEndpointsMost) {
    refuse(draft, subject_of(asked, ""),
           fmt::format("{} hosts on {} ports, and {} endpoints are the most in all", hosts * ports, ports,
                       kEndpointsMost),
           "take fewer; one endpoint carries many queue pairs");
    return 0;
  }
  return hosts;
}

struct Place {
  const profile::Endpoints& asked;
  std::uint16_t entry;
  PortId port;
  std::uint64_t index;  ///< within the entry
};

Endpoint make_endpoint(Draft& draft, Counters& counters, const Place& place, bool& defaulted) {
  const profile::Endpoints& asked = place.asked;
  const profile::Port& port = draft.plan.testbed.ports[place.port];
  const std::uint64_t stride = kHostStride * draft.input.host_index;
  Endpoint endpoint{.port = place.port, .endpoints = place.entry};
  endpoint.mac = pick(asked.mac, port.mac, base::offset_by(kFirstMac, stride), counters.mac, place.index,
                      place.port, defaulted);
  if (asked.ip_version == profile::IpVersion::kIpv4 || asked.ipv4 || port.ipv4) {
    base::Ipv4Prefix first = kFirstIpv4;
    first.address = base::offset_by(first.address, stride);
    endpoint.ipv4 = pick(asked.ipv4, port.ipv4, first, counters.ipv4, place.index, place.port, defaulted);
  }
  if (asked.ip_version == profile::IpVersion::kIpv6 || asked.ipv6 || port.ipv6) {
    base::Ipv6Prefix first = kFirstIpv6;
    first.address = base::offset_by(first.address, stride);
    endpoint.ipv6 = pick(asked.ipv6, port.ipv6, first, counters.ipv6, place.index, place.port, defaulted);
  }
  endpoint.vlan = asked.vlan ? asked.vlan : port.vlan;
  endpoint.gateway_ipv4 = asked.gateway_ipv4 ? asked.gateway_ipv4 : port.gateway_ipv4;
  endpoint.gateway_ipv6 = asked.gateway_ipv6 ? asked.gateway_ipv6 : port.gateway_ipv6;
  return endpoint;
}

std::string address_text(const Endpoint& endpoint) {
  std::string text = base::to_text(endpoint.mac);
  if (endpoint.ipv4) text += " " + base::to_text(*endpoint.ipv4);
  if (endpoint.ipv6) text += " " + base::to_text(*endpoint.ipv6);
  return text;
}

void plan_entry(Draft& draft, Counters& counters, std::uint16_t entry) {
  const profile::Endpoints& asked = draft.plan.profile.endpoints[entry];
  EndpointRange& range = draft.ranges.emplace_back();
  const std::vector<PortId> ports = ports_of(draft, asked);
  if (ports.empty()) return;
  const std::uint64_t hosts = hosts_per_port(draft, asked, ports.size());
  range.first = static_cast<EndpointId>(draft.plan.endpoints.size());
  range.count = static_cast<std::uint32_t>(hosts * ports.size());
  bool defaulted = false;
  std::uint64_t index = 0;
  for (const PortId port : ports) {
    for (std::uint64_t host = 0; host < hosts; ++host, ++index) {
      draft.plan.endpoints.push_back(make_endpoint(
          draft, counters, {.asked = asked, .entry = entry, .port = port, .index = index}, defaulted));
    }
  }
  if (defaulted && range.count > 0) {
    note_default(draft, fmt::format("endpoints.{}: addresses from {}", asked.name,
                                    address_text(draft.plan.endpoints[range.first])));
  }
}

}  // namespace

void plan_endpoints(Draft& draft) {
  const std::size_t ports = draft.plan.testbed.ports.size();
  Counters counters;
  for (Taken* taken : {&counters.mac, &counters.ipv4, &counters.ipv6})
    taken->of_port.assign(ports, 0);
  for (std::size_t i = 0; i < draft.plan.profile.endpoints.size(); ++i) {
    plan_entry(draft, counters, static_cast<std::uint16_t>(i));
  }
  check_addresses(draft);
}

}  // namespace plan
