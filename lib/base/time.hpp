/// \file
/// Points in time and spans between them, in whole picoseconds.
///
/// One byte at 10 Gbit/s .. 1.6 Tbit/s is a whole number of picoseconds (800 .. 5), so schedules add up
/// without rounding. A signed 64-bit count reaches 106 days, more than the longest soak.
///
///     const base::Time due = start + base::microseconds(3) * 7;
///     if (now > due) lateness.add(now - due);
///
/// Cost: one 64-bit integer. Thread: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace base {

/// A span of time in picoseconds; may be negative.
class Duration {
 public:
  constexpr Duration() = default;
  constexpr explicit Duration(std::int64_t picoseconds) : ps_{picoseconds} {}

  [[nodiscard]] constexpr std::int64_t ps() const { return ps_; }
  /// Whole nanoseconds, rounded towards zero.
  [[nodiscard]] constexpr std::int64_t ns() const { return ps_ / 1000; }
  /// For printing only: nothing that decides may use floating point.
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(ps_) * 1e-12; }

  constexpr Duration& operator+=(Duration other) {
    ps_ += other.ps_;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    ps_ -= other.ps_;
    return *this;
  }
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration{a.ps_ + b.ps_}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration{a.ps_ - b.ps_}; }
  friend constexpr Duration operator*(Duration a, std::int64_t times) { return Duration{a.ps_ * times}; }
  friend constexpr Duration operator/(Duration a, std::int64_t parts) { return Duration{a.ps_ / parts}; }
  friend constexpr std::int64_t operator/(Duration a, Duration b) { return a.ps_ / b.ps_; }
  friend constexpr auto operator<=>(Duration, Duration) = default;

 private:
  std::int64_t ps_ = 0;
};

[[nodiscard]] constexpr Duration picoseconds(std::int64_t n) {
  return Duration{n};
}
[[nodiscard]] constexpr Duration nanoseconds(std::int64_t n) {
  return Duration{n * 1'000};
}
[[nodiscard]] constexpr Duration microseconds(std::int64_t n) {
  return Duration{n * 1'000'000};
}
[[nodiscard]] constexpr Duration milliseconds(std::int64_t n) {
  return Duration{n * 1'000'000'000};
}
[[nodiscard]] constexpr Duration seconds(std::int64_t n) {
  return Duration{n * 1'000'000'000'000};
}

/// A point in time: picoseconds since the start of the run, in the world's own clock.
class Time {
 public:
  constexpr Time() = default;
  constexpr explicit Time(std::int64_t picoseconds_since_start) : ps_{picoseconds_since_start} {}

  /// "Not before the end of time": what a worker without work returns.
  [[nodiscard]] static constexpr Time never() { return Time{std::numeric_limits<std::int64_t>::max()}; }
  [[nodiscard]] constexpr bool is_never() const { return *this == never(); }

  [[nodiscard]] constexpr std::int64_t ps() const { return ps_; }

  constexpr Time& operator+=(Duration d) {
    ps_ += d.ps();
    return *this;
  }
  friend constexpr Time operator+(Time t, Duration d) { return Time{t.ps_ + d.ps()}; }
  friend constexpr Time operator-(Time t, Duration d) { return Time{t.ps_ - d.ps()}; }
  friend constexpr Duration operator-(Time a, Time b) { return Duration{a.ps_ - b.ps_}; }
  friend constexpr auto operator<=>(Time, Time) = default;

 private:
  std::int64_t ps_ = 0;
};

/// Reads "250 us", "1.5ms", "10 s", "2 h" (units ps ns us ms s m min h d); exact, no floating point.
/// Returns false where the text is not a duration, has a finer part than 1 ps, or does not fit.
[[nodiscard]] bool parse_duration(std::string_view text, Duration& out);
/// The shortest exact text: "250 us", "1.5 ms", "60 s".
[[nodiscard]] std::string to_text(Duration duration);

}  // namespace base
