#include "run/session.hpp"

#include "host/cpus.hpp"
#include "port/eal.hpp"
#include "port/facts.hpp"
#include "port/lcores.hpp"
#include "port/ports.hpp"
#include "port/samplers.hpp"
#include "port/tsc_clock.hpp"
#include "port/workers.hpp"
#include "run/cable_filter.hpp"
#include "run/collect.hpp"
#include "run/subjects.hpp"
#include "run/utc.hpp"

#include <sys/utsname.h>
#include <algorithm>
#include <optional>
#include <vector>

namespace run {

struct Machine::Impl {
  std::unique_ptr<port::Eal> eal;
};

Machine::Machine(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Machine::~Machine() = default;

base::Result<std::unique_ptr<Machine>> Machine::open(const plan::Plan& largest,
                                                     const MachineOptions& options) {
  const port::PlanDevices devices = port::devices_of(largest);
  port::EalOptions eal_options{.memory = port::memory_needed(devices.options),
                               .huge_pages = options.huge_pages};
  for (const port::DeviceOptions& device : devices.options.devices) {
    if (device.kind != port::DeviceKind::kPci && device.kind != port::DeviceKind::kNamed) continue;
    auto address = port::pci_address_of(device);
    if (!address) return tl::unexpected(std::move(address).error());
    eal_options.pci_devices.push_back(device.arguments.empty() ? *address
                                                               : *address + "," + device.arguments);
  }
  auto eal = port::Eal::start(eal_options);
  if (!eal) return tl::unexpected(std::move(eal).error());
  auto impl = std::make_unique<Impl>();
  impl->eal = std::move(*eal);
  return std::unique_ptr<Machine>{new Machine{std::move(impl)}};
}

measure::MachineFacts Machine::facts() const {
  utsname names{};
  static_cast<void>(uname(&names));
  const port::TscRate tsc = impl_->eal->tsc();
  return {.host = names.nodename,
          .cpu = host::cpu().model,
          .cpus = static_cast<std::uint32_t>(host::cpu().online.size()),
          .kernel = std::string{names.sysname} + " " + names.release,
          .dpdk = impl_->eal->describe(),
          .compiler = __VERSION__,
          .instruction_set = "x86-64-v2, pclmul",
          .tsc_hz = tsc.hz,
          .clock_synchronisation = "unknown"};
}

/// Of the slow sources beside the traffic.
constexpr base::Duration kSampleInterval = base::seconds(1);

struct Session::Impl {
  Impl(Machine& owner, const plan::Plan& asked)
      : machine{owner}, plan{asked}, devices{port::devices_of(asked)} {}

  Machine& machine;
  const plan::Plan& plan;
  port::PlanDevices devices;
  std::vector<std::unique_ptr<CableFilter>> filters;
  // Destroyed in the reverse order: lcores first, then workers, then the devices under them.
  std::unique_ptr<port::PortSet> ports;
  std::unique_ptr<port::WorkerSet> workers;
  std::optional<port::LcoreRun> lcores;
  std::optional<port::TscClock> clock;
  std::optional<port::Housekeeper> housekeeper;
  std::int64_t started_utc_ns = 0;
  std::string stopped_because;
  std::optional<base::Time> stopped_at;

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
      add_cross_checks(result.ports.back(), counters, result);
      if (const auto& sent = result.ports.back().first_sent) {
        first = first ? std::min(*first, *sent) : *sent;
        last = last ? std::max(*last, *sent) : *sent;
      }
    }
    if (first) result.windows.start_skew = *last - *first;
  }

