#include "port/ports.hpp"

#include "base/check.hpp"
#include "host/network_devices.hpp"
#include "port/device.hpp"
#include "port/driver_log.hpp"
#include "port/facts.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <chrono>
#include <mutex>
#include <thread>

namespace port {

struct PortSet::Impl {
  explicit Impl(Eal& the_eal) : eal{the_eal} {}

  Eal& eal;
  std::deque<Device> devices;
  std::vector<Ring> rings;
  bool open = true;
  std::mutex reading;  ///< counters and links, which two threads read
};

namespace {
void append(base::Errors& errors, base::Errors more) {
  std::move(more.begin(), more.end(), std::back_inserter(errors));
}

std::uint16_t tx_queues_a_pair(const DeviceOptions& options) {
  const auto& map = options.tx_queue_of_priority;
  return static_cast<std::uint16_t>(1 + *std::max_element(map.begin(), map.end()));
}

/// What no driver needs to be asked about.
base::Status check(const DeviceOptions& options) {
  const auto wrong = [&](std::string what) {
    return base::fail({.kind = base::ErrorKind::kInternal,
                       .where = fmt::format("port {}", options.name),
                       .what = std::move(what),
                       .remedy = {}});
  };
  if (!std::has_single_bit(options.rx_slots) || options.rx_slots > 32768)
    return wrong(fmt::format("{} receive slots are no power of two up to 32768", options.rx_slots));
  if (!std::has_single_bit(options.tx_slots) || options.tx_slots > 32768)
    return wrong(fmt::format("{} send slots are no power of two up to 32768", options.tx_slots));
  if (options.sources.empty()) return wrong("uses no payload source");
  if (options.queue_pairs == 0) return wrong("has no queue pair");
  return {};
}

/// Refuses with our own words what the facts forbid, before a driver does with worse ones.
base::Status check_against_facts(const Device& device) {
  base::Errors errors;
  const auto add = [&](std::string what, std::string remedy) {
    errors.push_back({.kind = base::ErrorKind::kEnvironment,
                      .where = fmt::format("port {}", device.options.name),
                      .what = std::move(what),
                      .remedy = std::move(remedy)});
  };
  const plan::PortFacts& facts = device.facts;
  if (device.options.ip_mtu > facts.ip_mtu_most)
    add(fmt::format("needs an MTU of {}, but {} allow {}", device.options.ip_mtu, facts.ip_mtu_limit,
                    facts.ip_mtu_most),
        "use a smaller path MTU, or a device that can");
  const int tx_queues = device.options.queue_pairs * device.tx_queues_a_pair;
  if (rx_queues(device.options) > facts.rx_queues_most || tx_queues > facts.tx_queues_most)
    add(fmt::format("needs {} receive and {} send queues, {} has {} and {}", rx_queues(device.options),
                    tx_queues, facts.driver, facts.rx_queues_most, facts.tx_queues_most),
        "use fewer queues, or fewer priorities with a queue of their own");
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return {};
}
}  // namespace

base::Bytes memory_needed(const PortSetOptions& options) {
  // Descriptor, alignment and the pool's own header of an element.
  constexpr std::uint64_t kOverhead = 128 + 64 + 64;
  // Every pool keeps a cache for each thread that DPDK could have.
  constexpr std::uint64_t kPool = RTE_MAX_LCORE * sizeof(rte_mempool_cache);
  std::uint64_t bytes = 0;
  const auto pool_bytes = [](const DeviceOptions& device, std::uint64_t buffers, std::uint64_t room) {
    // Where hardware uses them, they do not cross pages (port/pools.hpp); these may be ordinary ones.
    const std::uint64_t each = room + kOverhead;
    return kPool + buffers * (is_hardware(device) ? (each + 4095) / 4096 * 4096 : each);
  };
  for (const DeviceOptions& device : options.devices) {
    const std::uint64_t buffers =
        device.buffers != 0 ? device.buffers : buffers_for(std::max(device.rx_slots, device.tx_slots));
    bytes += device.queue_pairs * device.sources.size() * pool_bytes(device, buffers, kTxRoom);
    if (device.kind == DeviceKind::kRing) continue;
    const std::uint64_t room = device.ip_mtu + kEthernetAndVlanBytes + RTE_PKTMBUF_HEADROOM + 1024;
    bytes += device.queue_pairs * pool_bytes(device, buffers_for(device.rx_slots), room);
  }
  // Drivers' queues, rings, EAL's own; a quarter more because a heap is never filled to its end.
  return base::Bytes{bytes + bytes / 4 + (32ULL << 20)};
}

PortSet::PortSet(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

PortSet::~PortSet() {
  static_cast<void>(close());
}

base::Result<std::unique_ptr<PortSet>> PortSet::open(Eal& eal, const PortSetOptions& options) {
  base::Errors errors;
  std::unique_ptr<PortSet> set{new PortSet{std::make_unique<Impl>(eal)}};
  for (const DeviceOptions& wanted : options.devices) {
    Device& device = set->impl_->devices.emplace_back();
    device.options = wanted;
    device.tx_queues_a_pair = tx_queues_a_pair(wanted);
    if (auto checked = check(wanted); !checked) {
      append(errors, std::move(checked).error());
      continue;
    }
    auto facts = probe(wanted, &eal);
    if (!facts) {
      append(errors, std::move(facts).error());
      continue;
    }
    device.facts = std::move(facts->facts);
    auto possible = check_against_facts(device);
    if (possible && wanted.kind != DeviceKind::kRing) possible = attach(eal, device);
    if (!possible) append(errors, std::move(possible).error());
  }
  if (errors.empty()) {
    for (const Cable& cable : options.cables) {
      auto rings = attach_cable(eal, set->impl_->devices.at(cable.a), set->impl_->devices.at(cable.b));
      if (rings)
        std::move(rings->begin(), rings->end(), std::back_inserter(set->impl_->rings));
      else
        append(errors, std::move(rings).error());
    }
  }
  for (Device& device : set->impl_->devices) {
    if (!errors.empty()) break;
    CHECK(device.port_id != RTE_MAX_ETHPORTS, "ring device {} has no cable", device.options.name);
    if (auto configured = port::configure(eal, device); !configured)
      append(errors, std::move(configured).error());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return set;
}

std::size_t PortSet::size() const {
  return impl_->devices.size();
}

const plan::PortFacts& PortSet::facts(std::size_t device) const {
  return impl_->devices.at(device).facts;
}

base::Status PortSet::start() {
  base::Errors errors;
  for (Device& device : impl_->devices) {
    if (device.started) continue;
    if (auto started = port::start(impl_->eal, device); !started) append(errors, std::move(started).error());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  begin_counting();
  return {};
}

void PortSet::begin_counting() {
  drain();
  const std::lock_guard lock{impl_->reading};
  for (Device& device : impl_->devices)
    zero_counters(device);
}

base::Status PortSet::wait_for_links(base::Duration timeout) const {
  constexpr auto kStep = std::chrono::milliseconds{20};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds{timeout.ns()};
  for (;;) {
    base::Errors errors;
    for (std::size_t i = 0; i < size(); ++i) {
      const LinkState state = link(i);
      if (state.up) continue;
      errors.push_back(
          {.kind = base::ErrorKind::kEnvironment,
           .where = fmt::format("port {}", impl_->devices[i].options.name),
           .what = fmt::format("link is down{}{}", state.reason.empty() ? "" : ": ", state.reason),
           .remedy = "check the cable and the far end, or set a longer link_timeout"});
    }
    if (errors.empty()) return {};
    if (std::chrono::steady_clock::now() >= deadline) return tl::unexpected(std::move(errors));
    std::this_thread::sleep_for(kStep);
  }
}

LinkState PortSet::link(std::size_t device) const {
  const std::lock_guard lock{impl_->reading};
  return link_of(impl_->devices.at(device));
}

DeviceCounters PortSet::counters(std::size_t device) {
  const std::lock_guard lock{impl_->reading};
  DeviceCounters counters = read_counters(impl_->devices.at(device));
  counters.complete = counters.complete && gone(device).empty();
  return counters;
}

std::string PortSet::gone(std::size_t device) const {
  const Device& asked = impl_->devices.at(device);
  if (rte_eth_dev_is_removed(asked.port_id) == 1) return fmt::format("{} was removed", asked.options.device);
  const std::string interface = port::interface_of(asked.options);
  if (asked.options.kind != DeviceKind::kVdev || interface.empty() || host::network_interface(interface))
    return {};
  return fmt::format("the interface {} is gone", interface);
}

std::string PortSet::interface_of(std::size_t device) const {
  return port::interface_of(impl_->devices.at(device).options);
}

std::uint64_t PortSet::drain() {
  std::uint64_t thrown_away = 0;
  for (Device& device : impl_->devices)
    if (device.started) thrown_away += port::drain(device);
  for (const Device& device : impl_->devices)
    for (const Pool& pool : device.pools)
      flush_own_cache(pool);
  return thrown_away;
}

DeviceQueue& PortSet::queue(std::size_t device, std::size_t queue_pair) {
  return impl_->devices.at(device).queues.at(queue_pair);
}

base::Status PortSet::close() {
  if (!impl_->open) return {};
  impl_->open = false;
  drain();
  for (Device& device : impl_->devices)
    port::stop(device);
  for (Device& device : impl_->devices)
    detach(device);
  base::Errors errors;
  for (const Device& device : impl_->devices) {
    std::uint32_t missing = 0;
    for (const Pool& pool : device.pools)
      missing += in_use(pool);
    if (missing == 0) continue;
    errors.push_back({.kind = base::ErrorKind::kInternal,
                      .where = fmt::format("port {}", device.options.name),
                      .what = fmt::format("{} packet buffers did not come back", missing),
                      .remedy = {}});
  }
  impl_->devices.clear();
  impl_->rings.clear();
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return {};
}

}  // namespace port
