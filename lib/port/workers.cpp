#include "port/workers.hpp"

#include "engine/learning_switch.hpp"
#include "engine/receiver.hpp"
#include "engine/sender.hpp"
#include "port/device_queue.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>

namespace port {
namespace {

DeviceKind kind_of(profile::DeviceKind kind) {
  switch (kind) {
    case profile::DeviceKind::kPci:
      return DeviceKind::kPci;
    case profile::DeviceKind::kNamed:
      return DeviceKind::kNamed;
    case profile::DeviceKind::kRing:
      return DeviceKind::kRing;
    case profile::DeviceKind::kVdev:
      return DeviceKind::kVdev;
  }
  return DeviceKind::kVdev;
}

DeviceOptions options_of(const plan::Plan& plan, plan::PortId id) {
  const plan::Port& port = plan.ports[id];
  DeviceOptions options = device_options(plan.testbed.ports[id]);
  options.queue_pairs = std::max(port.rx_queues, port.tx_queues);
  options.rx_queues = port.rx_queues;
  options.ip_mtu = port.ip_mtu;
  options.rx_slots = plan::kDescriptors;
  options.tx_slots = plan::kDescriptors;
  options.sources = {wire::PayloadSource::kFree};
  for (const plan::QueueId queue : port.queues) {
    for (const wire::PayloadSource source : plan.queues[queue].sources) {
      const bool known =
          std::find(options.sources.begin(), options.sources.end(), source) != options.sources.end();
      if (!known) options.sources.push_back(source);
    }
    options.buffers = std::max(options.buffers, plan.queues[queue].tx_buffers);
  }
  return options;
}

/// A worker of the engine on one queue pair.
class QueueWorker final : public Steppable {
 public:
  QueueWorker(DeviceQueue& queue, const plan::Plan& plan, plan::QueueId id, const WorkerOptions& options)
      : queue_{queue},
        sender_{queue, engine::make_send_state({.plan = plan, .queue = id, .next_hops = options.next_hops}),
                sender_options(plan, id)},
        receiver_{queue, engine::make_receive_state(plan, id), receiver_options(plan, id)} {}

  base::Time step(const TscClock& clock) override {
    const std::size_t arrived = queue_.poll();
    base::Time now = clock.now();
    if (arrived != 0) {
      receiver_.step(now, [](const auto&, const auto&) {});
      now = clock.now();
    }
    if (!sending_.load(std::memory_order_relaxed)) return arrived != 0 ? now : base::Time::never();
    const base::Time next = sender_.step(now);
    return arrived != 0 ? now : next;
  }
  /// From any thread: nothing more is sent, receiving goes on.
  void stop_sending() { sending_.store(false, std::memory_order_relaxed); }

  DeviceQueue& queue_;
  engine::Sender<DeviceQueue> sender_;
  engine::Receiver<DeviceQueue> receiver_;

 private:
  std::atomic<bool> sending_ = true;

  static engine::SenderOptions sender_options(const plan::Plan& plan, plan::QueueId id) {
    const plan::Port& port = plan.ports[plan.queues[id].port];
    const profile::Test& test = plan.profile.test;
    return {.measured_from = base::Time{} + test.warmup,
            .ends = base::Time{} + test.warmup + test.duration,
            .speed = port.speed,
            .serializes = port.facts.serializes,
            .backlog_most = port.backlog_most,
            .tx_hold = plan.testbed.ports[plan.queues[id].port].tx_hold};
  }
  static engine::ReceiverOptions receiver_options(const plan::Plan& plan, plan::QueueId id) {
    const plan::Port& port = plan.ports[plan.queues[id].port];
    const profile::Test& test = plan.profile.test;
    return {.drain_ends = base::Time{} + test.warmup + test.duration + test.drain,
            .serializes = port.facts.serializes,
            .speed = port.speed};
  }
};

/// A `[[switch]]` of the testbed: owns the far ends of its ports.
class SwitchStep final : public Steppable {
 public:
  explicit SwitchStep(std::span<DeviceQueue* const> ends) : joined_{ends} {}
  base::Time step(const TscClock& clock) override { return joined_.step(clock.now()); }

