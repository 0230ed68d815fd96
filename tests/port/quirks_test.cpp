#include "port/quirks.hpp"

#include <gtest/gtest.h>

namespace {

using enum port::CounterPlace;

TEST(Counters, OfEveryDriverHaveAPlace) {
  EXPECT_EQ(port::place_of_counter("net_ice", "rx_missed_errors"), kTester);
  EXPECT_EQ(port::place_of_counter("net_anything", "rx_mbuf_allocation_errors"), kTester);
  EXPECT_EQ(port::place_of_counter("net_anything", "tx_errors"), kSender);
  EXPECT_EQ(port::place_of_counter("net_anything", "rx_good_packets"), kInformation);
  EXPECT_EQ(port::place_of_counter("mlx5_pci", "rx_phy_crc_errors"), kDamagedOnLastLink);
  EXPECT_EQ(port::place_of_counter("mlx5_pci", "rx_phy_discard_packets"), kTester);
  EXPECT_EQ(port::place_of_counter("net_ena", "pps_allowance_exceeded"), kOutside);
}

TEST(Counters, ThatAnotherCounterHoldsAlreadyAreNotAddedTwice) {
  EXPECT_EQ(port::place_of_counter("mlx5_pci", "rx_out_of_buffer"), kInformation);
  EXPECT_EQ(port::place_of_counter("mlx5_pci", "rx_prio3_buf_discard_packets"), kInformation);
  EXPECT_EQ(port::place_of_counter("net_ice", "rx_dropped_packets"), kInformation);
}

TEST(Counters, OfARingAreNoLossBecauseTheSenderKeepsTheFrame) {
  EXPECT_EQ(port::place_of_counter("net_ring", "tx_errors"), kInformation);
  EXPECT_EQ(port::place_of_counter("net_ring", "rx_q0_errors"), kInformation);
}

TEST(Counters, ThatNameALossNobodyKnowsAreUnmapped) {
  EXPECT_EQ(port::place_of_counter("net_new", "rx_widget_drop"), kUnmapped);
  EXPECT_EQ(port::place_of_counter("net_new", "rx_errors"), kUnmapped);
  EXPECT_EQ(port::place_of_counter("net_new", "rx_widget_count"), kInformation);
}

TEST(Vdev, NameChoosesTheLongestDriver) {
  EXPECT_EQ(port::driver_of_vdev("net_virtio_user0"), "net_virtio_user");
  EXPECT_EQ(port::driver_of_vdev("net_null"), "net_null");
  EXPECT_EQ(port::driver_of_vdev("net_other12"), "net_other");
}

TEST(Arguments, AreFoundByTheirWholeKey) {
  EXPECT_EQ(port::argument("iface=veth0,framesz=4352", "framesz"), "4352");
  EXPECT_EQ(port::argument("iface=veth0,framesz=4352", "iface"), "veth0");
  EXPECT_EQ(port::argument("xiface=veth0", "iface"), "");
  EXPECT_EQ(port::argument("iface", "iface"), "");
  EXPECT_EQ(port::argument("", "iface"), "");
}

TEST(AfPacket, GetsFramesForJumboAndTheirCount) {
  EXPECT_EQ(port::needs_of("net_af_packet", "iface=v0", 4214).arguments,
            ",framesz=4352,blocksz=69632,framecnt=4096");
  EXPECT_EQ(port::needs_of("net_af_packet", "iface=v0", 4214).rx_buffer_bytes, 4352U);
  EXPECT_EQ(port::needs_of("net_af_packet", "iface=v0", 1518).arguments, ",framecnt=4096");
  EXPECT_EQ(
      port::needs_of("net_af_packet", "iface=v0,framesz=8192,blocksz=65536,framecnt=512", 4214).arguments,
      "");
  EXPECT_EQ(port::needs_of("net_null", "", 4214).arguments, "");
}

TEST(KernelDriver, LendsOrKeepsItsDevice) {
  EXPECT_TRUE(port::kernel_driver_lends("vfio-pci"));
  EXPECT_TRUE(port::kernel_driver_lends("mlx5_core"));
  EXPECT_FALSE(port::kernel_driver_lends("ice"));
  EXPECT_FALSE(port::kernel_driver_lends("virtio-pci"));
  EXPECT_FALSE(port::kernel_driver_lends(""));
}

}  // namespace
