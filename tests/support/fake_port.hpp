/// \file
/// A port without a device: engine::Port in plain memory, with a script of what a port may do to its worker.
///
///     base::ManualClock clock;
///     test::FakePort a{clock, {.refusals = {{.from = base::Time{5000}, .until = base::Time{9000}}}}};
///     test::FakePort b{clock, {}};
///     a.connect(b, base::nanoseconds(500));                    // what a sends, b receives half a
///     microsecond on
///     ...                                                      // step workers, move the clock
///     EXPECT_EQ(a.sent().size(), 3U);
///     EXPECT_EQ(a.leaked(), 0U);
///
/// Buffers are laid as a real port's (tests/support/slot.hpp). Who waits for a port asks next_change().
/// Thread: one.
#pragma once

#include "base/clock.hpp"
#include "engine/port.hpp"
#include "roce/icrc.hpp"
#include "support/slot.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

namespace test {

using Bytes = std::vector<std::byte>;

/// In [from, until) at most `most` frames a call are taken. Only with 0 is it the same for a worker however
/// often it polls.
struct Limit {
  base::Time from;
  base::Time until;
  std::size_t most = 0;
  std::optional<std::uint8_t> priority{};  ///< a pause: of sends of this one alone

  [[nodiscard]] bool holds(base::Time now) const { return from <= now && now < until; }
  [[nodiscard]] bool holds(base::Time now, std::uint8_t of) const {
    return holds(now) && (!priority || *priority == of);
  }
};

struct FakePortOptions {
  std::size_t buffers = 256;                     ///< of each payload source
  std::size_t head_bytes = engine::kHeaderMost;  ///< of a received frame that are contiguous
  std::vector<Limit> refusals{};                 ///< of send
  std::vector<Limit> dry{};                      ///< of take
  base::Duration held_by_device{};               ///< a sent frame's buffer returns so much later
  std::size_t ring = 4096;                       ///< frames that the device holds at most
};

class FakePort {
  struct Buffer {
    explicit Buffer(wire::PayloadSource of) : source{of}, slot{of} {}
    wire::PayloadSource source;
    Slot slot;
    Bytes received;  ///< of a frame that is forwarded: its bytes
    bool is_forwarded = false;
    FakePort* owner = nullptr;
  };

 public:
  struct TxFrame {
    Buffer* buffer = nullptr;
    std::byte* open(const engine::FrameLayout& layout) { return buffer->slot.open(layout); }
    std::byte* trailer() { return buffer->slot.trailer(); }
  };
  struct RxFrame {
    const Bytes* bytes = nullptr;
    std::size_t head_bytes = 0;
    [[nodiscard]] std::span<const std::byte> head() const {
      return std::span{*bytes}.first(std::min(head_bytes, bytes->size()));
    }
    [[nodiscard]] std::uint32_t length() const { return static_cast<std::uint32_t>(bytes->size()); }
    [[nodiscard]] bool icrc_good(std::uint32_t ip_offset, std::uint32_t ip_bytes) const {
      return roce::icrc_good(std::span{*bytes}.subspan(ip_offset, ip_bytes));
    }
  };
  /// What left the port.
  struct Sent {
    base::Time at;
    std::uint8_t priority = 0;
    Bytes bytes;
    friend bool operator==(const Sent&, const Sent&) = default;
  };

  FakePort(const base::ManualClock& clock, FakePortOptions options)
      : clock_{&clock}, options_{std::move(options)} {
    for (std::size_t source = 0; source < wire::kPayloadSources; ++source) {
      for (std::size_t i = 0; i < options_.buffers; ++i) {
        auto buffer = std::make_unique<Buffer>(static_cast<wire::PayloadSource>(source));
        buffer->owner = this;
        free_[source].push_back(buffer.get());
        all_.push_back(std::move(buffer));
      }
    }
  }
  FakePort(const FakePort&) = delete;
  FakePort& operator=(const FakePort&) = delete;

