#include "frame/icrc_fold.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <array>
#include <cstring>
#include <vector>

namespace {

TEST(IcrcFold, ChangedFieldsAndTrailingZerosGiveTheRegisterOfTheWholeMessage) {
  base::Rng rng{1};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::byte> message(100 + rng.below(4000));
    for (auto& byte : message)
      byte = static_cast<std::byte>(rng.next());
    constexpr std::size_t kReference = 100;
    const std::size_t field = rng.below(kReference - 8);
    std::vector<std::byte> blank = message;
    std::memset(blank.data() + field, 0, 8);
    std::memset(message.data() + kReference, 0, message.size() - kReference);
    const auto before = std::span<const std::byte>{blank}.first(kReference);
    frame::IcrcSum sum{roce::crc_update_plain(0xffffffff, before)};
    std::uint64_t word = 0;
    std::memcpy(&word, message.data() + field, 8);
    sum.add(word, frame::word_factor(kReference - field - 8));
    EXPECT_EQ(sum.value(),
              roce::crc_update_plain(0xffffffff, std::span<const std::byte>{message}.first(kReference)));
    const frame::ShiftFactors shift = frame::shift_factors(message.size() - kReference);
    EXPECT_EQ(sum.shifted_by(shift.low, shift.high), roce::crc_update_plain(0xffffffff, message));
  }
}

}  // namespace
