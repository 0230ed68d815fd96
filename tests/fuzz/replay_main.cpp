/// \file
/// Runs a fuzz target over its corpus without libFuzzer: each file whole, cut short at every length up to
/// 2048 bytes, and with each of those bytes' bits turned over. So that every compiler and sanitizer build
/// sees it.
///
///     replay_capture tests/fuzz/corpus/capture
///
/// Exits 1 where there is no file, so that a lost corpus is noticed.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kVariedBytes = 2048;

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::vector<char> text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  return {text.begin(), text.end()};
}

/// A copy of exactly `size` bytes, so that a read beyond the end is a read beyond an allocation.
void run_exact(const std::vector<std::uint8_t>& bytes, std::size_t size) {
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(std::vector<std::uint8_t> bytes) {
  run_exact(bytes, bytes.size());
  const std::size_t varied = std::min(bytes.size(), kVariedBytes);
  for (std::size_t size = 0; size < varied; ++size) {
    run_exact(bytes, size);
  }
  for (std::size_t at = 0; at < varied; ++at) {
    bytes[at] = static_cast<std::uint8_t>(~bytes[at]);
    run_exact(bytes, bytes.size());
    bytes[at] = static_cast<std::uint8_t>(~bytes[at]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{argv[1]}) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    replay(read_file(path));
  }
  std::printf("%zu files replayed\n", files.size());
  return files.empty() ? 1 : 0;
}
