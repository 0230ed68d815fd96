#include "commands.hpp"
#include "output.hpp"
#include "port/facts.hpp"
#include "report/ports_json.hpp"

namespace app {

ExitCode execute_ports(const Options& options) {
  const Output out{options};
  std::vector<report::Adapter> adapters;
  for (port::DeviceFacts& found : port::adapters_of_host()) {
    adapters.push_back({.facts = std::move(found.facts),
                        .kernel_driver = std::move(found.kernel_driver),
                        .interfaces = std::move(found.interfaces),
                        .rdma_devices = std::move(found.rdma_devices),
                        .asked_device = found.asked_device,
                        .hardware_time_stamps = found.hardware_time_stamps,
                        .flow_rules = found.flow_rules,
                        .offloads = std::move(found.offloads)});
  }
  out.text(report::ports_text(adapters));
  if (auto written = out.json(report::ports_json(adapters)); !written) return failed(out, written.error());
  return ExitCode::kPass;
}

}  // namespace app
