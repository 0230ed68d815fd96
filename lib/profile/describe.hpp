/// \file
/// The table of keys for others: as JSON Schema, and as the reference document.
///
///     std::fputs(profile::json_schema(profile::FileKind::kProfile).c_str(), stdout);
///
/// Both follow from the rows that drive the checker; tests/profile/describe_test.cpp proves that the three
/// agree. Cost: set-up only. Thread: pure.
#pragma once

#include <cstdint>
#include <string>

namespace profile {

enum class FileKind : std::uint8_t { kProfile, kTestbed };

/// JSON Schema, draft 2020-12. What it cannot say stands in keys of our own: `x-type` (a type of the
/// reference), `x-min` and `x-max` (of quantities that are written as texts), `x-when` and `x-unless`.
[[nodiscard]] std::string json_schema(FileKind kind);
/// One schema that admits either: `$defs` holds both.
[[nodiscard]] std::string json_schemas();

/// docs/profile-reference.md.
[[nodiscard]] std::string reference_markdown();

}  // namespace profile
