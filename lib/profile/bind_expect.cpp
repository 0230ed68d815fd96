#include "base/decimal.hpp"
#include "profile/bind.hpp"
#include "profile/fields.hpp"
#include "profile/suggest.hpp"

#include <fmt/core.h>
#include <array>

namespace profile {
namespace {

struct Word {
  std::string_view text;
  SubjectKind kind;
};

constexpr std::array kWords{Word{"total", SubjectKind::kTotal},  Word{"traffic", SubjectKind::kTraffic},
                            Word{"class", SubjectKind::kClass},  Word{"port", SubjectKind::kPort},
                            Word{"group", SubjectKind::kGroup},  Word{"flow", SubjectKind::kFlow},
                            Word{"qp", SubjectKind::kQueuePair}, Word{"receiver", SubjectKind::kReceiver}};

/// One `of` on its way to a Subject.
class SubjectBinder {
 public:
  SubjectBinder(const TableValue& entry, const Profile& profile, const Testbed& testbed, const Scope& scope,
                Faults& faults)
      : entry_{entry}, profile_{profile}, testbed_{testbed}, scope_{scope}, faults_{faults} {}

  Subject bind() {
    const Value* const value = entry_.find("of");
    if (value == nullptr) return {};
    place_ = &value->place;
    const std::string& text = value->scalar().text;
    const std::size_t colon = std::min(text.find(':'), text.size());
    Subject subject{.name = text.substr(std::min(colon + 1, text.size()))};
    if (!find_kind(text.substr(0, colon), subject.kind)) return {};
    if ((subject.kind == SubjectKind::kTotal) != (colon == text.size())) {
      refuse(fmt::format("found \"{}\", expected {}", text,
                         subject.kind == SubjectKind::kTotal ? "\"total\" alone" : "a name behind a colon"),
             "such as \"total\", \"traffic:NAME\" or \"flow:TRAFFIC/0\"");
      return {};
    }
    resolve(subject);
    return subject;
  }

 private:
  void refuse(std::string what, std::string remedy) {
    faults_.add(*place_, entry_.path + ".of", std::move(what), std::move(remedy));
  }

  bool find_kind(const std::string& word, SubjectKind& kind) {
    std::vector<std::string_view> known;
    for (const Word& candidate : kWords) {
      known.push_back(candidate.text);
      kind = candidate.kind;
      if (candidate.text == word) return true;
    }
    refuse(fmt::format("there is nothing called `{}` to have numbers of", word), did_you_mean(word, known));
    return false;
  }

  void resolve(Subject& subject) {
    switch (subject.kind) {
      case SubjectKind::kTotal:
        return;
      case SubjectKind::kTraffic:
        return resolve_name(scope_.traffic, subject.name, subject);
      case SubjectKind::kClass:
        return resolve_name(scope_.classes, subject.name, subject);
      case SubjectKind::kPort:
        return resolve_port(subject.name);
      case SubjectKind::kGroup:
        return resolve_group(subject.name);
      case SubjectKind::kFlow:
      case SubjectKind::kQueuePair:
        return resolve_member(scope_.traffic, subject);
      case SubjectKind::kReceiver:
        resolve_member(scope_.endpoints, subject);
        check_receiver(subject);
    }
  }

  void resolve_name(const Names& names, std::string_view name, Subject& subject) {
    subject.index = names.resolve(name, *place_, entry_.path + ".of", faults_).value_or(0);
  }

  void resolve_port(const std::string& name) {
    std::vector<std::string_view> known;
    for (const Port& port : testbed_.ports) {
      if (port.name == name) return;
      known.push_back(port.name);
    }
    refuse(fmt::format("the testbed has no port called `{}`", name), did_you_mean(name, known));
  }

  void resolve_group(const std::string& name) {
    std::vector<std::string_view> known;
    for (const Group& group : testbed_.groups) {
      if (group.name == name) return;
      known.push_back(group.name);
    }
    refuse(fmt::format("the testbed has no group called `{}`", name), did_you_mean(name, known));
  }

  /// "NAME/INDEX".
  void resolve_member(const Names& names, Subject& subject) {
    constexpr std::array<base::UnitScale, 1> kWhole{{{"", 1}}};
    const std::size_t slash = subject.name.find('/');
    const auto member = slash == std::string::npos
                            ? std::nullopt
                            : base::parse_scaled(std::string_view{subject.name}.substr(slash + 1), kWhole);
    if (!member) {
      refuse(fmt::format("found \"{}\", expected NAME/INDEX behind the colon", subject.name),
             "count from 0: \"flow:NAME/0\" is the entry's first flow");
      return;
    }
    subject.member = *member;
    resolve_name(names, std::string_view{subject.name}.substr(0, slash), subject);
  }

