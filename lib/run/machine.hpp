/// \file
/// What outlives runs: DPDK's environment, and the facts of the machine under it.
///
///     auto machine = run::Machine::open(plan, {.huge_pages = true});
///     if (!machine) return tl::unexpected(std::move(machine).error());
///     measure::MachineFacts facts = (*machine)->facts();
///
/// Cost: 0.2 s, and the memory of the packet buffers. Thread: control.
#pragma once

#include "base/error.hpp"
#include "measure/results.hpp"
#include "plan/plan.hpp"

#include <memory>

namespace port {
class Eal;
}

namespace run {

struct MachineOptions {
  bool huge_pages = true;
};

/// One in a process.
class Machine {
 public:
  /// `largest`: of the plans that will run, the one that needs the most packet buffers.
  [[nodiscard]] static base::Result<std::unique_ptr<Machine>> open(const plan::Plan& largest,
                                                                   const MachineOptions& options);
  /// Before there is a plan: for its physical devices, which are to be asked what they can do. Packet buffers
  /// get `tester.memory` of the testbed, or 1 GiB.
  [[nodiscard]] static base::Result<std::unique_ptr<Machine>> open(const profile::Testbed& testbed,
                                                                   const MachineOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  /// Without devices, and without the time that was stolen: those belong to a run.
  [[nodiscard]] measure::MachineFacts facts() const;
  [[nodiscard]] port::Eal& eal() { return *eal_; }

 private:
  explicit Machine(std::unique_ptr<port::Eal> eal);
  std::unique_ptr<port::Eal> eal_;
};

}  // namespace run
