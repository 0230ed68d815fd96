#include "roce/mad.hpp"

#include "wire/bytes.hpp"

namespace roce {

std::string_view to_text(CmAttribute attribute) {
  using enum CmAttribute;
  switch (attribute) {
    case kReq:
      return "REQ";
    case kMra:
      return "MRA";
    case kRej:
      return "REJ";
    case kRep:
      return "REP";
    case kRtu:
      return "RTU";
    case kDreq:
      return "DREQ";
    case kDrep:
      return "DREP";
    case kSidrReq:
      return "SIDR_REQ";
    case kSidrRep:
      return "SIDR_REP";
    case kLap:
      return "LAP";
    case kApr:
      return "APR";
  }
  return "attribute";
}

std::optional<MadHeader> read_cm_mad(std::span<const std::byte> payload) {
  const auto mad = wire::read_at<MadHeader>(payload, 0);
  if (!mad || mad->base_version != 1 || mad->class_version != 2 ||
      mad->management_class != MadHeader::kCommunicationManagement) {
    return std::nullopt;
  }
  return mad;
}

}  // namespace roce
