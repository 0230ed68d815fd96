// docs/measuring.md defines every metric that a profile can ask for, under its name.
#include "profile/metric.hpp"

#include <gtest/gtest.h>
#include <fstream>
#include <iterator>
#include <string>

namespace {

TEST(MeasuringDocument, DefinesEveryMetric) {
  std::ifstream file{ROCESTORM_SOURCE_ROOT "/docs/measuring.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  ASSERT_FALSE(page.empty());
  for (const profile::MetricFacts& metric : profile::all_metrics()) {
    const std::string name = "`" + std::string{metric.name} + "`";
    EXPECT_NE(page.find(name), std::string::npos) << name << " has no definition";
  }
}

}  // namespace