  /// Time in which an lcore did not have its core: what may have delayed any number here.
  static void add_stolen(const std::vector<port::LcoreReport>& lcores, measure::RunResult& result) {
    base::Duration away;
    base::Duration ran;
    for (const port::LcoreReport& lcore : lcores) {
      if (!lcore.times_known) return;
      away += lcore.waited + lcore.stolen;
      ran += lcore.waited + lcore.stolen + lcore.on_cpu;
    }
    if (ran.ps() == 0) return;
    result.machine->stolen_time_ppm = static_cast<std::uint64_t>(away.ps() / (ran.ps() / 1'000'000 + 1));
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

base::Result<std::unique_ptr<Session>> Session::configure(Machine& machine, const plan::Plan& plan) {
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
  port::Eal& eal = *machine.impl().eal;
  auto ports = port::PortSet::open(eal, impl->devices.options);
  if (!ports) return tl::unexpected(std::move(ports).error());
  impl->ports = std::move(*ports);
  if (auto started = impl->ports->start(); !started) return tl::unexpected(std::move(started).error());
  base::Duration timeout;
  for (const profile::Port& port : plan.testbed.ports)
    timeout = std::max(timeout, port.link_timeout);
  if (auto up = impl->ports->wait_for_links(timeout); !up) return tl::unexpected(std::move(up).error());
  auto workers =
      port::WorkerSet::make(plan, *impl->ports, impl->devices, {.filters = filters, .tsc = eal.tsc()});
  if (!workers) return tl::unexpected(std::move(workers).error());
  impl->workers = std::move(*workers);
  auto lcores = port::LcoreRun::prepare(eal, impl->workers->assignments());
  if (!lcores) return tl::unexpected(std::move(lcores).error());
  impl->lcores.emplace(std::move(*lcores));
  return std::unique_ptr<Session>{new Session{std::move(impl)}};
}

base::Status Session::start() {
  impl_->started_utc_ns = utc_ns();
  auto samplers = port::samplers_of(*impl_->ports);
  std::vector<std::uint32_t> cpus;
  for (const plan::Lcore& lcore : impl_->plan.lcores)
    cpus.push_back(lcore.cpu);
  samplers.push_back(port::stolen_time_sampler(std::move(cpus)));
  impl_->housekeeper.emplace(std::move(samplers), kSampleInterval);
  const std::uint64_t ticks = impl_->lcores->start();
  impl_->clock.emplace(impl_->machine.impl().eal->tsc(), ticks);
  impl_->housekeeper->start(*impl_->clock);
  return {};
}

bool Session::is_over() const {
  return impl_->now() >= impl_->sending_ends() + impl_->plan.profile.test.drain;
}

Progress Session::progress() {
  const profile::Test& test = impl_->plan.profile.test;
  Progress progress{.elapsed = impl_->now() - base::Time{},
                    .planned = test.warmup + test.duration + test.drain};
  for (const std::size_t device : impl_->devices.device_of_port) {
    if (device == port::PlanDevices::kNone) continue;
    const port::DeviceCounters counters = impl_->ports->counters(device);
    progress.device_frames_sent += counters.frames_sent;
    progress.device_frames_received += counters.frames_received;
  }
  return progress;
}

void Session::stop(const std::string& why) {
  if (impl_->stopped_at) return;
  impl_->workers->order(engine::Order::kStop);
  impl_->stopped_at = impl_->now();
  impl_->stopped_because = why;
}

base::Result<measure::RunResult> Session::finish() {
  const std::vector<port::LcoreReport> lcores = impl_->lcores->stop();
  const base::Time ended = impl_->now();
  impl_->workers->finish(std::min(ended, impl_->sending_ends()));
  measure::RunResult result = collect(impl_->plan, *impl_->workers);
  const profile::Test& test = impl_->plan.profile.test;
  result.cut_short = impl_->stopped_because;
  result.windows = {.start_utc_ns = impl_->started_utc_ns,
                    .measured_from = base::Time{} + test.warmup,
                    .sending_ended = std::min(ended, impl_->sending_ends()),
                    .drain_ended = impl_->sending_ends() + test.drain,
                    .ended = ended};
  std::vector<measure::SeriesResult> sampled = impl_->housekeeper->stop();
  std::move(sampled.begin(), sampled.end(), std::back_inserter(result.series));
  impl_->housekeeper.reset();
  impl_->add_ports(result);
  add_subjects(impl_->plan, *impl_->workers, result);
  result.machine = impl_->machine.facts();
  impl_->add_stolen(lcores, result);
  impl_->lcores.reset();
  impl_->workers.reset();
  if (auto closed = impl_->ports->close(); !closed) return tl::unexpected(std::move(closed).error());
  impl_->ports.reset();
  return result;
}

}  // namespace run
