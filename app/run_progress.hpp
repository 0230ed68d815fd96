/// \file
/// What a run says once a second: time, rates of that second, what is missing so far, CE marks, lateness.
///
///     app::RunProgress said;
///     line.show(said.text(session.progress()));
///
/// Rates are layer 2 with FCS, of all frames. Missing: sequence numbers jumped over so far, lost or late; CE:
/// share of what was received; both of the measured window. Late: from due time to hand-over, mean of the
/// frames since the last line. A number that is not known yet is "-". Thread: main.
#pragma once

#include "run/session.hpp"

#include <cstdint>
#include <string>

namespace app {

class RunProgress {
 public:
  [[nodiscard]] std::string text(const run::Progress& progress);

 private:
  struct Sums {
    base::Time at;  ///< when the workers answered, the last of them
    std::uint64_t frames_sent = 0;
    std::uint64_t bytes_sent = 0;  ///< with FCS
    std::uint64_t bytes_received = 0;
    std::int64_t lateness_ps = 0;
  };
  Sums last_;
};

}  // namespace app
