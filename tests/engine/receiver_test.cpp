#include "engine/receiver.hpp"

#include "base/rng.hpp"
#include "engine/drive.hpp"
#include "engine/small_plan.hpp"
#include "support/hex.hpp"
#include "support/vectors.hpp"
#include "wire/checksum.hpp"

#include <gtest/gtest.h>
#include <algorithm>

namespace {

using test::Bytes;
using test::FakePort;

base::Time at_ns(std::int64_t ns) {
  return base::Time{} + base::nanoseconds(ns);
}

/// What a sender of the plan sends, as a list that a story loses from, swaps in and damages, and a receiver
/// that is then given it: frame i arrives 500 ns after it was sent, unless the story says otherwise.
struct Story {
  struct Frame {
    base::Time arrives;
    Bytes bytes;
  };

  explicit Story(const test::EntrySpec& spec, base::Duration duration = base::microseconds(10),
                 base::Duration warmup = {}, std::uint32_t icrc_one_in = 1)
      : planned{spec}, ends{base::Time{} + warmup + duration} {
    planned.plan.profile.test.icrc_check.one_in = icrc_one_in;
    base::ManualClock sending_clock;
    FakePort out{sending_clock, {}};
    test::Sender sender{out,
                        engine::make_send_state({.plan = planned.plan, .queue = 0}),
                        {.measured_from = base::Time{} + warmup, .ends = ends, .speed = base::BitsPerSec{1}}};
    test::drive_by_events(sender, out, sending_clock, ends);
    sender.finish(ends);
    for (const FakePort::Sent& frame : out.sent())
      frames.push_back({.arrives = frame.at + base::nanoseconds(500), .bytes = frame.bytes});
    for (std::size_t i = 0; i < planned.plan.flows.size(); ++i)
      sent.push_back(engine::numbers_sent(sender.state().books[i], planned.plan.traffic[0].account));
  }

  /// Delivers the frames, closes all flows.
  void deliver(base::Time drain_ends = base::Time::never(), bool looks_at_the_drains_end = true) {
    port.emplace(clock, test::FakePortOptions{});
    receiver.emplace(*port, engine::make_receive_state(planned.plan, 1),
                     engine::ReceiverOptions{.drain_ends = drain_ends});
    for (const Frame& frame : frames)
      port->arrive(frame.arrives, frame.bytes);
    while (!port->next_arrival().is_never()) {
      const bool looks = looks_at_the_drains_end && clock.now() < drain_ends;
      clock.set(looks ? std::min(port->next_arrival(), drain_ends) : port->next_arrival());
      while (receiver->step(clock.now(), [this](const auto&, const auto&) { ++control; }) != 0) {
      }
    }
    for (std::size_t i = 0; i < sent.size(); ++i)
      results.push_back(receiver->close(i, sent[i]));
    EXPECT_EQ(port->leaked(), 0U);
    const engine::ReceiveBooks& b = books();
    std::uint64_t other = 0;
    for (const std::uint64_t count : b.other)
      other += count;
    EXPECT_EQ(b.frames, frames.size());
    EXPECT_EQ(b.frames, b.ours + b.tag_damaged + b.misdelivered + b.foreign_roce + b.control + other);
    EXPECT_EQ(b.control, control);
  }
  void lose(std::size_t i) { frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(i)); }
  /// Where the BTH is: IPv4 without VLAN.
  static constexpr std::size_t kBth = 14 + 20 + 8;
  static constexpr std::size_t kTag = kBth + 12 + 16;

  [[nodiscard]] const engine::ReceiveBooks& books() const { return receiver->books(); }
  [[nodiscard]] const engine::ReceiveFlow& flow() const { return receiver->state().flows[0]; }
  [[nodiscard]] const engine::ReceiveFlowRare& rare() const { return receiver->state().rare[0]; }
  [[nodiscard]] const engine::ReceiveFlowSums& sums() const { return receiver->state().sums[0]; }
  [[nodiscard]] const engine::ReceiveTraffic& traffic() const { return receiver->state().traffic[0]; }

