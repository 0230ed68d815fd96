/// \file
/// A small Ethernet switch of our own over ports of one kind: what `[[switch]]` puts between virtual ports.
///
///     engine::LearningSwitch<P> joined{std::span{ports}};            // pointers to the switch's own ends
///     const base::Time next = joined.step(now);
///
/// Learns where source addresses are, sends what is known to its port, floods the rest. A frame leaves in the
/// step that took it, or is dropped and counted at the port that did not take it: there is no queue, no
/// priority, no pause and no VLAN in it. Reserved multicast (01:80:c2:00:00:00 to 0f, pause among it) is not
/// forwarded, as no bridge does. A frame that is flooded goes out as itself at one port, as copies at the
/// others. Each frame received is in the books once a port it was meant for: sent, full, no_buffer; or once:
/// filtered, reserved, runts.
/// Cost: a hash look-up for each of two addresses, no copy but in floods. Thread: the lcore's that owns the
/// ports.
#pragma once

#include "engine/mac_table.hpp"
#include "engine/port.hpp"
#include "wire/bytes.hpp"
#include "wire/ethernet.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

namespace engine {

/// Of one port of a switch.
struct SwitchPortBooks {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t full = 0;       ///< meant for this port, which took no more
  std::uint64_t no_buffer = 0;  ///< copies meant for this port, for which there was no buffer, or no room
  std::uint64_t filtered = 0;   ///< received here, and meant for a host behind here
  std::uint64_t reserved = 0;   ///< received here: link-local control, never forwarded
  std::uint64_t runts = 0;      ///< received here: no Ethernet header
};

template <Port P>
class LearningSwitch {
 public:
  explicit LearningSwitch(std::span<P* const> ports)
      : ports_{ports.begin(), ports.end()}, books_(ports.size()), out_(ports.size()) {}

  /// Takes one burst from each port. Returns `now` where one may have more, else never: arrivals wake it.
  base::Time step(base::Time now) {
    bool more = false;
    for (std::size_t in = 0; in < ports_.size(); ++in) {
      std::array<typename P::RxFrame, kBurst> frames;
      const std::size_t count = ports_[in]->receive(frames);
      for (std::size_t i = 0; i < count; ++i)
        pass_on(in, frames[i]);
      if (count == 0) continue;
      books_[in].received += count;
      more = more || count == kBurst;
      for (std::size_t out = 0; out < ports_.size(); ++out)
        flush(out);
    }
    return more ? now : base::Time::never();
  }

  [[nodiscard]] const SwitchPortBooks& books(std::size_t port) const { return books_[port]; }
  /// Addresses that found no room in the table; frames to them are flooded.
  [[nodiscard]] std::uint64_t not_learned() const { return macs_.refused(); }

 private:
  using RxFrame = typename P::RxFrame;
  using TxFrame = typename P::TxFrame;

  /// Frames on their way out of one port.
  struct Batch {
    std::array<TxFrame, kBurst> frames;
    std::size_t count = 0;
  };

  static bool is_reserved(const wire::MacAddress& mac) { return (mac.value() >> 4) == 0x0180'c200'000; }

  void pass_on(std::size_t in, const RxFrame& frame) {
    const auto ethernet = wire::read_at<wire::EthernetHeader>(frame.head(), 0);
    if (!ethernet) return let_go(in, frame, books_[in].runts);
    if (is_reserved(ethernet->destination)) return let_go(in, frame, books_[in].reserved);
    if (!ethernet->source.is_multicast()) macs_.learn(ethernet->source, in);
    const std::size_t out =
        ethernet->destination.is_multicast() ? MacTable::kUnknown : macs_.find(ethernet->destination);
    if (out == in) return let_go(in, frame, books_[in].filtered);
    if (out != MacTable::kUnknown) return put(out, ports_[in]->forward(frame));
    flood(in, frame);
  }

  void let_go(std::size_t in, const RxFrame& frame, std::uint64_t& count) {
    ++count;
    const std::array<RxFrame, 1> one{frame};
    ports_[in]->release(one);
  }

  void flood(std::size_t in, const RxFrame& frame) {
    if (ports_.size() < 2) return let_go(in, frame, books_[in].filtered);
    // The last port gets the frame itself, when the others have their copies of it.
    const std::size_t last = in + 1 == ports_.size() ? in - 1 : ports_.size() - 1;
    for (std::size_t out = 0; out < last; ++out) {
      if (out != in) put_copy(out, frame);
    }
    put(last, ports_[in]->forward(frame));
  }

  void put_copy(std::size_t out, const RxFrame& frame) {
    const auto bytes = frame.head();
    std::array<TxFrame, 1> slot;
    if (bytes.size() != frame.length() || bytes.size() > kHeaderMost + kPrimedBytes ||
        ports_[out]->take(PayloadSource::kFree, slot) == 0) {
      ++books_[out].no_buffer;
      return;
    }
    const auto header = static_cast<std::uint32_t>(std::min(bytes.size(), kHeaderMost));
    const auto payload = static_cast<std::uint32_t>(bytes.size()) - header;
    std::memcpy(slot[0].open({.header_bytes = header, .payload_bytes = payload}), bytes.data(), bytes.size());
    put(out, slot[0]);
  }

  void put(std::size_t out, TxFrame frame) {
    Batch& batch = out_[out];
    batch.frames[batch.count++] = frame;  // at most kBurst: one for each frame of a received burst
  }

  void flush(std::size_t out) {
    Batch& batch = out_[out];
    if (batch.count == 0) return;
    const auto frames = std::span{batch.frames}.first(batch.count);
    const std::size_t sent = ports_[out]->send(0, frames);
    ports_[out]->give_back(frames.subspan(sent));
    books_[out].sent += sent;
    books_[out].full += batch.count - sent;
    batch.count = 0;
  }

  std::vector<P*> ports_;
  std::vector<SwitchPortBooks> books_;
  std::vector<Batch> out_;
  MacTable macs_;
};

}  // namespace engine