  [[nodiscard]] std::uint64_t lost(std::size_t ports) const {
    std::uint64_t lost = 0;
    for (std::size_t port = 0; port < ports; ++port)
      lost += joined_.books(port).full + joined_.books(port).no_buffer;
    return lost;
  }

 private:
  engine::LearningSwitch<DeviceQueue> joined_;
};

/// A cable that impairs: takes frames off both far ends, shows them to the filter, sends what it gives.
class Hop final : public Steppable {
 public:
  Hop(std::array<DeviceQueue*, 2> ends, FrameFilter& filter) : ends_{ends}, filter_{filter} {}

  base::Time step(const TscClock& clock) override {
    base::Time now;
    for (std::size_t from = 0; from < 2; ++from) {
      std::array<DeviceQueue::RxFrame, engine::kBurst> frames;
      const std::size_t count = ends_[from]->receive(frames);
      now = clock.now();
      for (std::size_t i = 0; i < count; ++i)
        filter_.offer(now, from, frames[i].head());
      ends_[from]->release(std::span{frames}.first(count));
      for (const std::vector<std::byte>& frame : filter_.due(now, from))
        send(*ends_[1 - from], frame);
    }
    return now;
  }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  /// Any bytes: header and payload are one copy into a buffer that is nobody's primed one.
  void send(DeviceQueue& to, std::span<const std::byte> bytes) {
    std::array<DeviceQueue::TxFrame, 1> slot;
    if (to.take(engine::PayloadSource::kFree, slot) == 0) {
      ++lost_;
      return;
    }
    const auto header = static_cast<std::uint32_t>(std::min(bytes.size(), engine::kHeaderMost));
    const auto payload = static_cast<std::uint32_t>(bytes.size()) - header;
    std::byte* const at = slot[0].open({.header_bytes = header, .payload_bytes = payload});
    std::memcpy(at, bytes.data(), bytes.size());
    if (to.send(0, slot) == 0) {
      to.give_back(slot);
      ++lost_;
    }
  }

  std::array<DeviceQueue*, 2> ends_;
  FrameFilter& filter_;
  std::uint64_t lost_ = 0;
};

}  // namespace

DeviceOptions device_options(const profile::Port& asked) {
  return {.name = asked.name,
          .kind = kind_of(asked.device.kind),
          .device = asked.device.name,
          .arguments = asked.device.arguments,
          .allow_default_route = asked.allow_default_route};
}

PlanDevices devices_of(const plan::Plan& plan) {
  PlanDevices made;
  made.device_of_port.assign(plan.ports.size(), PlanDevices::kNone);
  made.far_of_port.assign(plan.ports.size(), PlanDevices::kNone);
  std::vector<DeviceOptions>& devices = made.options.devices;
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    if (plan.ports[i].queues.empty()) continue;
    made.device_of_port[i] = devices.size();
    devices.push_back(options_of(plan, static_cast<plan::PortId>(i)));
  }
  const auto add_far = [&](std::uint32_t port) {
    const std::size_t near = made.device_of_port[port];
    if (near == PlanDevices::kNone) return;
    DeviceOptions far = devices[near];
    far.name += ".far";
    far.sources = {wire::PayloadSource::kFree};
    far.forwards = true;
    made.far_of_port[port] = devices.size();
    made.options.cables.push_back({.a = near, .b = devices.size()});
    devices.push_back(std::move(far));
  };
  for (const profile::Switch& joined : plan.testbed.switches) {
    for (const std::uint32_t port : joined.ports)
      add_far(port);
  }
  for (const profile::Cable& cable : plan.testbed.cables) {
    if (!cable.impair.empty()) {
      add_far(cable.a);
      add_far(cable.b);
      continue;
    }
    const std::size_t a = made.device_of_port[cable.a];
    const std::size_t b = made.device_of_port[cable.b];
    if (a != PlanDevices::kNone && b != PlanDevices::kNone) made.options.cables.push_back({.a = a, .b = b});
  }
  return made;
}

