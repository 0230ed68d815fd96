#include "capture/byte_source.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace capture {
namespace {

/// Read ahead: large against a system call's cost, small against any memory.
constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

std::string system_words(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace

base::Result<ByteSource> ByteSource::open(const std::string& path) {
  File file{std::fopen(path.c_str(), "rb")};
  if (file == nullptr) {
    return base::fail({.where = path,
                       .what = fmt::format("the capture cannot be opened: {}", system_words(errno)),
                       .remedy = "give the path of a readable .pcap or .pcapng file"});
  }
  return ByteSource{std::move(file)};
}

Bytes ByteSource::view(std::uint64_t offset, std::size_t length) {
  if (file_ == nullptr) {
    const std::size_t start = static_cast<std::size_t>(std::min<std::uint64_t>(offset, memory_.size()));
    return memory_.subspan(start, std::min(length, memory_.size() - start));
  }
  drop_before(offset);
  read_until(used_ + length);
  const std::size_t have = buffer_.size() - used_;
  return Bytes{buffer_}.subspan(used_, std::min(length, have));
}

void ByteSource::drop_before(std::uint64_t offset) {
  used_ = static_cast<std::size_t>(std::min<std::uint64_t>(offset - buffer_start_, buffer_.size()));
  if (used_ < kChunkBytes) return;  // moving the rest at each call would be quadratic
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
  buffer_start_ += used_;
  used_ = 0;
}

void ByteSource::read_until(std::size_t length) {
  while (buffer_.size() < length && failure_.empty() && std::feof(file_.get()) == 0) {
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kChunkBytes);
    const std::size_t got = std::fread(buffer_.data() + before, 1, kChunkBytes, file_.get());
    if (got < kChunkBytes && std::ferror(file_.get()) != 0) failure_ = system_words(errno);
    buffer_.resize(before + got);
  }
}

}  // namespace capture
