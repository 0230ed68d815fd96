#include "frame/lay_whole.hpp"

#include "base/rng.hpp"
#include "support/plain_icrc.hpp"
#include "support/slot.hpp"
#include "wire/checksum.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using frame::Part;
using profile::Framing;
using profile::Verb;

/// A flow's block with room in front of it, as the engine keeps them.
struct GuardedHeader {
  frame::FlowHeader guard;
  frame::FlowHeader header;
};

frame::HeaderSpec random_spec(base::Rng& rng, const frame::LayoutKey& key) {
  frame::HeaderSpec spec{.source_mac = wire::MacAddress::from_value(rng.next() >> 16),
                         .destination_mac = wire::MacAddress::from_value(rng.next() >> 16)};
  if (key.vlan) spec.vlan = static_cast<std::uint16_t>(1 + rng.below(4094));
  spec.pcp = static_cast<std::uint8_t>(rng.below(8));
  if (key.ipv6) {
    spec.source_ip = wire::Ipv6Address::from_halves(rng.next(), rng.next());
    spec.destination_ip = wire::Ipv6Address::from_halves(rng.next(), rng.next());
  } else {
    spec.source_ip = wire::Ipv4Address{static_cast<std::uint32_t>(rng.next())};
    spec.destination_ip = wire::Ipv4Address{static_cast<std::uint32_t>(rng.next())};
  }
  spec.dscp = static_cast<std::uint8_t>(rng.below(64));
  spec.ecn = static_cast<wire::Ecn>(rng.below(4));
  spec.ttl = static_cast<std::uint8_t>(rng.below(256));
  spec.udp_source_port = static_cast<std::uint16_t>(0xc000 + rng.below(0x4000));
  spec.destination_qpn = static_cast<std::uint32_t>(rng.below(1 << 24));
  spec.source_qpn = static_cast<std::uint32_t>(rng.below(1 << 24));
  spec.q_key = static_cast<std::uint32_t>(rng.next());
  spec.virtual_address = rng.next();
  spec.remote_key = static_cast<std::uint32_t>(rng.next());
  if (!key.varies_by_message) spec.message_bytes = static_cast<std::uint32_t>(rng.below(1U << 31));
  spec.source_port_per_message = key.varies_by_message;
  return spec;
}

frame::LayoutKey random_key(base::Rng& rng) {
  frame::LayoutKey key{.verb = static_cast<Verb>(rng.below(4)),
                       .framing = static_cast<Framing>(rng.below(3))};
  if (key.framing == Framing::kUd) key.verb = rng.below(2) == 0 ? Verb::kSend : Verb::kSendWithImmediate;
  key.ipv6 = rng.below(2) == 0;
  key.vlan = rng.below(2) == 0;
  key.source = static_cast<wire::PayloadSource>(rng.below(4));
  key.path_mtu = 256U << rng.below(5);
  key.varies_by_message = rng.below(2) == 0;
  return key;
}

frame::ProbeTag random_tag(base::Rng& rng) {
  return {.flow = static_cast<std::uint32_t>(rng.next()),
          .sequence = static_cast<std::uint32_t>(rng.next()),
          .window = static_cast<frame::Window>(rng.below(2)),
          .attempt = static_cast<std::uint8_t>(rng.below(256)),
          .sent_at = base::Time{static_cast<std::int64_t>(rng.next() >> 1)}};
}

/// IP header to the end, without Ethernet.
std::span<const std::byte> ip_packet(std::span<const std::byte> frame, const frame::LayoutKey& key) {
  return frame.subspan(key.vlan ? 18 : 14);
}

void expect_good(const test::Slot& slot, const frame::LayoutKey& key) {
  const auto packet = ip_packet(slot.frame(), key);
  const std::uint32_t computed = test::plain_icrc(packet.first(packet.size() - 4));
  std::uint32_t stored = 0;
  std::memcpy(&stored, packet.data() + packet.size() - 4, 4);
  EXPECT_EQ(stored, computed);
  if (!key.ipv6) {
    EXPECT_EQ(wire::internet_checksum(packet.first(20)).value(), 0) << "IPv4 header checksum";
    EXPECT_EQ((static_cast<std::size_t>(packet[2]) << 8) + static_cast<std::size_t>(packet[3]),
              packet.size());
  } else {
    EXPECT_EQ((static_cast<std::size_t>(packet[4]) << 8) + static_cast<std::size_t>(packet[5]) + 40,
              packet.size());
  }
}

