#include "port/samplers.hpp"

#include "host/cpus.hpp"
#include "host/ethtool.hpp"
#include "port/quirks.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>

namespace port {

namespace {
using measure::SampleInfo;
using measure::SeriesKind;
using Values = std::optional<std::vector<std::int64_t>>;

/// Counters wrap in 64 bits at most; as growth they stay right.
std::int64_t value_of(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

std::string unit_of(std::string_view counter) {
  return counter.find("bytes") == std::string_view::npos ? "frames" : "bytes";
}

class CounterSampler final : public measure::Sampler {
 public:
  CounterSampler(PortSet& ports, std::size_t device) : ports_{ports}, device_{device} {
    for (const DeviceCounter& counter : ports.counters(device).counters)
      infos_.push_back({.name = counter.name,
                        .unit = unit_of(counter.name),
                        .kind = SeriesKind::kCount,
                        .place = {.port = ports.facts(device).name},
                        .source = counter.name == kSocketDrops ? "PACKET_STATISTICS" : "xstats"});
  }
  [[nodiscard]] const std::vector<SampleInfo>& infos() const override { return infos_; }
  [[nodiscard]] Values read() override {
    const DeviceCounters counters = ports_.counters(device_);
    if (!counters.complete || counters.counters.size() != infos_.size()) return std::nullopt;
    std::vector<std::int64_t> values;
    for (const DeviceCounter& counter : counters.counters)
      values.push_back(value_of(counter.value));
    return values;
  }

 private:
  PortSet& ports_;
  std::size_t device_;
  std::vector<SampleInfo> infos_;
};

class LinkSampler final : public measure::Sampler {
 public:
  LinkSampler(PortSet& ports, std::size_t device)
      : ports_{ports},
        device_{device},
        infos_{{.name = "link_up",
                .unit = "1",
                .kind = SeriesKind::kGauge,
                .place = {.port = ports.facts(device).name},
                .source = "ethdev"}} {}
  [[nodiscard]] const std::vector<SampleInfo>& infos() const override { return infos_; }
  [[nodiscard]] Values read() override { return std::vector<std::int64_t>{ports_.link(device_).up ? 1 : 0}; }

 private:
  PortSet& ports_;
  std::size_t device_;
  std::vector<SampleInfo> infos_;
};

class EthtoolSampler final : public measure::Sampler {
 public:
  EthtoolSampler(host::EthtoolStatistics statistics, const std::string& port)
      : statistics_{std::move(statistics)} {
    for (const std::string& name : statistics_.names())
      infos_.push_back({.name = name,
                        .unit = unit_of(name),
                        .kind = SeriesKind::kCount,
                        .place = {.port = port},
                        .source = "ethtool"});
  }
  [[nodiscard]] const std::vector<SampleInfo>& infos() const override { return infos_; }
  [[nodiscard]] Values read() override {
    const auto counts = statistics_.read();
    if (!counts) return std::nullopt;
    std::vector<std::int64_t> values;
    std::transform(counts->begin(), counts->end(), std::back_inserter(values), value_of);
    return values;
  }

 private:
  host::EthtoolStatistics statistics_;
  std::vector<SampleInfo> infos_;
};

class StolenTimeSampler final : public measure::Sampler {
 public:
  explicit StolenTimeSampler(std::vector<std::uint32_t> cpus) : cpus_{std::move(cpus)} {
    for (const std::uint32_t cpu : cpus_)
      infos_.push_back({.name = "stolen_ns",
                        .unit = "ns",
                        .kind = SeriesKind::kCount,
                        .place = {.subject = fmt::format("cpu:{}", cpu)},
                        .source = "/proc/stat"});
  }
  [[nodiscard]] const std::vector<SampleInfo>& infos() const override { return infos_; }
  [[nodiscard]] Values read() override {
    const std::vector<host::StolenTime> times = host::stolen_times();
    std::vector<std::int64_t> values;
    for (const std::uint32_t cpu : cpus_) {
      const auto at = std::find_if(times.begin(), times.end(),
                                   [&](const host::StolenTime& time) { return time.cpu == cpu; });
      if (at == times.end()) return std::nullopt;
      values.push_back(at->stolen.ns());
    }
    return values;
  }

 private:
  std::vector<std::uint32_t> cpus_;
  std::vector<SampleInfo> infos_;
};
}  // namespace

std::vector<std::unique_ptr<measure::Sampler>> samplers_of(PortSet& ports) {
  std::vector<std::unique_ptr<measure::Sampler>> samplers;
  for (std::size_t device = 0; device < ports.size(); ++device) {
    samplers.push_back(std::make_unique<CounterSampler>(ports, device));
    samplers.push_back(std::make_unique<LinkSampler>(ports, device));
    const std::string interface_name = ports.interface_of(device);
    if (interface_name.empty()) continue;
    auto statistics = host::EthtoolStatistics::open(interface_name);
    if (statistics && !statistics->names().empty())
      samplers.push_back(std::make_unique<EthtoolSampler>(std::move(*statistics), ports.facts(device).name));
  }
  return samplers;
}

std::unique_ptr<measure::Sampler> stolen_time_sampler(std::vector<std::uint32_t> cpus) {
  return std::make_unique<StolenTimeSampler>(std::move(cpus));
}

Housekeeper::Housekeeper(std::vector<std::unique_ptr<measure::Sampler>> samplers, base::Duration interval)
    : interval_{interval} {
  for (std::unique_ptr<measure::Sampler>& sampler : samplers) {
    measure::SampledSeries series{sampler->infos(), {.start = base::Time{}, .interval = interval}};
    kept_.push_back({.sampler = std::move(sampler), .series = std::move(series)});
  }
  read_all();
}

void Housekeeper::start(const TscClock& clock) {
  clock_.emplace(clock);
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void Housekeeper::read_all() {
  for (Kept& kept : kept_) {
    auto values = kept.sampler->read();
    kept.series.add(clock_ ? clock_->at(read_tsc()) : base::Time{}, values);
  }
}

void Housekeeper::run(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  // Absolute, so that reading does not stretch the interval.
  auto next = std::chrono::steady_clock::now();
  for (;;) {
    next += std::chrono::nanoseconds{interval_.ns()};
    wake_.wait_until(lock, stop, next, [] { return false; });
    if (stop.stop_requested()) return;
    read_all();
  }
}

std::vector<measure::SeriesResult> Housekeeper::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  read_all();
  std::vector<measure::SeriesResult> series;
  for (const Kept& kept : kept_) {
    std::vector<measure::SeriesResult> taken = kept.series.take();
    std::move(taken.begin(), taken.end(), std::back_inserter(series));
  }
  return series;
}

std::uint64_t Housekeeper::silent() const {
  std::uint64_t silent = 0;
  for (const Kept& kept : kept_)
    silent += kept.series.silent();
  return silent;
}

}  // namespace port
