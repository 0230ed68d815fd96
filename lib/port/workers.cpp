#include "port/workers.hpp"

#include "engine/worker.hpp"
#include "port/device_queue.hpp"
#include "port/introduction.hpp"

#include <deque>

namespace port {
namespace {

/// A worker of the engine on one queue pair.
class QueueWorker final : public Steppable {
 public:
  QueueWorker(DeviceQueue& queue, engine::WorkerParts parts)
      : queue_{queue}, worker_{queue, std::move(parts)} {}

  base::Time step(const TscClock& clock) override {
    // A burst is fetched before it is stamped.
    const bool more = queue_.poll() != 0 && worker_.receive(clock.now());
    // This thread may have been away since the queue was looked into, but not since before that.
    if (!more) worker_.saw_none_waiting(stepped_at_);
    stepped_at_ = clock.now();
    const base::Time next = worker_.send(stepped_at_);
    return more ? stepped_at_ : next;
  }
  /// Takes what still waits. Returns whether that was anything.
  bool receive_rest(const TscClock& clock) {
    if (queue_.poll() == 0) return false;
    worker_.receive(clock.now());
    return true;
  }

  [[nodiscard]] engine::Worker<DeviceQueue>& worker() { return worker_; }
  [[nodiscard]] const engine::Worker<DeviceQueue>& worker() const { return worker_; }

 private:
  DeviceQueue& queue_;
  engine::Worker<DeviceQueue> worker_;
  base::Time stepped_at_;
};

}  // namespace

struct WorkerSet::Impl {
  std::vector<plan::Lcore> lcores;
  std::unique_ptr<Joins> joins;
  std::deque<QueueWorker> workers;  ///< by the plan's queue
};

base::Result<std::unique_ptr<WorkerSet>> WorkerSet::make(const plan::Plan& plan, PortSet& ports,
                                                         const PlanDevices& devices,
                                                         const WorkerOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->lcores = plan.lcores;
  impl->joins = std::make_unique<Joins>(plan, ports, devices, options.filters);
  NextHops next_hops;
  if (options.tsc) {
    auto found = introduce(plan, ports, devices, *impl->joins, *options.tsc);
    if (!found) return tl::unexpected(std::move(found).error());
    next_hops = std::move(*found);
  }
  for (std::size_t id = 0; id < plan.queues.size(); ++id) {
    const plan::Queue& queue = plan.queues[id];
    impl->workers.emplace_back(ports.queue(devices.device_of_port[queue.port], queue.device_queue),
                               engine::make_worker_parts({.plan = plan,
                                                          .queue = static_cast<plan::QueueId>(id),
                                                          .next_hops = next_hops,
                                                          .announced = options.tsc.has_value()}));
  }
  return std::unique_ptr<WorkerSet>{new WorkerSet{std::move(impl)}};
}

WorkerSet::WorkerSet(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
WorkerSet::~WorkerSet() = default;

std::vector<LcoreAssignment> WorkerSet::assignments() {
  std::vector<LcoreAssignment> assignments;
  for (const plan::Lcore& lcore : impl_->lcores) {
    LcoreAssignment assignment{.cpu = lcore.cpu, .steppables = impl_->joins->of(lcore)};
    for (const plan::QueueId queue : lcore.queues)
      assignment.steppables.push_back(&impl_->workers[queue]);
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void WorkerSet::order(engine::Order order) {
  for (QueueWorker& worker : impl_->workers)
    worker.worker().order(order);
}
void WorkerSet::ask() {
  for (QueueWorker& worker : impl_->workers)
    worker.worker().ask();
}
engine::LiveQueue WorkerSet::live_queue(plan::QueueId queue) const {
  return impl_->workers[queue].worker().live_queue();
}
engine::LiveTraffic WorkerSet::live_traffic(plan::QueueId queue, plan::TrafficId entry) const {
  return impl_->workers[queue].worker().live_traffic(entry);
}

void WorkerSet::receive_rest(const TscClock& clock) {
  constexpr int kRoundsMost = 10'000;  // others may send for ever
  bool more = true;
  for (int round = 0; more && round < kRoundsMost; ++round) {
    more = false;
    for (Steppable* join : impl_->joins->all())
      join->step(clock);
    for (QueueWorker& worker : impl_->workers)
      more = worker.receive_rest(clock) || more;
  }
}

void WorkerSet::finish(base::Time now) {
  for (QueueWorker& worker : impl_->workers)
    worker.worker().finish(now);
}

const engine::SendState& WorkerSet::sent(plan::QueueId queue) const {
  return impl_->workers[queue].worker().sender().state();
}
const engine::SendBooks& WorkerSet::send_books(plan::QueueId queue) const {
  return impl_->workers[queue].worker().sender().books();
}
const engine::ControlBooks& WorkerSet::control_books(plan::QueueId queue) const {
  return impl_->workers[queue].worker().control().books();
}
const engine::ReceiveState& WorkerSet::received(plan::QueueId queue) const {
  return impl_->workers[queue].worker().receiver().state();
}
const engine::ReceiveBooks& WorkerSet::receive_books(plan::QueueId queue) const {
  return impl_->workers[queue].worker().receiver().books();
}
measure::SequenceResult WorkerSet::close(plan::QueueId queue, std::size_t index, std::uint64_t sent) {
  return impl_->workers[queue].worker().receiver().close(index, sent);
}
std::uint64_t WorkerSet::lost_before(plan::PortId port) const {
  return impl_->joins->lost_before(port);
}

}  // namespace port
