/// \file
/// Values or the reasons why there is none: for set-up and input, never for packets.
///
///     base::Result<Profile> read_profile(std::string_view path);
///     auto profile = read_profile("incast.toml");
///     if (!profile) return tl::unexpected(std::move(profile).error());
///     return base::fail({.where = "incast.toml:12:8 [[traffic]] rate",
///                        .what = "42 Gbit/s is above the port's 25 Gbit/s",
///                        .remedy = "lower the rate, or give the port its true speed in the testbed"});
///
/// All faults are reported, not the first. Cost: allocates. Thread: plain values.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace base {

/// Who must act; decides the exit code (docs/architecture.md).
enum class ErrorKind {
  kInput,        ///< the user's profile, testbed or flags: exit 2
  kEnvironment,  ///< a device, a permission, a full disk: exit 3
  kInternal,     ///< ours: exit 6
};

struct Error {
  ErrorKind kind = ErrorKind::kInput;
  std::string where;   ///< "profile.toml:12:8 traffic[0].rate", or a device, or a file
  std::string what;    ///< one sentence: what was found and what was expected
  std::string remedy;  ///< one sentence: what to do; empty where nobody can know
};

/// One or more errors. Never empty.
using Errors = std::vector<Error>;

template <class T>
using Result = tl::expected<T, Errors>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Errors> fail(Error error) {
  Errors errors;
  errors.push_back(std::move(error));
  return tl::unexpected<Errors>(std::move(errors));
}

/// "where: what\n    remedy", one block an error.
[[nodiscard]] std::string to_text(const Errors& errors);

/// The worst kind among them: internal, then input, then environment (exit codes 6, 2, 3 in that order).
[[nodiscard]] ErrorKind worst_kind(const Errors& errors);

}  // namespace base
