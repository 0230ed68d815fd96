#include "report/ports_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace report {
namespace {

using nlohmann::ordered_json;

/// What testbeds may name anywhere.
constexpr const char* kVirtualDevices[] = {"ring", "net_null", "net_af_packet"};

template <class T>
ordered_json or_null(bool known, const T& value) {
  return known ? ordered_json(value) : ordered_json();
}

ordered_json adapter_json(const Adapter& adapter) {
  const plan::PortFacts& facts = adapter.facts;
  const bool asked = adapter.asked_device;
  return {{"device", facts.device},
          {"driver", or_null(!adapter.kernel_driver.empty(), adapter.kernel_driver)},
          {"interfaces", adapter.interfaces},
          {"rdma_devices", adapter.rdma_devices},
          {"mac", facts.mac ? ordered_json(base::to_text(*facts.mac)) : ordered_json()},
          {"link_up", facts.link_up},
          {"link_reason", or_null(!facts.link_reason.empty(), facts.link_reason)},
          {"speed_bits_per_sec", facts.link_speed ? ordered_json(facts.link_speed->count()) : ordered_json()},
          {"ip_mtu_most", facts.ip_mtu_most},
          {"rx_queues_most", facts.rx_queues_most},
          {"tx_queues_most", facts.tx_queues_most},
          {"numa_node", or_null(facts.numa_node >= 0, facts.numa_node)},
          {"hardware_time_stamps", or_null(asked, adapter.hardware_time_stamps)},
          {"flow_rules", or_null(asked, adapter.flow_rules)},
          {"offloads", or_null(asked, adapter.offloads)},
          {"carries_default_route", facts.carries_default_route}};
}

std::string adapter_text(const Adapter& adapter) {
  const plan::PortFacts& facts = adapter.facts;
  std::string text = fmt::format("{}\n", facts.device);
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<14} {}\n", name, value);
  };
  const std::string speed = facts.link_speed ? ", " + base::to_text(*facts.link_speed) : std::string{};
  const std::string why = facts.link_reason.empty() ? std::string{} : ": " + facts.link_reason;
  line("driver", adapter.kernel_driver.empty() ? std::string{"none bound"} : adapter.kernel_driver);
  line("interfaces", fmt::format("{}", fmt::join(adapter.interfaces, ", ")));
  line("RDMA", fmt::format("{}", fmt::join(adapter.rdma_devices, ", ")));
  line("MAC", facts.mac ? base::to_text(*facts.mac) : std::string{});
  line("link", facts.link_up ? "up" + speed : "down" + why);
  line("IP MTU", fmt::format("{} at most", facts.ip_mtu_most));
  line("queues", fmt::format("{} receive, {} send", facts.rx_queues_most, facts.tx_queues_most));
  line("NUMA node", facts.numa_node < 0 ? std::string{"not told"} : fmt::format("{}", facts.numa_node));
  if (adapter.asked_device) {
    line("time stamps", adapter.hardware_time_stamps ? "by the device" : "by this host");
    line("flow rules", adapter.flow_rules ? "yes" : "no");
    line("offloads", fmt::format("{}", fmt::join(adapter.offloads, ", ")));
  }
  line("default route", facts.carries_default_route
                            ? "carried by this device: nothing is sent there unless the testbed says so"
                            : "");
  return text;
}

}  // namespace

std::string ports_text(const std::vector<Adapter>& adapters) {
  std::string text;
  for (const Adapter& adapter : adapters)
    text += adapter_text(adapter);
  if (adapters.empty()) text = "This host has no Ethernet adapter on a bus that DPDK drives.\n";
  return text + fmt::format("Virtual devices are always there: vdev = \"{}\" in a testbed.\n",
                            fmt::join(kVirtualDevices, "\", \""));
}

std::string ports_json(const std::vector<Adapter>& adapters) {
  ordered_json json{{"schema", kPortsSchema}, {"devices", ordered_json::array()}};
  for (const Adapter& adapter : adapters)
    json["devices"].push_back(adapter_json(adapter));
  json["virtual_devices"] = kVirtualDevices;
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace report