  test::SmallPlan planned;
  base::Time ends;
  std::vector<Frame> frames;
  std::vector<std::uint64_t> sent;
  base::ManualClock clock;
  std::optional<FakePort> port;
  std::optional<engine::Receiver<FakePort>> receiver;
  std::vector<measure::SequenceResult> results;
  std::uint64_t control = 0;
};

test::EntrySpec plain() {
  return {.traffic = {.path_mtu = 1024}};  // one packet a message, 100 ns apart: 100 in all
}

void expect_clean(const Story& story) {
  for (const measure::SequenceResult& result : story.results) {
    EXPECT_EQ(result.lost().high, 0U);
    EXPECT_EQ(result.counts.duplicates, 0U);
    EXPECT_EQ(result.counts.reordered, 0U);
    EXPECT_EQ(result.never_sent, 0U);
  }
  EXPECT_EQ(story.books().ours, story.frames.size());
  EXPECT_EQ(story.books().tag_damaged + story.books().misdelivered + story.books().foreign_roce, 0U);
}

TEST(Receiver, FindsNothingWhereNothingWasPlanted) {
  Story story{{.traffic = {.path_mtu = 1024}, .message_bytes = 3000, .flows = 4, .first_psn = 0xff'fff0}};
  story.deliver();
  expect_clean(story);
  EXPECT_EQ(story.traffic().frames, 400U);
  EXPECT_EQ(story.traffic().first_copies, 400U);
  EXPECT_EQ(story.traffic().ce, 0U);
  EXPECT_EQ(story.traffic().latency.count(), 400U);
  EXPECT_EQ(story.traffic().latency.min(), base::nanoseconds(500));
  EXPECT_EQ(story.traffic().latency.max(), base::nanoseconds(500));
  EXPECT_EQ(story.traffic().inter_arrival.count(), 396U);
  EXPECT_EQ(story.traffic().inter_arrival.max(), base::nanoseconds(100));
  EXPECT_EQ(story.sums().latency_ps_sum, 100 * 500'000);
  EXPECT_EQ(story.sums().ecn[2], 100U) << "ECT(0) as sent";
  std::uint64_t bytes = 0;
  for (const auto& frame : story.frames)
    bytes += frame.bytes.size();
  EXPECT_EQ(story.books().frame_bytes, bytes);
  EXPECT_EQ(story.traffic().frame_bytes, bytes);
}

TEST(Receiver, CountsLossInGapsAndTails) {
  Story story{plain()};
  for (const std::size_t i : {99U, 98U, 97U, 50U, 31U, 30U, 0U})
    story.lose(i);
  story.deliver();
  EXPECT_EQ(story.results[0].lost_gaps, 4U);
  EXPECT_EQ(story.results[0].lost_tail, 3U);
  EXPECT_EQ(story.results[0].lost().low, 7U);
  EXPECT_EQ(story.traffic().gap_numbers, 4U);
  EXPECT_EQ(story.rare().longest_gap.length, base::nanoseconds(300));
  EXPECT_EQ(story.rare().longest_gap.start, at_ns(2900 + 500));
  EXPECT_EQ(story.rare().longest_gap.lost, 2U);
}

TEST(Receiver, DoesNotHoldALateFrameForLostInTheLongestGap) {
  Story story{plain()};
  story.frames[31].arrives = story.frames[36].arrives + base::nanoseconds(50);
  for (const std::size_t i : {32U, 30U})
    story.lose(i);
  std::stable_sort(story.frames.begin(), story.frames.end(),
                   [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
  story.deliver();
  EXPECT_EQ(story.results[0].lost_gaps, 2U);
  EXPECT_EQ(story.results[0].counts.reordered, 1U);
  EXPECT_EQ(story.rare().longest_gap.length, base::nanoseconds(400));
  EXPECT_EQ(story.rare().longest_gap.jumped, 3U);
  EXPECT_EQ(story.rare().longest_gap.lost, 2U);
}

TEST(Receiver, CountsAFlowOfWhichNothingArrived) {
  Story story{{.traffic = {.path_mtu = 1024}, .flows = 2}};
  std::erase_if(story.frames, [](const Story::Frame& f) { return f.bytes[Story::kBth + 7] == std::byte{0}; });
  story.deliver();
  EXPECT_EQ(story.results[0].lost_tail, 100U);
  EXPECT_EQ(story.results[0].flows_lost_whole, 1U);
  EXPECT_EQ(story.results[1].lost().high, 0U);
}

TEST(Receiver, CountsDuplicatesAndReorderingOnce) {
  Story story{plain()};
  story.frames.push_back(
      {.arrives = story.frames[10].arrives + base::nanoseconds(3), .bytes = story.frames[10].bytes});
  story.frames[40].arrives = story.frames[43].arrives + base::nanoseconds(1);
  story.deliver();
  EXPECT_EQ(story.results[0].counts.duplicates, 1U);
  EXPECT_EQ(story.results[0].counts.reordered, 1U);
  EXPECT_EQ(story.results[0].lost().high, 0U);
  EXPECT_EQ(story.traffic().frames, 101U);
  EXPECT_EQ(story.traffic().first_copies, 100U);
  EXPECT_EQ(story.traffic().latency.count(), 100U) << "a copy has no latency";
  EXPECT_EQ(story.traffic().latency.max(), base::nanoseconds(801));
}

TEST(Receiver, BooksADamagedFrameInTheFlowThatItsTagNames) {
  Story story{{.traffic = {.path_mtu = 1024}, .flows = 3}};
  auto& by_payload = story.frames[30].bytes;  // flow 0
  by_payload[by_payload.size() - 200] ^= std::byte{0x10};
  story.frames[34].bytes[Story::kBth + 7] ^= std::byte{0x03};  // flow 1's destination QP: flow 2's now
  story.frames[38].bytes[Story::kBth + 5] ^= std::byte{0x40};  // flow 2's: nobody's
  story.deliver();
  EXPECT_EQ(story.books().ours, 300U);
  for (std::size_t flow = 0; flow < 3; ++flow) {
    EXPECT_EQ(story.receiver->state().rare[flow].corrupt, 1U) << flow;
    EXPECT_EQ(story.receiver->state().rare[flow].corrupt_first, 1U) << flow;
    EXPECT_EQ(story.results[flow].lost().high, 0U) << flow;
  }
  EXPECT_EQ(story.traffic().first_copies, 297U) << "good ones";
}

TEST(Receiver, BooksADamagedTagAtThePort) {
  for (std::size_t byte = 0; byte < frame::kTagBytes; ++byte) {
    SCOPED_TRACE(byte);
    Story story{plain()};
    story.frames[50].bytes[Story::kTag + byte] ^= std::byte{0x20};
    story.deliver();
    EXPECT_EQ(story.books().tag_damaged, 1U);
    EXPECT_EQ(story.books().ours, 99U);
    EXPECT_EQ(story.results[0].lost_gaps, 1U);
  }
}

TEST(Receiver, ChecksOneInNOrNone) {
  for (const std::uint32_t one_in : {0U, 10U}) {
    Story story{plain(), base::microseconds(10), {}, one_in};
    for (auto& frame : story.frames)
      frame.bytes[frame.bytes.size() - 100] ^= std::byte{1};
    story.deliver();
    EXPECT_EQ(story.rare().corrupt, one_in == 0 ? 0U : 10U);
    EXPECT_EQ(story.rare().icrc_checked, one_in == 0 ? 0U : 10U);
  }
}

TEST(Receiver, NoticesEveryMarkAndRewrite) {
  Story story{plain()};
  const auto rewrite = [&](std::size_t i, std::size_t byte, std::uint8_t value) {
    story.frames[i].bytes[14 + byte] = static_cast<std::byte>(value);
  };
  for (const std::size_t i : {3U, 5U, 99U})
    rewrite(i, 1, wire::traffic_class(24, wire::Ecn::kCe));
  rewrite(10, 1, wire::traffic_class(26, wire::Ecn::kEct0));
  rewrite(11, 1, wire::traffic_class(24, wire::Ecn::kNotEct));
  rewrite(20, 8, 63);
  rewrite(21, 8, 62);
  story.deliver();
  EXPECT_EQ(story.traffic().ce, 3U);
  EXPECT_EQ(story.sums().ecn, (std::array<std::uint64_t, 4>{1, 0, 96, 3}));
  EXPECT_EQ(story.rare().dscp_changed, 1U);
  EXPECT_EQ(story.rare().dscp_seen, 26U);
  EXPECT_EQ(story.rare().ttl_changed, 2U);
  EXPECT_EQ(story.rare().ttl_seen, 62U);
  EXPECT_EQ(story.rare().corrupt, 0U) << "none of these is under the ICRC";
  EXPECT_EQ(story.results[0].lost().high, 0U);
}

TEST(Receiver, NoticesAChangedOrMissingPriorityTag) {
  test::SmallPlan small;
  for (plan::Endpoint& host : small.plan.endpoints)
    host.vlan = 100;
  small.add(plain());
  Story story{plain()};
  story.planned = small;
  for (std::size_t i = 0; i < story.frames.size(); ++i) {
    if (i == 7) continue;  // arrives untagged
    const std::uint8_t pcp = i == 3 || i == 4 ? 5 : 3;
    const auto tag = wire::make_vlan_tag({.pcp = pcp, .vlan_id = 100}, wire::kEtherTypeIpv4);
    Bytes& bytes = story.frames[i].bytes;
    bytes[12] = std::byte{0x81};
    bytes[13] = std::byte{0x00};
    const auto tag_bytes = wire::bytes_of(tag);
    bytes.insert(bytes.begin() + 14, tag_bytes.begin(), tag_bytes.end());
  }
  story.deliver();
  expect_clean(story);
  EXPECT_EQ(story.rare().pcp_changed, 3U);
}

TEST(Receiver, TellsForeignFramesFromDamagedOnes) {
  Story story{plain()};
  const auto add = [&](Bytes bytes) {
    story.frames.push_back({.arrives = at_ns(20'000), .bytes = std::move(bytes)});
  };
  add(support::hex(support::kRcSendOnly));      // foreign RoCEv2, no room for a tag
  add(support::hex(support::kRcReadResponse));  // foreign, with room
  add(support::hex(support::kCnp));
  Bytes copy = story.frames[0].bytes;  // somebody sends our payload to a QP of their own, with a right ICRC
  copy[Story::kBth + 5] = std::byte{0x77};
  roce::store_icrc(copy.data() + copy.size() - 4, roce::icrc(std::span{copy}.subspan(14, copy.size() - 18)));
  add(copy);
  Bytes pretender = story.frames[0].bytes;  // looks like a tag, fails its check, ICRC right: not ours
  pretender[Story::kTag + 9] ^= std::byte{1};
  roce::store_icrc(pretender.data() + pretender.size() - 4,
                   roce::icrc(std::span{pretender}.subspan(14, pretender.size() - 18)));
  add(pretender);
  add(Bytes(60, std::byte{0xff}));
  add(support::hex(
      "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c6120001 000000000000 c6120002"));
  story.deliver();
  EXPECT_EQ(story.books().foreign_roce, 5U);
  EXPECT_EQ(story.books().other[static_cast<std::size_t>(wire::FrameKind::kOther)], 1U);
  EXPECT_EQ(story.control, 1U);
  EXPECT_EQ(story.books().tag_damaged, 0U);
  EXPECT_EQ(story.results[0].lost().high, 0U);
}

TEST(Receiver, CallsAFrameOfAnotherQueueMisdelivered) {
  Story story{{.traffic = {.path_mtu = 1024}, .flows = 2}};
  story.planned.plan.queues[1].receives = {0};
  story.sent.resize(1);
  story.deliver();
  EXPECT_EQ(story.books().ours, 100U);
  EXPECT_EQ(story.books().misdelivered, 100U);
}

TEST(Receiver, CountsWhatComesAfterTheDrainApart) {
  Story story{plain()};
  story.frames[20].arrives = at_ns(40'000);
  story.frames[90].arrives = at_ns(50'000);
  story.deliver(at_ns(30'000));
  EXPECT_EQ(story.books().ours, 100U);
  EXPECT_EQ(story.books().after_drain, 2U);
  EXPECT_EQ(story.results[0].counts.received, 98U);
  EXPECT_EQ(story.results[0].counts.after_drain, 2U);
  EXPECT_EQ(story.results[0].lost().high, 2U) << "part of what is lost outside";
  EXPECT_EQ(story.traffic().frames, 98U);
}

TEST(Receiver, CallsNothingAfterTheDrainThatMayHaveWaitedForIt) {
  Story story{plain()};
  story.frames[20].arrives = at_ns(40'000);
  story.frames[90].arrives = at_ns(50'000);
  story.deliver(at_ns(30'000), false);
  EXPECT_EQ(story.results[0].counts.received, 99U) << "nobody had looked since before the drain's end";
  EXPECT_EQ(story.results[0].counts.after_drain, 1U);
}

TEST(Receiver, KeepsTheWarmUpOutOfEverything) {
  Story story{plain(), base::microseconds(10), base::microseconds(5)};
  ASSERT_EQ(story.frames.size(), 150U);
  story.lose(60);  // measured
  story.lose(10);  // warm-up
  story.deliver();
  EXPECT_EQ(story.rare().warmup_frames, 49U);
  EXPECT_EQ(story.flow().frames, 99U);
  EXPECT_EQ(story.results[0].lost().high, 1U);
}

TEST(Receiver, FollowsUntaggedFlowsByPsnOverTheWrap) {
  for (const bool read : {false, true}) {
    SCOPED_TRACE(read);
    Story story{{.traffic = {.verb = read ? profile::Verb::kRead : profile::Verb::kWrite, .path_mtu = 1024},
                 .message_bytes = read ? 5000U : 16U,
                 .first_psn = 0xff'ffd8}};
    ASSERT_EQ(story.frames.size(), 100U);
    story.frames[80].arrives = story.frames[82].arrives + base::nanoseconds(1);
    story.frames[70].bytes[Story::kBth + 10] ^= std::byte{0x40};  // a PSN far away, and a wrong ICRC
    for (const std::size_t i : {99U, 40U, 39U, 0U})
      story.lose(i);
    story.deliver();
    EXPECT_EQ(story.books().tag_damaged, 1U);
    EXPECT_EQ(story.results[0].lost_gaps, 3U + 1U);
    EXPECT_EQ(story.results[0].lost_tail, 1U);
    EXPECT_EQ(story.results[0].counts.reordered, 1U);
    EXPECT_EQ(story.results[0].never_sent, 0U);
    EXPECT_EQ(story.traffic().latency.count(), 0U);
  }
}

TEST(Receiver, KeepsTheLengthOfALongOutage) {
  Story story{plain()};
  for (std::size_t i = 50; i < 100; ++i)
    story.frames[i].arrives = story.frames[i].arrives + base::seconds(60);
  for (std::size_t i = 80; i < 100; ++i)
    story.frames[i].arrives = story.frames[i].arrives + base::seconds(7);
  story.lose(49);
  story.deliver();
  EXPECT_EQ(story.rare().longest_gap.length, base::seconds(60) + base::nanoseconds(200));
  EXPECT_EQ(story.rare().longest_gap.start, at_ns(4800 + 500));
  EXPECT_EQ(story.rare().longest_gap.lost, 1U);
}

TEST(Receiver, AddsUpLatenciesBeyondSixtyFourBits) {
  Story story{plain()};
  for (Story::Frame& frame : story.frames)
    frame.arrives = frame.arrives + base::seconds(40 * 86'400);
  story.deliver();
  const base::Int128 sum = engine::latency_ps_sum(story.sums(), story.rare());
  EXPECT_TRUE(sum == story.traffic().latency.sum_ps());
  EXPECT_TRUE(sum > base::Int128{1} << 64) << "which is what this is about";
}

TEST(Receiver, CountsAShortFrameAsLongAsTheWireCarriesIt) {
  test::EntrySpec spec = plain();
  spec.traffic.verb = profile::Verb::kSend;
  spec.message_bytes = 0;
  Story story{spec};
  ASSERT_EQ(story.frames.front().bytes.size(), 58U);
  const std::size_t frames = story.frames.size();
  for (std::size_t i = 0; i < frames; i += 2)
    story.frames[i].bytes.resize(60);  // as a device that shows the padding
  story.deliver();
  EXPECT_EQ(story.traffic().frame_bytes, 60 * frames);
  EXPECT_EQ(story.flow().frame_bytes, 60 * frames);
}

TEST(Receiver, KeepsHistogramsOfANamedFlowApart) {
  test::EntrySpec spec = plain();
  spec.detailed = true;
  Story story{spec};
  story.lose(10);
  story.deliver();
  ASSERT_EQ(story.receiver->state().details.size(), 1U);
  EXPECT_EQ(story.receiver->state().details[0].latency.count(), 99U);
  EXPECT_EQ(story.receiver->state().details[0].inter_arrival.max(), base::nanoseconds(200));
}

TEST(Receiver, CallsSamplesOfAFullBurstTesterBound) {
  Story story{plain()};
  for (std::size_t i = 0; i < 40; ++i)
    story.frames[i].arrives = at_ns(4900);
  story.deliver();
  EXPECT_EQ(story.books().full_bursts, 1U);
  EXPECT_EQ(story.traffic().tester_bound, 32U);
}

/// Any damage at all: every frame is in one count, and no flow hears of a number that was not sent.
TEST(Receiver, NeverInventsAFrameWhateverIsDamaged) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    Story story{{.traffic = {.path_mtu = 1024}, .message_bytes = rng.below(2) == 0 ? 16U : 200U, .flows = 3}};
    std::uint64_t damaged = 0;
    for (auto& frame : story.frames) {
      if (rng.below(4) != 0) continue;
      ++damaged;
      // From the BTH on; byte 4 of it is no part of the ICRC.
      std::size_t byte = Story::kBth + rng.below(frame.bytes.size() - Story::kBth);
      if (byte == Story::kBth + 4) ++byte;
      frame.bytes[byte] ^= static_cast<std::byte>(1U << rng.below(8));
    }
    story.deliver();
    std::uint64_t corrupt = story.books().tag_damaged + story.books().foreign_roce;
    std::uint64_t lost = 0;
    for (std::size_t flow = 0; flow < 3; ++flow) {
      corrupt += story.receiver->state().rare[flow].corrupt;
      lost += story.results[flow].lost().high;
      EXPECT_EQ(story.results[flow].never_sent, 0U);
      EXPECT_EQ(story.results[flow].counts.duplicates, 0U);
      EXPECT_EQ(story.results[flow].counts.reordered, 0U);
    }
    EXPECT_EQ(corrupt, damaged);
    EXPECT_EQ(lost, story.books().tag_damaged + story.books().foreign_roce);
  }
}

}  // namespace
