/// \file
/// Behind which port an Ethernet address was seen last: a flat hash table of fixed size.
///
///     MacTable table;
///     table.learn(source, port);
///     const std::size_t out = table.find(destination);        // or kUnknown
///
/// Nothing ages: a run is shorter than what switches wait. An address that moves is moved.
/// Cost: 1 MiB; one line an address, nearly always. Thread: one owner.
#pragma once

#include "wire/address.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace engine {

class MacTable {
 public:
  static constexpr std::size_t kUnknown = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t kEntriesMost = 65'536;

  MacTable() : slots_(kSlots) {}

  /// `port` is below 65,535.
  void learn(const wire::MacAddress& mac, std::size_t port) {
    const std::uint64_t entry = mac.value() << 16 | (port + 1);
    std::uint64_t& slot = slots_[place_of(mac)];
    if (slot == entry) return;
    if (slot == 0) {
      if (used_ == kEntriesMost) {
        ++refused_;
        return;
      }
      ++used_;
    }
    slot = entry;
  }

  [[nodiscard]] std::size_t find(const wire::MacAddress& mac) const {
    const std::uint64_t slot = slots_[place_of(mac)];
    return slot == 0 ? kUnknown : (slot & 0xffff) - 1;
  }

  /// Attempts to learn that found the table full.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  // Half full at most, so that a search ends soon.
  static constexpr std::size_t kSlots = 2 * kEntriesMost;

  /// The address's slot, or the free one where it would stand.
  [[nodiscard]] std::size_t place_of(const wire::MacAddress& mac) const {
    const std::uint64_t value = mac.value();
    std::size_t at = (value * 0x9e37'79b9'7f4a'7c15) >> 47;
    static_assert(kSlots == std::size_t{1} << 17, "the hash is the product's high 17 bits");
    while (slots_[at] != 0 && slots_[at] >> 16 != value)
      at = (at + 1) & (kSlots - 1);
    return at;
  }

  std::vector<std::uint64_t> slots_;  ///< address << 16 | port + 1; 0: free
  std::size_t used_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace engine
