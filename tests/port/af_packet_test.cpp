// net_af_packet over a veth pair in a network namespace of its own: jumbo frames, and the loss that only the
// kernel counts. Needs root, and says so where it is not.
#include "frames.hpp"
#include "host/packet_socket.hpp"
#include "host/raw_clock.hpp"
#include "port/facts.hpp"

#include <sched.h>
#include <unistd.h>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

using engine::PayloadSource;

constexpr std::uint32_t kBurst = engine::kBurst;

bool run(const char* command) {
  return std::system(command) == 0;  // NOLINT(cert-env33-c): fixed commands of a test
}

class AfPacket : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root for a network namespace";
    // sysfs shows the interfaces of the namespace that it was mounted in.
    static const bool made =
        unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
        run("mount --make-rprivate / && mount -t sysfs none /sys") &&
        run("ip link add v0 mtu 4300 type veth peer name v1 mtu 4300 && "
            "ip link set v0 up && ip link set v1 up && "
            "ip link add d0 type veth peer name d1 && ip link set d0 up && ip link set d1 up");
    if (!made) GTEST_SKIP() << "this kernel or sandbox gives no network namespace with veth";
  }

  static port::DeviceOptions over(const std::string& interface_name) {
    return {.name = interface_name,
            .kind = port::DeviceKind::kVdev,
            .device = "net_af_packet",
            .arguments = "iface=" + interface_name,
            .ip_mtu = 4200,
            .rx_slots = 512,
            .tx_slots = 512,
            .sources = {PayloadSource::kRandom}};
  }

  /// IPv6 makes frames of its own on an interface that comes up; ours begin with this.
  static constexpr std::byte kOurs{0xab};
  static bool is_ours(const port::DeviceQueue::RxFrame& frame) { return frame.head()[4] == kOurs; }

  /// Receives for as long as frames come, at most `most` of ours; checks each against `layout`.
  static std::uint32_t receive_all(port::DeviceQueue& queue, std::uint32_t most,
                                   const engine::FrameLayout& layout, std::vector<std::uint32_t>* numbers) {
    test::RxFrames frames;
    std::uint32_t received = 0;
    base::Duration last = host::raw_clock();
    while (received < most && host::raw_clock() - last < base::milliseconds(500)) {
      const std::size_t count = queue.receive(frames);
      for (std::size_t i = 0; i < count; ++i) {
        if (!is_ours(frames[i])) continue;
        const std::uint32_t number = test::checked_number(frames[i], layout, PayloadSource::kRandom);
        if (numbers != nullptr) numbers->push_back(number);
        ++received;
        last = host::raw_clock();
      }
      queue.release(std::span{frames}.first(count));
    }
    return received;
  }

  /// Hands over all of `count` frames, however often the driver takes fewer.
  static void send_all(port::DeviceQueue& queue, std::uint32_t count, const engine::FrameLayout& layout) {
    test::TxFrames frames;
    for (std::uint32_t number = 0; number < count; number += kBurst) {
      while (queue.take(PayloadSource::kRandom, std::span{frames}.first(kBurst)) != kBurst) {
      }
      for (std::uint32_t i = 0; i < kBurst; ++i)
        test::lay(frames[i], layout, number + i);
      std::size_t sent = 0;
      while (sent < kBurst)
        sent += queue.send(0, std::span{frames}.subspan(sent));
    }
  }
};

TEST_F(AfPacket, PassesFramesForAnIbMtuOf4096) {
  const auto set = test::opened({.devices = {over("v0"), over("v1")}, .cables = {}});
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(set->facts(0).ip_mtu_most, 4268U);
  ASSERT_TRUE(set->wait_for_links(base::seconds(5)).has_value());
  constexpr engine::FrameLayout kLayout{.header_bytes = 74, .payload_bytes = 4096, .trailer_bytes = 4};
  std::vector<std::uint32_t> numbers;
  for (int round = 0; round < 10; ++round) {
    send_all(set->queue(0, 0), 64, kLayout);
    ASSERT_EQ(receive_all(set->queue(1, 0), 64, kLayout, &numbers), 64U);
  }
  for (std::uint32_t i = 0; i < numbers.size(); ++i)
    ASSERT_EQ(numbers[i], i % 64);
  const port::DeviceCounters counters = set->counters(1);
  EXPECT_TRUE(counters.complete);
  EXPECT_EQ(counters.sum(port::CounterPlace::kTester), 0U);
  EXPECT_EQ(set->counters(0).frames_sent, 640U);
  EXPECT_GE(counters.frames_received, 640U);
  test::close_whole(*set);
}

