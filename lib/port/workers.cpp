#include "port/workers.hpp"

#include "engine/worker.hpp"
#include "port/device_queue.hpp"
#include "port/introduction.hpp"
#include "port/tapped_queue.hpp"

#include <chrono>
#include <deque>
#include <thread>
#include <type_traits>

namespace port {
namespace {

/// All that a worker counted; it belongs to the worker.
struct WorkerBooks {
  const engine::SendState& sent;
  const engine::SendBooks& send_books;
  const engine::ControlBooks& control_books;
  const engine::ReceiveState& received;
  const engine::ReceiveBooks& receive_books;
};

/// What the control thread asks of a worker, whatever its queue is.
class AnyWorker : public Steppable {
 public:
  virtual void order(engine::Order order) = 0;
  virtual void ask() = 0;
  /// Takes what still waits. Returns whether that was anything.
  virtual bool receive_rest(const TscClock& clock) = 0;
  virtual void finish(base::Time now) = 0;
  [[nodiscard]] virtual engine::LiveQueue live_queue() const = 0;
  [[nodiscard]] virtual engine::LiveTraffic live_traffic(plan::TrafficId entry) const = 0;
  [[nodiscard]] virtual engine::LiveFlow live_flow(std::size_t index) const = 0;
  [[nodiscard]] virtual WorkerBooks books() const = 0;
  [[nodiscard]] virtual measure::SequenceResult close(std::size_t index, std::uint64_t sent) = 0;
};

/// A worker of the engine on one queue pair.
template <class Queue>
class QueueWorker final : public AnyWorker {
 public:
  QueueWorker(Queue& queue, engine::WorkerParts parts) : queue_{queue}, worker_{queue, std::move(parts)} {}

  base::Time step(const TscClock& clock) override {
    if constexpr (std::is_same_v<Queue, TappedQueue>) queue_.use(clock);
    // A burst is fetched before it is stamped.
    const bool more = queue_.poll() != 0 && worker_.receive(clock.now());
    // This thread may have been away since the queue was looked into, but not since before that.
    if (!more) worker_.saw_none_waiting(stepped_at_);
    stepped_at_ = clock.now();
    const base::Time next = worker_.send(stepped_at_);
    return more ? stepped_at_ : next;
  }
  bool receive_rest(const TscClock& clock) override {
    if constexpr (std::is_same_v<Queue, TappedQueue>) queue_.use(clock);
    if (queue_.poll() == 0) return false;
    worker_.receive(clock.now());
    return true;
  }

  void order(engine::Order order) override { worker_.order(order); }
  void ask() override { worker_.ask(); }
  void finish(base::Time now) override { worker_.finish(now); }
  [[nodiscard]] engine::LiveQueue live_queue() const override { return worker_.live_queue(); }
  [[nodiscard]] engine::LiveTraffic live_traffic(plan::TrafficId entry) const override {
    return worker_.live_traffic(entry);
  }
  [[nodiscard]] engine::LiveFlow live_flow(std::size_t index) const override {
    return worker_.live_flow(index);
  }
  [[nodiscard]] WorkerBooks books() const override {
    return {.sent = worker_.sender().state(),
            .send_books = worker_.sender().books(),
            .control_books = worker_.control().books(),
            .received = worker_.receiver().state(),
            .receive_books = worker_.receiver().books()};
  }
  [[nodiscard]] measure::SequenceResult close(std::size_t index, std::uint64_t sent) override {
    return worker_.receiver().close(index, sent);
  }

 private:
  Queue& queue_;
  engine::Worker<Queue> worker_;
  base::Time stepped_at_;
};

}  // namespace

struct WorkerSet::Impl {
  std::vector<plan::Lcore> lcores;
  std::unique_ptr<Joins> joins;
  std::deque<TappedQueue> taps;                     ///< of a run with a capture
  std::vector<std::unique_ptr<AnyWorker>> workers;  ///< by the plan's queue

  void add(DeviceQueue& queue, plan::PortId port, CaptureStore* capture, engine::WorkerParts parts) {
    if (capture == nullptr) {
      workers.push_back(std::make_unique<QueueWorker<DeviceQueue>>(queue, std::move(parts)));
      return;
    }
    TappedQueue& tap = taps.emplace_back(queue, *capture, port);
    workers.push_back(std::make_unique<QueueWorker<TappedQueue>>(tap, std::move(parts)));
  }
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
    impl->add(ports.queue(devices.device_of_port[queue.port], queue.device_queue), queue.port,
              options.capture,
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
      assignment.steppables.push_back(impl_->workers[queue].get());
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void WorkerSet::order(engine::Order order) {
  for (const auto& worker : impl_->workers)
    worker->order(order);
}
void WorkerSet::ask() {
  for (const auto& worker : impl_->workers)
    worker->ask();
  std::this_thread::sleep_for(std::chrono::milliseconds{1});
}
engine::LiveQueue WorkerSet::live_queue(plan::QueueId queue) const {
  return impl_->workers[queue]->live_queue();
}
engine::LiveTraffic WorkerSet::live_traffic(plan::QueueId queue, plan::TrafficId entry) const {
  return impl_->workers[queue]->live_traffic(entry);
}

void WorkerSet::receive_rest(const TscClock& clock) {
  constexpr int kRoundsMost = 10'000;  // others may send for ever
  bool more = true;
  for (int round = 0; more && round < kRoundsMost; ++round) {
    more = false;
    for (Steppable* join : impl_->joins->all())
      join->step(clock);
    for (const auto& worker : impl_->workers)
      more = worker->receive_rest(clock) || more;
  }
}

void WorkerSet::finish(base::Time now) {
  for (const auto& worker : impl_->workers)
    worker->finish(now);
}

engine::LiveFlow WorkerSet::live_flow(plan::QueueId queue, std::size_t index) const {
  return impl_->workers[queue]->live_flow(index);
}
const engine::SendState& WorkerSet::sent(plan::QueueId queue) const {
  return impl_->workers[queue]->books().sent;
}
const engine::SendBooks& WorkerSet::send_books(plan::QueueId queue) const {
  return impl_->workers[queue]->books().send_books;
}
const engine::ControlBooks& WorkerSet::control_books(plan::QueueId queue) const {
  return impl_->workers[queue]->books().control_books;
}
const engine::ReceiveState& WorkerSet::received(plan::QueueId queue) const {
  return impl_->workers[queue]->books().received;
}
const engine::ReceiveBooks& WorkerSet::receive_books(plan::QueueId queue) const {
  return impl_->workers[queue]->books().receive_books;
}
measure::SequenceResult WorkerSet::close(plan::QueueId queue, std::size_t index, std::uint64_t sent) {
  return impl_->workers[queue]->close(index, sent);
}
std::uint64_t WorkerSet::lost_before(plan::PortId port) const {
  return impl_->joins->lost_before(port);
}

}  // namespace port
