#include "frame/icrc_fold.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <array>
#include <cstring>
#include <vector>

namespace {

TEST(WordSum, OfARegisterAndChangedWordsIsTheRegisterOfTheWholeMessage) {
  base::Rng rng{1};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::byte> message(100 + rng.below(4000));
    for (auto& byte : message)
      byte = static_cast<std::byte>(rng.next());
    constexpr std::size_t kReference = 100;
    std::memset(message.data() + kReference, 0, message.size() - kReference);
    std::vector<std::byte> blank = message;
    frame::WordSum sum;
    for (std::size_t fields = 1 + rng.below(4); fields != 0; --fields) {
      const std::size_t field = rng.below(kReference - 4);
      std::uint32_t word = 0;
      std::memcpy(&word, blank.data() + field, 4);  // 0 where another field was before: then it adds nothing
      std::memset(blank.data() + field, 0, 4);
      sum.add(word, frame::word_factor(message.size() - field - 4));
    }
    const auto before = std::span<const std::byte>{blank}.first(kReference);
    sum.add(roce::crc_update_plain(0xffffffff, before), frame::register_factor(message.size() - kReference));
    EXPECT_EQ(sum.value(), roce::crc_update_plain(0xffffffff, message)) << "round " << round;
  }
}

TEST(WordSum, BeginsAtZero) {
  EXPECT_EQ(frame::WordSum{}.value(), 0U);
}

}  // namespace
