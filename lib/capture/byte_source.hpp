/// \file
/// The bytes of a capture, from memory or from a file that may be larger than memory.
///
///     auto source = capture::ByteSource::open("lab.pcapng");
///     const Bytes head = source->view(0, 24);   // shorter where the file ends
///
/// A file is read forwards with a sliding buffer, so a pipe serves too. Cost: one copy of the file's bytes.
/// Thread: one owner. Private to `capture`.
#pragma once

#include "base/error.hpp"
#include "capture/item.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace capture {

class ByteSource {
 public:
  /// Bytes that outlive the source.
  explicit ByteSource(Bytes memory) : memory_{memory} {}
  [[nodiscard]] static base::Result<ByteSource> open(const std::string& path);

  /// `length` bytes from `offset` on, fewer where the source ends. Valid until the next call; `offset` never
  /// goes back, nor further than the end of what was viewed before.
  [[nodiscard]] Bytes view(std::uint64_t offset, std::size_t length);

  /// The system's own words where reading failed (not: where the file ended); empty if all was well.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  explicit ByteSource(File file) : file_{std::move(file)} {}
  void drop_before(std::uint64_t offset);
  void read_until(std::size_t length);

  Bytes memory_;  ///< the whole source where file_ is null
  File file_;
  std::vector<std::byte> buffer_;  ///< file bytes from buffer_start_ on
  std::uint64_t buffer_start_ = 0;
  std::size_t used_ = 0;  ///< bytes of buffer_ that are before the last view
  std::string failure_;
};

}  // namespace capture
