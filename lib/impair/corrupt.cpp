#include "impair/corrupt.hpp"

#include "roce/icrc.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace impair {
namespace {

std::optional<std::size_t> position_of(const Flip& flip, std::size_t frame_bytes,
                                       const Identified& identified) {
  if (flip.anchor != Anchor::kFrame && !identified.identity.roce) return std::nullopt;
  const std::size_t start = [&]() -> std::size_t {
    switch (flip.anchor) {
      case Anchor::kFrame:
        return 0;
      case Anchor::kBth:
        return identified.layout.bth;
      case Anchor::kPayload:
        return identified.layout.payload;
      case Anchor::kIcrc:
        return identified.layout.icrc;
    }
    return frame_bytes;
  }();
  if (start >= frame_bytes || flip.offset >= frame_bytes - start) return std::nullopt;
  return start + flip.offset;
}

/// As many different bits as asked for, or all there are, between the BTH and the ICRC's end.
void flip_random_bits(std::span<std::byte> frame, std::uint32_t count, const Layout& layout, base::Rng& rng) {
  const std::uint64_t bits = 8 * (layout.icrc + roce::kIcrcBytes - layout.bth);
  std::vector<std::uint64_t> chosen;
  while (chosen.size() < std::min<std::uint64_t>(count, bits)) {
    const std::uint64_t bit = rng.below(bits);
    if (std::find(chosen.begin(), chosen.end(), bit) != chosen.end()) continue;
    chosen.push_back(bit);
    frame[layout.bth + bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  }
}

/// Nothing where the damage took the IP header's version or length: there is no packet left to have an ICRC.
void repair_icrc(std::span<std::byte> frame, const Layout& layout) {
  const auto packet = frame.subspan(layout.ip, layout.icrc - layout.ip);
  if (roce::icrc_head(packet).bytes == 0) return;
  roce::store_icrc(frame.data() + layout.icrc, roce::icrc(packet));
}

std::uint64_t differing_bits(std::span<const std::byte> a, std::span<const std::byte> b) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    bits += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned>(a[i] ^ b[i])));
  }
  return bits;
}

}  // namespace

std::uint64_t corrupt(std::span<std::byte> frame, const Corrupt& how, const Identified& identified,
                      base::Rng& rng) {
  const std::vector<std::byte> before{frame.begin(), frame.end()};
  for (const Flip& flip : how.flips) {
    if (const auto at = position_of(flip, frame.size(), identified)) {
      frame[*at] ^= static_cast<std::byte>(flip.mask);
    }
  }
  if (how.random_bits > 0 && identified.identity.roce) {
    flip_random_bits(frame, how.random_bits, identified.layout, rng);
  }
  const std::uint64_t bits = differing_bits(before, frame);
  if (bits > 0 && how.repair_icrc && identified.identity.roce) repair_icrc(frame, identified.layout);
  return bits;
}

}  // namespace impair
