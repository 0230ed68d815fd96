/// \file
/// One flow while a capture is read: what its packets add up to.
///
/// Cost: a few map look-ups a packet. Thread: one owner.
#pragma once

#include "inspect/psn_account.hpp"
#include "inspect/report.hpp"
#include "roce/packet.hpp"
#include "wire/parse.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace inspect {

enum class IcrcState : std::uint8_t { kGood, kBad, kUnchecked };

/// One RoCEv2 packet of a capture, read.
struct Packet {
  FlowKey flow{};
  wire::ParsedFrame frame{};
  roce::ParsedRoce roce{};
  std::string name;                        ///< of its opcode
  std::uint32_t dma_length = 0;            ///< of the RETH, where there is one
  std::optional<std::uint8_t> syndrome{};  ///< of the AETH of an ACK
  std::uint16_t udp_source_port = 0;
  IcrcState icrc = IcrcState::kUnchecked;
  std::size_t frame_bytes = 0;  ///< of the whole frame, without FCS
  std::optional<capture::Stamp> stamp{};
  base::Time time{};  ///< since the capture's first record; zero where records have no time

  /// What a negative acknowledgement says: "PSN sequence", "RNR"; empty for all else.
  [[nodiscard]] std::string nak() const;
};

/// READ responses of one direction: they carry the PSNs of the requests that they answer.
class ResponseAccount {
 public:
  void take(const Packet& packet);
  void finish(FlowReport& report) const;

 private:
  std::optional<roce::Psn> expected_;  ///< within a response
  std::optional<roce::Psn> last_end_;
  std::uint64_t gaps_ = 0;
  MessageAccount messages_;
};

class FlowAccount {
 public:
  explicit FlowAccount(const FlowKey& key) { report_.key = key; }

  /// `path_mtu`: what is known of it between the two ends.
  void take(const Packet& packet, std::optional<std::uint32_t> path_mtu, Sequences& sequences);
  [[nodiscard]] FlowReport finish(std::optional<std::uint32_t> path_mtu,
                                  const std::optional<capture::Stamp>& start, Sequences& sequences);

 private:
  void take_good(const Packet& packet, std::optional<std::uint32_t> path_mtu, Sequences& sequences);
  void take_time(const Packet& packet, base::Bytes layer2);

  FlowReport report_;
  PsnAccount psn_;
  ResponseAccount responses_;
  std::optional<std::uint32_t> mtu_;  ///< as the flow's own packets tell it
  std::optional<capture::Stamp> first_;
  std::optional<capture::Stamp> last_;
  base::Bytes first_packet_;
};

}  // namespace inspect
