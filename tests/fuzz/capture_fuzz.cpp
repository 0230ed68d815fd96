/// \file
/// Capture files: whatever the bytes are, reading ends, stays within them, and gives back what was whole.

#include "fuzz.hpp"

#include "capture/encode.hpp"
#include "capture/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const capture::Bytes file = std::as_bytes(std::span{data, size});
  capture::Reader reader{file, "fuzz"};
  std::vector<std::byte> written_back;
  while (const auto item = reader.next()) {
    capture::encode(*item, reader.order(), written_back);
    if (const auto* record = std::get_if<capture::Record>(&*item)) {
      CHECK(record->interface < reader.interfaces().size(), "interface {} of {}", record->interface,
            reader.interfaces().size());
      CHECK(!record->time || record->time->picoseconds < capture::kPicosecondsPerSecond, "a time of {} ps",
            record->time->picoseconds);
    }
  }
  CHECK(written_back.size() <= size && std::equal(written_back.begin(), written_back.end(), file.begin()),
        "{} bytes read, written back as {} others", size, written_back.size());
  CHECK(written_back.size() == size || reader.fault(), "{} of {} bytes read, and no fault",
        written_back.size(), size);
  return 0;
}
