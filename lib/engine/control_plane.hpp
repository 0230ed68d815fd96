/// \file
/// Neighbours over a port: answers what came in, says what is due.
///
///     engine::ControlPlane<P> control{port, engine::Neighbours{plan, queue, options}};
///     control.take(frame, parsed);                     // a received control frame
///     const base::Time next = control.step(now);       // announcements, questions
///
/// A Worker has one. Before the traffic starts it also works alone, until gateways are resolved:
///
///     while (!control.neighbours().is_settled(now)) { control.receive(); control.step(now); ... }
///
/// A frame that the port has no buffer for, or does not take at once, is dropped and counted: the asker asks
/// again, announcements come again. Cost: a few hundred instructions a control frame. Thread: the port's own.
#pragma once

#include "engine/neighbours.hpp"
#include "engine/port.hpp"

#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace engine {

struct ControlBooks {
  std::uint64_t frames = 0;  ///< sent; beside those of SendBooks
  std::uint64_t frame_bytes = 0;
  std::uint64_t dropped = 0;  ///< no buffer, or not taken
};

template <Port P>
class ControlPlane {
 public:
  ControlPlane(P& port, Neighbours neighbours) : port_{port}, neighbours_{std::move(neighbours)} {}

  void take(const typename P::RxFrame& frame, const wire::ParsedFrame& parsed) {
    if (const auto reply = neighbours_.answer(frame.head(), parsed)) send(*reply);
  }

  /// Says what is due; returns when something is next.
  base::Time step(base::Time now) {
    if (neighbours_.next_due() <= now) send(neighbours_.next(now));
    return neighbours_.next_due();
  }

  /// Takes one burst where nobody else receives on the port; all that is not control traffic is let go.
  /// Returns the number of frames.
  std::size_t receive() {
    std::array<typename P::RxFrame, kBurst> frames;
    const std::size_t count = port_.receive(frames);
    for (std::size_t i = 0; i < count; ++i)
      take(frames[i], wire::parse(frames[i].head(), base::FrameBytes{frames[i].length()}));
    port_.release(std::span{frames}.first(count));
    return count;
  }

  [[nodiscard]] const Neighbours& neighbours() const { return neighbours_; }
  [[nodiscard]] const ControlBooks& books() const { return books_; }

 private:
  void send(const ControlFrame& frame) {
    std::array<typename P::TxFrame, 1> slot;
    if (port_.take(PayloadSource::kFree, slot) == 0) {
      ++books_.dropped;
      return;
    }
    const auto bytes = frame.bytes();
    std::memcpy(slot[0].open({.header_bytes = static_cast<std::uint32_t>(bytes.size())}), bytes.data(),
                bytes.size());
    if (port_.send(0, slot) == 0) {
      port_.give_back(slot);
      ++books_.dropped;
      return;
    }
    ++books_.frames;
    books_.frame_bytes += bytes.size();
  }

  P& port_;
  Neighbours neighbours_;
  ControlBooks books_;
};

}  // namespace engine
