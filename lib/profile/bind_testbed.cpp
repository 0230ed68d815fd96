#include "profile/bind.hpp"
#include "profile/fields.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <set>

namespace profile {
namespace {

bool is_pci_address(std::string_view text) {
  constexpr std::string_view kForm = "hhhh:hh:hh.h";
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [&](char c, char form) { return form == 'h' ? is_hex(c) : c == form; });
}

Device bind_device(const Fields& fields) {
  const bool is_virtual = fields.has("vdev");
  const std::string text = fields.text(is_virtual ? "vdev" : "device");
  const std::size_t comma = std::min(text.find(','), text.size());
  Device device{.name = text.substr(0, comma), .arguments = text.substr(std::min(comma + 1, text.size()))};
  if (is_virtual) {
    device.kind = device.name == "ring" ? DeviceKind::kRing : DeviceKind::kVdev;
  } else {
    device.kind = is_pci_address(device.name) ? DeviceKind::kPci : DeviceKind::kNamed;
  }
  return device;
}

Port bind_port(const TableValue& entry) {
  const Fields fields{entry};
  return {.places = entry.places,
          .name = fields.text("name"),
          .device = bind_device(fields),
          .speed = base::BitsPerSec{fields.number<std::uint64_t>("speed")},
          .peer = fields.text("peer"),
          .mtu = fields.number<std::uint32_t>("mtu"),
          .mac = fields.address("mac", base::parse_mac),
          .ipv4 = fields.address("ipv4", base::parse_ipv4_prefix),
          .ipv6 = fields.address("ipv6", base::parse_ipv6_prefix),
          .gateway_ipv4 = fields.address("gateway_ipv4", base::parse_ipv4),
          .gateway_ipv6 = fields.address("gateway_ipv6", base::parse_ipv6),
          .vlan = fields.optional_number<std::uint16_t>("vlan"),
          .cores = fields.numbers<std::uint32_t>("cores"),
          .rx_queues = fields.number<std::uint32_t>("rx_queues", 1),
          .tx_queues = fields.number<std::uint32_t>("tx_queues", 1),
          .link_timeout = fields.duration("link_timeout"),
          .tx_hold = fields.optional_duration("tx_hold"),
          .allow_default_route = fields.flag("allow_default_route")};
}

void check_port(const Port& port, const std::string& path, Faults& faults) {
  const auto refuse = [&](std::string_view key, std::string what, std::string remedy) {
    faults.add(port.places.of(key), fmt::format("{}.{}", path, key), std::move(what), std::move(remedy));
  };
  const bool is_virtual = port.device.kind == DeviceKind::kRing || port.device.kind == DeviceKind::kVdev;
  const std::string_view key = is_virtual ? "vdev" : "device";
  if (port.device.name.empty() && port.places.written(key)) {
    refuse(key, "found an empty name, expected a device", "name the device, or take the port out");
  }
  if (port.device.kind == DeviceKind::kRing && !port.device.arguments.empty()) {
    refuse("vdev", "a ring takes no arguments",
           "write vdev = \"ring\"; join it by a [[cable]] or a [[switch]]");
  }
  if (is_virtual && !port.places.written("speed") && !port.device.name.empty()) {
    refuse("vdev", "`speed` is missing: a virtual device does not know its own",
           "add the speed that rates in percent and over-subscription are to mean, such as speed = \"10 "
           "Gbit/s\"");
  }
  if (port.gateway_ipv4 && port.ipv4 && !port.ipv4->contains(*port.gateway_ipv4)) {
    refuse(
        "gateway_ipv4",
        fmt::format("{} is outside the port's network {}", to_text(*port.gateway_ipv4), to_text(*port.ipv4)),
        "correct the gateway, or the length of the network's prefix");
  }
  if (port.gateway_ipv6 && port.ipv6 && !port.ipv6->contains(*port.gateway_ipv6)) {
    refuse(
        "gateway_ipv6",
        fmt::format("{} is outside the port's network {}", to_text(*port.gateway_ipv6), to_text(*port.ipv6)),
        "correct the gateway, or the length of the network's prefix");
  }
}

/// Binds everything that refers to ports by name.
class Binder {
 public:
  Binder(Testbed& testbed, Faults& faults) : testbed_{testbed}, faults_{faults} {}

