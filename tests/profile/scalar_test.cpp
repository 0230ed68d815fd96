#include "profile/scalar.hpp"
#include "profile/suggest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using profile::Rate;
using profile::RateUnit;

TEST(Rate, ReadsEveryUnit) {
  EXPECT_EQ(profile::parse_rate("10 Gbit/s"), (Rate{RateUnit::kBitsL2, 10'000'000'000}));
  EXPECT_EQ(profile::parse_rate("10Gbps"), (Rate{RateUnit::kBitsL2, 10'000'000'000}));
  EXPECT_EQ(profile::parse_rate("10 Gbit/s L1"), (Rate{RateUnit::kBitsL1, 10'000'000'000}));
  EXPECT_EQ(profile::parse_rate("1.5G payload"), (Rate{RateUnit::kBitsPayload, 1'500'000'000}));
  EXPECT_EQ(profile::parse_rate("99.98 %"), (Rate{RateUnit::kShareOfPort, 999'800}));
  EXPECT_EQ(profile::parse_rate("1.5 Mpps"), (Rate{RateUnit::kPackets, 1'500'000}));
  EXPECT_EQ(profile::parse_rate("200 kmsg/s"), (Rate{RateUnit::kMessages, 200'000}));
  for (const char* text :
       {"", "10", "10 G L2", "10 GB/s", "-5 %", "1e9 bit/s", "10 Gbit/s L1 L1", "0.00001 %"}) {
    EXPECT_FALSE(profile::parse_rate(text)) << text;
  }
}

TEST(Rate, PrintsWhatItReads) {
  for (const Rate rate : {Rate{RateUnit::kBitsL1, 123'456'789}, Rate{RateUnit::kBitsL2, 1},
                          Rate{RateUnit::kBitsPayload, 25'000'000'000}, Rate{RateUnit::kShareOfPort, 1},
                          Rate{RateUnit::kShareOfPort, 1'000'000}, Rate{RateUnit::kPackets, 1'234},
                          Rate{RateUnit::kMessages, 1'000'001}}) {
    EXPECT_EQ(profile::parse_rate(profile::to_text(rate)), rate) << profile::to_text(rate);
  }
}

TEST(Suggest, MeasuresEdits) {
  EXPECT_EQ(profile::edit_distance("rate", "rate"), 0u);
  EXPECT_EQ(profile::edit_distance("", "rate"), 4u);
  EXPECT_EQ(profile::edit_distance("rat", "rate"), 1u);
  EXPECT_EQ(profile::edit_distance("raet", "rate"), 1u) << "neighbours exchanged are one edit";
  EXPECT_EQ(profile::edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggest, OffersTheNearestNameOrWhatThereIs) {
  constexpr std::string_view kNames[] = {"rate", "rate_per", "ttl", "verb"};
  EXPECT_EQ(profile::did_you_mean("rte", kNames), "did you mean `rate`?");
  EXPECT_EQ(profile::did_you_mean("rates_per", kNames), "did you mean `rate_per`?");
  EXPECT_EQ(profile::did_you_mean("wavelength", kNames), "known: `rate`, `rate_per`, `ttl`, `verb`");
  EXPECT_EQ(profile::did_you_mean("x", {}), "there is none");
  EXPECT_EQ(profile::did_you_mean(std::string(100'000, 'x'), kNames),
            "known: `rate`, `rate_per`, `ttl`, `verb`");
}

}  // namespace
