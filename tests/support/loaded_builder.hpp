/// \file
/// A profile and a testbed made by hand, for tests that want no TOML: two ports at 100 Gbit/s, one host
/// behind each, one entry of traffic from the first to the second. A test changes what its story is about.
///
///     support::LoadedBuilder builder;
///     builder.traffic().rate = profile::Rate{profile::RateUnit::kBitsL2, 10'000'000'000};
///     const auto plan = plan::make_plan({.loaded = builder.loaded, .facts = builder.facts, .cpus =
///     builder.cpus});
#pragma once

#include "base/address.hpp"
#include "plan/make_plan.hpp"
#include "profile/load.hpp"

#include <fmt/core.h>
#include <cstdint>
#include <string>
#include <vector>

namespace support {

inline constexpr base::BitsPerSec k100G{100'000'000'000};

/// A table's place on `line`, with the keys named written on the lines after it.
inline profile::Places places_at(std::uint32_t line, std::vector<std::string> keys = {}) {
  profile::Places places{.table = {.file = "p.toml", .line = line, .column = 1}, .keys = {}};
  for (std::string& key : keys) {
    places.keys.emplace(std::move(key), profile::Place{.file = "p.toml", .line = ++line, .column = 3});
  }
  return places;
}

struct LoadedBuilder {
  profile::Loaded loaded;
  std::vector<plan::PortFacts> facts;
  std::vector<std::uint32_t> cpus{0, 1};

  LoadedBuilder() {
    profile::Test& test = loaded.profile.test;
    test.places = places_at(1);
    test.name = "story";
    test.duration = base::seconds(1);
    test.drain = base::milliseconds(100);
    test.backlog = base::microseconds(5);
    test.series_interval = base::milliseconds(100);
    loaded.profile.file = "p.toml";
    loaded.testbed.file = "t.toml";
    loaded.profile_hash = std::string(64, 'a');
    loaded.profile.classes.push_back({.places = places_at(5), .name = "lossless"});
    add_port("a");
    add_port("b");
    loaded.testbed.groups.push_back({.places = {}, .name = "all", .ports = {0, 1}});
    add_endpoints("left", "a");
    add_endpoints("right", "b");
    add_traffic("stream", {0}, {1});
  }

  profile::Port& add_port(const std::string& name) {
    profile::Port& port = loaded.testbed.ports.emplace_back();
    port.places = places_at(static_cast<std::uint32_t>(100 + 10 * loaded.testbed.ports.size()));
    port.places.table.file = "t.toml";
    port.name = name;
    port.device = {.kind = profile::DeviceKind::kPci, .name = "0000:3b:00." + name, .arguments = {}};
    port.speed = k100G;
    facts.push_back({.name = name,
                     .device = "0000:3b:00." + name,
                     .driver = "mlx5_pci",
                     .mac = {},
                     .link_speed = k100G,
                     .link_reason = {},
                     .ip_mtu_most = 9000,
                     .ip_mtu_limit = "the mlx5 driver",
                     .rx_queues_most = 16,
                     .tx_queues_most = 16,
                     .steers_flows = true,
                     .is_virtual = false,
                     .loss_account = plan::LossAccount::kCounted});
    return port;
  }

  profile::Endpoints& add_endpoints(const std::string& name, const std::string& group,
                                    std::uint32_t per_port = 1) {
    profile::Endpoints& endpoints = loaded.profile.endpoints.emplace_back();
    endpoints.places = places_at(static_cast<std::uint32_t>(10 * loaded.profile.endpoints.size()));
    endpoints.name = name;
    endpoints.group = group;
    endpoints.per_port = per_port;
    return endpoints;
  }

  profile::Traffic& add_traffic(const std::string& name, std::vector<std::uint32_t> from,
                                std::vector<std::uint32_t> to) {
    profile::Traffic& traffic = loaded.profile.traffic.emplace_back();
    traffic.places = places_at(static_cast<std::uint32_t>(1000 + 10 * loaded.profile.traffic.size()));
    traffic.name = name;
    traffic.from_endpoints = std::move(from);
    traffic.to_endpoints = std::move(to);
    traffic.message_size.fixed = 65'536;
    traffic.rate = profile::Rate{.unit = profile::RateUnit::kShareOfPort, .value = 500'000};
    return traffic;
  }

  profile::Traffic& traffic(std::size_t index = 0) { return loaded.profile.traffic.at(index); }
  profile::Endpoints& endpoints(std::size_t index) { return loaded.profile.endpoints.at(index); }
  profile::Port& port(std::size_t index) { return loaded.testbed.ports.at(index); }

  [[nodiscard]] base::Result<plan::Plan> plan() const {
    return plan::make_plan({.loaded = loaded, .facts = facts, .cpus = cpus});
  }

  /// The refusals as one text, or "planned" where there are none.
  [[nodiscard]] std::string refusals() const {
    const auto made = plan();
    return made ? std::string{"planned"} : base::to_text(made.error());
  }
};

}  // namespace support
