/// \file
/// The ICRC of a frame from what changed in it, at the same cost for any payload length.
///
/// CRC-32 is linear: the register after a message is the register after the message with some fields zero,
/// xor what those fields alone would give. A flow keeps one register per kind of packet, taken at the end of
/// the probe tag with PSN, tag and length fields zero (the *base*). Per packet there are
///
///     X   = base x^0  +  PSN word * K_psn  +  tag words * K_0, K_1, K_2      (products without carry)
///     ICRC = ~( X * x^(8 n) mod P  +  rest[length] )
///
/// where n is the number of bytes between tag and ICRC (payload rest and pad) and rest[length] is what the
/// primed payload, the pad and the length fields add: a table. Nine carry-less multiplications, whatever
/// the length; no payload byte is read.
///
///     IcrcSum sum{base};
///     sum.add(psn_word, kPsnFactor);
///     const std::uint32_t icrc = ~(sum.shifted_by(row.low, row.high) ^ row.rest);
///
/// The arithmetic is roce/crc_fold.hpp's.
/// SPEC: rocev2-facts 2.1 (IBTA vol 1, 7.8.1 and A17.3.3). Cost: about 45 instructions in all. Thread: pure.
#pragma once

#include "roce/crc_fold.hpp"

namespace frame {

using IcrcSum = roce::CrcSum;
using roce::shift_factors;
using roce::ShiftFactors;
using roce::word_factor;

}  // namespace frame
