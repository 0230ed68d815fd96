#include "host/cpus.hpp"

#include <gtest/gtest.h>

namespace {

using Numbers = std::vector<std::uint32_t>;

TEST(CpuList, ReadsRangesAndSingles) {
  EXPECT_EQ(host::parse_cpu_list("0-3,8,10-11\n"), (Numbers{0, 1, 2, 3, 8, 10, 11}));
  EXPECT_EQ(host::parse_cpu_list("5"), Numbers{5});
  EXPECT_EQ(host::parse_cpu_list("\n"), Numbers{});
}

TEST(CpuList, RefusesWhatIsNoList) {
  EXPECT_EQ(host::parse_cpu_list("3-1"), std::nullopt);
  EXPECT_EQ(host::parse_cpu_list("0-"), std::nullopt);
  EXPECT_EQ(host::parse_cpu_list("a"), std::nullopt);
  EXPECT_EQ(host::parse_cpu_list("0,,1"), std::nullopt);
  EXPECT_EQ(host::parse_cpu_list("0-4294967295"), std::nullopt);
}

TEST(CpuModel, IsTheFirstOfTheText) {
  EXPECT_EQ(
      host::parse_cpu_model("processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9354P\nstepping\t: 1\n"
                            "processor\t: 1\nmodel name\t: other\n"),
      "AMD EPYC 9354P");
  EXPECT_EQ(host::parse_cpu_model("processor : 0\n"), "");
}

TEST(Cpu, ThisMachineHasOneThatWeMayUse) {
  EXPECT_FALSE(host::cpu().online.empty());
  EXPECT_FALSE(host::cpu().allowed.empty());
}

TEST(Schedstat, ThreeFieldsInNanoseconds) {
  const auto times = host::parse_schedstat("509227 1200 17\n");
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->on_cpu, base::nanoseconds(509'227));
  EXPECT_EQ(times->waiting, base::nanoseconds(1'200));
  EXPECT_EQ(times->slices, 17U);
  EXPECT_FALSE(host::parse_schedstat("509227 1200").has_value());
  EXPECT_FALSE(host::parse_schedstat("").has_value());
}

TEST(Schedstat, OwnThreadHasRun) {
  const auto times = host::thread_times(host::own_thread_id());
  ASSERT_TRUE(times.has_value());
  EXPECT_GE(times->slices, 1U);
}

TEST(StolenTime, IsTheEighthFieldInTicks) {
  // Recorded on a KVM guest.
  const auto stolen = host::parse_stolen(
      "cpu  10396 0 6328 351800 2123 0 131 311 0 0\n"
      "cpu0 4245 0 2541 178458 81 0 16 145 0 0\n"
      "cpu1 6150 0 3786 173341 2042 0 115 166 0 0\n"
      "intr 1 2 3\nctxt 5\n",
      100);
  ASSERT_EQ(stolen.size(), 2U);
  EXPECT_EQ(stolen[0].cpu, 0U);
  EXPECT_EQ(stolen[0].stolen, base::milliseconds(1'450));
  EXPECT_EQ(stolen[1].cpu, 1U);
  EXPECT_EQ(stolen[1].stolen, base::milliseconds(1'660));
}

}  // namespace
