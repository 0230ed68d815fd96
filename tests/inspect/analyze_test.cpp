#include "inspect/analyze.hpp"

#include "capture/pcapng_writer.hpp"
#include "impair/impairer.hpp"
#include "support/roce_frames.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace {

using capture::Direction;
using capture::LinkType;
using inspect::Analyzer;
using inspect::FlowReport;
using inspect::Report;
using measure::Interval;
using support::FrameBytes;
using support::roce_frame;

constexpr std::uint8_t kSendOnly = 0x04;
constexpr std::uint8_t kSendFirst = 0x00;
constexpr std::uint8_t kSendMiddle = 0x01;
constexpr std::uint8_t kSendLast = 0x02;
constexpr std::uint8_t kWriteFirst = 0x06;
constexpr std::uint8_t kWriteMiddle = 0x07;
constexpr std::uint8_t kWriteLast = 0x08;
constexpr std::uint8_t kReadRequest = 0x0C;
constexpr std::uint8_t kUcSendOnly = 0x24;
constexpr std::uint8_t kUdSendOnly = 0x64;

/// Frames one microsecond apart.
class Story {
 public:
  explicit Story(inspect::Options options = {.flows_max = 64}) : analyzer_{options} {}

  Story& frame(const FrameBytes& bytes, LinkType link = LinkType::kEthernet, std::size_t keep = 10'000) {
    ++microsecond_;
    const auto kept = capture::Bytes{bytes}.first(std::min(keep, bytes.size()));
    analyzer_.take({.link_type = link,
                    .time = capture::Stamp{1'700'000'000, microsecond_ * 1'000'000},
                    .captured = kept,
                    .original_length = static_cast<std::uint32_t>(bytes.size())});
    return *this;
  }
  Story& packet(std::uint8_t opcode, std::uint32_t psn, std::size_t payload = 1024) {
    return frame(roce_frame({.opcode = opcode, .psn = psn, .payload_bytes = payload}));
  }
  Story& read(std::uint32_t psn, std::uint32_t length) {
    const roce::Reth reth{.dma_length = base::Be32{length}};
    return frame(roce_frame(
        {.opcode = kReadRequest, .psn = psn, .extensions = support::header_bytes(reth), .payload_bytes = 0}));
  }
  Story& write_first(std::uint32_t psn, std::uint32_t length) {
    const roce::Reth reth{.dma_length = base::Be32{length}};
    return frame(roce_frame({.opcode = kWriteFirst,
                             .psn = psn,
                             .extensions = support::header_bytes(reth),
                             .payload_bytes = 1024}));
  }
  Report report() { return analyzer_.finish(); }
  /// The only flow.
  FlowReport flow() {
    Report report = analyzer_.finish();
    EXPECT_EQ(report.flows.size(), 1u);
    return report.flows.at(0);
  }

 private:
  Analyzer analyzer_;
  std::uint64_t microsecond_ = 0;
};

TEST(Flow, CountsWhatIsLostDuplicatedAndReordered) {
  Story story;
  for (const std::uint32_t psn : {0xFFFFFEu, 0xFFFFFFu, 1u, 0u, 4u, 4u, 5u}) {
    story.packet(kUcSendOnly, psn);
  }
  const FlowReport flow = story.flow();
  EXPECT_TRUE(flow.psn.followed);
  EXPECT_EQ(flow.psn.first, 0xFFFFFEu);
  EXPECT_EQ(flow.psn.highest, 5u);
  EXPECT_EQ(flow.psn.gaps, 2u) << "before 1 and before 4";
  EXPECT_EQ(flow.psn.reordered, 1u) << "0";
  EXPECT_EQ(flow.psn.reordered_extent_max, 1);
  EXPECT_EQ(flow.psn.duplicates, 1u) << "4";
  EXPECT_EQ(flow.psn.missing, Interval::exactly(2)) << "2 and 3";
  EXPECT_EQ(flow.messages.complete, 6u) << "a duplicate is no further message";
}

TEST(Flow, GivesBoundsWhereAPacketCameTooLateToBeToldApart) {
  Story story;
  for (std::uint32_t psn = 0; psn < 5000; ++psn) {
    if (psn != 100) story.packet(kUcSendOnly, psn, 8);
  }
  const FlowReport flow = story.packet(kUcSendOnly, 100, 8).flow();
  EXPECT_EQ(flow.psn.beyond_window, 1u);
  EXPECT_EQ(flow.psn.missing, (Interval{.low = 0, .high = 1})) << "100 was late, or was a copy and is lost";
}

TEST(Flow, TellsTheImpairersRecordExactly) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const impair::Choose some{.parts_per_million = 30'000};
    auto impairer = impair::Impairer::create(
        {.faults = {{.choose = some},
                    {.choose = some, .action = impair::Duplicate{}},
                    {.choose = some, .action = impair::Corrupt{.flips = {{.offset = 30}}}},
                    {.choose = some, .action = impair::MarkCe{}}},
         .seed = seed});
    ASSERT_TRUE(impairer);
    Story story;
    std::uint32_t last_good = 0;
    for (std::uint32_t psn = 0; psn < 2000; ++psn) {
      const auto frame = roce_frame({.traffic_class = 2, .opcode = kUcSendOnly, .psn = psn});
      for (const auto& out : impairer->offer(base::Time{psn}, frame)) {
        story.frame(out.frame);
      }
    }
    const FlowReport flow = story.flow();
    const auto& events = impairer->record().events;
    std::set<std::uint64_t> gone;  // lost or corrupted, so that nothing good came
    std::set<std::uint64_t> duplicated;
    std::uint64_t corrupt_frames = 0;
    std::set<std::uint64_t> marked;
    for (const auto& event : events) {
      if (event.fault == 0) gone.insert(event.frame);
      if (event.fault == 1) duplicated.insert(event.frame);
      if (event.fault == 2) {
        gone.insert(event.frame);
        corrupt_frames += duplicated.contains(event.frame) ? 2 : 1;
      }
      if (event.fault == 3) marked.insert(event.frame);
    }
    for (std::uint32_t psn = 0; psn < 2000; ++psn) {
      if (!gone.contains(psn)) last_good = psn;
    }
    std::uint64_t missing = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t ce = 0;
    for (std::uint32_t psn = flow.psn.first; psn <= last_good; ++psn) {
      missing += gone.contains(psn) ? 1 : 0;
    }
    for (const std::uint64_t psn : duplicated) {
      duplicates += gone.contains(psn) ? 0 : 1;
    }
    for (const std::uint64_t psn : marked) {
      if (!gone.contains(psn)) ce += duplicated.contains(psn) ? 2 : 1;
    }
    EXPECT_EQ(flow.psn.missing, Interval::exactly(missing)) << "seed " << seed;
    EXPECT_EQ(flow.psn.duplicates, duplicates) << "seed " << seed;
    EXPECT_EQ(flow.icrc_bad, corrupt_frames) << "seed " << seed;
    EXPECT_EQ(flow.ecn[static_cast<std::size_t>(wire::Ecn::kCe)], ce) << "seed " << seed;
    EXPECT_GT(missing + duplicates + corrupt_frames + ce, 100u);
  }
}

