#include "plan/text.hpp"

#include "base/int128.hpp"
#include "profile/schema.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace plan {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLabelColumns = 12;
/// Longer lists are cut: a plan of 65,536 flows is still read on a screen.
constexpr std::size_t kListMost = 64;

/// Lines with a label in front, broken at blanks before the last column; what follows a break is indented.
class Lines {
 public:
  void add(std::string_view label, std::string_view text) {
    std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(indent);
    for (bool broken = false;; broken = true) {
      if (broken) label = "";
      const std::size_t room = kColumns - kLabelColumns - indent;
      std::size_t end = text.size();
      if (end > room) {
        end = text.rfind(' ', room);
        if (end == std::string_view::npos || end == 0) end = room;
      }
      text_ += fmt::format("{:<{}}{:{}}{}\n", label, kLabelColumns, "", indent, text.substr(0, end));
      text.remove_prefix(end);
      while (text.starts_with(' '))
        text.remove_prefix(1);
      if (text.empty()) return;
      if (!broken) indent += 2;
    }
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// The word by which a file calls a value: the profile's table of keys has them.
template <class Enum>
std::string_view choice(std::string_view key, std::string_view sub_key, Enum value) {
  const profile::Key* found = profile::traffic_table().find(key);
  if (found != nullptr && !sub_key.empty()) found = found->table->find(sub_key);
  const auto index = static_cast<std::size_t>(value);
  return found != nullptr && index < found->choices.size() ? found->choices[index] : "?";
}

std::string time_text(base::Duration time) {
  return time.ps() == 0 ? "none" : base::to_text(time);
}

std::string_view plural(std::uint64_t count) {
  return count == 1 ? "" : "s";
}

std::string list_text(const std::vector<std::string>& names) {
  if (names.size() <= kListMost) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more",
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(kListMost), ", "),
                     names.size() - kListMost);
}

void add_head(const Plan& plan, Lines& lines) {
  const profile::Test& test = plan.profile.test;
  lines.add("test", fmt::format("{}, seed {}", test.name, plan.seed));
  if (!test.question.empty()) lines.add("question", test.question);
  lines.add("profile", plan.profile.file);
  lines.add("hash", plan.profile_hash);
  lines.add("testbed", plan.testbed.file);
  lines.add("windows", fmt::format("settle {}, warm-up {}, measured {}, drain {}", time_text(test.settle),
                                   time_text(test.warmup), time_text(test.duration), time_text(test.drain)));
}

void add_ports(const Plan& plan, Lines& lines) {
  for (std::size_t i = 0; i < plan.ports.size(); ++i) {
    const Port& port = plan.ports[i];
    const profile::Port& asked = plan.testbed.ports[i];
    const std::string_view label = i == 0 ? "ports" : "";
    if (port.queues.empty()) {
      lines.add(label, fmt::format("{}: no endpoints, not opened", asked.name));
      continue;
    }
    lines.add(label, fmt::format("{}: {} ({}), {}, IP MTU {} B, {} receive and {} transmit queue{}{}{}",
                                 asked.name, port.facts.device, port.facts.driver, short_text(port.speed),
                                 port.ip_mtu, port.rx_queues, port.tx_queues, plural(port.tx_queues),
                                 asked.peer.empty() ? "" : ", to ", asked.peer));
  }
}

std::string endpoint_range_text(const Endpoint& first, const Endpoint& last) {
  const auto range = [](const auto& a, const auto& b) {
    return a == b ? base::to_text(a) : fmt::format("{} .. {}", base::to_text(a), base::to_text(b));
  };
  std::string text = range(first.mac, last.mac);
  if (first.ipv4 && last.ipv4) text += ", " + range(*first.ipv4, *last.ipv4);
  if (first.ipv6 && last.ipv6) text += ", " + range(*first.ipv6, *last.ipv6);
  if (first.vlan) text += fmt::format(", VLAN {}", *first.vlan);
  if (first.gateway_ipv4) text += fmt::format(", gateway {}", base::to_text(*first.gateway_ipv4));
  if (first.gateway_ipv6) text += fmt::format(", gateway {}", base::to_text(*first.gateway_ipv6));
  return text;
}

