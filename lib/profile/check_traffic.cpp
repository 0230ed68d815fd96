#include "profile/bind.hpp"
#include "profile/scalar.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace profile {
namespace {

/// One entry under checks that look at several of its keys.
class TrafficCheck {
 public:
  TrafficCheck(const Traffic& traffic, const std::string& path, Faults& faults)
      : traffic_{traffic}, path_{path}, faults_{faults} {}

  void run() {
    check_framing();
    check_rate();
    check_pattern();
    if (traffic_.max_back_to_back > 1 && traffic_.places.written("max_back_to_back") &&
        !workload::needs_rate(kind())) {
      refuse("max_back_to_back", "a burst is sent back to back anyway",
             "take it out, or choose another shape");
    }
  }

 private:
  [[nodiscard]] workload::ShapeKind kind() const { return traffic_.shape.kind; }
  [[nodiscard]] bool carries_payload() const {
    const bool is_empty =
        traffic_.message_size.kind == workload::SizeKind::kFixed && traffic_.message_size.fixed == 0;
    return traffic_.verb != Verb::kRead && !is_empty;
  }
  [[nodiscard]] std::uint64_t longest_message() const {
    const workload::MessageSizes& sizes = traffic_.message_size;
    if (sizes.kind == workload::SizeKind::kFixed) return sizes.fixed;
    if (sizes.kind != workload::SizeKind::kTable) return sizes.max;
    return sizes.points.empty() ? 0 : sizes.points.back().bytes;
  }

  void refuse(std::string_view key, std::string what, std::string remedy) {
    faults_.add(traffic_.places.of(key), fmt::format("{}.{}", path_, key), std::move(what),
                std::move(remedy));
  }

  void check_framing() {
    const bool is_send = traffic_.verb == Verb::kSend || traffic_.verb == Verb::kSendWithImmediate;
    if (traffic_.framing == Framing::kUc && traffic_.verb == Verb::kRead) {
      refuse("verb", "unreliable connection knows no read", "choose another verb, or framing = \"rc\"");
    }
    if (traffic_.verb == Verb::kRead && traffic_.message_size.kind != workload::SizeKind::kFixed) {
      refuse(
          "message_size",
          "read requests of different sizes cannot be told apart: they carry no probe tag, and each takes as "
          "many PSNs as its response has packets",
          "give one size, or make an entry for each size");
    }
    if (traffic_.framing != Framing::kUd) return;
    if (!is_send) {
      refuse("verb", "unreliable datagram knows send and send_with_immediate only",
             "choose one of them, or another framing");
    }
    if (longest_message() > traffic_.path_mtu) {
      refuse("message_size",
             fmt::format(
                 "messages of up to {} B do not fit one packet of {} B, and unreliable datagram has no other",
                 longest_message(), traffic_.path_mtu),
             "send shorter messages, raise `path_mtu`, or choose another framing");
    }
  }

  void check_rate() {
    if (!workload::needs_rate(kind())) {
      for (const std::string_view key : {"rate", "rate_per"}) {
        if (!traffic_.places.written(key)) continue;
        refuse(key, "bursts go at line rate, how often follows from the shape: there is no rate to set",
               "take it out, or choose another shape");
      }
    } else if (!traffic_.rate && !traffic_.places.written("rate")) {
      faults_.add(traffic_.places.table, path_, "`rate` is missing, this shape needs one",
                  "add a rate such as rate = \"10 Gbit/s\" or rate = \"50 %\"");
    }
    for (const auto& [key, rate] :
         {std::pair{"rate", traffic_.rate}, std::pair{"catch_up_rate", traffic_.catch_up_rate},
          std::pair{"shape", traffic_.ramp_to}}) {
      if (!rate) continue;
      if (rate->unit == RateUnit::kBitsPayload && !carries_payload()) {
        refuse(key, "a rate of payload, and the packets carry none",
               "give the rate in packets, or in bits of layer 2");
      }
      if (!traffic_.rate || rate->unit == traffic_.rate->unit) continue;
      refuse(
          key,
          fmt::format("\"{}\" is not in the unit of rate = \"{}\"", to_text(*rate), to_text(*traffic_.rate)),
          "give both in one unit");
    }
    if (traffic_.rate && traffic_.catch_up_rate && traffic_.catch_up_rate->unit == traffic_.rate->unit &&
        traffic_.catch_up_rate->value <= traffic_.rate->value) {
      refuse("catch_up_rate", "it is not above `rate`: what is late would never be caught up with",
             "raise it");
    }
  }

  void check_pattern() {
    if (traffic_.hairpin && traffic_.pattern.across_places) {
      refuse("hairpin", "`hairpin` allows flows within a port, `across_ports` excludes them",
             "keep one of them");
    }
    if (traffic_.pattern.kind == workload::PatternKind::kRing && traffic_.places.written("to") &&
        !traffic_.from_endpoints.empty() && !traffic_.to_endpoints.empty() &&
        traffic_.to_endpoints != traffic_.from_endpoints) {
      refuse("to", "a ring goes through one set of endpoints", "take `to` out");
    }
    if (traffic_.allow_uncongested && traffic_.pattern.kind != workload::PatternKind::kIncast) {
      refuse("allow_uncongested", "only an incast is refused for congesting nothing", "take it out");
    }
  }

  const Traffic& traffic_;
  const std::string& path_;
  Faults& faults_;
};

}  // namespace

void check_traffic(const Traffic& traffic, const std::string& path, Faults& faults) {
  TrafficCheck{traffic, path, faults}.run();
}

}  // namespace profile
