#include "run/utc.hpp"

#include <fmt/core.h>
#include <ctime>
#include <optional>

namespace run {
namespace {

struct Now {
  std::tm date{};
  long ms = 0;
};

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

Now date_of(std::int64_t utc_ns) {
  Now now{.ms = utc_ns % kNsPerSecond / 1'000'000};
  const std::time_t seconds = utc_ns / kNsPerSecond;
  gmtime_r(&seconds, &now.date);
  return now;
}

Now now() {
  return date_of(utc_ns());
}

std::string text_of(const Now& n) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", n.date.tm_year + 1900, n.date.tm_mon + 1,
                     n.date.tm_mday, n.date.tm_hour, n.date.tm_min, n.date.tm_sec, n.ms);
}

/// Digits only, as many as asked; -1 otherwise.
int number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (const char digit : text.substr(at, digits)) {
    if (digit < '0' || digit > '9') return -1;
    value = value * 10 + (digit - '0');
  }
  return value;
}

/// ".5" is 500,000,000 ns; empty where it is no fraction.
std::optional<std::int64_t> fraction_ns(std::string_view text) {
  if (text.empty()) return 0;
  const std::size_t digits = text.size() - 1;
  if (text[0] != '.' || digits == 0 || digits > 9) return std::nullopt;
  std::int64_t ns = number(text, 1, digits);
  if (ns < 0) return std::nullopt;
  for (std::size_t i = digits; i < 9; ++i)
    ns *= 10;
  return ns;
}

std::optional<std::int64_t> read_utc(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() < kForm.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0' && text[i] != kForm[i]) return std::nullopt;
  }
  std::tm date{.tm_sec = number(text, 17, 2),
               .tm_min = number(text, 14, 2),
               .tm_hour = number(text, 11, 2),
               .tm_mday = number(text, 8, 2),
               .tm_mon = number(text, 5, 2) - 1,
               .tm_year = number(text, 0, 4) - 1900};
  const std::tm asked = date;
  if (asked.tm_year < 70 || asked.tm_year > 299) return std::nullopt;
  const std::time_t seconds = timegm(&date);
  // What timegm had to mend was no date: 30 February, 24:00, a digit that is none.
  if (date.tm_sec != asked.tm_sec || date.tm_min != asked.tm_min || date.tm_hour != asked.tm_hour ||
      date.tm_mday != asked.tm_mday || date.tm_mon != asked.tm_mon || date.tm_year != asked.tm_year) {
    return std::nullopt;
  }
  const auto fraction = fraction_ns(text.substr(kForm.size(), text.size() - kForm.size() - 1));
  if (!fraction) return std::nullopt;
  return std::int64_t{seconds} * kNsPerSecond + *fraction;
}

}  // namespace

std::string utc_now() {
  return text_of(now());
}

std::string utc_text(std::int64_t utc_ns) {
  return text_of(date_of(utc_ns));
}

std::int64_t utc_ns() {
  std::timespec time{};
  std::timespec_get(&time, TIME_UTC);
  return static_cast<std::int64_t>(time.tv_sec) * kNsPerSecond + time.tv_nsec;
}

std::string utc_stamp() {
  const Now n = now();
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", n.date.tm_year + 1900, n.date.tm_mon + 1,
                     n.date.tm_mday, n.date.tm_hour, n.date.tm_min, n.date.tm_sec);
}

base::Result<std::int64_t> parse_utc(std::string_view text) {
  if (const auto read = read_utc(text)) return *read;
  return base::fail({.where = std::string{text},
                     .what = "is no time of the form 2026-01-31T12:00:00Z",
                     .remedy = "give date and time in UTC, with the letter Z at the end"});
}

}  // namespace run
