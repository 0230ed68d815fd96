#include "host/ethtool.hpp"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace host {

namespace {
/// One ethtool command; `block` begins with the command's own structure. False: errno says why.
bool command(int socket, std::string_view interface_name, std::span<std::byte> block) {
  ifreq request{};
  interface_name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(block.data());
  return ioctl(socket, SIOCETHTOOL, &request) == 0;
}

template <class Head>
Head head_of(std::span<const std::byte> block) {
  Head head;
  std::memcpy(&head, block.data(), sizeof head);
  return head;
}

std::optional<std::uint32_t> statistics_count(int socket, std::string_view interface_name) {
  // ethtool_sset_info is followed by one 32-bit length per bit set in sset_mask.
  std::array<std::byte, sizeof(ethtool_sset_info) + sizeof(std::uint32_t)> block{};
  ethtool_sset_info request{};
  request.cmd = ETHTOOL_GSSET_INFO;
  request.sset_mask = std::uint64_t{1} << ETH_SS_STATS;
  std::memcpy(block.data(), &request, sizeof request);
  if (!command(socket, interface_name, block)) return std::nullopt;
  if (head_of<ethtool_sset_info>(block).sset_mask == 0) return 0;
  return head_of<std::uint32_t>(std::span{block}.subspan(sizeof request));
}
}  // namespace

std::vector<std::string> parse_ethtool_names(std::span<const char> block) {
  std::vector<std::string> names;
  for (; block.size() >= ETH_GSTRING_LEN; block = block.subspan(ETH_GSTRING_LEN)) {
    const auto entry = block.first(ETH_GSTRING_LEN);
    names.emplace_back(entry.begin(), std::find(entry.begin(), entry.end(), '\0'));
  }
  return names;
}

EthtoolStatistics::EthtoolStatistics(std::string interface_name, FileDescriptor socket,
                                     std::vector<std::string> names)
    : interface_name_{std::move(interface_name)}, socket_{std::move(socket)}, names_{std::move(names)} {}

base::Result<EthtoolStatistics> EthtoolStatistics::open(std::string_view interface_name) {
  const auto failed = [&](std::string_view call) {
    return base::fail({.kind = base::ErrorKind::kEnvironment,
                       .where = std::string{interface_name},
                       .what = fmt::format("ethtool {}: {}", call, std::strerror(errno)),
                       .remedy = {}});
  };
  FileDescriptor handle{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!handle) return failed("socket");
  const auto count = statistics_count(handle.get(), interface_name);
  if (!count) return failed("ETHTOOL_GSSET_INFO");
  std::vector<std::byte> block(sizeof(ethtool_gstrings) + std::size_t{*count} * ETH_GSTRING_LEN);
  ethtool_gstrings request{};
  request.cmd = ETHTOOL_GSTRINGS;
  request.string_set = ETH_SS_STATS;
  request.len = *count;
  std::memcpy(block.data(), &request, sizeof request);
  if (*count != 0 && !command(handle.get(), interface_name, block)) return failed("ETHTOOL_GSTRINGS");
  const auto strings = std::span<const std::byte>{block}.subspan(sizeof request);
  return EthtoolStatistics{
      std::string{interface_name}, std::move(handle),
      parse_ethtool_names({reinterpret_cast<const char*>(strings.data()), strings.size()})};
}

std::optional<std::vector<std::uint64_t>> EthtoolStatistics::read() const {
  std::vector<std::uint64_t> values(names_.size());
  if (values.empty()) return values;
  ethtool_stats request{};
  request.cmd = ETHTOOL_GSTATS;
  request.n_stats = static_cast<std::uint32_t>(values.size());
  std::vector<std::byte> block(sizeof request + values.size() * sizeof(std::uint64_t));
  std::memcpy(block.data(), &request, sizeof request);
  // A driver whose list grew since would write past the block: ask for the count first.
  if (statistics_count(socket_.get(), interface_name_) != names_.size()) return std::nullopt;
  if (!command(socket_.get(), interface_name_, block)) return std::nullopt;
  if (head_of<ethtool_stats>(block).n_stats != values.size()) return std::nullopt;
  std::memcpy(values.data(), block.data() + sizeof request, values.size() * sizeof(std::uint64_t));
  return values;
}

}  // namespace host