  // What the engine calls.
  std::size_t receive(std::span<RxFrame> frames) {
    std::size_t count = 0;
    while (count < frames.size() && !arrivals_.empty() && arrivals_.front().at <= clock_->now()) {
      in_hand_.push_back(std::make_unique<Bytes>(std::move(arrivals_.front().bytes)));
      arrivals_.pop_front();
      frames[count++] = {.bytes = in_hand_.back().get(), .head_bytes = options_.head_bytes};
    }
    return count;
  }
  void release(std::span<const RxFrame> frames) {
    for (const RxFrame& frame : frames)
      static_cast<void>(let_go(frame));
  }
  std::size_t take(wire::PayloadSource source, std::span<TxFrame> frames) {
    collect();
    auto& free = free_[static_cast<std::size_t>(source)];
    std::size_t count = std::min(frames.size(), free.size());
    for (const Limit& dry : options_.dry) {
      if (dry.holds(clock_->now())) count = std::min(count, dry.most);
    }
    for (std::size_t i = 0; i < count; ++i) {
      frames[i].buffer = free.back();
      free.pop_back();
    }
    in_hand_tx_ += count;
    return count;
  }
  void give_back(std::span<const TxFrame> frames) {
    for (const TxFrame& frame : frames) {
      --frame.buffer->owner->in_hand_tx_;
      frame.buffer->owner->put_back(frame.buffer);
    }
  }
  std::size_t send(std::uint8_t priority, std::span<TxFrame> frames) {
    collect();
    std::size_t count = std::min(frames.size(), options_.ring - in_device_.size());
    for (const Limit& refusal : options_.refusals) {
      if (refusal.holds(clock_->now(), priority)) count = std::min(count, refusal.most);
    }
    for (TxFrame& frame : frames.first(count)) {
      Bytes bytes = std::move(frame.buffer->received);
      frame.buffer->received.clear();
      if (bytes.empty()) bytes.assign(frame.buffer->slot.frame().begin(), frame.buffer->slot.frame().end());
      if (peer_ != nullptr) peer_->arrive(clock_->now() + delay_, bytes);
      sent_.push_back({.at = clock_->now(), .priority = priority, .bytes = std::move(bytes)});
      --frame.buffer->owner->in_hand_tx_;
      in_device_.push_back({.at = clock_->now() + options_.held_by_device, .buffer = frame.buffer});
      frame.buffer = nullptr;
    }
    return count;
  }
  TxFrame forward(RxFrame frame) {
    forwarded_.push_back(std::make_unique<Buffer>(wire::PayloadSource::kFree));
    forwarded_.back()->received = let_go(frame);
    forwarded_.back()->owner = this;
    forwarded_.back()->is_forwarded = true;
    ++in_hand_tx_;
    return {.buffer = forwarded_.back().get()};
  }
  [[nodiscard]] base::Duration lead() const { return {}; }

  // What the test calls.
  void connect(FakePort& peer, base::Duration delay) {
    peer_ = &peer;
    delay_ = delay;
  }
  /// Arrivals of one time keep their order.
  void arrive(base::Time at, Bytes bytes) {
    const auto later = std::upper_bound(arrivals_.begin(), arrivals_.end(), at,
                                        [](base::Time t, const Arrival& arrival) { return t < arrival.at; });
    arrivals_.insert(later, {.at = at, .bytes = std::move(bytes)});
  }
  [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
  [[nodiscard]] base::Time next_arrival() const {
    return arrivals_.empty() ? base::Time::never() : arrivals_.front().at;
  }
  /// The next time after `now` at which the port may take, or have, what it did not before.
  [[nodiscard]] base::Time next_change(base::Time now) const {
    base::Time next = base::Time::never();
    const auto consider = [&](base::Time t) {
      if (t > now) next = std::min(next, t);
    };
    for (const auto* list : {&options_.refusals, &options_.dry}) {
      for (const Limit& limit : *list) {
        consider(limit.from);
        consider(limit.until);
      }
    }
    for (const InDevice& held : in_device_)
      consider(held.at);
    return next;
  }
  /// Frames that the engine took or received and neither sent nor gave back. 0 after a worker has finished.
  [[nodiscard]] std::size_t leaked() const { return in_hand_tx_ + in_hand_.size(); }

 private:
  struct Arrival {
    base::Time at;
    Bytes bytes;
  };
  struct InDevice {
    base::Time at;
    Buffer* buffer = nullptr;
  };

  Bytes let_go(const RxFrame& frame) {
    const auto found = std::find_if(in_hand_.begin(), in_hand_.end(),
                                    [&](const auto& bytes) { return bytes.get() == frame.bytes; });
    if (found == in_hand_.end()) throw std::logic_error{"a frame was released that was not received"};
    Bytes bytes = std::move(**found);
    in_hand_.erase(found);
    return bytes;
  }
  void put_back(Buffer* buffer) {
    if (!buffer->is_forwarded) free_[static_cast<std::size_t>(buffer->source)].push_back(buffer);
  }
  void collect() {
    while (!in_device_.empty() && in_device_.front().at <= clock_->now()) {
      Buffer* const buffer = in_device_.front().buffer;
      in_device_.pop_front();
      buffer->owner->put_back(buffer);
    }
  }

  const base::ManualClock* clock_;
  FakePortOptions options_;
  std::vector<std::unique_ptr<Buffer>> all_;
  std::vector<std::unique_ptr<Buffer>> forwarded_;
  std::size_t in_hand_tx_ = 0;
  std::array<std::vector<Buffer*>, wire::kPayloadSources> free_;
  std::vector<std::unique_ptr<Bytes>> in_hand_;
  std::deque<Arrival> arrivals_;
  std::deque<InDevice> in_device_;
  std::vector<Sent> sent_;
  FakePort* peer_ = nullptr;
  base::Duration delay_;
};
static_assert(engine::Port<FakePort>);

}  // namespace test
