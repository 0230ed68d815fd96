#include "capture/options.hpp"

#include "capture/fields.hpp"

#include <algorithm>

namespace capture {
namespace {

constexpr std::size_t kOptionHeaderBytes = 4;
constexpr std::size_t kOptionLengthMax = 0xFFFF;

}  // namespace

std::optional<Bytes> find_option(Bytes options, ByteOrder order, std::uint16_t code) {
  while (options.size() >= kOptionHeaderBytes) {
    const FieldReader fields{options, order};
    const std::uint16_t found = fields.u16(0);
    const std::size_t length = fields.u16(2);
    if (found == option_code::kEnd || length > options.size() - kOptionHeaderBytes) return std::nullopt;
    if (found == code) return options.subspan(kOptionHeaderBytes, length);
    const std::size_t step = kOptionHeaderBytes + length + padding_after(length);
    options = options.subspan(std::min(step, options.size()));
  }
  return std::nullopt;
}

std::string as_text(Bytes value) {
  std::string text(value.size(), '\0');
  std::transform(value.begin(), value.end(), text.begin(), std::to_integer<char>);
  return text;
}

void OptionList::add(std::uint16_t code, Bytes value) {
  const Bytes kept = value.first(std::min(value.size(), kOptionLengthMax));
  FieldWriter out{bytes_, order_};
  out.u16(code);
  out.u16(static_cast<std::uint16_t>(kept.size()));
  out.bytes(kept);
  out.zeros(padding_after(kept.size()));
}

void OptionList::add_text(std::uint16_t code, std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::transform(text.begin(), text.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  add(code, bytes);
}

void OptionList::add_u8(std::uint16_t code, std::uint8_t value) {
  const auto byte = static_cast<std::byte>(value);
  add(code, Bytes{&byte, 1});
}

void OptionList::add_u32(std::uint16_t code, std::uint32_t value) {
  std::vector<std::byte> bytes;
  FieldWriter{bytes, order_}.u32(value);
  add(code, bytes);
}

void OptionList::add_u64(std::uint16_t code, std::uint64_t value) {
  std::vector<std::byte> bytes;
  FieldWriter{bytes, order_}.u64(value);
  add(code, bytes);
}

std::vector<std::byte> OptionList::closed() const {
  if (bytes_.empty()) return {};
  std::vector<std::byte> bytes = bytes_;
  FieldWriter out{bytes, order_};
  out.u16(option_code::kEnd);
  out.u16(0);
  return bytes;
}

}  // namespace capture
