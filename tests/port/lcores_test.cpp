// Two lcores that pass numbered frames over a cable, as a run does it.
#include "port/lcores.hpp"

#include "frames.hpp"
#include "host/cpus.hpp"
#include "host/raw_clock.hpp"

#include <pthread.h>
#include <chrono>
#include <numeric>
#include <thread>

namespace {

using engine::PayloadSource;

/// Sends `frames` numbered frames as fast as they are taken.
class Sender : public port::Steppable {
 public:
  Sender(port::DeviceQueue& queue, std::uint32_t frames) : queue_{queue}, frames_{frames} {}

  base::Time step(const port::TscClock& clock) override {
    const base::Time now = clock.now();
    first_ = steps_++ == 0 ? now : first_;
    ordered_ = ordered_ && now >= last_;
    last_ = now;
    if (held_ == 0 && next_ < frames_) {
      held_ = queue_.take(PayloadSource::kCounter, burst_);
      for (std::size_t i = 0; i < held_; ++i)
        test::lay(burst_[i], kLayout, next_++);
    }
    const std::size_t sent = queue_.send(0, std::span{burst_}.first(held_));
    std::copy(burst_.begin() + static_cast<std::ptrdiff_t>(sent),
              burst_.begin() + static_cast<std::ptrdiff_t>(held_), burst_.begin());
    held_ -= sent;
    return next_ < frames_ ? now : base::Time::never();
  }

  static constexpr engine::FrameLayout kLayout{.header_bytes = 70, .payload_bytes = 256, .trailer_bytes = 4};
  base::Time first_;
  base::Time last_;
  bool ordered_ = true;
  std::uint64_t steps_ = 0;

 private:
  port::DeviceQueue& queue_;
  std::uint32_t frames_;
  std::uint32_t next_ = 0;
  test::TxFrames burst_{};
  std::size_t held_ = 0;
};

class Receiver : public port::Steppable {
 public:
  explicit Receiver(port::DeviceQueue& queue) : queue_{queue} {}

  base::Time step(const port::TscClock&) override {
    test::RxFrames burst;
    const std::size_t count = queue_.receive(burst);
    for (std::size_t i = 0; i < count; ++i)
      in_order_ = in_order_ && test::checked_number(burst[i], Sender::kLayout, PayloadSource::kCounter) ==
                                   received_.load(std::memory_order_relaxed) + i;
    queue_.release(std::span{burst}.first(count));
    received_.fetch_add(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
    return base::Time::never();
  }

  std::atomic<std::uint32_t> received_{0};
  bool in_order_ = true;

 private:
  port::DeviceQueue& queue_;
};

TEST(Lcores, PassFramesBetweenThemAndAccountForTheirTime) {
  const std::vector<std::uint32_t> cpus = host::cpu().allowed;
  port::DeviceOptions sending = test::ring("a");
  sending.sources = {PayloadSource::kCounter};
  const auto set = test::opened({.devices = {sending, test::ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  constexpr std::uint32_t kFrames = 200'000;
  Sender sender{set->queue(0, 0), kFrames};
  Receiver receiver{set->queue(1, 0)};
  auto run = port::LcoreRun::prepare(test::shared_eal(), {{.cpu = cpus.front(), .steppables = {&sender}},
                                                          {.cpu = cpus.back(), .steppables = {&receiver}}});
  ASSERT_TRUE(run.has_value()) << base::to_text(run.error());
  EXPECT_EQ(sender.steps_, 0U) << "nothing is stepped before the start";
  const base::Duration began = host::raw_clock();
  run->start();
  while (receiver.received_.load() < kFrames && host::raw_clock() - began < base::seconds(60))
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  const std::vector<port::LcoreReport> reports = run->stop();
  const base::Duration took = host::raw_clock() - began;
  EXPECT_EQ(receiver.received_.load(), kFrames);
  EXPECT_TRUE(receiver.in_order_);
  EXPECT_TRUE(sender.ordered_);
  EXPECT_GE(sender.first_, base::Time{}) << "no step before time 0";
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].cpu, cpus.front());
  EXPECT_EQ(reports[0].gaps.rounds, sender.steps_);
  for (const port::LcoreReport& report : reports) {
    const auto& counts = report.gaps.histogram;
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), report.gaps.rounds);
    EXPECT_GT(report.gaps.longest, base::Duration{});
    EXPECT_GE(report.start_skew, base::Duration{});
    EXPECT_LE(report.ended - base::Time{}, took);
    EXPECT_TRUE(report.times_known);
    EXPECT_LE(report.on_cpu, took + base::milliseconds(50));
  }
  EXPECT_EQ(set->drain(), 0U);
  test::close_whole(*set);
}

/// Sends the microsecond of each hand-over.
class Stamper : public port::Steppable {
 public:
  explicit Stamper(port::DeviceQueue& queue) : queue_{queue} {}
  base::Time step(const port::TscClock& clock) override {
    test::TxFrames frames;
    const auto some = std::span{frames}.first(queue_.take(PayloadSource::kFree, frames));
    for (auto& frame : some)
      test::lay(frame, {.header_bytes = 60}, microsecond(clock));
    queue_.give_back(some.subspan(queue_.send(0, some)));
    return base::Time::never();
  }
  static std::uint32_t microsecond(const port::TscClock& clock) {
    return static_cast<std::uint32_t>(clock.now().ps() / 1'000'000);
  }

