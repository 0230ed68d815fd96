/// \file
/// What was copied aside during a run, as a pcapng file: `rocestorm run --capture FILE`.
///
///     auto written = run::write_capture("run.pcapng", plan, session->captured(), start_utc_ns);
///
/// One interface a port of the testbed, each frame with its direction and its time on the wall clock: the
/// run's time since the start, which the host's clock gave. Cost: a copy of all frames. Thread: control.
#pragma once

#include "base/error.hpp"
#include "plan/plan.hpp"
#include "port/capture_store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace run {

struct CaptureFile {
  std::string path;
  std::string application;        ///< "rocestorm 0.1.0"
  std::int64_t start_utc_ns = 0;  ///< of the run's time zero
};
[[nodiscard]] base::Status write_capture(const CaptureFile& file, const plan::Plan& plan,
                                         const port::CaptureStore& captured);

}  // namespace run
