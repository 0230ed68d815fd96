/// \file
/// The devices of a host as text and as JSON: what `rocestorm ports` says.
///
///     fmt::print("{}", report::ports_text(adapters));
///     fmt::print("{}", report::ports_json(adapters));
///
/// What is not known is null, never a guess. Thread: plain functions.
#pragma once

#include "plan/port_facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace report {

inline constexpr std::string_view kPortsSchema = "rocestorm/ports/1";

/// A device beside what plans need of it.
struct Adapter {
  plan::PortFacts facts;
  std::string kernel_driver;  ///< bound to it; empty where none is
  std::vector<std::string> interfaces;
  std::vector<std::string> rdma_devices;
  /// The three below are known only where the device itself was asked.
  bool asked_device = false;
  bool hardware_time_stamps = false;
  bool flow_rules = false;
  std::vector<std::string> offloads;
};

[[nodiscard]] std::string ports_text(const std::vector<Adapter>& adapters);
/// Ends with a newline.
[[nodiscard]] std::string ports_json(const std::vector<Adapter>& adapters);

}  // namespace report