  void bind(TableValue& root) {
    bind_ports(root);
    Names groups{"group"};
    for (const TableValue& entry : root.tables("group")) {
      groups.enter(entry, static_cast<std::uint32_t>(testbed_.groups.size()), faults_);
      testbed_.groups.push_back(
          {.places = entry.places, .name = Fields{entry}.text("name"), .ports = ports_in(entry)});
      if (const auto port = ports_.find(testbed_.groups.back().name)) {
        faults_.add(testbed_.groups.back().places.of("name"), entry.path + ".name",
                    fmt::format("a port is called `{}` too", testbed_.ports[*port].name),
                    "give the group another name: profiles may call a port as a group of one");
      }
    }
    if (!groups.find("all")) testbed_.groups.push_back({.name = "all", .ports = all_ports()});
    const std::size_t faults_before = faults_.size();
    Names switches{"switch"};
    for (const TableValue& entry : root.tables("switch")) {
      switches.enter(entry, static_cast<std::uint32_t>(testbed_.switches.size()), faults_);
      bind_switch(entry);
    }
    for (TableValue& entry : root.tables("cable"))
      bind_cable(entry);
    // A join that failed has been reported; that its ports are loose would be said twice.
    if (faults_.size() == faults_before) refuse_loose_rings();
  }

 private:
  void bind_ports(TableValue& root) {
    std::set<std::string> devices;
    for (const TableValue& entry : root.tables("port")) {
      ports_.enter(entry, static_cast<std::uint32_t>(testbed_.ports.size()), faults_);
      const Port port = bind_port(entry);
      check_port(port, entry.path, faults_);
      const bool is_shared = port.device.kind == DeviceKind::kRing || port.device.name == "net_null";
      if (!is_shared && !port.device.name.empty() &&
          !devices.insert(fmt::format("{},{}", port.device.name, port.device.arguments)).second) {
        faults_.add(port.places.of(port.device.kind == DeviceKind::kVdev ? "vdev" : "device"), entry.path,
                    fmt::format("`{}` is the device of another port already", port.device.name),
                    "a device is one port; give it more endpoints instead");
      }
      testbed_.ports.push_back(port);
    }
    joined_.resize(testbed_.ports.size());
  }

  [[nodiscard]] std::vector<std::uint32_t> all_ports() const {
    std::vector<std::uint32_t> all(testbed_.ports.size());
    for (std::uint32_t i = 0; i < all.size(); ++i)
      all[i] = i;
    return all;
  }

  /// The ports that the entry's `ports` names, each once.
  std::vector<std::uint32_t> ports_in(const TableValue& entry) {
    std::vector<std::uint32_t> ports;
    const Value* const value = entry.find("ports");
    if (value == nullptr) return ports;
    for (const Scalar& scalar : value->scalars) {
      const auto port = ports_.resolve(scalar.text, value->place, entry.path + ".ports", faults_);
      if (!port) continue;
      if (std::find(ports.begin(), ports.end(), *port) != ports.end()) {
        faults_.add(value->place, entry.path + ".ports", fmt::format("`{}` stands there twice", scalar.text),
                    "name each port once");
        continue;
      }
      ports.push_back(*port);
    }
    return ports;
  }

  /// Ports that a cable or switch joins: rings, and each in one place only.
  std::vector<std::uint32_t> joined_ports(const TableValue& entry) {
    std::vector<std::uint32_t> ports = ports_in(entry);
    for (const std::uint32_t port : ports) {
      const Port& joined = testbed_.ports[port];
      const Place& place = entry.find("ports")->place;
      if (joined.device.kind != DeviceKind::kRing) {
        faults_.add(place, entry.path + ".ports",
                    fmt::format("`{}` is no ring port, nothing of ours can join it", joined.name),
                    "give the port vdev = \"ring\", or cable the device itself");
      } else if (!joined_[port].empty()) {
        faults_.add(place, entry.path + ".ports",
                    fmt::format("`{}` is joined by {} already", joined.name, joined_[port]),
                    "a port has one cable, or is on one switch");
      } else {
        joined_[port] = entry.path;
      }
    }
    return ports;
  }

  void bind_switch(const TableValue& entry) {
    Switch made{.places = entry.places, .name = Fields{entry}.text("name"), .ports = joined_ports(entry)};
    const Value* const value = entry.find("ports");
    if (value != nullptr && value->scalars.size() < 2) {
      faults_.add(value->place, entry.path + ".ports", "a switch of one port switches nothing",
                  "name two ports or more");
    }
    testbed_.switches.push_back(std::move(made));
  }

