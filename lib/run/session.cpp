#include "run/session.hpp"

#include "port/lcores.hpp"
#include "port/ports.hpp"
#include "port/samplers.hpp"
#include "port/tsc_clock.hpp"
#include "port/workers.hpp"
#include "run/cable_filter.hpp"
#include "run/collect.hpp"
#include "run/live_series.hpp"
#include "run/machine.hpp"
#include "run/subjects.hpp"
#include "run/tester.hpp"
#include "run/utc.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <optional>
#include <vector>

namespace run {

/// Of the slow sources beside the traffic.
constexpr base::Duration kSampleInterval = base::seconds(1);

struct Session::Impl {
  Impl(Machine& owner, const plan::Plan& asked)
      : machine{owner}, plan{asked}, devices{port::devices_of(asked)} {}

  Machine& machine;
  const plan::Plan& plan;
  port::PlanDevices devices;
  std::vector<std::unique_ptr<CableFilter>> filters;
  std::unique_ptr<port::CaptureStore> capture;
  // Destroyed in the reverse order: lcores first, then workers, then the devices under them.
  std::unique_ptr<port::PortSet> ports;
  std::unique_ptr<port::WorkerSet> workers;
  std::optional<port::LcoreRun> lcores;
  std::optional<port::TscClock> clock;
  std::optional<port::Housekeeper> housekeeper;
  std::optional<LiveSeries> live;
  std::int64_t started_utc_ns = 0;
  std::string stopped_because;
  std::optional<base::Time> stopped_at;
  std::vector<measure::Event> events;

  /// Books and device counters of each port, and how far apart the ports started.
  void add_ports(measure::RunResult& result) {
    std::optional<base::Time> first;
    std::optional<base::Time> last;
    for (std::size_t i = 0; i < plan.ports.size(); ++i) {
      const std::size_t device = devices.device_of_port[i];
      if (device == port::PlanDevices::kNone) continue;
      port::DeviceCounters counters = ports->counters(device);
      // What lies between virtual ports is the tester's own, and so is what it loses.
      if (devices.far_of_port[i] != port::PlanDevices::kNone) {
        counters.counters.push_back({.name = "tester_switch_full",
                                     .place = port::CounterPlace::kTester,
                                     .value = workers->lost_before(static_cast<plan::PortId>(i))});
      }
      result.ports.push_back(port_result(plan, static_cast<plan::PortId>(i), *workers, counters));
      for (const port::DeviceCounter& counter : counters.counters) {
        if (counter.place != port::CounterPlace::kUnmapped || counter.value == 0) continue;
        result.not_measured.push_back(fmt::format(
            "port {}: what its device counts as {} ({}) is not known here; lost frames may be among it",
            plan.testbed.ports[i].name, counter.name, counter.value));
      }
      add_cross_checks(result.ports.back(), counters, result);
      if (const auto& sent = result.ports.back().first_sent) {
        first = first ? std::min(*first, *sent) : *sent;
        last = last ? std::max(*last, *sent) : *sent;
      }
    }
    if (first) result.windows.start_skew = *last - *first;
  }

  void sort_and_date(std::vector<measure::Event>& list) const {
    std::stable_sort(list.begin(), list.end(),
                     [](const measure::Event& a, const measure::Event& b) { return a.at < b.at; });
    for (measure::Event& event : list)
      event.utc_ns = started_utc_ns + (event.at - base::Time{}).ns();
  }

