/// \file
/// Reads pcap (both byte orders, micro- and nanoseconds) and pcapng, from memory or a file of any size.
///
///     auto reader = capture::Reader::open("lab.pcapng");
///     if (!reader) return tl::unexpected(std::move(reader).error());
///     while (const auto record = reader->next_record()) look_at(record->captured);
///     if (reader->fault()) tell_user(*reader->fault());
///
/// Nothing that a file says is believed before it was checked: a truncated or hostile file gives the records
/// up to the fault, and then the fault, with its byte offset. It never ends the program.
/// Cost: one copy of the file's bytes, nothing a record is allocated. Thread: one owner.
#pragma once

#include "base/error.hpp"
#include "capture/byte_source.hpp"
#include "capture/item.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace capture {

/// A longer record or block is taken for damage: 64 times the largest IP packet, and what other readers
/// allow.
inline constexpr std::size_t kBlockBytesMax = std::size_t{16} * 1024 * 1024;
/// A section with more interfaces is taken for damage.
inline constexpr std::size_t kInterfacesMax = 65'536;

class Reader {
 public:
  /// Bytes in memory, which outlive the reader; `name` stands in messages.
  Reader(Bytes bytes, std::string name);
  [[nodiscard]] static base::Result<Reader> open(const std::string& path);

  /// What stands next in the file; nothing at its end or at a fault. Valid until the next call.
  [[nodiscard]] std::optional<Item> next();
  /// The next record, passing over everything else.
  [[nodiscard]] std::optional<Record> next_record();

  /// Why reading ended before the end of the file, if it did. Known once next() has given nothing.
  [[nodiscard]] const std::optional<base::Error>& fault() const { return fault_; }
  /// Known after the first item.
  [[nodiscard]] Format format() const { return format_; }
  /// Of the file, or of the current section.
  [[nodiscard]] ByteOrder order() const { return order_; }
  /// All so far, over all sections. Their `options` are empty.
  [[nodiscard]] const std::vector<Interface>& interfaces() const { return interfaces_; }
  /// Bytes read as whole items so far.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  Reader(ByteSource source, std::string name);

  [[nodiscard]] std::optional<Item> begin();
  [[nodiscard]] std::optional<Item> begin_pcap(Bytes magic);
  [[nodiscard]] std::optional<Item> next_pcap();
  [[nodiscard]] std::optional<Item> next_block();
  [[nodiscard]] std::optional<std::size_t> block_length();
  [[nodiscard]] std::optional<Item> decode(std::uint32_t type, Bytes body);
  [[nodiscard]] std::optional<Item> section(Bytes body);
  [[nodiscard]] std::optional<Item> interface(Bytes body);
  [[nodiscard]] std::optional<Item> enhanced(Bytes body);
  [[nodiscard]] std::optional<Item> simple(Bytes body);
  [[nodiscard]] std::optional<Item> obsolete(Bytes body);
  /// Checks lengths, finds the interface, and fills what the two kinds have in common.
  [[nodiscard]] bool complete(Record& record, Bytes data, std::uint32_t captured_length);

  [[nodiscard]] std::nullopt_t fail(std::string what, std::string remedy);
  [[nodiscard]] std::nullopt_t fail_truncated(std::string_view thing, std::size_t wanted, std::size_t have);

  ByteSource source_;
  std::string name_;
  std::uint64_t offset_ = 0;  ///< of the item that is read next
  bool begun_ = false;
  Format format_ = Format::kPcap;
  ByteOrder order_ = ByteOrder::kLittle;
  std::uint32_t sections_ = 0;
  std::size_t section_first_interface_ = 0;  ///< index into interfaces_
  std::vector<Interface> interfaces_;
  std::optional<base::Error> fault_;
};

}  // namespace capture
