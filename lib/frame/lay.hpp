/// \file
/// Lays packets of a flow into empty frames: copy, patch, tag, ICRC.
///
///     frame::PacketRun run{header, layout.part(frame::Part::kOnly), {.payload_bytes = 1024, .tag = first}};
///     for (auto& slot : slots)
///       run.lay(slot);                                       // PSN and sequence go up by one each
///
///     frame::lay(slot, header, part, fields);                // one packet
///
/// A run is what follows one another in a flow with equal part and length: whatever does not change from
/// packet to packet is worked out once. Payloads of kTagBytes and more; shorter ones have no tag and go
/// through lay_whole. Cost: docs/performance.md; whatever the length, 3 to 5 cache lines. Thread: the
/// worker's own.
#pragma once

#include "frame/flow_header.hpp"
#include "roce/headers.hpp"
#include "roce/psn.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace frame {

inline constexpr std::uint32_t kAckRequestBit = 0x8000'0000;

struct PacketFields {
  std::uint32_t psn_word = 0;  ///< AckReq in bit 31, PSN in bits 0..23
  std::uint32_t payload_bytes = 0;
  ProbeTag tag;
  std::uint32_t immediate = 0;
  std::uint32_t message_bytes = 0;  ///< 0: as in the flow's header
  std::uint16_t source_port = 0;    ///< 0: as in the flow's header
};

namespace detail {

template <class T>
inline T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
inline void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

inline std::uint16_t swapped(std::uint16_t value) {
  return __builtin_bswap16(value);
}

/// RFC 1071: the header's checksum with length zero, and the length, make the header's checksum.
inline std::uint16_t checksum_with(std::uint16_t checksum_of_zero_length, std::uint16_t length) {
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum_of_zero_length);
  sum += length;
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// The fields that change from message to message, where the traffic has such.
inline void lay_message_fields(std::byte* end, const PartLayout& part, const PacketFields& fields) {
  if (part.has_immediate) store(end - 4, __builtin_bswap32(fields.immediate));
  if (part.has_remote_address && fields.message_bytes != 0) {
    store(end - part.message_bytes_back, __builtin_bswap32(fields.message_bytes));
  }
  if (fields.source_port != 0) store(end - part.bth_back - 8, swapped(fields.source_port));
}

/// What they add to the register at the tag's end.
[[nodiscard]] inline WordSum message_fields_sum(const PartLayout& part, const PacketFields& fields) {
  WordSum sum;
  if (part.has_immediate) sum.add(__builtin_bswap32(fields.immediate), part.immediate_factor);
  if (part.has_remote_address && fields.message_bytes != 0) {
    sum.add(__builtin_bswap32(fields.message_bytes), part.message_bytes_factor);
  }
  if (fields.source_port != 0) {
    sum.add(static_cast<std::uint32_t>(swapped(fields.source_port)) << 16, part.source_port_factor);
  }
  return sum;
}

/// The header of a part and length but for its PSN, laid once: a copy of the flow's block, and patches.
class PatchedHeader {
 public:
  [[gnu::always_inline]] PatchedHeader(const FlowHeader& header, const PartLayout& part,
                                       const PacketFields& fields)
      : header_{header}, part_{part}, fields_{fields} {}

  /// `end`: where the header ends.
  [[gnu::always_inline]] void lay(std::byte* end) const {
    const std::byte* const source_end = header_.bytes.data() + kCopyBytes - part_.copy_back;
    if (part_.is_long) std::memcpy(end - kCopyBytes, source_end - kCopyBytes, kCopyBytes - kShortCopyBytes);
    std::memcpy(end - kShortCopyBytes, source_end - kShortCopyBytes, kShortCopyBytes);
    const LengthRow& row = part_.rows[fields_.payload_bytes];
    const std::uint32_t pad = (0U - fields_.payload_bytes) & 3U;
    std::byte* const bth = end - part_.bth_back;
    store(bth, static_cast<std::uint16_t>(part_.opcode | (pad << 12)));
    store(bth - 4, row.udp_length);
    store(end - part_.ip_length_back, row.ip_length);
    if (part_.ip_checksum_back != 0) {
      store(end - part_.ip_checksum_back,
            checksum_with(load<std::uint16_t>(source_end - part_.ip_checksum_back), row.ip_length));
    }
    if (part_.has_message_fields) lay_message_fields(end, part_, fields_);
  }

