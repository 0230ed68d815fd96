#include "plan/text.hpp"
#include "profile/load.hpp"

#include "plan/make_plan.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <sstream>

// Every file of profiles/ is loaded and planned for the testbed that it names, with made-up devices that can
// do what the testbed asks of them.
namespace plan {
namespace {

std::vector<std::string> shipped_profiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{ROCESTORM_SOURCE_ROOT "/profiles"}) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<PortFacts> facts_for(const profile::Testbed& testbed) {
  std::vector<PortFacts> facts;
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
         .is_virtual = is_virtual});
  }
  return facts;
}

class ShippedProfile : public testing::TestWithParam<std::string> {};

TEST_P(ShippedProfile, IsPlanned) {
  const auto loaded = profile::load({.profile_file = GetParam(), .testbed_file = {}, .settings = {}});
  ASSERT_TRUE(loaded) << base::to_text(loaded.error());
  const std::vector<PortFacts> facts = facts_for(loaded->testbed);
  std::vector<std::uint32_t> cpus(64);
  for (std::uint32_t i = 0; i < cpus.size(); ++i)
    cpus[i] = i;
  const auto plan = make_plan({.loaded = *loaded, .facts = facts, .cpus = cpus});
  ASSERT_TRUE(plan) << base::to_text(plan.error());
  EXPECT_GT(plan->flows.size(), 0u);
  for (const Traffic& traffic : plan->traffic) {
    EXPECT_GT(traffic.offered_l1.count(), 0u);
    EXPECT_GE(traffic.frame_bytes_min, 64u);
  }
  std::istringstream lines{to_text(*plan)};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
  const auto again = make_plan({.loaded = *loaded, .facts = facts, .cpus = cpus});
  EXPECT_TRUE(dump(*plan) == dump(*again));
}

INSTANTIATE_TEST_SUITE_P(Profiles, ShippedProfile, testing::ValuesIn(shipped_profiles()),
                         [](const testing::TestParamInfo<std::string>& file) {
                           std::string name = std::filesystem::path{file.param}.stem().string();
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
                           return name;
                         });

}  // namespace
}  // namespace plan
