#include "run/utc.hpp"

#include <fmt/core.h>
#include <ctime>

namespace run {
namespace {

struct Now {
  std::tm date{};
  long ms = 0;
};

Now now() {
  std::timespec time{};
  std::timespec_get(&time, TIME_UTC);
  Now now{.ms = time.tv_nsec / 1'000'000};
  gmtime_r(&time.tv_sec, &now.date);
  return now;
}

}  // namespace

std::string utc_now() {
  const Now n = now();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", n.date.tm_year + 1900, n.date.tm_mon + 1,
                     n.date.tm_mday, n.date.tm_hour, n.date.tm_min, n.date.tm_sec, n.ms);
}

std::int64_t utc_ns() {
  std::timespec time{};
  std::timespec_get(&time, TIME_UTC);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::string utc_stamp() {
  const Now n = now();
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", n.date.tm_year + 1900, n.date.tm_mon + 1,
                     n.date.tm_mday, n.date.tm_hour, n.date.tm_min, n.date.tm_sec);
}

}  // namespace run
