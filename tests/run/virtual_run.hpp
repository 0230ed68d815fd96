/// \file
/// A whole run over two rings and an impaired cable between them, in virtual time and one thread: the plan,
/// the devices, the workers and the collection that a real run has; only the clock moves when told.
///
///     test::VirtualRun run{"{kind=\"lose\", ppm=20000}", 7};
///     run.go();
///     run.result().find("total")->received.sequence.lost()
#pragma once

#include "delivered.hpp"
#include "plan/make_plan.hpp"
#include "port/ports.hpp"
#include "port/shared_eal.hpp"
#include "port/workers.hpp"
#include "run/cable_filter.hpp"
#include "run/collect.hpp"
#include "run/facts.hpp"
#include "run/subjects.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>

namespace test {

/// Two entries: large writes at a constant rate, and sends of varying size as they come, one flow of each
/// named.
inline constexpr const char* kProfile = R"(
[test]
name = "truth"
duration = "20 ms"
drain = "8 ms"

[[endpoints]]
name = "hosts"
per_port = 2

[[class]]
name = "bulk"
dscp = 26

[[traffic]]
name = "writes"
from = "hosts"
class = "bulk"
pattern = { kind = "pairs", bidirectional = true }
message_size = "8 KiB"
path_mtu = 1024
ecn = "ect_0"
rate = "400 Mbit/s"
when_late = "catch_up"
catch_up_rate = "8 Gbit/s"

[[traffic]]
name = "sends"
from = "hosts"
verb = "send"
pattern = { kind = "pairs", bidirectional = true }
message_size = { kind = "uniform", min = "64 B", max = "3 KiB" }
path_mtu = 4096
ecn = "ect_1"
rate = "300 Mbit/s"
shape = "poisson"

[[expect]]
metric = "latency_ns_p99"
of = "flow:writes/1"
max = "1 s"
)";

inline constexpr const char* kTestbed = R"(
[[port]]
name = "p0"
vdev = "ring"
speed = "10 Gbit/s"

[[port]]
name = "p1"
vdev = "ring"
speed = "10 Gbit/s"

[[cable]]
ports = ["p0", "p1"]
impair = [ IMPAIR ]
)";

class VirtualRun {
 public:
  static constexpr base::Duration kTick = base::nanoseconds(500);

  /// `impair`: entries of the cable's list, as a testbed writes them.
  VirtualRun(const std::string& impair, std::uint64_t seed) { prepare(impair, seed); }

  /// In place of what the testbed's words can say.
  void impair_by(std::array<impair::Options, 2> options) {
    auto filter = run::CableFilter::of(std::move(options));
    if (!filter) return fail(filter.error());
    filter_ = std::move(*filter);
  }

  void go() {
    if (filter_ == nullptr) return;
    const port::PlanDevices devices = port::devices_of(*plan_);
    auto ports = port::PortSet::open(shared_eal(), devices.options);
    if (!ports) return fail(ports.error());
    if (const auto started = (*ports)->start(); !started) return fail(started.error());
    tap_ = std::make_unique<Tap>(*filter_);
    const auto workers =
        port::WorkerSet::make(*plan_, **ports, devices, {.filters = {tap_.get()}, .tsc = {}});
    if (!workers) return fail(workers.error());
    step_all(**workers);
    collect(**workers, **ports, devices);
    if (const auto closed = (*ports)->close(); !closed) fail(closed.error());
  }

  [[nodiscard]] const plan::Plan& plan() const { return *plan_; }
  [[nodiscard]] const measure::RunResult& result() const { return result_; }
  [[nodiscard]] const measure::SubjectResult& total() const { return *result_.find("total"); }
  [[nodiscard]] const impair::Record& record(std::size_t from) const { return filter_->record(from); }
  [[nodiscard]] const Tap& tap() const { return *tap_; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// 0 or 1: the end of the cable at which the flow's frames go in.
  [[nodiscard]] std::size_t end_of(const plan::Flow& flow) const {
    return plan_->endpoints[flow.source].port == plan_->testbed.cables[0].a ? 0 : 1;
  }

 private:
  static std::string testbed_text(const std::string& impair) {
    std::string text{kTestbed};
    constexpr std::string_view kPlace = "IMPAIR";
    return text.replace(text.find(kPlace), kPlace.size(), impair);
  }
  void prepare(const std::string& impair, std::uint64_t seed) {
    const auto loaded = profile::load(profile::LoadTexts{.profile_text = kProfile,
                                                         .testbed_text = testbed_text(impair),
                                                         .settings = {fmt::format("test.seed={}", seed)}});
    if (!loaded) return fail(loaded.error());
    const auto facts = run::probe_ports(loaded->testbed);
    if (!facts) return fail(facts.error());
    constexpr std::uint32_t kCpus[] = {0, 1};
    auto plan = plan::make_plan({.loaded = *loaded, .facts = *facts, .cpus = kCpus});
    if (!plan) return fail(plan.error());
    plan_ = std::make_unique<plan::Plan>(std::move(*plan));
    auto filter = run::CableFilter::make(plan_->testbed.cables[0], plan_->seed);
    if (!filter) return fail(filter.error());
    filter_ = std::move(*filter);
  }
  void fail(const base::Errors& errors) {
    failed_ = true;
    ADD_FAILURE() << base::to_text(errors);
  }

  void step_all(port::WorkerSet& workers) {
    const profile::Test& test = plan_->profile.test;
    const base::Time ends = base::Time{} + test.warmup + test.duration + test.drain;
    const std::vector<port::LcoreAssignment> lcores = workers.assignments();
    for (base::Time now; now < ends; now = now + kTick) {
      const auto clock = port::TscClock::standing_at(now);
      for (const port::LcoreAssignment& lcore : lcores) {
        for (port::Steppable* const steppable : lcore.steppables)
          steppable->step(clock);
      }
    }
    workers.finish(base::Time{} + test.warmup + test.duration);
    EXPECT_EQ(filter_->inside(0) + filter_->inside(1), 0U) << "the drain is too short for this story";
    EXPECT_EQ(workers.lost_before(0) + workers.lost_before(1), 0U);
  }

  void collect(port::WorkerSet& workers, port::PortSet& ports, const port::PlanDevices& devices) {
    result_ = run::collect(*plan_, workers);
    const profile::Test& test = plan_->profile.test;
    result_.windows.measured_from = base::Time{} + test.warmup;
    result_.windows.sending_ended = result_.windows.measured_from + test.duration;
    for (std::size_t i = 0; i < plan_->ports.size(); ++i) {
      const port::DeviceCounters counters = ports.counters(devices.device_of_port[i]);
      result_.ports.push_back(run::port_result(*plan_, static_cast<plan::PortId>(i), workers, counters));
      run::add_cross_checks(result_.ports.back(), counters, result_);
    }
    run::add_subjects(*plan_, workers, result_);
  }

  std::unique_ptr<plan::Plan> plan_;
  std::unique_ptr<run::CableFilter> filter_;
  std::unique_ptr<Tap> tap_;
  measure::RunResult result_;
  bool failed_ = false;
};

}  // namespace test
