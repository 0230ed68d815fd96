#include "host/device_lock.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdlib>
#include <optional>

namespace {

class DeviceLock : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "lock-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(DeviceLock, IsRefusedWithTheNameOfItsHolder) {
  const auto first = host::DeviceLock::take("0000:3b:00.0", folder_);
  ASSERT_TRUE(first.has_value());
  const auto second = host::DeviceLock::take("0000:3b:00.0", folder_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().front().where, "0000:3b:00.0");
  EXPECT_EQ(second.error().front().what, fmt::format("in use by process {} (unit_host)", getpid()));
  EXPECT_EQ(second.error().front().kind, base::ErrorKind::kEnvironment);
}

TEST_F(DeviceLock, IsFreeAgainWhenItsOwnerGoes) {
  {
    const auto first = host::DeviceLock::take("veth0", folder_);
    ASSERT_TRUE(first.has_value());
    EXPECT_TRUE(host::DeviceLock::take("veth1", folder_).has_value());
  }
  EXPECT_TRUE(host::DeviceLock::take("veth0", folder_).has_value());
}

TEST_F(DeviceLock, NameOfTheDeviceCannotLeaveTheFolder) {
  ASSERT_TRUE(host::DeviceLock::take("../../etc/x y", folder_).has_value());
  EXPECT_TRUE(std::filesystem::exists(folder_ / ".._.._etc_x_y.lock"));
}

TEST_F(DeviceLock, SaysWhichFileItCouldNotMake) {
  const auto lock = host::DeviceLock::take("veth0", "/proc/no-such-folder");
  ASSERT_FALSE(lock.has_value());
  EXPECT_NE(lock.error().front().what.find("/proc/no-such-folder/veth0.lock"), std::string::npos)
      << base::to_text(lock.error());
}

}  // namespace
