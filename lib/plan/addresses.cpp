#include "plan/draft.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace plan {
namespace {

/// Hosts of one entry share their faults: the first of a kind is told, with how many more there are.
class OncePerEntry {
 public:
  explicit OncePerEntry(Draft& draft) : draft_{draft} {}

  void refuse(const Endpoint& endpoint, std::string_view key, std::string what, std::string remedy) {
    if (!told_.insert({endpoint.endpoints, std::string{key}}).second) return;
    plan::refuse(draft_, subject_of(draft_.plan.profile.endpoints[endpoint.endpoints], key), std::move(what),
                 std::move(remedy));
  }

 private:
  Draft& draft_;
  std::set<std::pair<std::uint16_t, std::string>> told_;
};

/// The address with all bits behind the prefix set: IPv4's broadcast.
template <std::size_t N>
std::array<std::uint8_t, N> last_of(std::array<std::uint8_t, N> bytes, unsigned length) {
  for (unsigned bit = length; bit < N * 8; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (0x80U >> (bit % 8)));
  }
  return bytes;
}
template <std::size_t N>
std::array<std::uint8_t, N> first_of(std::array<std::uint8_t, N> bytes, unsigned length) {
  for (unsigned bit = length; bit < N * 8; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return bytes;
}

/// Where ranges start: an entry's own one runs over all of its ports, a port's own one starts at each.
class RangeStarts {
 public:
  void visit(const Endpoint& endpoint) {
    const bool same_entry = entry_ != nullptr && entry_->endpoints == endpoint.endpoints;
    if (!same_entry) entry_ = &endpoint;
    if (!same_entry || port_->port != endpoint.port) port_ = &endpoint;
  }
  [[nodiscard]] const Endpoint& start(bool of_port) const { return of_port ? *port_ : *entry_; }

 private:
  const Endpoint* entry_ = nullptr;
  const Endpoint* port_ = nullptr;
};

/// The network in which a range starts must hold all of it.
template <class Prefix>
bool in_network_of(const Prefix& first, const Prefix& address) {
  return first.length == sizeof(first.address.bytes) * 8 || first.contains(address.address);
}

void check_ipv4(OncePerEntry& once, const base::Ipv4Prefix& first, const Endpoint& endpoint) {
  const base::Ipv4Prefix& prefix = *endpoint.ipv4;
  if (!in_network_of(first, prefix)) {
    once.refuse(endpoint, "ipv4",
                fmt::format("the range from {} leaves its network at {}", base::to_text(first),
                            base::to_text(prefix.address)),
                "give a larger network, a lower first address or fewer hosts");
  } else if (prefix.length <= 30 && (prefix.address.bytes == first_of(prefix.address.bytes, prefix.length) ||
                                     prefix.address.bytes == last_of(prefix.address.bytes, prefix.length))) {
    once.refuse(endpoint, "ipv4",
                fmt::format("{} is the network's own or its broadcast address", base::to_text(prefix)),
                "give another first address, a larger network or fewer hosts");
  } else if (prefix.address.bytes[0] >= 224 || prefix.address.bytes[0] == 0 ||
             prefix.address.bytes[0] == 127) {
    once.refuse(endpoint, "ipv4", fmt::format("{} is no host's address", base::to_text(prefix.address)),
                "give unicast addresses");
  }
}

void check_ipv6(OncePerEntry& once, const base::Ipv6Prefix& first, const Endpoint& endpoint) {
  const base::Ipv6Prefix& prefix = *endpoint.ipv6;
  if (!in_network_of(first, prefix)) {
    once.refuse(endpoint, "ipv6",
                fmt::format("the range from {} leaves its network at {}", base::to_text(first),
                            base::to_text(prefix.address)),
                "give a larger network, a lower first address or fewer hosts");
  } else if (prefix.address.bytes[0] == 0xff || prefix.address == base::Ipv6Address{}) {
    once.refuse(endpoint, "ipv6", fmt::format("{} is no host's address", base::to_text(prefix.address)),
                "give unicast addresses");
  }
}

template <class Prefix, class Address>
void check_gateway(OncePerEntry& once, const Endpoint& endpoint, std::string_view key,
                   const std::optional<Prefix>& own, const std::optional<Address>& gateway) {
  if (!gateway) return;
  if (!own) {
    once.refuse(
        endpoint, key,
        fmt::format("a gateway {}, and the endpoints have no address of its kind", base::to_text(*gateway)),
        "give them one, or leave the gateway out");
  } else if (!own->contains(*gateway)) {
    once.refuse(endpoint, key,
                fmt::format("the gateway {} is outside the network of {}", base::to_text(*gateway),
                            base::to_text(*own)),
                "give the endpoints addresses of the gateway's network, with its prefix length");
  } else if (own->address == *gateway) {
    once.refuse(endpoint, key,
                fmt::format("the gateway {} is an endpoint's own address", base::to_text(*gateway)),
                "move the endpoints' first address, or correct the gateway");
  }
}

/// Who has the address of a kind within a VLAN; the second one is refused.
template <class Address>
class Owners {
 public:
  explicit Owners(std::string_view key) : key_{key} {}

  void add(OncePerEntry& once, const Draft& draft, EndpointId id, const Address& address) {
    const Endpoint& endpoint = draft.plan.endpoints[id];
    const auto [owner, is_new] = owners_.insert({{endpoint.vlan.value_or(0), address}, id});
    if (is_new) return;
    const Endpoint& other = draft.plan.endpoints[owner->second];
    once.refuse(endpoint, key_,
                fmt::format("{} on port {} is the address of an endpoint of {} on port {}, too",
                            base::to_text(address), draft.plan.testbed.ports[endpoint.port].name,
                            draft.plan.profile.endpoints[other.endpoints].name,
                            draft.plan.testbed.ports[other.port].name),
                "move one of the two ranges");
  }

 private:
  std::string_view key_;
  std::map<std::pair<std::uint16_t, Address>, EndpointId> owners_;
};

}  // namespace