 private:
  const FlowHeader& header_;
  const PartLayout& part_;
  const PacketFields& fields_;
};

/// The same, kept in registers to be laid many times.
// PERF: stores alone a packet, where PatchedHeader copies and patches. Loading what was just patched waits
// for the stores, so it is for runs only.
class ReadyHeader {
 public:
  [[gnu::always_inline]] ReadyHeader(const FlowHeader& header, const PartLayout& part,
                                     const PacketFields& fields)
      : is_long_{part.is_long} {
    alignas(16) std::array<std::byte, kCopyBytes> bytes;
    PatchedHeader{header, part, fields}.lay(bytes.data() + kCopyBytes);
    const auto* const steps = reinterpret_cast<const __m128i*>(bytes.data());
    if (is_long_) {
      step0_ = _mm_load_si128(steps);
      step1_ = _mm_load_si128(steps + 1);
    }
    step2_ = _mm_load_si128(steps + 2);
    step3_ = _mm_load_si128(steps + 3);
    step4_ = _mm_load_si128(steps + 4);
    step5_ = _mm_load_si128(steps + 5);
    step6_ = _mm_load_si128(steps + 6);
  }

  [[gnu::always_inline]] void lay(std::byte* end) const {
    auto* const steps = reinterpret_cast<__m128i*>(end - kCopyBytes);
    if (is_long_) {
      _mm_storeu_si128(steps, step0_);
      _mm_storeu_si128(steps + 1, step1_);
    }
    _mm_storeu_si128(steps + 2, step2_);
    _mm_storeu_si128(steps + 3, step3_);
    _mm_storeu_si128(steps + 4, step4_);
    _mm_storeu_si128(steps + 5, step5_);
    _mm_storeu_si128(steps + 6, step6_);
  }

 private:
  static_assert(kCopyBytes == 7 * sizeof(__m128i) && kShortCopyBytes == 5 * sizeof(__m128i));
  bool is_long_;
  __m128i step0_{};
  __m128i step1_{};
  __m128i step2_;
  __m128i step3_;
  __m128i step4_;
  __m128i step5_;
  __m128i step6_;
};

/// The tags of a run: equal but for sequence, check, and maybe time.
class TagPatch {
 public:
  [[gnu::always_inline]] explicit TagPatch(const ProbeTag& first)
      : start_{detail::kTagStart | first.flow},
        sequence_{first.sequence},
        place_{(std::uint64_t{first.sequence} << 32) | tag_place(first.window, first.attempt)},
        start_lying_{__builtin_bswap64(start_)},
        place_lying_{__builtin_bswap64(place_ & 0xffff'ffff)},
        start_mix_{start_ * kMix0},
        place_mix_{place_ * kMix1} {}

  [[nodiscard]] static std::uint64_t time_mix(std::uint64_t time) { return time * kMix2; }

  /// The first two words as they lie; `time_mix` of the third. Moves on to the next tag.
  [[nodiscard]] std::array<std::uint64_t, 2> next(std::uint64_t time_mix) {
    const auto check = static_cast<std::uint16_t>((start_mix_ ^ place_mix_ ^ time_mix) >> 48);
    const std::array<std::uint64_t, 2> lying{
        start_lying_ | (static_cast<std::uint64_t>(swapped(check)) << 16),
        place_lying_ | __builtin_bswap32(sequence_)};
    ++sequence_;
    place_mix_ += kMix1 << 32;  // the product goes on as its factor does
    return lying;
  }

 private:
  std::uint64_t start_;
  std::uint32_t sequence_;
  std::uint64_t place_;
  std::uint64_t start_lying_;
  std::uint64_t place_lying_;
  std::uint64_t start_mix_;
  std::uint64_t place_mix_;
};

}  // namespace detail

/// `Header`: how a packet's header is laid.
template <class Header>
class Packets {
 public:
  /// The first packet's fields; they outlive the run. The layout's source is what the frames are primed with.
  /// The last packet's PSN is 2^24 - 1 at most.
  // PERF: inlined, so that nobody has the run's address: else each store into a frame might change it, and
  // all of it is loaded again for each packet.
  [[gnu::always_inline]] Packets(const FlowHeader& header, const PartLayout& part, const PacketFields& fields)
      : header_{header, part, fields},
        psn_back_{part.bth_back - 8U},
        tag_{fields.tag},
        row_{part.rows[fields.payload_bytes]},
        header_bytes_{part.header_bytes},
        payload_bytes_{fields.payload_bytes},
        psn_word_{fields.psn_word},
        time_{static_cast<std::uint64_t>(fields.tag.sent_at.ps())} {
    WordSum at_tag_end;
    if (part.has_message_fields) at_tag_end = detail::message_fields_sum(part, fields);
    at_tag_end.add(__builtin_bswap32(fields.tag.flow), kTagFlowFactor);
    at_tag_end.add(__builtin_bswap32(tag_place(fields.tag.window, fields.tag.attempt)), kTagPlaceFactor);
    constant_.add(header.base[part.index] ^ at_tag_end.value(), row_.base_factor);
    time_lying_ = __builtin_bswap64(time_);
    time_mix_ = detail::TagPatch::time_mix(time_);
    constant_with_time_ = constant_;
    add_time(constant_with_time_, time_lying_);
  }

