#include "engine/sender.hpp"

#include "engine/drive.hpp"
#include "engine/sent_frame.hpp"
#include "engine/small_plan.hpp"
#include "roce/opcode.hpp"

#include <gtest/gtest.h>
#include <map>
#include <numeric>

namespace {

using frame::Window;
using profile::Verb;
using test::FakePort;
using test::SentFrame;

base::Time at_ns(std::int64_t ns) {
  return base::Time{} + base::nanoseconds(ns);
}

engine::SenderOptions until(base::Time ends) {
  return {.ends = ends, .speed = base::BitsPerSec{100'000'000'000}};
}

/// A sender over a port, driven by events to `end`, then finished.
struct Story {
  Story(test::SmallPlan small, const engine::SenderOptions& options, test::FakePortOptions port_options = {})
      : planned{std::move(small)},
        port{clock, std::move(port_options)},
        sender{port, engine::make_send_state({.plan = planned.plan, .queue = 0}), options} {}
  Story(const test::EntrySpec& spec, const engine::SenderOptions& options,
        test::FakePortOptions port_options = {})
      : Story{test::SmallPlan{spec}, options, std::move(port_options)} {}

  void to(base::Time end) { test::drive_by_events(sender, port, clock, end); }
  void finish() {
    sender.finish(clock.now());
    EXPECT_EQ(port.leaked(), 0U);
  }
  [[nodiscard]] std::vector<SentFrame> frames() const { return test::read_sent(port); }
  [[nodiscard]] const engine::SendTally& total(Window window = Window::kMeasured) const {
    return sender.books().window[static_cast<std::size_t>(window)].total;
  }

  test::SmallPlan planned;
  base::ManualClock clock;
  FakePort port;
  test::Sender sender;
};

/// scheduled = sent + refused + abandoned, of the queue and of each flow; the flows add up to the queue; what
/// the port says it sent is what the books say.
void expect_balance(const Story& run) {
  std::uint64_t sent = 0;
  std::uint64_t sent_bytes = 0;
  for (const Window window : {Window::kWarmup, Window::kMeasured}) {
    engine::SendTally sum;
    for (const engine::SendFlowBooks& books : run.sender.state().books) {
      const engine::SendTally& tally = books.tally[static_cast<std::size_t>(window)];
      EXPECT_EQ(tally.scheduled, tally.frames + tally.refused + tally.abandoned);
      sum.scheduled += tally.scheduled;
      sum.frames += tally.frames;
      sum.frame_bytes += tally.frame_bytes;
      sum.payload_bytes += tally.payload_bytes;
      sum.messages += tally.messages;
      sum.refused += tally.refused;
      sum.abandoned += tally.abandoned;
    }
    const engine::SendTally& total = run.total(window);
    EXPECT_EQ(sum.scheduled, total.scheduled);
    EXPECT_EQ(sum.frames, total.frames);
    EXPECT_EQ(sum.frame_bytes, total.frame_bytes);
    EXPECT_EQ(sum.payload_bytes, total.payload_bytes);
    EXPECT_EQ(sum.messages, total.messages);
    EXPECT_EQ(sum.refused, total.refused);
    EXPECT_EQ(sum.abandoned, total.abandoned);
    sent += total.frames;
    sent_bytes += total.frame_bytes;
    EXPECT_EQ(run.sender.books().window[static_cast<std::size_t>(window)].lateness.count(), total.frames);
    const auto& runs = run.sender.books().window[static_cast<std::size_t>(window)].back_to_back;
    std::uint64_t in_runs = 0;
    for (std::size_t length = 0; length < runs.size(); ++length)
      in_runs += length * runs[length];
    if (runs.back() == 0) {
      EXPECT_EQ(in_runs, total.frames);
    }
  }
  EXPECT_EQ(sent, run.port.sent().size());
  std::uint64_t port_bytes = 0;
  for (const FakePort::Sent& frame : run.port.sent())
    port_bytes += frame.bytes.size();
  EXPECT_EQ(sent_bytes, port_bytes);
}

/// Per flow and window: tags count up from 0 without a gap, PSNs by one a packet without a gap.
void expect_contiguous(const std::vector<SentFrame>& frames, std::uint32_t first_psn = 0) {
  std::map<std::pair<std::uint32_t, Window>, std::uint32_t> next;
  std::map<std::uint32_t, std::uint32_t> next_psn;
  for (const SentFrame& frame : frames) {
    ASSERT_TRUE(frame.tag.has_value());
    EXPECT_EQ(frame.tag->flow + plan::kFirstQpn, frame.roce.destination_qpn);
    auto& number = next[{frame.tag->flow, frame.tag->window}];
    ASSERT_EQ(frame.tag->sequence, number++);
    auto& psn = next_psn.try_emplace(frame.tag->flow, first_psn).first->second;
    ASSERT_EQ(frame.roce.psn.value(), psn);
    psn = (psn + 1) & 0xff'ffff;
  }
}

TEST(Sender, CutsAMessageIntoFirstMiddleLastWithOneReth) {
  Story run{{.traffic = {.path_mtu = 1024, .remote_key = 0xabcd, .virtual_address = 0x1000'0000'0000},
             .message_bytes = 3 * 1024 + 100,
             .first_psn = 0xff'fffe},
            until(at_ns(800))};
  run.to(at_ns(1000));
  run.finish();
  const auto frames = run.frames();
  ASSERT_EQ(frames.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    SCOPED_TRACE(i);
    const SentFrame& frame = frames[i];
    constexpr std::uint8_t kOpcodes[] = {0x06, 0x07, 0x07, 0x08};
    EXPECT_EQ(frame.roce.opcode, kOpcodes[i % 4]);
    EXPECT_EQ(frame.roce.ack_request(), i % 4 == 3);
    EXPECT_EQ(frame.payload.size(), i % 4 == 3 ? 100U : 1024U);
    EXPECT_EQ(frame.reth.has_value(), i % 4 == 0);
    if (frame.reth) {
      EXPECT_EQ(frame.reth->dma_length.value(), 3 * 1024U + 100U);
      EXPECT_EQ(frame.reth->virtual_address.value(), 0x1000'0000'0000U);
      EXPECT_EQ(frame.reth->remote_key.value(), 0xabcdU);
    }
    EXPECT_EQ(frame.at, at_ns(100 * static_cast<std::int64_t>(i)));
    EXPECT_EQ(frame.tag->sent_at, frame.at);
  }
  expect_contiguous(frames, 0xff'fffe);
  expect_balance(run);
  EXPECT_EQ(run.total().messages, 2U);
}

TEST(Sender, CountsImmediatesUpMessageByMessage) {
  for (const Verb verb : {Verb::kWriteWithImmediate, Verb::kSendWithImmediate}) {
    Story run{{.traffic = {.verb = verb, .path_mtu = 1024, .immediate = 0xffff'ffff}, .message_bytes = 1500},
              until(at_ns(600))};
    run.to(at_ns(600));
    run.finish();
    const auto frames = run.frames();
    ASSERT_EQ(frames.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
      ASSERT_EQ(frames[i].immediate.has_value(), i % 2 == 1);
      if (i % 2 == 1) {
        EXPECT_EQ(frames[i].immediate->immediate.value(), static_cast<std::uint32_t>(0xffff'ffff + i / 2));
      }
    }
  }
}

TEST(Sender, PutsTheMessagesSizeIntoTheRethWhereverItVaries) {
  // Sizes that are drawn, and one size with source ports that change: the header then holds no length.
  test::EntrySpec drawn{.traffic = {.path_mtu = 1024}, .sizes = {64, 2000, 3000, 1024}};
  test::EntrySpec moving{.traffic = {.path_mtu = 1024,
                                     .udp_source_port = {.policy = profile::SourcePortPolicy::kPerMessage,
                                                         .first = 50000,
                                                         .count = 3}},
                         .message_bytes = 1500};
  for (const auto& spec : {drawn, moving}) {
    Story run{spec, until(at_ns(10'000))};
    run.to(at_ns(10'000));
    run.finish();
    std::uint32_t announced = 0;
    std::uint32_t sum = 0;
    std::uint32_t messages = 0;
    for (const SentFrame& frame : run.frames()) {
      if (frame.reth) {
        EXPECT_EQ(sum, announced);
        announced = frame.reth->dma_length.value();
        sum = 0;
        ++messages;
      }
      sum += static_cast<std::uint32_t>(frame.payload.size());
      if (spec.sizes.empty()) {
        EXPECT_EQ(frame.source_port, 50000 + (messages - 1) % 3);
      }
    }
    EXPECT_GT(messages, 20U) << run.total().frames;
    expect_balance(run);
  }
}

TEST(Sender, AdvancesThePsnOfAReadByTheResponsesPackets) {
  Story run{
      {.traffic = {.verb = Verb::kRead, .path_mtu = 1024}, .message_bytes = 5000, .first_psn = 0xff'fffb},
      until(at_ns(300))};
  run.to(at_ns(300));
  run.finish();
  const auto frames = run.frames();
  ASSERT_EQ(frames.size(), 3U);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(frames[i].roce.opcode, 0x0c);
    EXPECT_EQ(frames[i].roce.psn.value(), (0xff'fffb + 5 * i) & 0xff'ffff);
    EXPECT_EQ(frames[i].reth->dma_length.value(), 5000U);
    EXPECT_TRUE(frames[i].payload.empty());
  }
  expect_balance(run);
}

TEST(Sender, LaysShortAndGeneratedPayloadsWhole) {
  for (const std::uint64_t bytes : {0U, 1U, 23U, 24U, 1001U}) {
    for (const auto payload : {profile::PayloadSource::kCounter, profile::PayloadSource::kGenerated}) {
      SCOPED_TRACE(testing::Message() << bytes << " bytes, source " << static_cast<int>(payload));
      Story run{{.traffic = {.path_mtu = 1024, .payload = payload, .remote_key = 5, .virtual_address = 77},
                 .message_bytes = bytes},
                until(at_ns(1000))};
      run.to(at_ns(1000));
      run.finish();
      ASSERT_EQ(run.frames().size(), 10U);
      for (const SentFrame& frame : run.frames()) {
        std::vector<std::byte> expected(bytes);
        if (payload == profile::PayloadSource::kGenerated) {
          frame::fill_generated(expected, 77, 5);
        } else {
          for (std::size_t i = 0; i < bytes; ++i)
            expected[i] = static_cast<std::byte>(i);
        }
        EXPECT_EQ(frame.tag.has_value(), bytes >= frame::kTagBytes);
        for (std::size_t i = frame.tag ? frame::kTagBytes : 0; i < bytes; ++i)
          ASSERT_EQ(frame.payload[i], expected[i]) << i;
      }
    }
  }
}

TEST(Sender, EndsAFlowAfterItsPacketsMessagesBytesOrTime) {
  const auto run_with = [](const profile::End& end) {
    Story run{{.traffic = {.path_mtu = 1024, .end = end}, .message_bytes = 2500}, until(at_ns(100'000))};
    run.to(at_ns(100'000));
    run.finish();
    expect_balance(run);
    EXPECT_EQ(run.total().abandoned, 0U);
    return std::pair{run.total().frames, run.total().payload_bytes};
  };
  EXPECT_EQ(run_with({.packets = 7}), (std::pair<std::uint64_t, std::uint64_t>{7, 2500 * 2 + 1024}));
  EXPECT_EQ(run_with({.messages = 4}), (std::pair<std::uint64_t, std::uint64_t>{12, 10'000}));
  EXPECT_EQ(run_with({.bytes = 5100}), (std::pair<std::uint64_t, std::uint64_t>{7, 5100}));
  EXPECT_EQ(run_with({.time = base::nanoseconds(450)}),
            (std::pair<std::uint64_t, std::uint64_t>{5, 2500 + 2 * 1024}));
}

TEST(Sender, StartsItsNumbersAnewInTheMeasuredWindow) {
  auto options = until(at_ns(2000));
  options.measured_from = at_ns(1000);
  Story run{{.traffic = {.path_mtu = 1024}, .flows = 3}, options};
  run.to(at_ns(2500));
  run.finish();
  const auto frames = run.frames();
  ASSERT_EQ(frames.size(), 60U);
  expect_contiguous(frames);
  for (const SentFrame& frame : frames)
    EXPECT_EQ(frame.tag->window, frame.at < at_ns(1000) ? Window::kWarmup : Window::kMeasured);
  EXPECT_EQ(run.total(Window::kWarmup).frames, 30U);
  EXPECT_EQ(run.total().frames, 30U);
  const engine::SendFlowBooks& books = run.sender.state().books[0];
  EXPECT_EQ(books.first_sent, at_ns(1000));
  EXPECT_EQ(books.last_sent, at_ns(1900));
  EXPECT_EQ(engine::numbers_sent(books, plan::Account::kTag), 10U);
  EXPECT_EQ(engine::numbers_sent(books, plan::Account::kPsn), 20U);
  expect_balance(run);
}

TEST(Sender, TagsAHeldFrameAnewAndCallsItLate) {
  Story run{{.traffic = {.path_mtu = 1024, .max_back_to_back = 100}},
            until(at_ns(1000)),
            {.refusals = {{.from = at_ns(150), .until = at_ns(460)}}}};
  run.to(at_ns(1000));
  run.finish();
  const auto frames = run.frames();  // reads each ICRC
  ASSERT_EQ(frames.size(), 10U);
  expect_contiguous(frames);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto due = 100 * static_cast<std::int64_t>(i);
    EXPECT_EQ(frames[i].at, at_ns(due >= 150 && due < 460 ? 460 : due));
    EXPECT_EQ(frames[i].tag->sent_at, frames[i].at);
  }
  const auto& books = run.sender.books().window[1];
  EXPECT_EQ(books.late_frames, 3U);
  EXPECT_EQ(books.lateness.max(), base::nanoseconds(260));
  EXPECT_EQ(static_cast<std::int64_t>(books.lateness.sum_ps()), (260 + 160 + 60) * 1000);
  EXPECT_EQ(books.back_to_back[3], 1U);
  expect_balance(run);
}

TEST(Sender, RefusesWhatThePortDoesNotTakeForTheHoldTimeAndLeavesNoGap) {
  auto options = until(at_ns(4000));
  options.tx_hold = base::nanoseconds(250);
  Story run{{.traffic = {.path_mtu = 256, .max_back_to_back = 100}, .message_bytes = 700, .flows = 2},
            options,
            {.refusals = {{.from = at_ns(1000), .until = at_ns(1900)},
                          {.from = at_ns(2500), .until = at_ns(2600), .most = 1}}}};
  run.to(at_ns(4000));
  run.finish();
  const auto frames = run.frames();
  expect_contiguous(frames);
  expect_balance(run);
  // Offered at 1000 and refused at 1250 (two frames), then what had become due: at 1250 (1100, 1200) and at
  // 1500 (1300, 1400, 1500), 1750 (1600, 1700); those of 1750 are sent at 1900.
  EXPECT_EQ(run.total().refused, 2U + 4U + 6U);
  EXPECT_EQ(run.total().abandoned, 0U);
  EXPECT_EQ(run.total().scheduled, 80U);
  // Messages stay whole: FIRST, MIDDLE, LAST in turn, whatever was refused between them.
  std::map<std::uint32_t, std::size_t> packet;
  for (const SentFrame& frame : frames) {
    constexpr std::uint8_t kOpcodes[] = {0x06, 0x07, 0x08};
    EXPECT_EQ(frame.roce.opcode, kOpcodes[packet[frame.tag->flow]++ % 3]);
  }
}

TEST(Sender, SendsAllPacketsOfALimitedFlowAlthoughSomeWereRefused) {
  auto options = until(at_ns(100'000));
  options.tx_hold = base::nanoseconds(50);
  Story run{
      {.traffic = {.path_mtu = 1024, .end = {.messages = 5}, .max_back_to_back = 100}, .message_bytes = 2000},
      options,
      {.refusals = {{.from = at_ns(450), .until = at_ns(2000)}}}};
  run.to(at_ns(100'000));
  run.finish();
  expect_contiguous(run.frames());
  expect_balance(run);
  EXPECT_EQ(run.total().frames, 10U);
  EXPECT_EQ(run.total().messages, 5U);
  EXPECT_EQ(run.total().payload_bytes, 10'000U);
  EXPECT_GT(run.total().refused, 5U);
}

TEST(Sender, AbandonsWhatItHoldsAndWhatIsDueWhenTheRunEnds) {
  Story run{{.traffic = {.path_mtu = 1024, .max_back_to_back = 100}, .flows = 5},
            until(at_ns(5000)),
            {.refusals = {{.from = at_ns(1000), .until = at_ns(9000)}}}};
  run.to(at_ns(5000));
  EXPECT_EQ(run.sender.held(), 5U);
  run.finish();
  expect_contiguous(run.frames());
  expect_balance(run);
  EXPECT_EQ(run.total().frames, 50U);
  EXPECT_EQ(run.total().abandoned, 200U);
}

TEST(Sender, StopsAtOnceWhenTold) {
  Story run{{.traffic = {.path_mtu = 1024}}, until(at_ns(5000))};
  run.to(at_ns(1050));
  run.sender.stop(run.clock.now());
  EXPECT_TRUE(run.sender.step(run.clock.now()).is_never());
  run.to(at_ns(5000));
  run.finish();
  EXPECT_EQ(run.total().scheduled, 11U);
  EXPECT_EQ(run.total().frames, 11U);
  expect_balance(run);
}

TEST(Sender, WaitsForBuffersAndGivesUpWhatBecameTooLate) {
  Story run{{.traffic = {.path_mtu = 1024, .max_back_to_back = 2}},
            until(at_ns(3000)),
            {.dry = {{.from = at_ns(1000), .until = at_ns(2050)}}}};
  // 32 taken at a time: enough for all of the run, had not the stash begun at 0.
  run.to(at_ns(3000));
  run.finish();
  expect_balance(run);
  EXPECT_EQ(run.total().scheduled, 30U);
  EXPECT_EQ(run.total().abandoned, 0U) << "the first take filled the stash for all 30";

  Story small{{.traffic = {.path_mtu = 1024, .max_back_to_back = 2}},
              until(at_ns(3000)),
              {.buffers = 4, .dry = {{.from = at_ns(350), .until = at_ns(2050)}}}};
  small.to(at_ns(3000));
  small.finish();
  expect_balance(small);
  expect_contiguous(small.frames());
  // 0 .. 300 use the stash up; from 400 on nothing; at 2050 those of 1900 and 2000 are not too late.
  EXPECT_EQ(small.total().abandoned, 15U);
  EXPECT_EQ(small.total().frames, 15U);
  EXPECT_GT(small.sender.books().no_buffer, 0U);
}

TEST(Sender, HandsOverAtMostMaxBackToBackAndAbandonsTheRest) {
  for (const std::uint32_t most : {1U, 4U, 9U}) {
    Story run{{.traffic = {.path_mtu = 1024, .max_back_to_back = most}}, until(at_ns(100'000))};
    // A worker that comes back only every 2 us, to twenty frames that have become due.
    for (run.clock.set(at_ns(0)); run.clock.now() < at_ns(100'000);
         run.clock.advance(base::nanoseconds(2000)))
      test::step_out(run.sender, run.port, run.clock.now());
    run.finish();
    expect_balance(run);
    expect_contiguous(run.frames());
    const auto& runs = run.sender.books().window[1].back_to_back;
    EXPECT_EQ(runs[1], most == 1 ? 50U : 1U) << "the first poll finds one";
    EXPECT_EQ(runs[most], most == 1 ? 50U : 49U);
    EXPECT_EQ(run.total().frames, 1 + 49 * most);
    EXPECT_EQ(run.total().scheduled, 1000U);
  }
}

TEST(Sender, CatchesUpNoFasterThanItsCap) {
  const test::EntrySpec spec{
      .traffic = {.path_mtu = 1024, .when_late = profile::WhenLate::kCatchUp, .max_back_to_back = 3},
      .catch_up = test::SmallPlan::every(base::nanoseconds(50))};
  Story run{spec, until(at_ns(20'000)), {.refusals = {{.from = at_ns(1000), .until = at_ns(5000)}}}};
  run.to(at_ns(20'000));
  run.finish();
  const auto frames = run.frames();
  ASSERT_EQ(frames.size(), 200U) << "nothing was given up";
  expect_contiguous(frames);
  expect_balance(run);
  // The one that was held was charged when it was laid, at 1000 ns; from the next one on:
  for (std::size_t i = 11; i + 3 < frames.size(); ++i) {
    // Three are saved up; a fourth within the time of one step would break the cap.
    EXPECT_GE(frames[i + 3].at - frames[i].at, base::nanoseconds(50)) << i;
  }
  std::size_t on_time = 0;
  for (std::size_t i = 0; i < frames.size(); ++i)
    on_time += frames[i].at == at_ns(100 * static_cast<std::int64_t>(i)) ? 1 : 0;
  // 40 frames are behind at 5000; each 100 ns two are sent and one becomes due: level again before 9200.
  EXPECT_GE(on_time, 10U + 105U);
}

TEST(Sender, KeepsAPriorityToABurst) {
  test::SmallPlan small;
  small.plan.profile.classes.push_back({.name = "other", .priority = 5});
  small.add({.traffic = {.path_mtu = 1024}, .flows = 3});
  small.add({.traffic = {.class_index = 1, .path_mtu = 1024}, .flows = 3});
  Story run{small, until(at_ns(1000))};
  run.to(at_ns(1000));
  run.finish();
  expect_balance(run);
  ASSERT_EQ(run.port.sent().size(), 60U);
  for (const FakePort::Sent& sent : run.port.sent()) {
    const SentFrame frame = test::read_sent(sent);
    EXPECT_EQ(sent.priority, frame.tag->flow < 3 ? 3 : 5);
  }
}

TEST(Sender, PredictsWhenAFrameLeavesAndStopsAtTheBacklogCap) {
  // 1024 B payload over 100 Gbit/s: 14+20+8+12+16+1024+4 + 24 = 1122 bytes on the wire, 89,760 ps.
  auto options = until(at_ns(100'000));
  options.serializes = true;
  options.backlog_most = base::nanoseconds(500);
  Story run{{.traffic = {.path_mtu = 1024,
                         .shape = {.kind = workload::ShapeKind::kMicroburst, .burst_packets = 20}},
             .interval = base::nanoseconds(1),
             .period = base::microseconds(10)},
            options,
            {.refusals = {{.from = at_ns(10'000), .until = at_ns(10'900), .most = 2}}}};
  run.to(at_ns(100'000));
  run.finish();
  expect_balance(run);
  expect_contiguous(run.frames());
  EXPECT_EQ(run.total().frames, 200U);
  EXPECT_GT(run.sender.books().backlog_stops, 0U);
  base::Time line_free;
  for (const SentFrame& frame : run.frames()) {
    EXPECT_EQ(frame.tag->sent_at, std::max(frame.at, line_free));
    EXPECT_LE(frame.tag->sent_at - frame.at, options.backlog_most);
    line_free = frame.tag->sent_at + base::picoseconds(89'760);
  }
}

}  // namespace
