#include "port/capture_store.hpp"

#include <algorithm>
#include <cstring>

namespace port {

void CaptureStore::add(CapturedFrame frame, std::span<const std::byte> bytes, std::uint32_t length) {
  const std::uint64_t place = next_.fetch_add(1, std::memory_order_relaxed);
  if (place >= entries_.size()) return;
  const auto kept = bytes.first(std::min(bytes.size(), frame_bytes_));
  std::byte* const to = bytes_.data() + place * frame_bytes_;
  std::memcpy(to, kept.data(), kept.size());
  frame.length = length;
  frame.bytes = {to, kept.size()};
  entries_[place] = frame;
}

std::vector<CapturedFrame> CaptureStore::frames() const {
  const auto count = std::min<std::uint64_t>(next_.load(std::memory_order_relaxed), entries_.size());
  std::vector<CapturedFrame> frames{entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(count)};
  std::stable_sort(frames.begin(), frames.end(),
                   [](const CapturedFrame& a, const CapturedFrame& b) { return a.at < b.at; });
  return frames;
}

std::uint64_t CaptureStore::left_out() const {
  const std::uint64_t offered = next_.load(std::memory_order_relaxed);
  return offered - std::min<std::uint64_t>(offered, entries_.size());
}

}  // namespace port