 private:
  port::DeviceQueue& queue_;
};

/// Compares them with the microsecond in which it found them.
class Reader : public port::Steppable {
 public:
  explicit Reader(port::DeviceQueue& queue) : queue_{queue} {}
  base::Time step(const port::TscClock& clock) override {
    if (queue_.poll() == 0) return base::Time::never();
    const std::uint32_t now = Stamper::microsecond(clock);
    test::RxFrames frames;
    const std::size_t count = queue_.receive(frames);
    for (std::size_t i = 0; i < count; ++i)
      early_ += test::checked_number(frames[i], {.header_bytes = 60}, PayloadSource::kZeros) > now ? 1U : 0U;
    queue_.release(std::span{frames}.first(count));
    received_.fetch_add(count, std::memory_order_relaxed);
    return base::Time::never();
  }
  std::atomic<std::uint64_t> received_{0};
  std::uint64_t early_ = 0;

 private:
  port::DeviceQueue& queue_;
};

TEST(Lcores, NothingArrivesBeforeItWasSentHoweverTheCoresAreTakenAway) {
  const auto set =
      test::opened({.devices = {test::ring("a"), test::ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  Stamper stamper{set->queue(0, 0)};
  Reader reader{set->queue(1, 0)};
  const std::uint32_t cpu = host::cpu().allowed.front();
  // Both on one core: each is preempted for the other at any instruction.
  auto run = port::LcoreRun::prepare(
      test::shared_eal(), {{.cpu = cpu, .steppables = {&stamper}}, {.cpu = cpu, .steppables = {&reader}}});
  ASSERT_TRUE(run.has_value()) << base::to_text(run.error());
  const base::Duration began = host::raw_clock();
  run->start();
  while (reader.received_.load() < 20'000 && host::raw_clock() - began < base::seconds(20))
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  static_cast<void>(run->stop());
  EXPECT_GT(reader.received_.load(), 0U);
  EXPECT_EQ(reader.early_, 0U);
  test::close_whole(*set);
}

TEST(Lcores, ThatWereNeverStartedEndWithoutAStep) {
  const auto set =
      test::opened({.devices = {test::ring("a"), test::ring("b")}, .cables = {{.a = 0, .b = 1}}});
  ASSERT_NE(set, nullptr);
  Receiver receiver{set->queue(1, 0)};
  {
    const auto run = port::LcoreRun::prepare(
        test::shared_eal(), {{.cpu = host::cpu().allowed.front(), .steppables = {&receiver}}});
    ASSERT_TRUE(run.has_value());
  }
  EXPECT_EQ(receiver.received_.load(), 0U);
  test::close_whole(*set);
}

TEST(Lcores, NameTheCoreThatCannotBeOne) {
  const auto run = port::LcoreRun::prepare(test::shared_eal(), {{.cpu = 1000, .steppables = {}}});
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().front().where, "core 1000");
  EXPECT_NE(run.error().front().what.find("cannot be an lcore: pthread_setaffinity_np"), std::string::npos);
}

}  // namespace