  /// Lays the next packet, sent at the first one's time.
  // PERF: inlined into the loop over a run, where what is constant stays in registers (docs/performance.md).
  template <class Slot>
  [[gnu::always_inline]] void lay(Slot& slot) {
    finish(slot, constant_with_time_, time_lying_, time_mix_);
  }
  /// Lays the next packet, sent at a time of its own.
  template <class Slot>
  [[gnu::always_inline]] void lay(Slot& slot, base::Time sent_at) {
    const auto time = static_cast<std::uint64_t>(sent_at.ps());
    const std::uint64_t lying = __builtin_bswap64(time);
    WordSum sum = constant_;
    add_time(sum, lying);
    finish(slot, sum, lying, detail::TagPatch::time_mix(time));
  }

 private:
  [[gnu::always_inline]] void add_time(WordSum& sum, std::uint64_t lying) const {
    sum.add(static_cast<std::uint32_t>(lying), row_.time_factor[0]);
    sum.add(static_cast<std::uint32_t>(lying >> 32), row_.time_factor[1]);
  }
  template <class Slot>
  [[gnu::always_inline]] void finish(Slot& slot, WordSum sum, std::uint64_t time_lying,
                                     std::uint64_t time_mix) {
    const std::uint32_t pad = (0U - payload_bytes_) & 3U;
    std::byte* const end =
        slot.open(
            {.header_bytes = header_bytes_, .payload_bytes = payload_bytes_, .trailer_bytes = pad + 4}) +
        header_bytes_;
    const std::uint32_t psn_lying = __builtin_bswap32(psn_word_);
    header_.lay(end);
    detail::store(end - psn_back_, psn_lying);
    const auto [start, place] = tag_.next(time_mix);
    detail::store(end, start);
    detail::store(end + 8, place);
    detail::store(end + 16, time_lying);
    sum.add(psn_lying, row_.psn_factor);
    sum.add(static_cast<std::uint32_t>(start), row_.check_factor);
    sum.add(static_cast<std::uint32_t>(place), row_.sequence_factor);
    // Pad bytes (zero) and ICRC: one store of 8 bytes, of which the frame has 4 + pad.
    const std::uint32_t icrc = sum.value() ^ row_.rest;
    detail::store(slot.trailer(), static_cast<std::uint64_t>(icrc) << (8 * pad));
    ++psn_word_;
  }

  Header header_;
  std::size_t psn_back_;  ///< from the header's end
  detail::TagPatch tag_;
  LengthRow row_;
  std::uint32_t header_bytes_;
  std::uint32_t payload_bytes_;
  std::uint32_t psn_word_;
  std::uint64_t time_;
  std::uint64_t time_lying_ = 0;
  std::uint64_t time_mix_ = 0;
  /// What does not change within the run adds to the ICRC.
  WordSum constant_;
  WordSum constant_with_time_;
};

/// Packets that follow one another in a flow with equal part and length.
using PacketRun = Packets<detail::ReadyHeader>;

/// Lays one packet.
template <class Slot>
inline void lay(Slot& slot, const FlowHeader& header, const PartLayout& part, const PacketFields& fields) {
  Packets<detail::PatchedHeader>{header, part, fields}.lay(slot);
}

}  // namespace frame
