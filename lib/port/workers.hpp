/// \file
/// A plan's workers over opened devices: the engine, instantiated on DPDK queues.
///
///     auto workers = port::WorkerSet::make(plan, ports, devices, {.filters = filters, .tsc = eal.tsc()});
///     if (!workers) return tl::unexpected(std::move(workers).error());
///     auto run = port::LcoreRun::prepare(eal, (*workers)->assignments());
///     run->start(); ... run->stop();
///     (*workers)->finish(ended);
///     for (plan::QueueId q = 0; q < plan.queues.size(); ++q) use((*workers)->sent(q), ...received(q));
///
/// Cost: set-up; memory as the plan says. Thread: control; the steppables belong to their lcore in between.
#pragma once

#include "engine/control_plane.hpp"
#include "engine/receive_state.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "engine/worker.hpp"
#include "measure/sequence_counts.hpp"
#include "plan/plan.hpp"
#include "port/capture_store.hpp"
#include "port/joins.hpp"
#include "port/lcores.hpp"
#include "port/plan_devices.hpp"
#include "port/ports.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace port {

struct WorkerOptions {
  std::vector<FrameFilter*> filters;  ///< by the testbed's cable; null where the cable does not impair
  /// Given, hosts announce themselves and gateways are resolved before the traffic (port/introduction.hpp);
  /// else hosts announce themselves with the traffic, and no gateway is known.
  std::optional<TscRate> tsc;
  CaptureStore* capture = nullptr;  ///< where frames sent and received are copied to; null: nowhere
};

class WorkerSet {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<WorkerSet>> make(const plan::Plan& plan, PortSet& ports,
                                                                     const PlanDevices& devices,
                                                                     const WorkerOptions& options);
  ~WorkerSet();
  WorkerSet(const WorkerSet&) = delete;
  WorkerSet& operator=(const WorkerSet&) = delete;

  [[nodiscard]] std::vector<LcoreAssignment> assignments();
  /// While the lcores run, from any thread; engine/worker.hpp says what each means.
  void order(engine::Order order);
  /// While the lcores run, from any thread: asks for live numbers and waits a millisecond, in which every
  /// worker that has its core answers; then what was last answered can be read.
  void ask();
  [[nodiscard]] engine::LiveQueue live_queue(plan::QueueId queue) const;
  [[nodiscard]] engine::LiveTraffic live_traffic(plan::QueueId queue, plan::TrafficId entry) const;
  /// After the lcores stopped: takes what still waits in queues of ours, as workers would with their next
  /// steps.
  void receive_rest(const TscClock& clock);
  /// `index`: of engine::watched_flows(plan, queue).
  [[nodiscard]] engine::LiveFlow live_flow(plan::QueueId queue, std::size_t index) const;
  /// After the lcores stopped: closes the senders' books. `now`: when sending ended at the latest.
  void finish(base::Time now);

  [[nodiscard]] const engine::SendState& sent(plan::QueueId queue) const;
  [[nodiscard]] const engine::SendBooks& send_books(plan::QueueId queue) const;
  [[nodiscard]] const engine::ControlBooks& control_books(plan::QueueId queue) const;
  [[nodiscard]] const engine::ReceiveState& received(plan::QueueId queue) const;
  [[nodiscard]] const engine::ReceiveBooks& receive_books(plan::QueueId queue) const;
  /// Closes flow `index` of the queue's receiving half.
  [[nodiscard]] measure::SequenceResult close(plan::QueueId queue, std::size_t index, std::uint64_t sent);
  /// Frames to this port that a switch or cable of ours could not pass on.
  [[nodiscard]] std::uint64_t lost_before(plan::PortId port) const;

 private:
  struct Impl;
  explicit WorkerSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace port
