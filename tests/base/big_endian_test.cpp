#include "base/big_endian.hpp"

#include <gtest/gtest.h>
#include <cstring>

namespace {

TEST(BigEndian, LiesMostSignificantByteFirst) {
  const base::Be32 number{0x01020304};
  const unsigned char expected[] = {1, 2, 3, 4};
  EXPECT_EQ(std::memcmp(&number, expected, 4), 0);
  EXPECT_EQ(number.value(), 0x01020304u);
}

TEST(BigEndian, KeepsTheLow24BitsOfAQueuePairNumber) {
  EXPECT_EQ(base::Be24{0xffabcdef}.value(), 0xabcdefu);
}

TEST(BigEndian, RoundTripsTheLargestValues) {
  EXPECT_EQ(base::Be64{~0ULL}.value(), ~0ULL);
  EXPECT_EQ(base::Be16{0xfffe}.value(), 0xfffe);
}

}  // namespace
