/// \file
/// Captured frames of other link types as Ethernet frames, so that one parser reads all.
///
/// Cost: none for Ethernet; a copy for raw IP and Linux cooked captures. Thread: plain functions.
#pragma once

#include "capture/item.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace inspect {

struct EthernetView {
  std::span<const std::byte> bytes;  ///< what was captured, without FCS
  std::size_t length = 0;            ///< of the whole frame, without FCS
  capture::Direction direction = capture::Direction::kUnknown;
};

/// Nothing where the link type is not one that we look into. `scratch` holds the bytes of a converted frame.
[[nodiscard]] std::optional<EthernetView> ethernet_view(const capture::Record& record,
                                                        std::vector<std::byte>& scratch);

}  // namespace inspect
