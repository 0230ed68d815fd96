#include "world.hpp"

#include "plan/make_plan.hpp"
#include "port/workers.hpp"
#include "run/facts.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace bench {

std::optional<Arguments> read_arguments(std::span<char* const> words) {
  Arguments asked;
  bool good = words.size() >= 3 && words.size() % 2 == 1;
  if (good) {
    asked.world.profile = words[1];
    const std::string_view count{words[2]};
    good = std::from_chars(count.data(), count.data() + count.size(), asked.count).ec == std::errc{};
  }
  for (std::size_t i = 3; good && i < words.size(); i += 2) {
    good = std::string_view{words[i]} == "--set";
    asked.world.settings.emplace_back(words[i + 1]);
  }
  if (good) return asked;
  std::fprintf(stderr, "usage: %s PROFILE COUNT [--set KEY=VALUE]...\n", words[0]);
  return std::nullopt;
}

base::Result<std::unique_ptr<World>> World::open(const WorldOptions& options) {
  auto loaded =
      profile::load({.profile_file = options.profile, .testbed_file = {}, .settings = options.settings});
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  const auto facts = run::probe_ports(loaded->testbed);
  if (!facts) return tl::unexpected(facts.error());
  const std::vector<std::uint32_t> cpus = run::usable_cpus();
  auto plan = plan::make_plan({.loaded = *loaded, .facts = *facts, .cpus = cpus});
  if (!plan) return tl::unexpected(std::move(plan).error());

  const port::PlanDevices devices = port::devices_of(*plan);
  const base::Bytes memory{port::memory_needed(devices.options).count() + options.further_memory.count()};
  auto eal = port::Eal::start({.memory = memory, .huge_pages = false});
  if (!eal) return tl::unexpected(std::move(eal).error());
  auto ports = port::PortSet::open(**eal, devices.options);
  if (!ports) return tl::unexpected(std::move(ports).error());
  if (auto started = (*ports)->start(); !started) return tl::unexpected(std::move(started).error());
  return std::unique_ptr<World>{new World{std::move(*loaded), std::move(*plan), std::move(*eal),
                                          std::move(*ports), devices.device_of_port}};
}

World::World(profile::Loaded loaded, plan::Plan plan, std::unique_ptr<port::Eal> eal,
             std::unique_ptr<port::PortSet> ports, std::vector<std::size_t> device_of_port)
    : loaded_{std::move(loaded)},
      plan_{std::move(plan)},
      eal_{std::move(eal)},
      ports_{std::move(ports)},
      device_of_port_{std::move(device_of_port)} {}

World::~World() = default;

port::DeviceQueue& World::queue(plan::QueueId id) {
  const plan::Queue& queue = plan_.queues[id];
  return ports_->queue(device_of_port_[queue.port], queue.device_queue);
}

engine::WorkerParts World::parts(plan::QueueId id) const {
  return engine::make_worker_parts({.plan = plan_, .queue = id, .announced = true});
}

}  // namespace bench
