// The session as a client uses it: on real lcores, over rings. Waits are for conditions, never for a time.
#include "run/session.hpp"

#include "plan/make_plan.hpp"
#include "run/facts.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <functional>
#include <thread>

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

constexpr const char* kProfile = R"(
[test]
name = "session"
duration = "DURATION"
drain = "20 ms"
settle = "0 s"

[[endpoints]]
name = "hosts"

[[traffic]]
name = "writes"
from = "hosts"
pattern = { kind = "pairs", bidirectional = true }
message_size = "4 KiB"
path_mtu = 1024
rate = "20 Mbit/s"
)";

constexpr const char* kTestbed = R"(
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
)";

plan::Plan plan_of(const std::string& duration, const std::vector<std::string>& settings = {}) {
  std::string profile{kProfile};
  constexpr std::string_view kPlace = "DURATION";
  profile.replace(profile.find(kPlace), kPlace.size(), duration);
  const auto loaded = profile::load(
      profile::LoadTexts{.profile_text = profile, .testbed_text = kTestbed, .settings = settings});
  if (!loaded) throw std::runtime_error{base::to_text(loaded.error())};
  const auto facts = run::probe_ports(loaded->testbed);
  if (!facts) throw std::runtime_error{base::to_text(facts.error())};
  auto plan = plan::make_plan({.loaded = *loaded, .facts = *facts, .cpus = run::usable_cpus()});
  if (!plan) throw std::runtime_error{base::to_text(plan.error())};
  return std::move(*plan);
}

run::Machine& machine() {
  static const auto machine = run::Machine::open(plan_of("1 s"), {.huge_pages = false});
  if (!machine) throw std::runtime_error{base::to_text(machine.error())};
  return **machine;
}

std::unique_ptr<run::Session> started(const plan::Plan& plan) {
  auto session = run::Session::configure(machine(), plan);
  if (!session) throw std::runtime_error{base::to_text(session.error())};
  if (const auto start = (*session)->start(); !start) throw std::runtime_error{base::to_text(start.error())};
  return std::move(*session);
}

/// Whether it came true within a minute.
bool wait_for(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

std::uint64_t frames_sent(run::Session& session) {
  std::uint64_t sent = 0;
  for (const engine::LiveQueue& queue : session.progress().queues)
    sent += queue.frames_sent;
  return sent;
}

TEST(Session, RunsPlanAfterPlanInOneProcess) {
  for (const char* mtu : {"1024", "4096", "256"}) {
    const plan::Plan plan = plan_of("50 ms", {fmt::format("traffic.writes.path_mtu={}", mtu)});
    const auto session = started(plan);
    ASSERT_TRUE(wait_for([&] { return session->is_over(); }));
    const auto result = session->finish();
    ASSERT_TRUE(result) << base::to_text(result.error());
    EXPECT_EQ(measure::broken_books(*result), "");
    EXPECT_GT(result->find("total")->sent.sent, 0U) << mtu;
    EXPECT_EQ(result->find("total")->received.sequence.lost().high, 0U) << mtu;
    EXPECT_EQ(result->cut_short, "");
    EXPECT_EQ(result->lcores.size(), plan.lcores.size());
    EXPECT_EQ(result->machine->devices.size(), 2U);
  }
}

TEST(Session, APauseHoldsTrafficBackUntilItIsResumed) {
  const plan::Plan plan = plan_of("1000 s");
  const auto session = started(plan);
  ASSERT_TRUE(wait_for([&] { return frames_sent(*session) != 0; }));

  session->pause();
  std::uint64_t last = 0;
  ASSERT_TRUE(wait_for([&] { return std::exchange(last, frames_sent(*session)) == last; }));
  session->resume();
  ASSERT_TRUE(wait_for([&] { return frames_sent(*session) > last; }));

  session->stop("the test has seen enough");
  ASSERT_TRUE(wait_for([&] { return session->is_over(); }));
  const auto result = session->finish();
  ASSERT_TRUE(result) << base::to_text(result.error());
  EXPECT_EQ(measure::broken_books(*result), "");
  EXPECT_EQ(result->cut_short, "the test has seen enough");
  EXPECT_EQ(result->find("total")->received.sequence.lost().high, 0U);
  const auto kind = [](const char* of) { return Field(&measure::Event::kind, of); };
  EXPECT_THAT(result->events, ElementsAre(kind("paused"), kind("resumed"), kind("stopped")));
  for (const measure::Event& event : result->events)
    EXPECT_TRUE(event.utc_ns.has_value());
}

TEST(Session, GivesTheDevicesBackWhateverHappened) {
  const plan::Plan plan = plan_of("1000 s");
  { const auto abandoned = started(plan); }
  const auto again = started(plan);
  again->stop("");
  EXPECT_TRUE(again->finish());
}

}  // namespace
