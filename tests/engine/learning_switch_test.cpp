#include "engine/learning_switch.hpp"

#include "base/rng.hpp"
#include "support/fake_port.hpp"

#include <gtest/gtest.h>
#include <deque>

namespace {

using test::Bytes;
using test::FakePort;

constexpr std::uint64_t kHost = 0x0200'0000'0000;  // + port number

Bytes frame(std::uint64_t destination, std::uint64_t source, std::size_t length = 64, std::uint8_t fill = 0) {
  Bytes bytes(length, static_cast<std::byte>(fill));
  wire::store(bytes.data(), wire::EthernetHeader{.destination = wire::MacAddress::from_value(destination),
                                                 .source = wire::MacAddress::from_value(source),
                                                 .ether_type = base::Be16{0x0800}});
  return bytes;
}

struct Story {
  explicit Story(std::size_t count, test::FakePortOptions options = {}) {
    options.head_bytes = 10'000;
    for (std::size_t i = 0; i < count; ++i)
      pointers.push_back(&ports.emplace_back(clock, options));
    joined.emplace(pointers);
  }
  void hear(std::size_t port, Bytes bytes) {
    ports[port].arrive(clock.now(), std::move(bytes));
    while (joined->step(clock.now()) <= clock.now()) {
    }
  }
  /// Everybody says something to nobody: the switch knows all.
  void introduce_all() {
    for (std::size_t i = 0; i < ports.size(); ++i)
      hear(i, frame(0xffff'ffff'ffff, kHost + i));
  }
  void expect_no_leak() const {
    for (const FakePort& port : ports)
      EXPECT_EQ(port.leaked(), 0U);
  }

