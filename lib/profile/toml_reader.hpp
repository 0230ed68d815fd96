/// \file
/// TOML text to RawNode, with includes. The only user of toml++.
///
///     auto root = profile::read_file("profiles/incast.toml");
///
/// `include = ["common.toml"]` at the top of a file: the included files come first, as if they had been
/// written above; tables are merged key by key, the including file's keys win, lists of tables are appended.
/// Paths are relative to the including file. Cost: reads files. Thread: any.
#pragma once

#include "base/error.hpp"
#include "profile/raw.hpp"

#include <string>
#include <string_view>

namespace profile {

/// One file without its includes; `file` is the name in places. The `include` key stays in the tree.
[[nodiscard]] base::Result<RawNode> parse_toml(std::string_view text, const std::string& file);

/// A value as it stands behind "KEY=": TOML, or where it is none, a text.
[[nodiscard]] RawNode parse_value(std::string_view text, const Place& place);

/// The file with its includes merged in, the `include` keys taken out.
[[nodiscard]] base::Result<RawNode> read_file(const std::string& file);

/// The same from a text, whose includes are relative to `file`.
[[nodiscard]] base::Result<RawNode> read_toml(std::string_view text, const std::string& file);

/// The whole file, or why it cannot be read. `where` is what asked for it. Only
/// regular files are read: a pipe or a device may never end.
[[nodiscard]] base::Result<std::string> read_text(const std::string& file, const std::string& where);

/// `file` as seen from the folder of `from`, unless it is absolute.
[[nodiscard]] std::string relative_to(const std::string& from, const std::string& file);

}  // namespace profile
