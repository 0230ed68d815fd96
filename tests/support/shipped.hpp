/// \file
/// Every file of profiles/, planned for the testbed that it names, with made-up devices that can do what the
/// testbed asks of them.
#pragma once

#include "plan/make_plan.hpp"
#include "profile/load.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace test {

/// Those in sub-folders too, in order.
inline std::vector<std::string> shipped_profiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{ROCESTORM_SOURCE_ROOT "/profiles"}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Serial where the testbed's device is a real one: a virtual one takes frames as fast as they come.
inline std::vector<plan::PortFacts> facts_for(const profile::Testbed& testbed) {
  std::vector<plan::PortFacts> facts;
  for (const profile::Port& port : testbed.ports) {
    const bool is_virtual =
        port.device.kind == profile::DeviceKind::kRing || port.device.kind == profile::DeviceKind::kVdev;
    facts.push_back(
        {.name = port.name,
         .device = port.device.name,
         .driver = is_virtual ? "net_ring" : "mlx5_pci",
         .mac = {},
         .link_speed = is_virtual ? std::nullopt : std::optional{base::BitsPerSec{400'000'000'000}},
         .link_reason = {},
         .ip_mtu_most = 9000,
         .ip_mtu_limit = "the device",
         .rx_queues_most = 16,
         .tx_queues_most = 16,
         .steers_flows = !is_virtual,
         .serializes = !is_virtual,
         .is_virtual = is_virtual});
  }
  return facts;
}

/// On a machine of 64 CPUs.
inline base::Result<plan::Plan> plan_of(const profile::Loaded& loaded) {
  const std::vector<plan::PortFacts> facts = facts_for(loaded.testbed);
  std::vector<std::uint32_t> cpus(64);
  for (std::uint32_t i = 0; i < cpus.size(); ++i)
    cpus[i] = i;
  return plan::make_plan({.loaded = loaded, .facts = facts, .cpus = cpus});
}

/// For INSTANTIATE_TEST_SUITE_P over shipped_profiles().
inline std::string name_of_shipped(const testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path{file.param}.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

}  // namespace test
