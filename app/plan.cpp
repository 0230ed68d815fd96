#include "capture/pcapng_writer.hpp"
#include "commands.hpp"
#include "engine/first_frames.hpp"
#include "loading.hpp"
#include "output.hpp"
#include "plan/text.hpp"
#include "report/plan_json.hpp"

#include <fmt/core.h>

namespace app {
namespace {

/// Writes the first frames of the traffic, one interface a port of the testbed.
base::Status write_frames(const plan::Plan& plan, const Options& options, const Output& out) {
  capture::WriterOptions writer_options{.application = "rocestorm " ROCESTORM_VERSION,
                                        .comment = "PLANNED, NOTHING WAS SENT"};
  for (const plan::Port& port : plan.ports)
    writer_options.ports.push_back({.name = port.facts.name, .bits_per_second = port.speed.count()});
  auto writer = capture::PcapngWriter::create(options.pcap, std::move(writer_options));
  if (!writer) return tl::unexpected(std::move(writer).error());
  base::Status status;
  const std::uint64_t frames =
      engine::first_frames(plan, options.pcap_frames, [&](const engine::PlannedFrame& frame) {
        if (!status) return;
        status = writer->write({.port = frame.port,
                                .time = frame.at,
                                .direction = capture::Direction::kSent,
                                .frame = frame.bytes});
      });
  if (status) status = writer->close();
  if (!status) return status;
  out.text(fmt::format("{}: the first {} frames, as they would be sent\n", options.pcap, frames));
  if (const std::uint64_t flows = engine::flows_behind_gateways(plan); flows != 0) {
    out.text(fmt::format(
        "  {} flows pass a gateway, whose address only a run learns: 00:00:00:00:00:00 in their frames\n",
        flows));
  }
  return {};
}

}  // namespace

ExitCode execute_plan(const Options& options) {
  const Output out{options};
  const auto loaded = load(options);
  if (!loaded) return failed(out, loaded.error());
  const auto planned = make_plan(*loaded, options);
  if (!planned) return failed(out, planned.error());
  const plan::Plan* const plan = &planned->plan;
  out.text(plan::to_text(*plan));
  if (!options.pcap.empty()) {
    if (auto written = write_frames(*plan, options, out); !written) return failed(out, written.error());
  }
  if (auto written = out.json(report::plan_json(*plan)); !written) return failed(out, written.error());
  return ExitCode::kPass;
}

}  // namespace app