  void check_receiver(const Subject& subject) {
    if (subject.index >= profile_.endpoints.size()) return;
    const Endpoints& endpoints = profile_.endpoints[subject.index];
    const auto ports = ports_of_group(testbed_, endpoints.group);
    if (!ports) return;  // reported where the group is named
    const std::uint64_t hosts = endpoints.total != 0 ? endpoints.total : endpoints.per_port * ports->size();
    if (subject.member < hosts) return;
    refuse(fmt::format("`{}` has {} hosts, counted from 0", endpoints.name, hosts), "lower the index");
  }

  const TableValue& entry_;
  const Profile& profile_;
  const Testbed& testbed_;
  const Scope& scope_;
  Faults& faults_;
  const Place* place_ = nullptr;
};

bool is_per_flow(SubjectKind kind) {
  return kind != SubjectKind::kTotal && kind != SubjectKind::kPort && kind != SubjectKind::kGroup;
}

/// The probe tag carries a frame's time; what has no room for it has no latency.
constexpr std::uint64_t kTagBytes = 24;

std::optional<std::string> why_without_latency(const Subject& of, const Profile& profile) {
  const bool of_entry =
      of.kind == SubjectKind::kTraffic || of.kind == SubjectKind::kFlow || of.kind == SubjectKind::kQueuePair;
  if (!of_entry || of.index >= profile.traffic.size()) return std::nullopt;
  const Traffic& traffic = profile.traffic[of.index];
  if (traffic.verb == Verb::kRead)
    return "read requests carry no payload, and so no probe tag with the time of sending";
  if (traffic.message_size.kind == workload::SizeKind::kFixed && traffic.message_size.fixed < kTagBytes) {
    return fmt::format("messages of {} B have no room for the probe tag of {} B with the time of sending",
                       traffic.message_size.fixed, kTagBytes);
  }
  return std::nullopt;
}

void check_metric(const TableValue& entry, const MetricFacts& metric, const Expect& expect,
                  const Profile& profile, Faults& faults) {
  if (metric.per_port_only && is_per_flow(expect.of.kind)) {
    faults.add(expect.places.of("metric"), entry.path + ".metric",
               fmt::format("`{}` is known of ports, groups and the total only", metric.name),
               "ask for it of one of these");
  }
  if (!metric.name.starts_with("latency_")) return;
  if (const auto why = why_without_latency(expect.of, profile)) {
    faults.add(expect.places.of("metric"), entry.path + ".metric",
               fmt::format("`{}` is not kept there: {}", metric.name, *why),
               "expect it of other traffic, or send longer messages");
  }
}

}  // namespace

Expect bind_expect(TableValue& entry, const Profile& profile, const Testbed& testbed, const Scope& scope,
                   Faults& faults) {
  Expect expect{.places = entry.places,
                .metric = Fields{entry}.text("metric"),
                .of = SubjectBinder{entry, profile, testbed, scope, faults}.bind()};
  const MetricFacts* const metric = find_metric(expect.metric);
  if (metric == nullptr) return expect;  // reported
  check_metric(entry, *metric, expect, profile, faults);
  const auto limit = [&](std::string_view key) -> std::optional<std::int64_t> {
    Value* const value = entry.find(key);
    if (value == nullptr) return std::nullopt;
    const auto as_raw = [](const Scalar& s) {
      RawNode node = text_at(s.text, {});
      if (s.bare) node.kind = RawKind::kDecimal;
      return node;
    };
    const auto parsed = parse_limit(metric->unit, as_raw(value->scalar()));
    if (!parsed) {
      faults.add(value->place, fmt::format("{}.{}", entry.path, key),
                 fmt::format("found {}, expected {}", quoted(as_raw(value->scalar())),
                             limit_expectation(metric->unit)),
                 fmt::format("`{}`: {}", metric->name, metric->doc));
      return std::nullopt;
    }
    value->scalars = {*parsed};
    return static_cast<std::int64_t>(parsed->number);
  };
  expect.min = limit("min");
  expect.max = limit("max");
  expect.equals = limit("equals");
  const Places& places = expect.places;
  if (!places.written("min") && !places.written("max") && !places.written("equals")) {
    faults.add(entry.places.table, entry.path, "nothing is expected: `min`, `max` and `equals` are missing",
               "add at least one of them");
  }
  if (expect.min && expect.max && *expect.min > *expect.max) {
    faults.add(expect.places.of("min"), entry.path + ".min", "`min` is above `max`: no number would pass",
               "exchange them");
  }
  return expect;
}

Series bind_series(const TableValue& entry, const Profile& profile, const Testbed& testbed,
                   const Scope& scope, Faults& faults) {
  Series series{.places = entry.places, .of = SubjectBinder{entry, profile, testbed, scope, faults}.bind()};
  const bool is_named = series.of.kind == SubjectKind::kFlow || series.of.kind == SubjectKind::kQueuePair ||
                        series.of.kind == SubjectKind::kReceiver;
  if (const Value* const of = entry.find("of"); of != nullptr && !is_named && series.of != Subject{}) {
    faults.add(of->place, entry.path + ".of", "it has a time series anyway",
               "take the entry out, or name a flow or a receiver");
  }
  return series;
}

}  // namespace profile
