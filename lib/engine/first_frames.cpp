#include "engine/first_frames.hpp"

#include "engine/recording_port.hpp"
#include "engine/worker.hpp"

#include <algorithm>
#include <deque>
#include <vector>

namespace engine {
namespace {

/// What the ports share: the time, and where frames go.
class Recorder {
 public:
  Recorder(std::uint64_t most, const std::function<void(const PlannedFrame&)>& sink)
      : most_{most}, sink_{sink} {}

  void show(plan::PortId port, std::uint8_t priority, std::span<const std::byte> bytes) {
    if (is_full()) return;
    ++shown_;
    sink_({.port = port, .at = now, .priority = priority, .bytes = bytes});
  }
  [[nodiscard]] bool is_full() const { return shown_ == most_; }
  [[nodiscard]] std::uint64_t shown() const { return shown_; }

  base::Time now;

 private:
  std::uint64_t most_;
  std::uint64_t shown_ = 0;
  const std::function<void(const PlannedFrame&)>& sink_;
};

struct Sink {
  Recorder* recorder = nullptr;
  plan::PortId port = 0;
  void operator()(std::uint8_t priority, std::span<const std::byte> bytes) const {
    recorder->show(port, priority, bytes);
  }
};

/// One queue of the plan.
struct Line {
  Line(const plan::Plan& plan, plan::QueueId queue, const std::vector<NextHop>& next_hops, Recorder& recorder)
      : port{Sink{.recorder = &recorder, .port = plan.queues[queue].port}},
        worker{port,
               make_worker_parts({.plan = plan, .queue = queue, .next_hops = next_hops, .announced = true})} {
  }

  RecordingPort<Sink> port;
  Worker<RecordingPort<Sink>> worker;
  base::Time next;
};

/// A gateway's address is learnt by a run: until then it is zero.
std::vector<NextHop> unknown_hops(const plan::Plan& plan) {
  std::vector<NextHop> hops;
  for (const plan::Flow& flow : plan.flows) {
    if (plan::needs_gateway(plan, flow)) hops.push_back({.endpoint = flow.source, .ipv6 = flow.ipv6});
  }
  return hops;
}

}  // namespace

std::uint64_t first_frames(const plan::Plan& plan, std::uint64_t most,
                           const std::function<void(const PlannedFrame&)>& sink) {
  Recorder recorder{most, sink};
  const std::vector<NextHop> next_hops = unknown_hops(plan);
  std::deque<Line> lines;
  for (const plan::Port& port : plan.ports) {
    for (const plan::QueueId queue : port.queues)
      lines.emplace_back(plan, queue, next_hops, recorder);
  }
  const base::Time ends = base::Time{} + plan.profile.test.warmup + plan.profile.test.duration;
  while (!recorder.is_full()) {
    // The first of those with equal times: by port, then by queue.
    const auto earliest = std::min_element(lines.begin(), lines.end(),
                                           [](const Line& a, const Line& b) { return a.next < b.next; });
    if (earliest == lines.end() || earliest->next >= ends) break;
    recorder.now = earliest->next;
    earliest->next = earliest->worker.step(recorder.now);
  }
  return recorder.shown();
}

std::uint64_t flows_behind_gateways(const plan::Plan& plan) {
  return static_cast<std::uint64_t>(
      std::count_if(plan.flows.begin(), plan.flows.end(),
                    [&plan](const plan::Flow& flow) { return plan::needs_gateway(plan, flow); }));
}

}  // namespace engine
