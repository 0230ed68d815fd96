#include "capture/pcapng_writer.hpp"

#include "base/check.hpp"
#include "capture/encode.hpp"
#include "capture/fields.hpp"
#include "capture/options.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace capture {
namespace {

/// Fixed, so that a file does not depend on the machine that wrote it.
constexpr ByteOrder kOrder = ByteOrder::kLittle;
constexpr TickScale kTicks = TickScale::decimal(9);

}  // namespace

std::vector<std::byte> pcapng_head(const WriterOptions& options) {
  std::vector<std::byte> out;
  OptionList section{kOrder};
  if (!options.comment.empty()) section.add_text(option_code::kComment, options.comment);
  if (!options.application.empty()) section.add_text(option_code::kSectionApplication, options.application);
  const auto section_options = section.closed();
  encode(Section{.order = kOrder, .options = section_options}, kOrder, out);

  for (const PortDescription& port : options.ports) {
    OptionList list{kOrder};
    list.add_text(option_code::kInterfaceName, port.name);
    if (!port.description.empty()) list.add_text(option_code::kInterfaceDescription, port.description);
    if (port.bits_per_second != 0) list.add_u64(option_code::kInterfaceSpeed, port.bits_per_second);
    list.add_u8(option_code::kInterfaceTickScale, kTicks.option());
    const auto interface_options = list.closed();
    encode(Interface{.link_type = LinkType::kEthernet,
                     .snap_length = port.snap_length,
                     .ticks = kTicks,
                     .options = interface_options},
           kOrder, out);
  }
  return out;
}

void append_record(const WrittenFrame& frame, const WriterOptions& options, std::vector<std::byte>& out) {
  CHECK(frame.port < options.ports.size(), "a frame of port {}, {} ports were given", frame.port,
        options.ports.size());
  const std::uint32_t snap = options.ports[frame.port].snap_length;
  const Bytes kept =
      snap == 0 ? frame.frame : frame.frame.first(std::min<std::size_t>(snap, frame.frame.size()));
  const std::uint64_t ticks = kTicks.ticks(stamp_at(options.start, frame.time));

  std::vector<std::byte> tail(padding_after(kept.size()));
  if (frame.direction != Direction::kUnknown) {
    OptionList list{kOrder};
    list.add_u32(option_code::kPacketFlags, static_cast<std::uint32_t>(frame.direction));
    const auto bytes = list.closed();
    tail.insert(tail.end(), bytes.begin(), bytes.end());
  }
  const auto whole_length = static_cast<std::uint32_t>(frame.frame.size());
  encode(Record{.kind = RecordKind::kEnhanced,
                .interface_id = frame.port,
                .time_high = static_cast<std::uint32_t>(ticks >> 32),
                .time_low = static_cast<std::uint32_t>(ticks & 0xFFFF'FFFF),
                .captured = kept,
                .original_length = frame.original_length == 0 ? whole_length : frame.original_length,
                .tail = tail},
         kOrder, out);
}

base::Result<PcapngWriter> PcapngWriter::create(const std::string& path, WriterOptions options) {
  File file{std::fopen(path.c_str(), "wb")};
  if (file == nullptr) {
    return base::fail(
        {.kind = base::ErrorKind::kEnvironment,
         .where = path,
         .what = fmt::format("the capture cannot be created: {}", std::generic_category().message(errno)),
         .remedy = "give a path in a directory that can be written"});
  }
  PcapngWriter writer{std::move(file), path, std::move(options)};
  if (auto put = writer.put(pcapng_head(writer.options_)); !put) {
    return tl::unexpected(std::move(put).error());
  }
  return writer;
}

PcapngWriter::PcapngWriter(File file, std::string path, WriterOptions options)
    : file_{std::move(file)}, path_{std::move(path)}, options_{std::move(options)} {}

base::Status PcapngWriter::write(const WrittenFrame& frame) {
  if (file_ == nullptr || records_written_ >= options_.records_max) {
    ++records_skipped_;
    return {};
  }
  scratch_.clear();
  append_record(frame, options_, scratch_);
  if (auto status = put(scratch_); !status) {
    ++records_skipped_;
    return status;
  }
  ++records_written_;
  return {};
}

base::Status PcapngWriter::put(const std::vector<std::byte>& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size()) return {};
  const int error_number = errno;
  file_.reset();
  return fail(error_number);
}

base::Status PcapngWriter::close() {
  if (file_ == nullptr) return {};
  if (std::fclose(file_.release()) == 0) return {};
  return fail(errno);
}

tl::unexpected<base::Errors> PcapngWriter::fail(int error_number) {
  return base::fail(
      {.kind = base::ErrorKind::kEnvironment,
       .where = path_,
       .what = fmt::format("writing the capture failed: {}", std::generic_category().message(error_number)),
       .remedy = "make room on the medium, or bound the capture's number of frames"});
}

}  // namespace capture
