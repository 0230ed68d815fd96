/// \file
/// What a test reads in a frame that was sent, and what must be right in every one.
#pragma once

#include "frame/probe_tag.hpp"
#include "roce/packet.hpp"
#include "support/fake_port.hpp"
#include "support/plain_icrc.hpp"
#include "wire/parse.hpp"

#include <gtest/gtest.h>
#include <cstring>
#include <optional>
#include <vector>

namespace test {

struct SentFrame {
  base::Time at;
  wire::ParsedFrame parsed;
  roce::ParsedRoce roce;
  std::optional<frame::ProbeTag> tag;
  std::optional<roce::Reth> reth;
  std::optional<roce::ImmDt> immediate;
  Bytes payload;
  std::uint16_t source_port = 0;
};

inline SentFrame read_sent(const FakePort::Sent& sent) {
  SentFrame frame{.at = sent.at};
  const std::span<const std::byte> bytes{sent.bytes};
  frame.parsed = wire::parse_any(bytes, base::FrameBytes{bytes.size()});
  EXPECT_EQ(frame.parsed.kind, wire::FrameKind::kRoce);
  const auto datagram = bytes.subspan(frame.parsed.payload_offset);
  frame.roce = roce::parse(datagram, frame.parsed.payload_length);
  EXPECT_EQ(frame.roce.fault, roce::Fault::kNone);
  const auto ip = bytes.subspan(frame.parsed.ip_offset);
  std::uint32_t stored = 0;
  std::memcpy(&stored, ip.data() + ip.size() - 4, 4);
  EXPECT_EQ(stored, plain_icrc(ip.first(ip.size() - 4))) << "ICRC";
  const auto payload = roce::payload_in(datagram, frame.roce);
  frame.payload.assign(payload.begin(), payload.end());
  if (payload.size() >= frame::kTagBytes) frame.tag = frame::read_tag(frame::load_tag_words(payload.data()));
  frame.reth = roce::read_extension<roce::Reth>(datagram, frame.roce);
  frame.immediate = roce::read_extension<roce::ImmDt>(datagram, frame.roce);
  frame.source_port = wire::load<wire::UdpHeader>(bytes.data() + frame.parsed.l4_offset).source_port.value();
  return frame;
}

inline std::vector<SentFrame> read_sent(const FakePort& port) {
  std::vector<SentFrame> frames;
  for (const FakePort::Sent& sent : port.sent())
    frames.push_back(read_sent(sent));
  return frames;
}

}  // namespace test
