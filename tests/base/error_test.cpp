#include "base/error.hpp"
#include "base/check.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Error, SaysWhereWhatAndWhatToDo) {
  const base::Status status =
      base::fail({.where = "a.toml:3:1", .what = "no such key 'rtae'", .remedy = "did you mean 'rate'?"});
  ASSERT_FALSE(status);
  EXPECT_EQ(base::to_text(status.error()), "a.toml:3:1: no such key 'rtae'\n    did you mean 'rate'?\n");
}

TEST(Error, WorstKindFollowsTheOrderOfExitCodes) {
  using enum base::ErrorKind;
  base::Errors errors(3);
  errors[0].kind = kEnvironment;
  errors[1].kind = kEnvironment;
  errors[2].kind = kEnvironment;
  EXPECT_EQ(base::worst_kind(errors), kEnvironment);
  errors[1].kind = kInput;
  EXPECT_EQ(base::worst_kind(errors), kInput);
  errors[2].kind = kInternal;
  EXPECT_EQ(base::worst_kind(errors), kInternal);
}

TEST(CheckDeathTest, RunsTheHandlerAndExitsWithSix) {
  EXPECT_EXIT(
      {
        base::set_check_handler([](const std::string&) { std::fputs("partial report\n", stderr); });
        CHECK(1 + 1 == 3, "arithmetic of {}", "ours");
      },
      testing::ExitedWithCode(6), "arithmetic of ours \\(1 \\+ 1 == 3\\)\npartial report");
}

}  // namespace
