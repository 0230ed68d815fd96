/// \file
/// Durations, sizes and rates as users write them: what is read prints as a text that is read as the same.

#include "fuzz.hpp"

#include "base/quantity.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace {

template <class Value, class Parse>
void read_print_read(std::string_view text, Parse parse) {
  Value first{};
  if (!parse(text, first)) return;
  Value second{};
  const std::string printed = base::to_text(first);
  CHECK(parse(printed, second), "'{}' printed as '{}', which is not read", text, printed);
  CHECK(first == second, "'{}' printed as '{}', which is another value", text, printed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_print_read<base::Duration>(text, base::parse_duration);
  read_print_read<base::Bytes>(text, base::parse_bytes);
  read_print_read<base::BitsPerSec>(text, base::parse_bits_per_sec);
  read_print_read<base::PacketsPerSec>(text, base::parse_packets_per_sec);
  return 0;
}
