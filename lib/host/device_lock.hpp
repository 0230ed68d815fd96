/// \file
/// One tester a device: a lock that ends with its process, however that ends.
///
///     auto lock = host::DeviceLock::take("0000:3b:00.0");
///     if (!lock) return tl::unexpected(std::move(lock).error());   // says which process holds it
///
/// It is an flock on a small file that holds its owner's process number. The file stays: removing it would
/// let two owners lock two files of one name. Cost: set-up only. Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "host/file_descriptor.hpp"

#include <filesystem>
#include <string_view>

namespace host {

/// /run/rocestorm for root, else below $XDG_RUNTIME_DIR, else below the temporary folder, per user.
[[nodiscard]] std::filesystem::path runtime_folder();

class DeviceLock {
 public:
  /// `device` is any text that names the device the same way for every tester on this host.
  [[nodiscard]] static base::Result<DeviceLock> take(std::string_view device,
                                                     const std::filesystem::path& folder = runtime_folder());

 private:
  explicit DeviceLock(FileDescriptor file) : file_{std::move(file)} {}

  FileDescriptor file_;
};

}  // namespace host