TEST(Flow, GivesAReadAsManyPsnsAsItsResponseWillHave) {
  // MTU 1024 is known from a SEND: 4097 bytes are 5 packets.
  const FlowReport flow = Story{}
                              .packet(kSendFirst, 0)
                              .packet(kSendLast, 1, 1)
                              .read(2, 4097)
                              .read(7, 256)
                              .packet(kSendOnly, 8)
                              .flow();
  EXPECT_EQ(flow.psn.gaps, 0u);
  EXPECT_EQ(flow.psn.missing, Interval::exactly(0));
  EXPECT_FALSE(flow.psn.mtu_assumed);

  const FlowReport one_read_lost =
      Story{}.packet(kSendFirst, 0).packet(kSendLast, 1, 1).read(7, 256).packet(kSendOnly, 8).flow();
  EXPECT_EQ(one_read_lost.psn.gaps, 1u);
  EXPECT_EQ(one_read_lost.psn.missing, Interval::exactly(5));
}

TEST(Flow, LearnsTheMtuOfReadsLaterOrAssumesTheLikeliest) {
  const FlowReport told_later =
      Story{}.read(0, 8192).read(8, 8192).packet(kSendFirst, 16).packet(kSendLast, 17, 5).flow();
  EXPECT_FALSE(told_later.psn.mtu_assumed);
  EXPECT_EQ(told_later.psn.missing, Interval::exactly(0));

  const FlowReport never_told = Story{}.read(0, 8192).read(4, 8192).read(12, 8192).read(16, 100).flow();
  EXPECT_EQ(never_told.psn.mtu_assumed, 2048u);
  EXPECT_EQ(never_told.psn.missing, Interval::exactly(4)) << "the READ at 8 was lost";
  EXPECT_EQ(never_told.psn.gaps, 1u);
}