void check_addresses(Draft& draft) {
  OncePerEntry once{draft};
  Owners<base::MacAddress> macs{"mac"};
  Owners<base::Ipv4Address> ipv4s{"ipv4"};
  Owners<base::Ipv6Address> ipv6s{"ipv6"};
  RangeStarts starts;
  for (std::size_t i = 0; i < draft.plan.endpoints.size(); ++i) {
    const Endpoint& endpoint = draft.plan.endpoints[i];
    starts.visit(endpoint);
    const profile::Endpoints& asked = draft.plan.profile.endpoints[endpoint.endpoints];
    const profile::Port& port = draft.plan.testbed.ports[endpoint.port];
    if (endpoint.mac.is_multicast() || endpoint.mac == base::MacAddress{}) {
      once.refuse(endpoint, "mac", fmt::format("{} is no station's address", base::to_text(endpoint.mac)),
                  "give an address whose first byte is even, such as 02:00:00:00:00:01");
    }
    if (endpoint.ipv4) check_ipv4(once, *starts.start(!asked.ipv4 && port.ipv4).ipv4, endpoint);
    if (endpoint.ipv6) check_ipv6(once, *starts.start(!asked.ipv6 && port.ipv6).ipv6, endpoint);
    check_gateway(once, endpoint, "gateway_ipv4", endpoint.ipv4, endpoint.gateway_ipv4);
    check_gateway(once, endpoint, "gateway_ipv6", endpoint.ipv6, endpoint.gateway_ipv6);
    const auto id = static_cast<EndpointId>(i);
    macs.add(once, draft, id, endpoint.mac);
    if (endpoint.ipv4) ipv4s.add(once, draft, id, endpoint.ipv4->address);
    if (endpoint.ipv6) ipv6s.add(once, draft, id, endpoint.ipv6->address);
  }
}

}  // namespace plan