TEST(Lay, GivesTheIcrcOfThePlainRuleForAnyHeaderFieldLengthAndPart) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    const frame::LayoutKey key = random_key(rng);
    const frame::Layout layout{key};
    const auto block = std::make_unique<GuardedHeader>();
    const frame::HeaderSpec spec = random_spec(rng, key);
    block->header = frame::make_header(spec, layout);
    test::Slot slot{key.source};
    for (int i = 0; i < 40; ++i) {
      const auto part = static_cast<Part>(rng.below(4));
      frame::PacketFields fields{
          .psn_word = static_cast<std::uint32_t>(rng.next()) & 0x80ff'ffff,
          .payload_bytes = 24 + static_cast<std::uint32_t>(rng.below(key.path_mtu - 23)),
          .tag = random_tag(rng),
          .immediate = static_cast<std::uint32_t>(rng.next())};
      if (key.varies_by_message) {
        fields.message_bytes = static_cast<std::uint32_t>(1 + rng.below(1U << 30));
        fields.source_port = static_cast<std::uint16_t>(0xc000 + rng.below(0x4000));
      }
      frame::lay(slot, block->header, layout.part(part), fields);
      expect_good(slot, key);
      if (HasFailure()) return;
    }
  }
}

TEST(PacketRun, LaysWhatSinglePacketsWouldBe) {
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Rng rng{seed};
    const frame::LayoutKey key = random_key(rng);
    const frame::Layout layout{key};
    const auto block = std::make_unique<GuardedHeader>();
    block->header = frame::make_header(random_spec(rng, key), layout);
    const frame::PartLayout& part = layout.part(static_cast<Part>(rng.below(4)));
    frame::PacketFields fields{.psn_word = 0x80ff'fff8,
                               .payload_bytes = 24 + static_cast<std::uint32_t>(rng.below(key.path_mtu - 23)),
                               .tag = random_tag(rng),
                               .immediate = static_cast<std::uint32_t>(rng.next())};
    fields.tag.sequence = 0xffff'fffd;  // wraps within the run
    frame::PacketRun run{block->header, part, fields};
    frame::PacketFields single = fields;
    const bool own_times = rng.below(2) == 0;
    for (std::uint32_t i = 0; i < 8; ++i) {
      test::Slot of_run{key.source};
      test::Slot alone{key.source};
      if (own_times) {
        single.tag.sent_at += base::Duration{static_cast<std::int64_t>(rng.below(100'000))};
        run.lay(of_run, single.tag.sent_at);
      } else {
        run.lay(of_run);
      }
      single.psn_word = fields.psn_word + i;
      single.tag.sequence = fields.tag.sequence + i;
      frame::lay(alone, block->header, part, single);
      ASSERT_TRUE(std::ranges::equal(of_run.frame(), alone.frame())) << "packet " << i;
      expect_good(of_run, key);
    }
  }
}

TEST(Lay, ATagThatIsLaidAnewLeavesTheIcrcGood) {
  base::Rng rng{11};
  for (int i = 0; i < 100; ++i) {
    const frame::LayoutKey key = random_key(rng);
    const frame::Layout layout{key};
    const auto block = std::make_unique<GuardedHeader>();
    block->header = frame::make_header(random_spec(rng, key), layout);
    const frame::PartLayout& part = layout.part(Part::kMiddle);
    test::Slot slot{key.source};
    const std::uint32_t payload = 24 + static_cast<std::uint32_t>(rng.below(key.path_mtu - 23));
    frame::lay(slot, block->header, part, {.payload_bytes = payload, .tag = random_tag(rng)});
    const frame::ProbeTag anew = random_tag(rng);
    std::byte* const trailer = slot.trailer();
    frame::relay_tag(trailer - payload, trailer, part, payload, anew);
    expect_good(slot, key);
    EXPECT_EQ(frame::read_tag(frame::load_tag_words(trailer - payload)), anew);
  }
}

TEST(Lay, LeavesThePrimedPayloadAsItWas) {
  base::Rng rng{7};
  for (const auto source :
       {wire::PayloadSource::kOnes, wire::PayloadSource::kCounter, wire::PayloadSource::kRandom}) {
    const frame::Layout layout{{.source = source, .path_mtu = 1024}};
    const auto block = std::make_unique<GuardedHeader>();
    block->header = frame::make_header(random_spec(rng, layout.key()), layout);
    test::Slot slot{source};
    for (int i = 0; i < 200; ++i) {
      const auto payload = static_cast<std::uint32_t>(24 + rng.below(1001));
      frame::lay(slot, block->header, layout.part(Part::kOnly),
                 {.payload_bytes = payload, .tag = random_tag(rng)});
      const auto bytes = slot.frame().subspan(slot.layout().header_bytes, payload);
      for (std::uint32_t k = 24; k < payload; ++k)
        ASSERT_EQ(bytes[k], wire::primed_byte(source, k)) << k;
    }
  }
}

}  // namespace
