#include "port/joins.hpp"

#include "engine/learning_switch.hpp"
#include "port/device_queue.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace port {
namespace {

/// A `[[switch]]` of the testbed: owns the far ends of its ports.
class SwitchStep final : public Steppable {
 public:
  explicit SwitchStep(std::span<DeviceQueue* const> ends) : joined_{ends} {}
  base::Time step(const TscClock& clock) override { return joined_.step(clock.now()); }

  [[nodiscard]] std::uint64_t lost_before(std::size_t end) const {
    return joined_.books(end).full + joined_.books(end).no_buffer;
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
      for (std::size_t i = 0; i < count; ++i) {
        if (passes_everything_)
          send(1 - from, frames[i].head());
        else
          filter_.offer(now, from, frames[i].head());
      }
      ends_[from]->release(std::span{frames}.first(count));
      for (const std::vector<std::byte>& frame : filter_.due(now, from))
        send(1 - from, frame);
    }
    return now;
  }
  void pass_everything(bool on) { passes_everything_ = on; }
  [[nodiscard]] std::uint64_t lost_before(std::size_t end) const { return lost_[end]; }

 private:
  /// Any bytes: header and payload are one copy into a buffer that is nobody's primed one.
  void send(std::size_t end, std::span<const std::byte> bytes) {
    DeviceQueue& to = *ends_[end];
    std::array<DeviceQueue::TxFrame, 1> slot;
    if (to.take(engine::PayloadSource::kFree, slot) == 0) {
      ++lost_[end];
      return;
    }
    const auto header = static_cast<std::uint32_t>(std::min(bytes.size(), engine::kHeaderMost));
    const auto payload = static_cast<std::uint32_t>(bytes.size()) - header;
    std::byte* const at = slot[0].open({.header_bytes = header, .payload_bytes = payload});
    std::memcpy(at, bytes.data(), bytes.size());
    if (to.send(0, slot) == 0) {
      to.give_back(slot);
      ++lost_[end];
    }
  }

  std::array<DeviceQueue*, 2> ends_;
  FrameFilter& filter_;
  bool passes_everything_ = false;
  std::array<std::uint64_t, 2> lost_{};
};

}  // namespace

struct Joins::Impl {
  /// Where a port hangs: an end of one of these, or of none.
  struct Place {
    const SwitchStep* joined = nullptr;
    const Hop* hop = nullptr;
    std::size_t end = 0;
  };
  std::vector<Place> place_of_port;
  std::vector<std::unique_ptr<SwitchStep>> switches;  ///< by the testbed's switch
  std::vector<std::unique_ptr<Hop>> hops;             ///< by the testbed's cable; null: a plain one
};

Joins::Joins(const plan::Plan& plan, PortSet& ports, const PlanDevices& devices,
             std::span<FrameFilter* const> filters)
    : impl_{std::make_unique<Impl>()} {
  const auto far_end = [&](std::uint32_t port) { return &ports.queue(devices.far_of_port[port], 0); };
  impl_->place_of_port.resize(plan.ports.size());
  for (const profile::Switch& asked : plan.testbed.switches) {
    std::vector<DeviceQueue*> ends;
    std::vector<std::uint32_t> joined;
    for (const std::uint32_t port : asked.ports) {
      if (devices.far_of_port[port] == PlanDevices::kNone) continue;
      ends.push_back(far_end(port));
      joined.push_back(port);
    }
    impl_->switches.push_back(std::make_unique<SwitchStep>(ends));
    for (std::size_t end = 0; end < joined.size(); ++end)
      impl_->place_of_port[joined[end]] = {.joined = impl_->switches.back().get(), .end = end};
  }
  impl_->hops.resize(plan.testbed.cables.size());
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const profile::Cable& cable = plan.testbed.cables[i];
    const bool used = devices.far_of_port[cable.a] != PlanDevices::kNone &&
                      devices.far_of_port[cable.b] != PlanDevices::kNone;
    if (filters[i] == nullptr || !used) continue;
    impl_->hops[i] = std::make_unique<Hop>(std::array{far_end(cable.a), far_end(cable.b)}, *filters[i]);
    impl_->place_of_port[cable.a] = {.hop = impl_->hops[i].get(), .end = 0};
    impl_->place_of_port[cable.b] = {.hop = impl_->hops[i].get(), .end = 1};
  }
}

Joins::~Joins() = default;

std::vector<Steppable*> Joins::all() {
  std::vector<Steppable*> all;
  for (const auto& joined : impl_->switches)
    all.push_back(joined.get());
  for (const auto& hop : impl_->hops) {
    if (hop) all.push_back(hop.get());
  }
  return all;
}

std::vector<Steppable*> Joins::of(const plan::Lcore& lcore) {
  std::vector<Steppable*> found;
  for (const std::uint16_t joined : lcore.switches)
    found.push_back(impl_->switches[joined].get());
  for (const std::uint16_t hop : lcore.hops) {
    if (impl_->hops[hop]) found.push_back(impl_->hops[hop].get());
  }
  return found;
}

void Joins::pass_everything(bool on) {
  for (const auto& hop : impl_->hops) {
    if (hop) hop->pass_everything(on);
  }
}

std::uint64_t Joins::lost_before(plan::PortId port) const {
  const Impl::Place& place = impl_->place_of_port[port];
  if (place.joined != nullptr) return place.joined->lost_before(place.end);
  return place.hop != nullptr ? place.hop->lost_before(place.end) : 0;
}

}  // namespace port
