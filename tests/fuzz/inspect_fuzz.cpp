/// \file
/// Captures looked into: whatever the bytes are, every frame is booked once.

#include "fuzz.hpp"

#include "inspect/analyze.hpp"

#include <cstdint>
#include <span>

namespace {

template <class Map>
std::uint64_t sum_of(const Map& counts) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts) {
    sum += count;
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  capture::Reader reader{std::as_bytes(std::span{data, size}), "fuzz"};
  const inspect::Report report = inspect::analyze(reader, "fuzz", {.flows_max = 8});
  const inspect::Totals& totals = report.totals;
  CHECK(totals.frames == totals.packets + sum_of(totals.other) + totals.truncated + totals.malformed,
        "{} frames", totals.frames);
  CHECK(totals.packets == totals.icrc_good + totals.icrc_bad + totals.icrc_unchecked, "{} packets",
        totals.packets);
  CHECK(totals.packets == sum_of(totals.by_opcode), "{} packets", totals.packets);
  std::uint64_t in_flows = totals.packets_beyond_flows;
  for (const inspect::FlowReport& flow : report.flows) {
    in_flows += flow.packets;
    CHECK(flow.psn.missing.low <= flow.psn.missing.high, "{} to {}", flow.psn.missing.low,
          flow.psn.missing.high);
    CHECK(flow.messages.size_unknown + flow.messages.bytes.count == flow.messages.complete, "{} messages",
          flow.messages.complete);
  }
  CHECK(totals.packets == in_flows, "{} packets, {} in flows", totals.packets, in_flows);
  return 0;
}
