#include "commands.hpp"
#include "output.hpp"
#include "port/facts.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

namespace app {
namespace {

std::string text_of(const port::DeviceFacts& device) {
  const plan::PortFacts& facts = device.facts;
  std::string text = fmt::format("{}\n", facts.device);
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<14} {}\n", name, value);
  };
  line("driver", device.kernel_driver.empty() ? std::string{"none bound"} : device.kernel_driver);
  line("interfaces", fmt::format("{}", fmt::join(device.interfaces, ", ")));
  line("RDMA", fmt::format("{}", fmt::join(device.rdma_devices, ", ")));
  line("MAC", facts.mac ? base::to_text(*facts.mac) : std::string{});
  line("link", facts.link_up
                   ? (facts.link_speed ? "up, " + base::to_text(*facts.link_speed) : std::string{"up"})
                   : "down" + (facts.link_reason.empty() ? std::string{} : ": " + facts.link_reason));
  line("IP MTU", fmt::format("{} at most", facts.ip_mtu_most));
  line("queues", fmt::format("{} receive, {} send", facts.rx_queues_most, facts.tx_queues_most));
  line("NUMA node", facts.numa_node < 0 ? std::string{"not told"} : fmt::format("{}", facts.numa_node));
  line("time stamps",
       device.asked_device ? (device.hardware_time_stamps ? "by the device" : "by this host") : "");
  line("flow rules", device.asked_device ? (device.flow_rules ? "yes" : "no") : "");
  line("offloads", fmt::format("{}", fmt::join(device.offloads, ", ")));
  line("default route", facts.carries_default_route
                            ? "carried by this device: nothing is sent there unless the testbed says so"
                            : "");
  return text;
}

}  // namespace

ExitCode execute_ports(const Options& options) {
  const Output out{options};
  const std::vector<port::DeviceFacts> adapters = port::adapters_of_host();
  for (const port::DeviceFacts& adapter : adapters)
    out.text(text_of(adapter));
  if (adapters.empty()) out.text("This host has no Ethernet adapter on a bus that DPDK drives.\n");
  out.text(
      "Virtual devices are always there: vdev = \"ring\", \"net_null\", \"net_af_packet\" in a testbed.\n");
  return ExitCode::kPass;
}

}  // namespace app
