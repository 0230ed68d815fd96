#include "impair/fault.hpp"

#include <fmt/core.h>
#include <string>

namespace impair {
namespace {

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

class Faults {
 public:
  void check(std::size_t index, const Fault& fault);
  [[nodiscard]] base::Status status() && {
    if (errors_.empty()) return {};
    return tl::unexpected(std::move(errors_));
  }

 private:
  void require(bool holds, std::string_view what, std::string_view remedy) {
    if (holds) return;
    errors_.push_back({.where = where_, .what = std::string{what}, .remedy = std::string{remedy}});
  }
  void check_action(const Action& action);

  std::string where_;
  base::Errors errors_;
};

void Faults::check(std::size_t index, const Fault& fault) {
  where_ = fmt::format("fault[{}] {}", index, name_of(fault.action));
  require(fault.choose.first >= 1, "first is 0, frames are counted from 1", "give 1 for the first frame");
  require(fault.choose.every >= 1, "every is 0", "give 1 for each frame");
  require(fault.choose.parts_per_million <= 1'000'000, "more than 1000000 parts per million",
          "give at most 1000000");
  require(!fault.match.destination_qp || *fault.match.destination_qp <= 0xFF'FFFF,
          "a destination QP above 24 bits", "give at most 16777215");
  require(!fault.match.psn || (fault.match.psn->first <= 0xFF'FFFF && fault.match.psn->last <= 0xFF'FFFF),
          "a PSN above 24 bits", "give at most 16777215");
  check_action(fault.action);
}

void Faults::check_action(const Action& action) {
  const auto not_negative = [this](base::Duration duration) {
    require(duration >= base::Duration{}, "a negative time", "give 0 or more");
  };
  std::visit(
      Overload{
          [](const Lose&) {},
          [](const MarkCe&) {},
          [&](const Duplicate& duplicate) {
            require(duplicate.copies >= 1, "0 copies", "give at least 1");
            not_negative(duplicate.gap);
          },
          [&](const Reorder& reorder) {
            require(reorder.by >= 1, "reordered by 0 frames", "give at least 1");
            not_negative(reorder.held_at_most);
          },
          [&](const Corrupt& corrupt) {
            require(!corrupt.flips.empty() || corrupt.random_bits > 0, "no bit to turn over",
                    "give flips or random_bits");
            for (const Flip& flip : corrupt.flips) {
              require(flip.mask != 0, "a flip of no bit", "give a mask other than 0");
            }
          },
          [&](const RewriteDscp& rewrite) { require(rewrite.dscp <= 63, "a DSCP above 63", "give 0 to 63"); },
          [&](const Delay& delay) {
            not_negative(delay.fixed);
            not_negative(delay.jitter);
          },
      },
      action);
}

}  // namespace

std::string_view name_of(const Action& action) {
  constexpr std::string_view kNames[] = {"lose",    "duplicate",    "reorder", "corrupt",
                                         "mark_ce", "rewrite_dscp", "delay"};
  static_assert(std::size(kNames) == std::variant_size_v<Action>);
  return kNames[action.index()];
}

base::Status check(std::span<const Fault> faults) {
  Faults checked;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    checked.check(i, faults[i]);
  }
  return std::move(checked).status();
}

}  // namespace impair
