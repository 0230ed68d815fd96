// DPDK's environment itself, and the words of its drivers.
#include "port/eal.hpp"

#include "port/driver_log.hpp"
#include "shared_eal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <cstdio>

namespace {

TEST(Eal, CanBeStartedOnceInAProcess) {
  EXPECT_NE(test::shared_eal().describe().find("512 MiB in ordinary pages"), std::string::npos)
      << test::shared_eal().describe();
  const auto second = port::Eal::start({.huge_pages = false});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().front().what, "is started twice in one process");
  EXPECT_EQ(second.error().front().kind, base::ErrorKind::kInternal);
}

TEST(Eal, LooksAtNoPciDeviceThatIsNotNamed) {
  const auto& arguments = test::shared_eal().arguments();
  EXPECT_NE(std::find(arguments.begin(), arguments.end(), "--no-pci"), arguments.end());
}

TEST(Eal, KnowsTheClocksRateWithABound) {
  const port::TscRate rate = test::shared_eal().tsc();
  EXPECT_GT(rate.hz, 100'000'000U);
  // Two readings of at most some microseconds' doubt, 100 ms apart; a core that is taken away adds to it.
  EXPECT_LT(rate.error_ppb, 1'000'000U);
}

TEST(DriverLog, KeepsWholeLinesSinceAMark) {
  port::DriverLog log;
  std::fputs("PMD: first\n", log.stream());
  const auto mark = log.mark();
  std::fputs("PMD: sec", log.stream());
  std::fputs("ond\nPMD: third\n\nunfinished", log.stream());
  EXPECT_EQ(log.since(mark), "PMD: second; PMD: third");
  EXPECT_EQ(log.since(log.mark()), "");
}

TEST(DriverLog, ForgetsTheOldest) {
  port::DriverLog log;
  for (int i = 0; i < 1000; ++i)
    std::fputs(fmt::format("line {}\n", i).c_str(), log.stream());
  EXPECT_EQ(log.since(0).substr(0, 18), "line 744; line 745");
}

}  // namespace