struct WorkerSet::Impl {
  std::vector<plan::Lcore> lcores;
  std::deque<QueueWorker> workers;
  std::vector<std::unique_ptr<Hop>> hops;             ///< by the plan's cable
  std::vector<std::unique_ptr<SwitchStep>> switches;  ///< by the testbed's switch
  std::vector<std::size_t> switch_ports;              ///< how many each joins
};

std::unique_ptr<WorkerSet> WorkerSet::make(const plan::Plan& plan, PortSet& ports, const PlanDevices& devices,
                                           const WorkerOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->lcores = plan.lcores;
  for (std::size_t id = 0; id < plan.queues.size(); ++id) {
    const plan::Queue& queue = plan.queues[id];
    impl->workers.emplace_back(ports.queue(devices.device_of_port[queue.port], queue.device_queue), plan,
                               static_cast<plan::QueueId>(id), options);
  }
  impl->hops.resize(plan.testbed.cables.size());
  for (std::size_t i = 0; i < options.filters.size(); ++i) {
    if (options.filters[i] == nullptr) continue;
    const profile::Cable& cable = plan.testbed.cables[i];
    impl->hops[i] =
        std::make_unique<Hop>(std::array<DeviceQueue*, 2>{&ports.queue(devices.far_of_port[cable.a], 0),
                                                          &ports.queue(devices.far_of_port[cable.b], 0)},
                              *options.filters[i]);
  }
  for (const profile::Switch& asked : plan.testbed.switches) {
    std::vector<DeviceQueue*> ends;
    for (const std::uint32_t port : asked.ports) {
      if (devices.far_of_port[port] != PlanDevices::kNone) {
        ends.push_back(&ports.queue(devices.far_of_port[port], 0));
      }
    }
    impl->switch_ports.push_back(ends.size());
    impl->switches.push_back(std::make_unique<SwitchStep>(ends));
  }
  return std::unique_ptr<WorkerSet>{new WorkerSet{std::move(impl)}};
}

WorkerSet::WorkerSet(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
WorkerSet::~WorkerSet() = default;

std::vector<LcoreAssignment> WorkerSet::assignments() {
  std::vector<LcoreAssignment> assignments;
  for (const plan::Lcore& lcore : impl_->lcores) {
    LcoreAssignment assignment{.cpu = lcore.cpu};
    for (const plan::QueueId queue : lcore.queues)
      assignment.steppables.push_back(&impl_->workers[queue]);
    for (const std::uint16_t hop : lcore.hops) {
      if (impl_->hops[hop]) assignment.steppables.push_back(impl_->hops[hop].get());
    }
    for (const std::uint16_t joined : lcore.switches)
      assignment.steppables.push_back(impl_->switches[joined].get());
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void WorkerSet::stop_sending() {
  for (QueueWorker& worker : impl_->workers)
    worker.stop_sending();
}

void WorkerSet::finish(base::Time now) {
  for (QueueWorker& worker : impl_->workers)
    worker.sender_.finish(now);
}

const engine::SendState& WorkerSet::sent(plan::QueueId queue) const {
  return impl_->workers[queue].sender_.state();
}
const engine::SendBooks& WorkerSet::send_books(plan::QueueId queue) const {
  return impl_->workers[queue].sender_.books();
}
const engine::ReceiveState& WorkerSet::received(plan::QueueId queue) const {
  return impl_->workers[queue].receiver_.state();
}
const engine::ReceiveBooks& WorkerSet::receive_books(plan::QueueId queue) const {
  return impl_->workers[queue].receiver_.books();
}
measure::SequenceResult WorkerSet::close(plan::QueueId queue, std::size_t index, std::uint64_t sent) {
  return impl_->workers[queue].receiver_.close(index, sent);
}
std::uint64_t WorkerSet::lost_in_hops() const {
  std::uint64_t lost = 0;
  for (const auto& hop : impl_->hops)
    lost += hop ? hop->lost() : 0;
  for (std::size_t i = 0; i < impl_->switches.size(); ++i)
    lost += impl_->switches[i]->lost(impl_->switch_ports[i]);
  return lost;
}

}  // namespace port
