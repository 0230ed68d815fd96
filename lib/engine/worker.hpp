/// \file
/// All that one queue pair of a port does: receive, answer, announce, send. One Worker a queue pair.
///
///     engine::Worker<P> worker{port, engine::make_worker_parts({.plan = plan, .queue = q})};
///     for (;;) next = worker.step(clock.now());                // its lcore
///
///     worker.order(engine::Order::kStop);                      // any thread: Ctrl-C
///     worker.ask(); ... const engine::LiveQueue live = worker.live_queue();
///
///     worker.finish(now);                                      // after its lcore's last step
///     worker.receiver().close(i, engine::numbers_sent(...));
///
/// Live numbers are copies, written by the worker once after each `ask`; who reads them never touches a line
/// that the worker writes for a packet.
/// Cost of a step without work: two calls of the port and three reads. Thread: `step` and `finish` its lcore;
/// `order`, `ask`, `live_*` any; the rest when the lcore is at rest.
#pragma once

#include "base/cache_line.hpp"
#include "engine/control_plane.hpp"
#include "engine/receiver.hpp"
#include "engine/sender.hpp"
#include "engine/worker_parts.hpp"
#include "measure/published.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace engine {

/// What the control thread wants of a worker.
enum class Order : std::uint8_t {
  kRun,
  kPause,  ///< hands nothing over; what falls due is given up or caught up as `when_late` says
  kStop,   ///< nothing is due any more; receiving goes on
};

template <Port P>
class Worker {
 public:
  Worker(P& port, WorkerParts parts)
      : receiver_{port, std::move(parts.receive_state), parts.receiver},
        sender_{port, std::move(parts.send_state), parts.sender},
        control_{port, std::move(parts.neighbours)},
        watched_{std::move(parts.watched)},
        live_traffic_(parts.traffic_entries),
        live_flows_(watched_.size()) {}

  base::Time step(base::Time now) {
    const bool more = receive(now);
    if (!more) saw_none_waiting(now);
    const base::Time next = send(now);
    return more ? now : next;
  }

  /// The two halves of a step, for a world in which time goes on in between. Returns whether the burst was
  /// full, so that there may be more.
  bool receive(base::Time now) {
    const std::size_t received = receiver_.step(
        now, [this](const auto& frame, const wire::ParsedFrame& parsed) { control_.take(frame, parsed); });
    return received == kBurst;
  }
  /// Nothing that arrived before `time` waits any more.
  void saw_none_waiting(base::Time time) { receiver_.saw_none_waiting(time); }
  /// Returns when there is next something to send or to say.
  base::Time send(base::Time now) {
    base::Time next = std::min(control_.step(now), receiver_.next_look());
    const Order order = order_.load(std::memory_order_relaxed);
    if (order != done_order_) obey(order, now);
    if (order != Order::kPause) next = std::min(next, sender_.step(now));
    const std::uint32_t asked = asked_.load(std::memory_order_acquire);
    if (asked != answered_) publish(asked, now);
    return next;
  }

  /// Sending is over: what was not sent is abandoned. Once, after the last step.
  void finish(base::Time now) { sender_.finish(now); }

  void order(Order order) { order_.store(order, std::memory_order_relaxed); }
  /// The next step copies its numbers out.
  void ask() { asked_.fetch_add(1, std::memory_order_release); }
  [[nodiscard]] LiveQueue live_queue() const { return live_queue_.read(); }
  [[nodiscard]] LiveTraffic live_traffic(plan::TrafficId entry) const { return live_traffic_[entry].read(); }
  /// `index`: of watched_flows(plan, queue).
  [[nodiscard]] LiveFlow live_flow(std::size_t index) const { return live_flows_[index].read(); }

  [[nodiscard]] const Sender<P>& sender() const { return sender_; }
  [[nodiscard]] Receiver<P>& receiver() { return receiver_; }
  [[nodiscard]] const Receiver<P>& receiver() const { return receiver_; }
  [[nodiscard]] const ControlPlane<P>& control() const { return control_; }

 private:
  void obey(Order order, base::Time now) {
    if (order == Order::kStop) sender_.stop(now);
    done_order_ = order;
  }
  void publish(std::uint32_t asked, base::Time now) {
    for (std::size_t entry = 0; entry < live_traffic_.size(); ++entry) {
      live_traffic_[entry].publish(live_traffic_of(sender_.state(), receiver_.state(), entry));
    }
    for (std::size_t i = 0; i < watched_.size(); ++i)
      live_flows_[i].publish(live_flow_of(sender_.state(), receiver_.state(), watched_[i]));
    live_queue_.publish(live_queue_of(sender_.books(), receiver_.books(), now));
    answered_ = asked;
  }

  Receiver<P> receiver_;
  Sender<P> sender_;
  ControlPlane<P> control_;
  Order done_order_ = Order::kRun;
  std::uint32_t answered_ = 0;
  std::vector<WatchedFlow> watched_;
  // Written by others, read once a step.
  alignas(base::kCacheLine) std::atomic<Order> order_{Order::kRun};
  std::atomic<std::uint32_t> asked_{0};
  measure::Published<LiveQueue> live_queue_;
  std::vector<measure::Published<LiveTraffic>> live_traffic_;
  std::vector<measure::Published<LiveFlow>> live_flows_;
};

}  // namespace engine
