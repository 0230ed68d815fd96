// What sending costs: the worker that the program ships, stepped so that every burst is full.
//
//   send_cost PROFILE FRAMES [--set KEY=VALUE]...   sends so many frames. Under callgrind, the slope between
//   two runs
//                                                   is what a frame costs
//   send_cost PROFILE 0 [--set KEY=VALUE]...        for each line on stdin, a number of milliseconds, sends
//   for so
//                                                   long and prints a line of JSON: frames, and nanoseconds
//                                                   on the CPU
//
// The clock is the benchmark's own: each step comes so late that a whole burst is due, however slow the
// machine is.
#include "world.hpp"

#include "engine/worker.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {

/// Longer than all flows together need to have a burst due.
base::Duration stride_of(const engine::SendState& state) {
  base::Duration mean = base::milliseconds(1);
  for (const engine::SendClass& send_class : state.classes)
    mean = std::min(mean, send_class.pace.mean);
  const auto flows = static_cast<std::int64_t>(state.flows.size());
  return base::Duration{4 * static_cast<std::int64_t>(engine::kBurst) * mean.ps() / flows + 1};
}

std::uint64_t on_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

class Sending {
 public:
  explicit Sending(bench::World& world)
      : worker_{world.queue(0), world.parts(0)}, stride_{stride_of(worker_.sender().state())} {}

  void step() {
    now_ += stride_;
    worker_.step(now_);
  }
  [[nodiscard]] const engine::SendBooks& books() const { return worker_.sender().books(); }
  [[nodiscard]] std::uint64_t frames() const {
    return books().window[0].total.frames + books().window[1].total.frames;
  }

 private:
  engine::Worker<port::DeviceQueue> worker_;
  base::Duration stride_;
  base::Time now_;
};

void send_for(Sending& sending, std::uint64_t ns) {
  constexpr int kStepsBetweenLooks = 1000;
  const std::uint64_t frames = sending.frames();
  const std::uint64_t began = on_cpu_ns();
  std::uint64_t spent = 0;
  while (spent < ns) {
    for (int i = 0; i < kStepsBetweenLooks; ++i)
      sending.step();
    spent = on_cpu_ns() - began;
  }
  fmt::print("{{\"frames\": {}, \"on_cpu_ns\": {}}}\n", sending.frames() - frames, spent);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  const auto asked = bench::read_arguments({words, static_cast<std::size_t>(count)});
  if (!asked) return 2;
  auto world = bench::World::open(asked->world);
  if (!world) {
    fmt::print(stderr, "{}\n", base::to_text(world.error()));
    return 2;
  }
  Sending sending{**world};
  while (sending.frames() < asked->count)
    sending.step();
  if (asked->count != 0) {
    fmt::print("{{\"frames\": {}, \"bursts\": {}}}\n", sending.frames(), sending.books().offered_bursts);
    return 0;
  }
  for (unsigned milliseconds = 0; std::scanf("%u", &milliseconds) == 1;)
    send_for(sending, std::uint64_t{milliseconds} * 1'000'000);
  return 0;
}
