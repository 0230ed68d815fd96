#include "frame/probe_tag.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <array>

namespace {

frame::ProbeTag some_tag() {
  return {.flow = 0x00c0ffee,
          .sequence = 0xfffffffe,
          .window = frame::Window::kWarmup,
          .attempt = 3,
          .sent_at = base::Time{0x0123456789abcdef}};
}

TEST(ProbeTag, LiesInTheFrameAsDocumented) {
  std::array<std::byte, frame::kTagBytes> bytes;
  frame::store_tag_words(bytes.data(), frame::tag_words(some_tag()));
  const std::uint8_t expected[] = {0x72, 0x01, 0,    0,    0x00, 0xc0, 0xff, 0xee, 0xff, 0xff, 0xff, 0xfe,
                                   0x00, 0x03, 0x00, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 2 || i == 3) continue;  // the check has a test of its own
    EXPECT_EQ(bytes[i], std::byte{expected[i]}) << "byte " << i;
  }
}

TEST(ProbeTag, ReadsWhatWasWritten) {
  base::Rng rng{3};
  for (int i = 0; i < 10'000; ++i) {
    const frame::ProbeTag tag{.flow = static_cast<std::uint32_t>(rng.next()),
                              .sequence = static_cast<std::uint32_t>(rng.next()),
                              .window = static_cast<frame::Window>(rng.below(2)),
                              .attempt = static_cast<std::uint8_t>(rng.next()),
                              .sent_at = base::Time{static_cast<std::int64_t>(rng.next() >> 1)}};
    ASSERT_EQ(frame::read_tag(frame::tag_words(tag)), tag);
  }
}

TEST(ProbeTag, SeesEverySingleFlippedBit) {
  base::Rng rng{5};
  for (int round = 0; round < 200; ++round) {
    frame::ProbeTag tag = some_tag();
    tag.sequence = static_cast<std::uint32_t>(rng.next());
    tag.sent_at = base::Time{static_cast<std::int64_t>(rng.next() >> 1)};
    const frame::TagWords words = frame::tag_words(tag);
    for (std::size_t bit = 0; bit < 192; ++bit) {
      frame::TagWords damaged = words;
      damaged.host[bit / 64] ^= 1ULL << (bit % 64);
      EXPECT_FALSE(frame::read_tag(damaged)) << "bit " << bit;
    }
  }
}

TEST(ProbeTag, TakesNoForeignPayloadForATag) {
  base::Rng rng{11};
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    frame::TagWords words{{rng.next(), rng.next(), rng.next()}};
    words.host[0] = (words.host[0] & 0x0000'ffff'ffff'ffff) | 0x7201'0000'0000'0000;
    taken += frame::read_tag(words).has_value() ? 1 : 0;
  }
  EXPECT_LE(taken, 12) << "one in 65536 of the payloads that start with our magic, at most";
  EXPECT_FALSE(frame::read_tag({{0, 0, 0}}));
}

}  // namespace