TEST(Flow, ARepeatedReadIsADuplicateAndFillsWhatItAsksFor) {
  const FlowReport flow = Story{}
                              .packet(kSendFirst, 0)
                              .packet(kSendLast, 1, 1)
                              .packet(kSendOnly, 6)
                              .read(2, 4096)
                              .read(4, 2048)
                              .flow();
  EXPECT_EQ(flow.psn.missing, Interval::exactly(0)) << "the READ fills 2 to 5";
  EXPECT_EQ(flow.psn.reordered, 1u);
  EXPECT_EQ(flow.psn.duplicates, 1u) << "its retry from 4 on";
}

TEST(Flow, ANewConnectionOnTheSameQueuePairIsNoLoss) {
  const FlowReport flow =
      Story{}.packet(kSendOnly, 10).packet(kSendOnly, 9'000'000).packet(kSendOnly, 9'000'002).flow();
  EXPECT_EQ(flow.psn.restarts, 1u);
  EXPECT_EQ(flow.psn.missing, Interval::exactly(1));
  EXPECT_EQ(flow.psn.gaps, 1u);
  const FlowReport in_message = Story{}.packet(kSendFirst, 10).packet(kSendMiddle, 100'000).flow();
  EXPECT_EQ(in_message.psn.restarts, 0u) << "a message's middle begins nothing";
  EXPECT_EQ(in_message.psn.missing.high, 99'989u);
}

TEST(Messages, AreSizedFromTheirPsns) {
  const FlowReport flow = Story{}
                              .packet(kSendFirst, 0)
                              .packet(kSendMiddle, 1)
                              .packet(kSendLast, 2, 7)
                              .write_first(3, 2048 + 5)
                              .packet(kWriteMiddle, 4)
                              .packet(kWriteLast, 5, 5)
                              .packet(kSendOnly, 6, 0)
                              .flow();
  EXPECT_EQ(flow.messages.complete, 3u);
  EXPECT_EQ(flow.messages.size_unknown, 0u);
  EXPECT_EQ(flow.messages.bytes.sum, 2 * 1024 + 7 + 2048 + 5 + 0);
}

TEST(Messages, OfALostBeginningAreSizedByItsRetransmission) {
  const FlowReport lost = Story{}.packet(kSendOnly, 0).packet(kWriteLast, 2, 5).flow();
  EXPECT_EQ(lost.messages.complete, 2u);
  EXPECT_EQ(lost.messages.size_unknown, 1u);
  const FlowReport sent_again = Story{}
                                    .packet(kSendOnly, 0)
                                    .packet(kWriteLast, 2, 5)
                                    .write_first(1, 1029)
                                    .packet(kWriteLast, 2, 5)
                                    .flow();
  EXPECT_EQ(sent_again.messages.complete, 2u);
  EXPECT_EQ(sent_again.messages.size_unknown, 0u);
  EXPECT_EQ(sent_again.messages.bytes.max, 1029);
}

TEST(Messages, AreNotSizedAcrossALostEndAndBeginning) {
  const FlowReport flow = Story{}.packet(kSendFirst, 0).packet(kSendMiddle, 3).packet(kSendLast, 4, 9).flow();
  EXPECT_EQ(flow.messages.size_unknown, 1u) << "1 and 2 may be an end and a beginning";
  const FlowReport one_lost =
      Story{}.packet(kSendFirst, 0).packet(kSendMiddle, 2).packet(kSendLast, 3, 9).flow();
  EXPECT_EQ(one_lost.messages.bytes.max, 3 * 1024 + 9) << "one lost packet can only be a middle";
}

TEST(Flow, IsKeyedByAddressesQueuePairTransportAndPlace) {
  Story story;
  story.frame(roce_frame({}));
  story.frame(roce_frame({.ipv6 = true}));
  story.frame(roce_frame({.qp = 0x12}));
  story.frame(roce_frame({.destination = wire::Ipv4Address{0x0A000003}}));
  story.frame(roce_frame({.opcode = kUcSendOnly}));
  story.frame(roce_frame({.udp_source_port = 0xC001, .psn = 1}));
  const Report report = story.report();
  ASSERT_EQ(report.flows.size(), 5u);
  EXPECT_EQ(report.flows[0].packets, 2u) << "the source port does not make a flow";
  EXPECT_EQ(report.flows[0].udp_source_ports, (std::set<std::uint16_t>{0xC000, 0xC001}));
}

TEST(Flow, OfUdIsToldByItsSourceQueuePair) {
  Story story;
  for (const std::uint32_t source : {5u, 6u, 5u}) {
    const roce::Deth deth{.source_qpn = base::Be24{source}};
    story.frame(roce_frame({.opcode = kUdSendOnly, .psn = 3, .extensions = support::header_bytes(deth)}));
  }
  const Report report = story.report();
  ASSERT_EQ(report.flows.size(), 2u);
  EXPECT_EQ(report.flows[0].key.source_qp, 5u);
  EXPECT_EQ(report.flows[0].psn.duplicates, 1u);
}

TEST(Flow, OfSentAndReceivedFramesOfOneRunAreApart) {
  const capture::WriterOptions options{.ports = {{.name = "p0"}, {.name = "p1"}}};
  auto file = capture::pcapng_head(options);
  for (std::uint32_t psn = 0; psn < 3; ++psn) {
    const auto frame = roce_frame({.psn = psn});
    append_record({.port = 0, .direction = Direction::kSent, .frame = frame}, options, file);
    append_record({.port = 1, .direction = Direction::kReceived, .frame = frame}, options, file);
  }
  capture::Reader reader{file, "x"};
  const Report report = inspect::analyze(reader, "x", {.flows_max = 16});
  ASSERT_EQ(report.flows.size(), 2u);
  for (const FlowReport& flow : report.flows) {
    EXPECT_EQ(flow.packets, 3u);
    EXPECT_EQ(flow.psn.duplicates, 0u);
  }
  EXPECT_EQ(report.flows[1].key.place.direction, Direction::kReceived);
  EXPECT_EQ(report.interfaces[1].name, "p1");
  EXPECT_EQ(report.interfaces[1].frames, 3u);
}

TEST(Rate, IsOfAllPacketsButTheFirstOverTheTimeBetween) {
  Story story;
  for (std::uint32_t psn = 0; psn < 11; ++psn) {
    story.packet(kSendOnly, psn, 1000);
  }
  const FlowReport flow = story.flow();
  // 14 + 20 + 8 + 12 + 1000 + 4, FCS 4: 1062 bytes a microsecond.
  EXPECT_EQ(flow.layer2_bytes.count(), 11u * 1062);
  EXPECT_EQ(flow.payload_bytes.count(), 11'000u);
  EXPECT_EQ(flow.rate_layer2, base::BitsPerSec{8'496'000'000});
  EXPECT_EQ(flow.first, base::Duration{});
  EXPECT_EQ(flow.last, base::microseconds(10));
  EXPECT_FALSE(Story{}.packet(kSendOnly, 0).flow().rate_layer2) << "one packet has no rate";
}

TEST(Totals, BookWhatIsNotRoceByKindAndWhatIsCutShort) {
  FrameBytes arp(60);
  arp[12] = std::byte{0x08};
  arp[13] = std::byte{0x06};
  const auto whole = roce_frame({.opcode = 0x0A, .payload_bytes = 100});
  auto too_long = whole;
  too_long[14 + 20 + 4] = std::byte{0xFF};  // UDP length beyond the frame
  Story story;
  story.frame(arp).frame(whole, LinkType::kEthernet, 100).frame(whole, LinkType::kEthernet, 60);
  story.frame(whole, LinkType::kEthernet, 30).frame(too_long).frame(whole, static_cast<LinkType>(147));
  const inspect::Totals totals = story.report().totals;
  EXPECT_EQ(totals.frames, 6u);
  EXPECT_EQ(totals.other.at("link type 147"), 1u);
  EXPECT_EQ(totals.other.at("arp"), 1u);
  EXPECT_EQ(totals.icrc_unchecked, 1u) << "headers whole, ICRC not captured";
  EXPECT_EQ(totals.packets, 1u);
  EXPECT_EQ(totals.truncated, 2u) << "cut within RETH, cut within IP";
  EXPECT_EQ(totals.malformed, 1u);
}

TEST(LinkLayer, RawIpAndCookedCapturesAreReadLikeEthernet) {
  for (const bool ipv6 : {false, true}) {
    const auto frame = roce_frame({.ipv6 = ipv6});
    const FrameBytes ip(frame.begin() + 14, frame.end());
    FrameBytes sll(16);
    sll[1] = std::byte{4};  // outgoing
    sll[14] = frame[12];
    sll[15] = frame[13];
    sll.insert(sll.end(), ip.begin(), ip.end());
    FrameBytes sll2(20);
    sll2[0] = frame[12];
    sll2[1] = frame[13];
    sll2.insert(sll2.end(), ip.begin(), ip.end());
    Story story;
    story.frame(ip, LinkType::kRawIp).frame(sll, LinkType::kLinuxSll).frame(sll2, LinkType::kLinuxSll2);
    story.frame(frame).frame(FrameBytes(3), LinkType::kLinuxSll);
    const Report report = story.report();
    EXPECT_EQ(report.totals.icrc_good, 4u);
    EXPECT_EQ(report.totals.malformed, 1u) << "3 bytes are no cooked frame";
    ASSERT_EQ(report.flows.size(), 3u) << "direction unknown, received, sent";
    EXPECT_EQ(report.flows[2].key.place.direction, Direction::kSent);
  }
}

TEST(Totals, CountFlowsBeyondTheBoundAndFollowNoMoreSequences) {
  Story story{{.flows_max = 4}};
  for (std::uint32_t qp = 0; qp < 10; ++qp) {
    story.frame(roce_frame({.qp = qp}));
  }
  const Report report = story.report();
  EXPECT_EQ(report.flows.size(), 4u);
  EXPECT_EQ(report.totals.packets_beyond_flows, 6u);
  EXPECT_EQ(report.totals.packets, 10u);

  Story restarts{{.flows_max = 4}};
  for (std::uint32_t i = 0; i < 10; ++i) {
    restarts.packet(kSendOnly, i * 1'000'000);
  }
  const FlowReport flow = restarts.flow();
  EXPECT_EQ(flow.psn.restarts, 5u) << "4 flows and a quarter";
  EXPECT_EQ(flow.psn.unfollowed, 5u);
}

TEST(AnalyzeFile, SaysWhyAFileCannotBeReadAndGivesWhatPrecedesDamage) {
  const auto missing = inspect::analyze_file("/nowhere/x.pcap");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().front().where, "/nowhere/x.pcap");

  const auto foreign = inspect::analyze_file(std::string{ROCESTORM_TEST_DATA} + "/captures/README.md");
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->totals.frames, 0u);
  ASSERT_TRUE(foreign->fault);
  EXPECT_NE(foreign->fault->what.find("neither pcap nor pcapng"), std::string::npos);
}

/// Cut at every byte: as many packets as are whole, and a fault unless the cut is between two.
TEST(Truncated, AtEveryByteGivesTheCountsOfWhatPrecedes) {
  const capture::WriterOptions options{.ports = {{.name = "p0"}}};
  auto file = capture::pcapng_head(options);
  std::vector<std::size_t> ends;
  for (std::uint32_t psn = 0; psn < 4; ++psn) {
    append_record({.frame = roce_frame({.psn = psn})}, options, file);
    ends.push_back(file.size());
  }
  for (std::size_t length = 0; length <= file.size(); ++length) {
    capture::Reader reader{capture::Bytes{file}.first(length), "cut"};
    const Report report = inspect::analyze(reader, "cut", {.flows_max = 4});
    const auto whole = static_cast<std::uint64_t>(
        std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= length; }));
    ASSERT_EQ(report.totals.icrc_good, whole) << "cut at byte " << length;
    ASSERT_EQ(report.totals.packets, whole);
    ASSERT_EQ(!report.fault, length > 0 && reader.offset() == length) << "cut at byte " << length;
  }
}

}  // namespace
