// What receiving costs: the receiving half of the worker that the program ships, fed with frames of its own
// making.
//
//   receive_cost PROFILE PASSES [--set KEY=VALUE]...
//
// A set of valid frames, each with a sequence number of its own, is laid by the sending half of the same plan
// and replayed once; then it is laid anew with the numbers that follow. Only the replay is timed. Each burst
// goes through the device's own receive call and release, so that the driver's cost is in it; the frames it
// gave are exchanged for those of the set. Prints one line of JSON: cycles a frame of the passes, and of
// ISA-L's CRC alone over the bytes that an ICRC covers. Exit status 1 where a frame is not accounted for as
// received, once and good.
#include "replay_queue.hpp"
#include "world.hpp"

#include "engine/recording_port.hpp"
#include "engine/worker.hpp"
#include "port/tsc_clock.hpp"
#include "roce/crc.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

namespace {

std::uint64_t set_size() {
  const char* const asked = std::getenv("RECEIVE_COST_FRAMES");
  return asked == nullptr ? 1024 : std::strtoull(asked, nullptr, 10);
}

/// Lays the frames of the plan's first queue into the set, one set after the other.
class FrameSource {
 public:
  FrameSource(const bench::World& world, bench::FrameSet& set)
      : set_{set},
        port_{[this](std::uint8_t, std::span<const std::byte> frame) { set_.put(at_++, frame); }},
        worker_{port_, world.parts(0)} {}

  /// Returns the time at which the last one was sent.
  base::Time fill() {
    at_ = 0;
    while (at_ < set_.size()) {
      now_ = next_;
      next_ = worker_.step(now_);
    }
    return now_;
  }

 private:
  bench::FrameSet& set_;
  std::size_t at_ = 0;
  engine::RecordingPort<std::function<void(std::uint8_t, std::span<const std::byte>)>> port_;
  engine::Worker<decltype(port_)> worker_;
  base::Time now_;
  base::Time next_;
};

struct Cycles {
  std::vector<double> receiving{};
  std::vector<double> crc{};
};

double per_frame(std::uint64_t ticks, const bench::FrameSet& set) {
  return static_cast<double>(ticks) / static_cast<double>(set.size());
}

/// ISA-L over what an ICRC covers: from behind Ethernet to before the ICRC.
double crc_pass(const bench::FrameSet& set) {
  constexpr std::size_t kEthernet = 14;
  std::uint32_t sum = 0;
  const std::uint64_t began = port::read_tsc();
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto frame = set.bytes(i);
    sum ^= roce::crc_update(roce::kCrcInitial, frame.subspan(kEthernet, frame.size() - kEthernet - 4));
  }
  const std::uint64_t ticks = port::read_tsc() - began;
  asm volatile("" : : "r"(sum));
  return per_frame(ticks, set);
}

Cycles replay(const bench::World& world, bench::FrameSet& set, bench::ReplayQueue& queue,
              engine::Worker<bench::ReplayQueue>& worker, std::uint64_t passes) {
  Cycles cycles;
  FrameSource source{world, set};
  for (std::uint64_t pass = 0; pass < passes; ++pass) {
    base::Time now = source.fill() + base::microseconds(1);
    queue.rewind();
    const std::uint64_t began = port::read_tsc();
    while (queue.left() != 0) {
      now += base::nanoseconds(100);
      worker.receive(now);
    }
    cycles.receiving.push_back(per_frame(port::read_tsc() - began, set));
    cycles.crc.push_back(crc_pass(set));
  }
  return cycles;
}

/// Frames that are not received, once and good: 0.
std::uint64_t unaccounted(engine::Worker<bench::ReplayQueue>& worker, const plan::Plan& plan,
                          std::uint64_t frames) {
  engine::Receiver<bench::ReplayQueue>& receiver = worker.receiver();
  std::uint64_t good = 0;
  for (std::size_t i = 0; i < plan.queues[1].receives.size(); ++i) {
    const std::uint64_t received = receiver.state().flows[i].frames;
    const measure::SequenceResult result = receiver.close(i, received);
    const std::uint64_t in_order = result.counts.received - result.counts.reordered;
    good += std::min(in_order, received - receiver.state().rare[i].corrupt);
  }
  return frames - std::min(frames, std::min(good, receiver.books().ours));
}

}  // namespace

int main(int count, char** words) {
  auto asked = bench::read_arguments({words, static_cast<std::size_t>(count)});
  if (!asked) return 2;
  const std::uint64_t frames = set_size() / engine::kBurst * engine::kBurst;
  asked->world.further_memory = bench::FrameSet::memory_needed(frames);
  auto world = bench::World::open(asked->world);
  if (!world) {
    fmt::print(stderr, "{}\n", base::to_text(world.error()));
    return 2;
  }
  bench::FrameSet set{frames};
  bench::ReplayQueue queue{(*world)->queue(1), set};
  engine::Worker<bench::ReplayQueue> worker{queue, (*world)->parts(1)};
  const Cycles cycles = replay(**world, set, queue, worker, asked->count);
  const std::uint64_t missed = unaccounted(worker, (*world)->plan(), frames * asked->count);
  fmt::print("{{\"frames\": {}, \"unaccounted\": {}, \"cycles\": [{:.2f}], \"crc_cycles\": [{:.2f}]}}\n",
             frames * asked->count, missed, fmt::join(cycles.receiving, ", "), fmt::join(cycles.crc, ", "));
  return missed == 0 ? 0 : 1;
}
