#include "wire/flow_control.hpp"
#include "support/hex.hpp"

#include <gtest/gtest.h>

namespace {

using support::hex;

const auto kOwn = wire::MacAddress::from_value(0x0200'0000'0007);

TEST(PfcFrame, HasTheLayoutOfTheStandard) {
  const auto frame =
      wire::make_pfc_frame(kOwn, {.enabled = 0x09, .quanta = {0x0102, 0, 0, 0xffff, 0, 0, 0, 0}});
  auto expected = hex("0180c2000001 020000000007 8808 0101 0009 0102 0000 0000 ffff 0000 0000 0000 0000");
  expected.resize(60);
  EXPECT_TRUE(std::ranges::equal(frame, expected));
}

TEST(PfcFrame, ReadsBackWhatWasWritten) {
  const wire::Pfc pfc{.enabled = 0xa5, .quanta = {1, 2, 3, 4, 5, 6, 7, 0xffff}};
  EXPECT_EQ(wire::parse_pfc(wire::make_pfc_frame(kOwn, pfc)), pfc);
}

TEST(PauseFrame, HasTheLayoutOfTheStandard) {
  auto expected = hex("0180c2000001 020000000007 8808 0001 1234");
  expected.resize(60);
  EXPECT_TRUE(std::ranges::equal(wire::make_pause_frame(kOwn, 0x1234), expected));
  EXPECT_EQ(wire::parse_pause(wire::make_pause_frame(kOwn, 0x1234)), 0x1234);
}

TEST(FlowControl, TellsTheTwoKindsApartAndRefusesShortFrames) {
  const auto pfc = wire::make_pfc_frame(kOwn, {.enabled = 1});
  const auto pause = wire::make_pause_frame(kOwn, 1);
  EXPECT_FALSE(wire::parse_pause(pfc));
  EXPECT_FALSE(wire::parse_pfc(pause));
  EXPECT_TRUE(wire::parse_pfc(std::span{pfc}.first(34)));
  EXPECT_FALSE(wire::parse_pfc(std::span{pfc}.first(33)));
  EXPECT_FALSE(wire::parse_pause(std::span{pause}.first(17)));
}

TEST(Quanta, LastAsTheStandardSays) {
  constexpr std::uint64_t kGbit = 1'000'000'000;
  EXPECT_EQ(wire::quanta_time(1, base::BitsPerSec{10 * kGbit}), base::picoseconds(51'200));
  EXPECT_EQ(wire::quanta_time(1, base::BitsPerSec{400 * kGbit}), base::picoseconds(1'280));
  EXPECT_EQ(wire::quanta_time(0xffff, base::BitsPerSec{100 * kGbit}), base::picoseconds(335'539'200));
}

}  // namespace