  [[nodiscard]] base::Time now() const { return clock->at(port::read_tsc()); }
  [[nodiscard]] base::Time sending_ends() const {
    const profile::Test& test = plan.profile.test;
    const base::Time planned = base::Time{} + test.warmup + test.duration;
    return stopped_at ? std::min(*stopped_at, planned) : planned;
  }
};

Session::Session(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Session::~Session() = default;

base::Result<std::unique_ptr<Session>> Session::configure(Machine& machine, const plan::Plan& plan,
                                                          const SessionOptions& options) {
  auto impl = std::make_unique<Impl>(machine, plan);
  std::vector<port::FrameFilter*> filters;
  for (const profile::Cable& cable : plan.testbed.cables) {
    if (cable.impair.empty()) {
      filters.push_back(nullptr);
      continue;
    }
    auto filter = CableFilter::make(cable, plan.seed);
    if (!filter) return tl::unexpected(std::move(filter).error());
    filters.push_back(filter->get());
    impl->filters.push_back(std::move(*filter));
  }
  port::Eal& eal = machine.eal();
  auto ports = port::PortSet::open(eal, impl->devices.options);
  if (!ports) return tl::unexpected(std::move(ports).error());
  impl->ports = std::move(*ports);
  if (auto started = impl->ports->start(); !started) return tl::unexpected(std::move(started).error());
  base::Duration timeout;
  for (const profile::Port& port : plan.testbed.ports)
    timeout = std::max(timeout, port.link_timeout);
  if (auto up = impl->ports->wait_for_links(timeout); !up) return tl::unexpected(std::move(up).error());
  if (options.capture_frames != 0) {
    std::size_t longest = 0;
    for (const plan::Port& port : plan.ports)
      longest = std::max<std::size_t>(longest, port.buffer_bytes);
    impl->capture = std::make_unique<port::CaptureStore>(
        port::CaptureStoreOptions{.frames = options.capture_frames, .frame_bytes = longest});
  }
  auto workers =
      port::WorkerSet::make(plan, *impl->ports, impl->devices,
                            {.filters = filters, .tsc = eal.tsc(), .capture = impl->capture.get()});
  if (!workers) return tl::unexpected(std::move(workers).error());
  impl->workers = std::move(*workers);
  auto lcores = port::LcoreRun::prepare(eal, impl->workers->assignments());
  if (!lcores) return tl::unexpected(std::move(lcores).error());
  impl->lcores.emplace(std::move(*lcores));
  return std::unique_ptr<Session>{new Session{std::move(impl)}};
}

base::Status Session::start() {
  auto samplers = port::samplers_of(*impl_->ports);
  std::vector<std::uint32_t> cpus;
  for (const plan::Lcore& lcore : impl_->plan.lcores)
    cpus.push_back(lcore.cpu);
  samplers.push_back(port::stolen_time_sampler(std::move(cpus)));
  impl_->housekeeper.emplace(std::move(samplers), kSampleInterval);
  const std::uint64_t ticks = impl_->lcores->start();
  impl_->clock.emplace(impl_->machine.eal().tsc(), ticks);
  // Of time zero, which lies a little ahead.
  impl_->started_utc_ns = utc_ns() - (impl_->now() - base::Time{}).ns();
  impl_->housekeeper->start(*impl_->clock);
  impl_->live.emplace(impl_->plan, *impl_->workers);
  impl_->live->start();
  return {};
}

const port::CaptureStore* Session::captured() const {
  return impl_->capture.get();
}

bool Session::is_over() const {
  return impl_->now() >= impl_->sending_ends() + impl_->plan.profile.test.drain;
}

Progress Session::progress() {
  const plan::Plan& plan = impl_->plan;
  const profile::Test& test = plan.profile.test;
  Progress progress{.elapsed = impl_->now() - base::Time{},
                    .planned = test.warmup + test.duration + test.drain,
                    .traffic = std::vector<engine::LiveTraffic>(plan.traffic.size())};
  impl_->workers->ask();
  for (std::size_t id = 0; id < plan.queues.size(); ++id) {
    const auto queue = static_cast<plan::QueueId>(id);
    progress.queues.push_back(impl_->workers->live_queue(queue));
    for (std::size_t entry = 0; entry < plan.traffic.size(); ++entry)
      progress.traffic[entry] += impl_->workers->live_traffic(queue, static_cast<plan::TrafficId>(entry));
  }
  return progress;
}

void Session::pause() {
  if (impl_->stopped_at) return;
  impl_->workers->order(engine::Order::kPause);
  impl_->events.push_back({.at = impl_->now(), .kind = "paused", .text = "sending was paused"});
}

void Session::resume() {
  if (impl_->stopped_at) return;
  impl_->workers->order(engine::Order::kRun);
  impl_->events.push_back({.at = impl_->now(), .kind = "resumed", .text = "sending went on"});
}

void Session::watch_devices() {
  for (std::size_t i = 0; i < impl_->plan.ports.size(); ++i) {
    const std::size_t device = impl_->devices.device_of_port[i];
    if (device == port::PlanDevices::kNone) continue;
    const std::string gone = impl_->ports->gone(device);
    if (!gone.empty()) stop(fmt::format("port {}: {}", impl_->plan.testbed.ports[i].name, gone));
  }
}

void Session::stop(const std::string& why) {
  if (impl_->stopped_at) return;
  impl_->workers->order(engine::Order::kStop);
  impl_->stopped_at = impl_->now();
  impl_->stopped_because = why;
  impl_->events.push_back({.at = *impl_->stopped_at, .kind = "stopped", .text = why});
}

base::Result<measure::RunResult> Session::finish() {
  std::vector<measure::SeriesResult> live = impl_->live->stop();
  impl_->live.reset();
  const std::vector<port::LcoreReport> lcores = impl_->lcores->stop();
  const base::Time ended = impl_->now();
  impl_->workers->receive_rest(*impl_->clock);
  impl_->workers->finish(std::min(ended, impl_->sending_ends()));
  measure::RunResult result = collect(impl_->plan, *impl_->workers);
  const profile::Test& test = impl_->plan.profile.test;
  result.cut_short = impl_->stopped_because;
  result.windows = {.start_utc_ns = impl_->started_utc_ns,
                    .measured_from = base::Time{} + test.warmup,
                    .sending_ended = std::min(ended, impl_->sending_ends()),
                    .drain_ended = impl_->sending_ends() + test.drain,
                    .ended = ended};
  std::move(live.begin(), live.end(), std::back_inserter(result.series));
  std::vector<measure::SeriesResult> sampled = impl_->housekeeper->stop();
  std::move(sampled.begin(), sampled.end(), std::back_inserter(result.series));
  impl_->housekeeper.reset();
  impl_->add_ports(result);
  add_subjects(impl_->plan, *impl_->workers, result);
  result.machine = impl_->machine.facts();
  result.machine->devices = devices_of(impl_->plan);
  result.machine->stolen_time_ppm = stolen_ppm(lcores);
  result.lcores = lcore_results(lcores);
  result.events = std::move(impl_->events);
  for (measure::Event& event : link_events(result.series))
    result.events.push_back(std::move(event));
  impl_->sort_and_date(result.events);
  if (impl_->capture) {
    const std::uint64_t kept = impl_->capture->frames().size();
    result.capture = {.frames = kept, .frames_left_out = impl_->capture->left_out()};
  }
  impl_->lcores.reset();
  impl_->workers.reset();
  if (auto closed = impl_->ports->close(); !closed) return tl::unexpected(std::move(closed).error());
  impl_->ports.reset();
  return result;
}

}  // namespace run
