/// \file
/// What every benchmark of a worker begins with: a profile of profiles/bench, planned, over its own devices.
///
///     auto world = bench::World::open({.profile = "profiles/bench/tx.toml", .settings = settings});
///     engine::Worker<port::DeviceQueue> worker{world->queue(), world->parts()};
///
/// The plan is the program's own, and so are the devices; only the clock is the benchmark's.
/// Thread: one.
#pragma once

#include "base/error.hpp"
#include "engine/worker_parts.hpp"
#include "plan/plan.hpp"
#include "port/device_queue.hpp"
#include "port/eal.hpp"
#include "port/ports.hpp"
#include "profile/load.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bench {

struct WorldOptions {
  std::string profile{};
  std::vector<std::string> settings{};
  base::Bytes further_memory{};  ///< beside the devices' buffers
};

/// Command line of a benchmark: PROFILE COUNT [--set KEY=VALUE]...
struct Arguments {
  WorldOptions world{};
  std::uint64_t count = 0;
};
/// Nothing where it is not that; what it should be was printed.
[[nodiscard]] std::optional<Arguments> read_arguments(std::span<char* const> words);

class World {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<World>> open(const WorldOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const plan::Plan& plan() const { return plan_; }
  [[nodiscard]] const port::Eal& eal() const { return *eal_; }
  /// The queue pair and the worker's parts of queue `id` of the plan.
  [[nodiscard]] port::DeviceQueue& queue(plan::QueueId id);
  [[nodiscard]] engine::WorkerParts parts(plan::QueueId id) const;

 private:
  World(profile::Loaded loaded, plan::Plan plan, std::unique_ptr<port::Eal> eal,
        std::unique_ptr<port::PortSet> ports, std::vector<std::size_t> device_of_port);

  profile::Loaded loaded_;
  plan::Plan plan_;
  std::unique_ptr<port::Eal> eal_;
  std::unique_ptr<port::PortSet> ports_;
  std::vector<std::size_t> device_of_port_;
};

}  // namespace bench
