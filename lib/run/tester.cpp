#include "run/tester.hpp"

#include "base/address.hpp"

#include <fmt/core.h>

namespace run {

std::vector<measure::DeviceFacts> devices_of(const plan::Plan& plan) {
  std::vector<measure::DeviceFacts> devices;
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    const plan::PortFacts& facts = plan.ports[i].facts;
    devices.push_back({.port = static_cast<std::uint16_t>(i),
                       .name = plan.testbed.ports[i].name,
                       .device = facts.device,
                       .driver = facts.driver,
                       .mac = facts.mac ? base::to_text(*facts.mac) : std::string{},
                       .numa_node = facts.numa_node,
                       .speed_bits_per_sec = plan.ports[i].speed.count(),
                       .is_virtual = facts.is_virtual});
  }
  return devices;
}

std::vector<measure::LcoreResult> lcore_results(const std::vector<port::LcoreReport>& lcores) {
  std::vector<measure::LcoreResult> results;
  for (const port::LcoreReport& lcore : lcores) {
    results.push_back({.cpu = lcore.cpu,
                       .start_skew = lcore.start_skew,
                       .longest_poll_gap = lcore.gaps.longest,
                       .rounds = lcore.gaps.rounds,
                       .times_known = lcore.times_known,
                       .on_cpu = lcore.on_cpu,
                       .waited = lcore.waited,
                       .stolen = lcore.stolen});
  }
  return results;
}

std::optional<std::uint64_t> stolen_ppm(const std::vector<port::LcoreReport>& lcores) {
  base::Duration away;
  base::Duration ran;
  for (const port::LcoreReport& lcore : lcores) {
    if (!lcore.times_known) return std::nullopt;
    away += lcore.waited + lcore.stolen;
    ran += lcore.waited + lcore.stolen + lcore.on_cpu;
  }
  if (ran.ps() == 0) return std::nullopt;
  return static_cast<std::uint64_t>(away.ps() / (ran.ps() / 1'000'000 + 1));
}

std::vector<measure::Event> link_events(const std::vector<measure::SeriesResult>& series) {
  std::vector<measure::Event> events;
  for (const measure::SeriesResult& link : series) {
    if (link.name != "link_up") continue;
    bool was_up = true;
    for (std::size_t i = 0; i < link.values.size(); ++i) {
      if (link.values[i] == measure::SeriesResult::kNoValue) continue;
      const bool is_up = link.values[i] != 0;
      if (is_up == was_up) continue;
      was_up = is_up;
      events.push_back(
          {.at = link.start + link.interval * static_cast<std::int64_t>(i),
           .kind = is_up ? "link_up" : "link_down",
           .text = fmt::format("port {}: its link {}", link.place.port, is_up ? "came back" : "went down")});
    }
  }
  return events;
}

}  // namespace run