  void bind_cable(TableValue& entry) {
    const std::vector<std::uint32_t> ports = joined_ports(entry);
    const Value* const value = entry.find("ports");
    if (value == nullptr) return;
    if (value->scalars.size() != 2) {
      faults_.add(value->place, entry.path + ".ports",
                  fmt::format("a cable of {} ends", value->scalars.size()),
                  "name the two ports that it joins; a [[switch]] joins more");
    }
    if (ports.size() != 2) return;  // reported
    Cable cable{.places = entry.places, .a = ports[0], .b = ports[1]};
    for (const TableValue& rule : entry.tables("impair"))
      cable.impair.push_back(bind_impairment(rule, ports));
    testbed_.cables.push_back(std::move(cable));
  }

  Impairment bind_impairment(const TableValue& rule, const std::vector<std::uint32_t>& cable_ports) {
    const Fields fields{rule};
    Impairment made{.places = rule.places,
                    .kind = fields.choice<ImpairKind>("kind"),
                    .roce_only = fields.number<std::uint64_t>("frames") == 0,
                    .every = fields.number<std::uint64_t>("every"),
                    .nth = fields.numbers<std::uint64_t>("nth"),
                    .ppm = fields.number<std::uint32_t>("ppm"),
                    .limit = fields.number<std::uint64_t>("limit"),
                    .after = fields.duration("after"),
                    .until = fields.optional_duration("until"),
                    .where = fields.choice("where", CorruptPlace::kPayload),
                    .distance = fields.number<std::uint32_t>("distance", 1),
                    .delay = fields.duration("delay"),
                    .jitter = fields.duration("jitter"),
                    .dscp = fields.number<std::uint8_t>("dscp")};
    if (const Value* const from = rule.find("from")) {
      made.from_port = ports_.resolve(from->scalar().text, from->place, rule.path + ".from", faults_);
      if (made.from_port &&
          std::find(cable_ports.begin(), cable_ports.end(), *made.from_port) == cable_ports.end()) {
        faults_.add(from->place, rule.path + ".from",
                    fmt::format("`{}` is no end of this cable", from->scalar().text),
                    "name one of the cable's two ports");
      }
    }
    std::sort(made.nth.begin(), made.nth.end());
    const auto written = [&](std::string_view key) { return made.places.written(key) ? 1 : 0; };
    const int selectors = written("every") + written("nth") + written("ppm");
    if (selectors != 1) {
      faults_.add(rule.places.table, rule.path,
                  fmt::format("{} of `every`, `nth` and `ppm` are given", selectors),
                  "give exactly one of them: it selects the frames that are hit");
    }
    if (made.until && *made.until <= made.after) {
      faults_.add(made.places.of("until"), rule.path + ".until",
                  fmt::format("{} is not after `after`, {}", to_text(*made.until), to_text(made.after)),
                  "exchange them");
    }
    return made;
  }

  void refuse_loose_rings() {
    for (std::size_t i = 0; i < testbed_.ports.size(); ++i) {
      const Port& port = testbed_.ports[i];
      if (port.device.kind != DeviceKind::kRing || !joined_[i].empty()) continue;
      faults_.add(port.places.of("vdev"), fmt::format("port[{}].vdev", i),
                  fmt::format("nothing joins the ring port `{}`", port.name),
                  "put it on a [[cable]] or a [[switch]]");
    }
  }

  Testbed& testbed_;
  Faults& faults_;
  Names ports_{"port"};
  std::vector<std::string> joined_;  ///< by which table each port is joined; empty: by none
};

Dut bind_dut(const TableValue& entry) {
  const Fields fields{entry};
  return {.places = entry.places,
          .name = fields.text("name"),
          .vendor = fields.text("vendor"),
          .model = fields.text("model"),
          .serial = fields.text("serial"),
          .firmware = fields.text("firmware"),
          .notes = fields.text("notes")};
}

}  // namespace

Testbed bind_testbed(TableValue& root, Faults& faults) {
  Testbed testbed{.file = root.places.table.file};
  for (const Value& value : root.values) {
    if (value.key->name != "tester") continue;
    const Fields fields{value.tables.front()};
    testbed.tester = {.places = value.tables.front().places,
                      .cores = fields.numbers<std::uint32_t>("cores"),
                      .memory = base::Bytes{fields.number<std::uint64_t>("memory")}};
  }
  Binder{testbed, faults}.bind(root);
  for (const TableValue& entry : root.tables("dut"))
    testbed.duts.push_back(bind_dut(entry));
  return testbed;
}

std::optional<std::vector<std::uint32_t>> ports_of_group(const Testbed& testbed, std::string_view name) {
  for (const Group& group : testbed.groups) {
    if (group.name == name) return group.ports;
  }
  for (std::uint32_t i = 0; i < testbed.ports.size(); ++i) {
    if (testbed.ports[i].name == name) return std::vector<std::uint32_t>{i};
  }
  return std::nullopt;
}

}  // namespace profile
