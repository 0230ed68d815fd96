#include "frame/lay_whole.hpp"

#include "base/rng.hpp"
#include "roce/icrc.hpp"
#include "wire/primed.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace frame {

void fill_generated(std::span<std::byte> bytes, std::uint64_t address, std::uint32_t remote_key) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::uint64_t place = address + at;
    base::Rng word{(place & ~std::uint64_t{7}) ^ (static_cast<std::uint64_t>(remote_key) << 32)};
    const std::uint64_t pattern = word.next();
    const std::size_t first = place & 7;
    const std::size_t count = std::min(bytes.size() - at, 8 - first);
    for (std::size_t i = 0; i < count; ++i)
      bytes[at + i] = static_cast<std::byte>(pattern >> (8 * (first + i)));
    at += count;
  }
}

namespace detail {

void finish_whole(std::byte* end, std::byte* trailer, const PartLayout& part, const PacketFields& fields,
                  const WholePayload& payload) {
  if (payload.source == wire::PayloadSource::kFree) {
    fill_generated({end, fields.payload_bytes}, payload.address, payload.remote_key);
  } else if (!payload.tagged) {
    // The bytes where a tag stood before are not primed any more.
    const std::size_t start = std::min<std::size_t>(fields.payload_bytes, kTagBytes);
    for (std::size_t i = 0; i < start; ++i)
      end[i] = wire::primed_byte(payload.source, i);
  }
  if (payload.tagged) store_tag_words(end, tag_words(fields.tag));
  const std::uint32_t pad = (0U - fields.payload_bytes) & 3U;
  std::fill_n(trailer, pad, std::byte{0});
  const std::size_t before_ip = part.ip_length_back + (part.ip_checksum_back != 0 ? 2U : 4U);
  const std::span<const std::byte> covered{end - before_ip, before_ip + fields.payload_bytes + pad};
  roce::store_icrc(trailer + pad, roce::icrc(covered));
}

}  // namespace detail

void relay_tag(std::byte* end, std::byte* trailer, const PartLayout& part, std::uint32_t payload_bytes,
               const ProbeTag& tag) {
  std::array<std::uint32_t, kTagBytes / 4> before{};
  std::array<std::uint32_t, kTagBytes / 4> after{};
  std::memcpy(before.data(), end, kTagBytes);
  store_tag_words(end, tag_words(tag));
  std::memcpy(after.data(), end, kTagBytes);
  constexpr std::array<std::uint32_t, kTagBytes / 4> kFactors{
      word_factor(20), word_factor(16), word_factor(12), word_factor(8), word_factor(4), word_factor(0)};
  WordSum at_tag_end;
  for (std::size_t i = 0; i < kFactors.size(); ++i)
    at_tag_end.add(before[i] ^ after[i], kFactors[i]);
  WordSum change;
  change.add(at_tag_end.value(), part.rows[payload_bytes].base_factor);
  std::byte* const icrc = trailer + ((0U - payload_bytes) & 3U);
  roce::store_icrc(icrc, roce::load_icrc(icrc) ^ change.value());
}

}  // namespace frame
