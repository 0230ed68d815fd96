/// \file
/// A plan's workers over opened devices: the engine, instantiated on DPDK queues.
///
///     auto workers = port::WorkerSet::make(plan, ports, {.next_hops = hops, .filters = filters});
///     auto run = port::LcoreRun::prepare(eal, workers->assignments());
///     run->start(); ... run->stop();
///     workers->finish(ended);
///     for (plan::QueueId q = 0; q < plan.queues.size(); ++q) use(workers->sent(q), workers->received(q));
///
/// Devices of a plan, in the order of `device_options`: one a port of the testbed that has queues, then the
/// far ends of ports that hang on a switch or an impaired cable.
/// Cost: set-up; memory as the plan says. Thread: control; the steppables belong to their lcore in between.
#pragma once

#include "engine/receive_state.hpp"
#include "engine/send_books.hpp"
#include "engine/send_state.hpp"
#include "measure/sequence_counts.hpp"
#include "plan/plan.hpp"
#include "port/lcores.hpp"
#include "port/ports.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace port {

/// What a port of the testbed asks of its device, before there is a plan: what `probe` takes.
[[nodiscard]] DeviceOptions device_options(const profile::Port& asked);

/// Which devices a plan needs, and who is who among them.
struct PlanDevices {
  PortSetOptions options;
  std::vector<std::size_t> device_of_port;  ///< by plan::PortId; kNone: not opened
  std::vector<std::size_t> far_of_port;     ///< the far end that a switch or hop owns; kNone: a direct cable
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};
[[nodiscard]] PlanDevices devices_of(const plan::Plan& plan);

/// What an impaired cable does to frames: implemented where `impair` may be used.
class FrameFilter {
 public:
  virtual ~FrameFilter() = default;
  /// A frame arrived from end 0 or 1 of the cable at `now`.
  virtual void offer(base::Time now, std::size_t from, std::span<const std::byte> frame) = 0;
  /// Frames to go out to the other end by now, in order; valid until the next call.
  virtual std::span<const std::vector<std::byte>> due(base::Time now, std::size_t from) = 0;
};

struct WorkerOptions {
  std::span<const engine::NextHop> next_hops;
  std::vector<FrameFilter*> filters;  ///< by the plan's cable; null where the cable does not impair
};

class WorkerSet {
 public:
  [[nodiscard]] static std::unique_ptr<WorkerSet> make(const plan::Plan& plan, PortSet& ports,
                                                       const PlanDevices& devices,
                                                       const WorkerOptions& options);
  ~WorkerSet();
  WorkerSet(const WorkerSet&) = delete;
  WorkerSet& operator=(const WorkerSet&) = delete;

  [[nodiscard]] std::vector<LcoreAssignment> assignments();
  /// While the lcores run, from any thread: nothing more is sent, receiving goes on.
  void stop_sending();
  /// After the lcores stopped: closes the senders' books. `now`: when sending ended at the latest.
  void finish(base::Time now);

  [[nodiscard]] const engine::SendState& sent(plan::QueueId queue) const;
  [[nodiscard]] const engine::SendBooks& send_books(plan::QueueId queue) const;
  [[nodiscard]] const engine::ReceiveState& received(plan::QueueId queue) const;
  [[nodiscard]] const engine::ReceiveBooks& receive_books(plan::QueueId queue) const;
  /// Closes flow `index` of the queue's receiving half.
  [[nodiscard]] measure::SequenceResult close(plan::QueueId queue, std::size_t index, std::uint64_t sent);
  /// Frames that a hop or a switch of ours could not pass on because the far queue was full, all of them.
  [[nodiscard]] std::uint64_t lost_in_hops() const;

 private:
  struct Impl;
  explicit WorkerSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace port