  base::ManualClock clock;
  std::deque<FakePort> ports;
  std::vector<FakePort*> pointers;
  std::optional<engine::LearningSwitch<FakePort>> joined;
};

TEST(LearningSwitch, FloodsTheUnknownAndForwardsTheKnown) {
  Story story{4};
  const Bytes first = frame(kHost + 3, kHost + 1, 1500, 7);
  story.hear(1, first);
  for (const std::size_t out : {0U, 2U, 3U}) {
    ASSERT_EQ(story.ports[out].sent().size(), 1U) << out;
    EXPECT_EQ(story.ports[out].sent()[0].bytes, first) << out;
  }
  EXPECT_TRUE(story.ports[1].sent().empty());

  const Bytes answer = frame(kHost + 1, kHost + 3, 4170, 9);
  story.hear(3, answer);
  ASSERT_EQ(story.ports[1].sent().size(), 1U);
  EXPECT_EQ(story.ports[1].sent()[0].bytes, answer);
  EXPECT_EQ(story.ports[0].sent().size(), 1U) << "not flooded";

  story.hear(1, frame(kHost + 3, kHost + 1));
  EXPECT_EQ(story.ports[3].sent().size(), 2U);
  EXPECT_EQ(story.ports[0].sent().size(), 1U);
  story.expect_no_leak();
}

TEST(LearningSwitch, FollowsAHostThatMovesAndKeepsLocalTrafficLocal) {
  Story story{3};
  story.introduce_all();
  story.hear(2, frame(0xffff'ffff'ffff, kHost + 0));  // host 0 is behind port 2 now
  const std::size_t before = story.ports[2].sent().size();
  story.hear(1, frame(kHost + 0, kHost + 1));
  EXPECT_EQ(story.ports[2].sent().size(), before + 1);
  story.hear(2, frame(kHost + 0, kHost + 2));
  EXPECT_EQ(story.joined->books(2).filtered, 1U);
  EXPECT_EQ(story.ports[2].sent().size(), before + 1);
  story.expect_no_leak();
}

TEST(LearningSwitch, ForwardsNoReservedMulticastAndNoRunt) {
  Story story{3};
  story.hear(0, frame(0x0180'c200'0001, kHost));  // pause
  story.hear(0, frame(0x0180'c200'000e, kHost));  // LLDP
  story.hear(0, Bytes(13));
  story.hear(0, frame(0x0180'c200'0010, kHost));  // not reserved any more
  EXPECT_EQ(story.joined->books(0).reserved, 2U);
  EXPECT_EQ(story.joined->books(0).runts, 1U);
  EXPECT_EQ(story.ports[1].sent().size(), 1U);
  story.expect_no_leak();
}

TEST(LearningSwitch, CountsWhatAFullPortDoesNotTakeExactly) {
  Story story{3, {.held_by_device = base::milliseconds(1), .ring = 20}};
  story.introduce_all();
  story.clock.advance(base::milliseconds(2));
  const std::size_t before = story.ports[2].sent().size();
  const auto full = story.joined->books(2).full;
  for (int i = 0; i < 50; ++i)
    story.ports[0].arrive(story.clock.now(), frame(kHost + 2, kHost));
  EXPECT_EQ(story.joined->step(story.clock.now()), story.clock.now()) << "a full burst: there may be more";
  EXPECT_TRUE(story.joined->step(story.clock.now()).is_never());
  EXPECT_EQ(story.ports[2].sent().size() - before, 20U);
  EXPECT_EQ(story.joined->books(2).full - full, 30U);
  EXPECT_EQ(story.joined->books(0).received, 51U);
  story.expect_no_leak();
}

TEST(LearningSwitch, CountsCopiesForWhichThereIsNoBuffer) {
  Story story{4, {.dry = {{.until = base::Time{1}}}}};
  story.hear(0, frame(0xffff'ffff'ffff, kHost));
  EXPECT_EQ(story.joined->books(1).no_buffer, 1U);
  EXPECT_EQ(story.joined->books(2).no_buffer, 1U);
  EXPECT_EQ(story.joined->books(3).sent, 1U) << "the frame itself needs no buffer";
  story.expect_no_leak();
}

TEST(LearningSwitch, FloodsWhatFindsNoRoomInItsTable) {
  engine::MacTable table;
  base::Rng rng{5};
  for (std::size_t i = 0; i < engine::MacTable::kEntriesMost; ++i)
    table.learn(wire::MacAddress::from_value(i * 0x10001), i % 100);
  EXPECT_EQ(table.refused(), 0U);
  for (std::size_t i = 0; i < engine::MacTable::kEntriesMost; ++i)
    ASSERT_EQ(table.find(wire::MacAddress::from_value(i * 0x10001)), i % 100);
  const auto one_more = wire::MacAddress::from_value(3);
  table.learn(one_more, 1);
  EXPECT_EQ(table.refused(), 1U);
  EXPECT_EQ(table.find(one_more), engine::MacTable::kUnknown);
  table.learn(wire::MacAddress::from_value(0x10001), 50);
  EXPECT_EQ(table.find(wire::MacAddress::from_value(0x10001)), 50U) << "what is known may still move";
}

/// Every received frame is accounted for, whatever is full or dry.
TEST(LearningSwitch, BalancesItsBooksUnderAnyTraffic) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    const std::size_t count = 2 + rng.below(6);
    Story story{count,
                {.buffers = 8,
                 .held_by_device = base::nanoseconds(static_cast<std::int64_t>(rng.below(3000))),
                 .ring = 1 + rng.below(40)}};
    std::uint64_t meant = 0;
    for (int i = 0; i < 2000; ++i) {
      const std::size_t in = rng.below(count);
      const std::uint64_t to = rng.below(10) == 0 ? 0xffff'ffff'ffff : kHost + rng.below(count);
      story.ports[in].arrive(story.clock.now(), frame(to, kHost + in, 60 + rng.below(1000)));
      if (rng.below(4) == 0) static_cast<void>(story.joined->step(story.clock.now()));
      story.clock.advance(base::nanoseconds(static_cast<std::int64_t>(rng.below(100))));
    }
    while (story.joined->step(story.clock.now()) <= story.clock.now()) {
    }
    std::uint64_t received = 0;
    std::uint64_t outcomes = 0;
    for (std::size_t port = 0; port < count; ++port) {
      const engine::SwitchPortBooks& books = story.joined->books(port);
      received += books.received;
      outcomes += books.sent + books.full + books.no_buffer + books.filtered;
      EXPECT_EQ(books.sent, story.ports[port].sent().size());
    }
    meant += received;
    EXPECT_EQ(received, 2000U);
    EXPECT_GE(outcomes, meant) << "floods have more than one";
    if (count == 2) {
      EXPECT_EQ(outcomes, meant);
    }
    story.expect_no_leak();
  }
}

}  // namespace
