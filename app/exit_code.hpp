/// \file
/// What the program's exit status means, and which of several it is.
///
/// SPEC: docs/architecture.md, exit codes. Thread: plain values.
#pragma once

#include "base/error.hpp"

#include <cstdint>

namespace app {

enum class ExitCode : std::uint8_t {
  kPass = 0,
  kFail = 1,         ///< an expectation failed
  kBadInput = 2,     ///< profile, testbed or command line
  kEnvironment = 3,  ///< a device, a permission, a full disk
  kInterrupted = 4,
  kInconclusive = 5,
  kInternal = 6,  ///< ours
};

[[nodiscard]] constexpr int to_int(ExitCode code) {
  return static_cast<int>(code);
}

/// Of several the worst: 6, 2, 3, 4, 1, 5, 0.
[[nodiscard]] constexpr ExitCode worst(ExitCode a, ExitCode b) {
  constexpr ExitCode kOrder[] = {ExitCode::kInternal,    ExitCode::kBadInput, ExitCode::kEnvironment,
                                 ExitCode::kInterrupted, ExitCode::kFail,     ExitCode::kInconclusive};
  for (const ExitCode code : kOrder) {
    if (a == code || b == code) return code;
  }
  return ExitCode::kPass;
}
static_assert(worst(ExitCode::kFail, ExitCode::kInconclusive) == ExitCode::kFail);
static_assert(worst(ExitCode::kBadInput, ExitCode::kEnvironment) == ExitCode::kBadInput);

[[nodiscard]] inline ExitCode exit_code_of(const base::Errors& errors) {
  switch (base::worst_kind(errors)) {
    case base::ErrorKind::kInput:
      return ExitCode::kBadInput;
    case base::ErrorKind::kEnvironment:
      return ExitCode::kEnvironment;
    case base::ErrorKind::kInternal:
      return ExitCode::kInternal;
  }
  return ExitCode::kInternal;
}

}  // namespace app
