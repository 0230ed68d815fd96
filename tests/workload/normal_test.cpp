#include "workload/normal.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace {

TEST(Normal, NodesAreTheQuantilesOfTheirProbabilities) {
  const auto nodes = workload::normal_tail_nodes();
  ASSERT_EQ(nodes.size(), workload::kNormalNodes);
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    const double octave = static_cast<double>(workload::kNormalOctaves - 1 - i / workload::kNormalSteps);
    const double probability = std::exp2(-(octave + 2)) *
                               (1 + static_cast<double>(i % workload::kNormalSteps) / workload::kNormalSteps);
    const double above = std::erfc(static_cast<double>(nodes[i]) * 0x1p-32 / std::sqrt(2)) / 2;
    EXPECT_NEAR(above / probability, 1, 1e-6) << "node " << i << ", probability " << probability;
    EXPECT_GT(nodes[i], nodes[i + 1]);
  }
  EXPECT_EQ(nodes.back(), 0);
}

TEST(Normal, PositionsPointAtTheRightNodes) {
  const auto probability = [](std::size_t node) {
    const double octave = static_cast<double>(workload::kNormalOctaves - 1 - node / workload::kNormalSteps);
    return node + 1 == workload::kNormalNodes
               ? 0.5
               : std::exp2(-(octave + 2)) *
                     (1 + static_cast<double>(node % workload::kNormalSteps) / workload::kNormalSteps);
  };
  base::Rng rng{11};
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t v = rng.next() >> (1 + rng.below(28));
    if (v < (1ULL << 33)) continue;  // farther out than the farthest node
    const auto [node, fraction] = workload::normal_position(v);
    const double share = static_cast<double>(fraction) * 0x1p-32;
    const double got = probability(node) * (1 - share) + probability(node + 1) * share;
    EXPECT_NEAR(got / (static_cast<double>(v) * 0x1p-64), 1, 1e-8) << v;
  }
  EXPECT_EQ(workload::normal_position(0).node, 0u);
}

}  // namespace
