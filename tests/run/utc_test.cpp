#include "run/utc.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Utc, ReadsIso8601) {
  // SPEC: RFC 3339 section 5.8; seconds since 1970 by `date -u -d ... +%s`.
  EXPECT_EQ(run::parse_utc("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(run::parse_utc("2026-01-31T12:00:00Z"), 1'769'860'800'000'000'000);
  EXPECT_EQ(run::parse_utc("2024-02-29T23:59:59.5Z"), 1'709'251'199'500'000'000);
  EXPECT_EQ(run::parse_utc("2199-12-31T23:59:59.999999999Z"), 7'258'118'399'999'999'999);
}

TEST(Utc, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "Z",
                           "now",
                           "2026-01-31",
                           "2026-01-31T12:00:00",
                           "2026-01-31T12:00:00+01:00",
                           "2026-01-31 12:00:00Z",
                           "2026-02-29T12:00:00Z",
                           "2026-01-31T24:00:00Z",
                           "2026-01-31T12:00:60Z",
                           "2026-13-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-31T12:00:00.Z",
                           "2026-01-31T12:00:00.1234567890Z",
                           "2026-01-31T12:00:00.5xZ",
                           "2026-01-31T1a:00:00Z",
                           "-026-01-31T12:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "2200-01-01T00:00:00Z",
                           "2026-01-31T12:00:00z"}) {
    const auto read = run::parse_utc(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().front().kind, base::ErrorKind::kInput);
    EXPECT_NE(read.error().front().remedy.find("letter Z"), std::string::npos);
  }
}

TEST(Utc, WritesWhatItReads) {
  for (const char* text :
       {"2026-01-31T12:00:00.123Z", "2000-02-29T00:00:00.000Z", "2199-12-31T23:59:59.999Z"})
    EXPECT_EQ(run::utc_text(run::parse_utc(text).value_or(0)), text);
  EXPECT_EQ(run::utc_text(1'999'999), "1970-01-01T00:00:00.001Z");
}

TEST(Utc, OfThisHostReadsBack) {
  const std::int64_t before = run::utc_ns();
  const auto read = run::parse_utc(run::utc_now());
  ASSERT_TRUE(read);
  EXPECT_GE(*read, before - 1'000'000);
  EXPECT_LE(*read, run::utc_ns());
}

}  // namespace
