/// \file
/// Checked values to structs, and the checks that look at more than one value.
///
///     Testbed testbed = profile::bind_testbed(testbed_root, faults);
///     Profile profile = profile::bind_profile(profile_root, testbed, faults);
///
/// The values are brought to their canonical form on the way (limits in their metric's unit, files of sizes
/// as points), so that what is written out afterwards reads back equal. Cost: set-up only. Thread: pure but
/// for the files that a profile names.
#pragma once

#include "profile/checker.hpp"
#include "profile/profile.hpp"
#include "profile/testbed.hpp"
#include "profile/values.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace profile {

/// Names of one kind of entry, each once.
class Names {
 public:
  /// `kind` is what messages call them: "class".
  explicit Names(std::string_view kind) : kind_{kind} {}

  /// Enters the name of `entry` as `index`; a fault where it is taken.
  void enter(const TableValue& entry, std::uint32_t index, Faults& faults);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  /// The index, or a fault at `value` that offers the nearest name.
  [[nodiscard]] std::optional<std::uint32_t> resolve(std::string_view name, const Place& place,
                                                     const std::string& path, Faults& faults) const;
  [[nodiscard]] std::string nearest(std::string_view name) const;

 private:
  std::string kind_;
  std::map<std::string, std::uint32_t, std::less<>> indices_;
};

/// What entries of a profile refer to by name.
struct Scope {
  Names endpoints{"endpoints"};
  Names classes{"class"};
  Names traffic{"traffic"};
};

[[nodiscard]] Testbed bind_testbed(TableValue& root, Faults& faults);
[[nodiscard]] Profile bind_profile(TableValue& root, const Testbed& testbed, Faults& faults);

/// One `[[traffic]]` entry; its class and endpoints are looked up in `scope`. An entry without a class gets
/// `default_class`.
[[nodiscard]] Traffic bind_traffic(TableValue& entry, const Scope& scope, std::uint32_t default_class,
                                   Faults& faults);

/// The faults of an entry whose keys are each right but do not go together.
void check_traffic(const Traffic& traffic, const std::string& path, Faults& faults);

[[nodiscard]] Expect bind_expect(TableValue& entry, const Profile& profile, const Testbed& testbed,
                                 const Scope& scope, Faults& faults);
[[nodiscard]] Series bind_series(const TableValue& entry, const Profile& profile, const Testbed& testbed,
                                 const Scope& scope, Faults& faults);

/// A testbed's group of that name, or the group of the port of that name.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> ports_of_group(const Testbed& testbed,
                                                                       std::string_view name);

}  // namespace profile