/// A line for each run of endpoints of one entry behind one port.
void add_endpoints(const Plan& plan, Lines& lines) {
  std::string_view label = "endpoints";
  for (std::size_t i = 0; i < plan.endpoints.size();) {
    const Endpoint& first = plan.endpoints[i];
    std::size_t end = i;
    while (end < plan.endpoints.size() && plan.endpoints[end].endpoints == first.endpoints &&
           plan.endpoints[end].port == first.port) {
      ++end;
    }
    lines.add(label, fmt::format("{}: {} host{} on port {}: {}", plan.profile.endpoints[first.endpoints].name,
                                 end - i, plural(end - i), plan.testbed.ports[first.port].name,
                                 endpoint_range_text(first, plan.endpoints[end - 1])));
    label = "";
    i = end;
  }
}

std::string sizes_text(const Traffic& traffic, const profile::Traffic& asked) {
  if (traffic.sizes.empty()) return base::to_text(base::Bytes{asked.message_size.fixed});
  const auto [least, most] = std::minmax_element(traffic.sizes.begin(), traffic.sizes.end());
  return fmt::format("{} to {} B (drawn)", *least, *most);
}

void add_traffic(const Plan& plan, Lines& lines) {
  for (std::size_t i = 0; i < plan.traffic.size(); ++i) {
    const Traffic& traffic = plan.traffic[i];
    const profile::Traffic& asked = plan.profile.traffic[i];
    lines.add(i == 0 ? "traffic" : "",
              fmt::format("{}: {} flow{} ({}), {} {} of {}, path MTU {}, {}, {}", asked.name, traffic.flows,
                          plural(traffic.flows), choice("pattern", "kind", asked.pattern.kind),
                          choice("framing", "", asked.framing), choice("verb", "", asked.verb),
                          sizes_text(traffic, asked), asked.path_mtu, choice("ecn", "", asked.ecn),
                          fmt::format("DSCP {}, class {}", asked.dscp,
                                      plan.profile.classes[asked.class_index].name)));
    lines.add("", fmt::format("  {}: {} of layer 1, {} of layer 2, {} of payload; frames of {} to {} B",
                              choice("shape", "kind", asked.shape.kind), short_text(traffic.offered_l1),
                              short_text(traffic.offered_l2), short_text(traffic.offered_payload),
                              traffic.frame_bytes_min, traffic.frame_bytes_max));
    lines.add("",
              fmt::format("  payload {}, accounted by {}{}", choice("payload", "", asked.payload),
                          name_of(traffic.account),
                          traffic.account == Account::kTag
                              ? ""
                              : ": some packets carry fewer bytes than a tag has, so no latency is known"));
  }
}

void add_receivers(const Plan& plan, Lines& lines) {
  std::string_view label = "receivers";
  for (const Receiver& receiver : plan.receivers) {
    std::vector<std::string> senders;
    for (const PortId port : receiver.senders)
      senders.push_back(plan.testbed.ports[port].name);
    lines.add(label, fmt::format("{}: {} of layer 1 offered; over-subscription {} ({} of ports {} into {})",
                                 plan.testbed.ports[receiver.port].name, short_text(receiver.offered_l1),
                                 over_subscription_text(plan, receiver), short_text(receiver.physical_l1),
                                 list_text(senders), short_text(plan.ports[receiver.port].speed)));
    label = "";
  }
}

void add_cores(const Plan& plan, Lines& lines) {
  for (std::size_t i = 0; i < plan.lcores.size(); ++i) {
    const Lcore& lcore = plan.lcores[i];
    std::vector<std::string> work;
    for (const QueueId id : lcore.queues) {
      const Queue& queue = plan.queues[id];
      work.push_back(fmt::format("port {} queue {} (sends {}, receives {})",
                                 plan.testbed.ports[queue.port].name, queue.device_queue, queue.sends.size(),
                                 queue.receives.size()));
    }
    for (const std::uint16_t id : lcore.switches)
      work.push_back("switch " + plan.testbed.switches[id].name);
    for (const std::uint16_t id : lcore.hops) {
      const profile::Cable& cable = plan.testbed.cables[id];
      work.push_back(fmt::format("cable {}-{} (impaired)", plan.testbed.ports[cable.a].name,
                                 plan.testbed.ports[cable.b].name));
    }
    lines.add(i == 0 ? "cores" : "", fmt::format("{}: {}", lcore.cpu, list_text(work)));
  }
}

