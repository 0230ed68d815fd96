#include "host/network_devices.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <fstream>

namespace {
namespace fs = std::filesystem;

/// A folder with the shape of sysfs on a machine with a mlx5 port, a vfio-bound one, a disk and a veth.
class NetworkDevices : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "sysfs-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    const fs::path nic = add_pci("0000:3b:00.0", "0x020000", "mlx5_core", "1");
    fs::create_directories(nic / "infiniband/mlx5_0");
    add_interface(nic / "net/ens3f0np0",
                  {{"ifindex", "7"}, {"carrier", "1"}, {"speed", "100000"}, {"mtu", "9000"}});
    fs::create_directory_symlink(nic, nic / "net/ens3f0np0/device");
    add_pci("0000:af:00.1", "0x020000", "vfio-pci", "-1");
    add_pci("0000:00:1f.2", "0x010601", "ahci", "0");
    add_interface(root_ / "devices/virtual/net/veth0", {{"ifindex", "9"}, {"carrier", ""}, {"speed", "-1"}});
    write(root_ / "class/net/bonding_masters", "");
    fs::create_directories(root_ / "class/infiniband");
  }
  void TearDown() override { fs::remove_all(root_); }

  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text << '\n';
  }
  fs::path add_pci(const std::string& address, const std::string& device_class, const std::string& driver,
                   const std::string& node) {
    const fs::path folder = root_ / "devices/pci0000:00" / address;
    write(folder / "class", device_class);
    write(folder / "vendor", "0x15b3");
    write(folder / "device", "0x1019");
    write(folder / "numa_node", node);
    fs::create_directories(root_ / "bus/pci/drivers" / driver);
    fs::create_directory_symlink(root_ / "bus/pci/drivers" / driver, folder / "driver");
    fs::create_directories(root_ / "bus/pci/devices");
    fs::create_directory_symlink(folder, root_ / "bus/pci/devices" / address);
    return folder;
  }
  void add_interface(const fs::path& folder, const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files)
      write(folder / name, text);
    write(folder / "operstate", "up");
    write(folder / "address", "02:00:00:00:00:01");
    fs::create_directories(root_ / "class/net");
    fs::create_directory_symlink(folder, root_ / "class/net" / folder.filename());
  }

  fs::path root_;
};

TEST_F(NetworkDevices, AnAdapterKnowsWhatStandsOnIt) {
  const host::NetworkDevices devices = host::network_devices(root_);
  ASSERT_EQ(devices.adapters.size(), 2U);  // the disk is none
  const host::Adapter& nic = devices.adapters[0];
  EXPECT_EQ(nic.pci_address, "0000:3b:00.0");
  EXPECT_EQ(nic.driver, "mlx5_core");
  EXPECT_EQ(nic.vendor, 0x15b3);
  EXPECT_EQ(nic.numa_node, 1);
  EXPECT_EQ(nic.interfaces, std::vector<std::string>{"ens3f0np0"});
  EXPECT_EQ(nic.rdma_devices, std::vector<std::string>{"mlx5_0"});
  EXPECT_TRUE(devices.kernel_has_rdma);
}

TEST_F(NetworkDevices, IsFoundByEachOfItsNames) {
  const host::NetworkDevices devices = host::network_devices(root_);
  for (const char* name : {"0000:3b:00.0", "3b:00.0", "ens3f0np0", "mlx5_0"}) {
    ASSERT_NE(devices.adapter_of(name), nullptr) << name;
    EXPECT_EQ(devices.adapter_of(name)->pci_address, "0000:3b:00.0");
  }
  ASSERT_NE(devices.adapter_of("af:00.1"), nullptr);
  EXPECT_EQ(devices.adapter_of("af:00.1")->driver, "vfio-pci");
  EXPECT_EQ(devices.adapter_of("veth0"), nullptr);
  EXPECT_EQ(devices.adapter_of("mlx5_9"), nullptr);
}

TEST_F(NetworkDevices, WhatADriverDoesNotKnowIsUnset) {
  const host::NetworkDevices devices = host::network_devices(root_);
  ASSERT_EQ(devices.interfaces.size(), 2U);
  const host::NetworkInterface* veth = devices.interface_named("veth0");
  ASSERT_NE(veth, nullptr);
  EXPECT_EQ(veth->index, 9);
  EXPECT_EQ(veth->carrier, std::nullopt);
  EXPECT_EQ(veth->speed_mbps, std::nullopt);
  EXPECT_EQ(veth->pci_address, "");
  const host::NetworkInterface* nic = devices.interface_named("ens3f0np0");
  ASSERT_NE(nic, nullptr);
  EXPECT_EQ(nic->speed_mbps, 100'000U);
  EXPECT_EQ(nic->carrier, true);
  EXPECT_EQ(nic->mtu, 9000U);
  EXPECT_EQ(nic->driver, "mlx5_core");
  EXPECT_EQ(nic->mac, "02:00:00:00:00:01");
}

TEST_F(NetworkDevices, OneInterfaceIsReadAlone) {
  ASSERT_TRUE(host::network_interface("ens3f0np0", root_).has_value());
  EXPECT_EQ(host::network_interface("ens3f0np0", root_)->mtu, 9000U);
  EXPECT_FALSE(host::network_interface("bonding_masters", root_).has_value());
  EXPECT_FALSE(host::network_interface("", root_).has_value());
}

TEST(PciAddress, IsBroughtToItsFullForm) {
  EXPECT_EQ(host::parse_pci_address("3b:00.0"), "0000:3b:00.0");
  EXPECT_EQ(host::parse_pci_address("10AB:3B:1f.7"), "10ab:3b:1f.7");
  for (const char* bad :
       {"", "eth0", "0000:3b:00.8", "0000:3b:20.0", "0000:3b:00", "0000.3b:00.0", "zz:00.0"})
    EXPECT_EQ(host::parse_pci_address(bad), std::nullopt) << bad;
}

}  // namespace