TEST_F(AfPacket, LossOfAStarvedReceiverIsSeenInTheTester) {
  const auto set = test::opened({.devices = {over("v0"), over("v1")}, .cables = {}});
  ASSERT_NE(set, nullptr);
  ASSERT_TRUE(set->wait_for_links(base::seconds(5)).has_value());
  constexpr engine::FrameLayout kLayout{.header_bytes = 74, .payload_bytes = 4096, .trailer_bytes = 4};
  constexpr std::uint32_t kSent = 20'000;
  // Nobody reads: the ring of 4096 frames fills and the kernel drops the rest.
  send_all(set->queue(0, 0), kSent, kLayout);
  const std::uint32_t received = receive_all(set->queue(1, 0), kSent, kLayout, nullptr);
  EXPECT_GE(received, 4000U);
  EXPECT_LE(received, 5000U);
  const port::DeviceCounters first = set->counters(1);
  EXPECT_TRUE(first.complete);
  const std::uint64_t dropped = first.sum(port::CounterPlace::kTester);
  // A frame of IPv6's own may be among the dropped.
  EXPECT_GE(received + dropped, kSent);
  EXPECT_LE(received + dropped, kSent + 20);
  // The kernel zeroes its count at each reading; the sum must not forget.
  EXPECT_GE(set->counters(1).sum(port::CounterPlace::kTester), dropped);
  test::close_whole(*set);
}

TEST_F(AfPacket, OneTesterADevice) {
  const auto first = test::opened({.devices = {over("v0")}, .cables = {}});
  ASSERT_NE(first, nullptr);
  const auto second = port::PortSet::open(test::shared_eal(), {.devices = {over("v0")}, .cables = {}});
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(base::to_text(second.error()).find("in use by process"), std::string::npos)
      << base::to_text(second.error());
  test::close_whole(*first);
  const auto third = test::opened({.devices = {over("v0")}, .cables = {}});
  ASSERT_NE(third, nullptr);
  test::close_whole(*third);
}

TEST_F(AfPacket, ALinkThatIsDownSaysWhoAndWhy) {
  const auto set = test::opened({.devices = {over("v0")}, .cables = {}});
  ASSERT_NE(set, nullptr);
  ASSERT_TRUE(run("ip link set v1 down"));
  const base::Status up = set->wait_for_links(base::milliseconds(100));
  ASSERT_TRUE(run("ip link set v1 up"));
  ASSERT_FALSE(up.has_value());
  EXPECT_EQ(base::to_text(up.error()).find("port v0: link is down: v0 has no carrier"), 0U)
      << base::to_text(up.error());
  EXPECT_TRUE(set->wait_for_links(base::seconds(5)).has_value());
  test::close_whole(*set);
}

TEST_F(AfPacket, TheDefaultRouteIsNotSentThroughUnlessMeant) {
  ASSERT_TRUE(run("ip addr add 198.18.0.1/24 dev d0 && ip route add default via 198.18.0.2 dev d0"));
  port::DeviceOptions options = over("d0");
  options.ip_mtu = 1500;
  const auto refused = port::probe(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(base::to_text(refused.error()).find("d0 carries this host's default route"), std::string::npos);
  options.allow_default_route = true;
  const auto meant = port::probe(options);
  ASSERT_TRUE(meant.has_value()) << base::to_text(meant.error());
  EXPECT_TRUE(meant->facts.carries_default_route);
  ASSERT_TRUE(run("ip route del default"));
}

TEST_F(AfPacket, SeveralSocketsWouldScatterAFlow) {
  port::DeviceOptions options = over("v0");
  options.arguments += ",qpairs=2";
  const auto refused = port::probe(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(base::to_text(refused.error()).find("qpairs=2 spreads what arrives"), std::string::npos);
}

TEST_F(AfPacket, AnInterfaceOfTheKernelIsNoPciDevice) {
  const auto named = port::probe({.name = "a", .kind = port::DeviceKind::kNamed, .device = "v0"});
  ASSERT_FALSE(named.has_value());
  EXPECT_NE(base::to_text(named.error()).find("net_af_packet,iface=v0"), std::string::npos)
      << base::to_text(named.error());
  EXPECT_FALSE(port::probe({.name = "a", .kind = port::DeviceKind::kNamed, .device = "mlx5_7"}).has_value());
  EXPECT_FALSE(
      port::probe({.name = "a", .kind = port::DeviceKind::kPci, .device = "ffff:ff:1f.7"}).has_value());
}

}  // namespace