/// "traffic.incast.ttl = 64" is of "traffic.incast".
std::string_view table_of(std::string_view text) {
  const std::string_view path = text.substr(0, text.find(' '));
  return path.ends_with(':') ? path.substr(0, path.size() - 1) : path.substr(0, path.rfind('.'));
}

/// Defaults of one table stand together.
void add_defaults(const Plan& plan, Lines& lines) {
  std::string_view label = "defaults";
  for (std::size_t i = 0; i < plan.defaults.size();) {
    const std::string_view table = table_of(plan.defaults[i]);
    std::vector<std::string_view> settings;
    for (; i < plan.defaults.size() && table_of(plan.defaults[i]) == table; ++i) {
      std::string_view setting = plan.defaults[i];
      setting.remove_prefix(std::min(table.size() + 1, setting.size()));
      while (setting.starts_with(' '))
        setting.remove_prefix(1);
      settings.push_back(setting);
    }
    lines.add(label, fmt::format("{}: {}", table, fmt::join(settings, ", ")));
    label = "";
  }
}

void add_memory(const Plan& plan, Lines& lines) {
  std::uint64_t buffers = 0;
  for (const Queue& queue : plan.queues) {
    buffers += std::uint64_t{queue.tx_buffers} * queue.sources.size() + queue.rx_buffers;
  }
  lines.add("memory", fmt::format("{} MiB, {} packet buffers among it",
                                  (plan.memory.count() + (1 << 20) - 1) >> 20, buffers));
}

}  // namespace

std::string to_text(const Plan& plan) {
  Lines lines;
  add_head(plan, lines);
  add_ports(plan, lines);
  add_endpoints(plan, lines);
  add_traffic(plan, lines);
  add_receivers(plan, lines);
  add_cores(plan, lines);
  add_memory(plan, lines);
  add_defaults(plan, lines);
  return lines.take();
}

std::string over_subscription_text(const Plan& plan, const Receiver& receiver) {
  const auto hundredths =
      static_cast<std::uint64_t>(static_cast<base::Uint128>(receiver.physical_l1.count()) * 100 /
                                 plan.ports[receiver.port].speed.count());
  return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
}

std::string short_text(base::BitsPerSec rate) {
  struct Unit {
    std::string_view name;
    std::uint64_t bits;
  };
  constexpr std::array<Unit, 4> kUnits{
      {{"Tbit/s", 1'000'000'000'000}, {"Gbit/s", 1'000'000'000}, {"Mbit/s", 1'000'000}, {"kbit/s", 1'000}}};
  for (const Unit& unit : kUnits) {
    if (rate.count() < unit.bits) continue;
    const std::uint64_t whole = rate.count() / unit.bits;
    const int decimals = whole < 10 ? 3 : whole < 100 ? 2 : whole < 1000 ? 1 : 0;
    std::uint64_t scale = 1;
    for (int i = 0; i < decimals; ++i)
      scale *= 10;
    const std::uint64_t part = rate.count() % unit.bits / (unit.bits / scale);
    std::string text =
        decimals == 0 ? fmt::format("{}", whole) : fmt::format("{}.{:0{}}", whole, part, decimals);
    if (decimals != 0) {
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') text.pop_back();
    }
    return fmt::format("{} {}", text, unit.name);
  }
  return fmt::format("{} bit/s", rate.count());
}

std::string_view name_of(Account account) {
  return account == Account::kTag ? "probe tag" : "PSN";
}

std::string_view name_of(Pace::Charge charge) {
  switch (charge) {
    case Pace::Charge::kWireBytes:
      return "ps/byte_l1";
    case Pace::Charge::kFrameBytesWithFcs:
      return "ps/byte_l2";
    case Pace::Charge::kPayloadBytes:
      return "ps/byte_payload";
    case Pace::Charge::kFrame:
      return "ps/frame";
    case Pace::Charge::kMessage:
      break;
  }
  return "ps/message";
}

std::string_view name_of(wire::PayloadSource source) {
  switch (source) {
    case wire::PayloadSource::kZeros:
      return "zeros";
    case wire::PayloadSource::kOnes:
      return "ones";
    case wire::PayloadSource::kCounter:
      return "counter";
    case wire::PayloadSource::kRandom:
      return "random";
    case wire::PayloadSource::kFree:
      break;
  }
  return "free";
}

}  // namespace plan
