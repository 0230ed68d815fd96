// What people read about types and limits: in messages, the schema and the reference.

#include "base/quantity.hpp"
#include "base/time.hpp"
#include "profile/scalar.hpp"

#include <fmt/core.h>
#include <array>
#include <limits>
#include <utility>

namespace profile {
namespace {

struct TypeText {
  KeyType type;
  std::string_view name;
  std::string_view expected;
};

constexpr std::array kTypes{
    TypeText{KeyType::kText, "text", "a text in one line"},
    TypeText{KeyType::kName, "name", "a name of letters, digits, '-' and '_'"},
    TypeText{KeyType::kNames, "names", "a name, or a list of names such as [\"a\", \"b\"]"},
    TypeText{KeyType::kFile, "file", "a file's name"},
    TypeText{KeyType::kFiles, "files", "a list of files' names"},
    TypeText{KeyType::kInteger, "integer", "a whole number"},
    TypeText{KeyType::kIntegers, "integers", "a whole number, or a list of them such as [1, 2]"},
    TypeText{KeyType::kDecimal, "decimal", "a number with at most three decimals"},
    TypeText{KeyType::kFlag, "flag", "true or false"},
    TypeText{KeyType::kChoice, "choice", "one of"},
    TypeText{KeyType::kDuration, "time", "a time such as \"10 us\" (ps, ns, us, ms, s, min, h, d)"},
    TypeText{KeyType::kBytes, "size", "a size such as \"64 KiB\", or a number of bytes"},
    TypeText{KeyType::kSpeed, "speed", "a speed such as \"25 Gbit/s\""},
    TypeText{
        KeyType::kRate, "rate",
        "a rate such as \"10 Gbit/s\", \"10 Gbit/s L1\", \"10 Gbit/s payload\", \"50 %\", \"1.5 Mpps\" or "
        "\"200 kmsg/s\", above zero and at most 100 %"},
    TypeText{KeyType::kShare, "share", "a share such as \"50 %\" or \"20 ppm\""},
    TypeText{KeyType::kOneIn, "one in n", "\"all\", \"none\", or one in n such as \"1/16\""},
    TypeText{KeyType::kMac, "MAC address", "a MAC address such as \"02:00:00:00:00:01\", no multicast one"},
    TypeText{KeyType::kIpv4, "IPv4 address", "an IPv4 address such as \"198.18.0.1\""},
    TypeText{KeyType::kIpv4Prefix, "IPv4 address/prefix",
             "an IPv4 address with its network's length, such as \"198.18.0.1/15\""},
    TypeText{KeyType::kIpv6, "IPv6 address", "an IPv6 address such as \"2001:2::1\""},
    TypeText{KeyType::kIpv6Prefix, "IPv6 address/prefix",
             "an IPv6 address with its network's length, such as \"2001:2::1/48\""},
    TypeText{KeyType::kPoints, "points",
             "a list of [bytes, percent] such as [[64, 30.0], [4096, 100.0]], rising"},
    TypeText{KeyType::kMetric, "metric", "the name of a metric"},
    TypeText{KeyType::kSubject, "subject", "what the number is about, such as \"total\" or \"traffic:NAME\""},
    TypeText{KeyType::kLimit, "limit", "a number, or a text with a unit such as \"10 us\""},
    TypeText{KeyType::kTable, "table", "a table"},
    TypeText{KeyType::kTables, "tables", "a list of tables"},
};

const TypeText& text_of(KeyType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i].type != static_cast<KeyType>(i)) return false;
  }
  return true;
}
static_assert(is_in_order() && kTypes.size() == static_cast<std::size_t>(KeyType::kTables) + 1);

bool has_number(KeyType type) {
  switch (type) {
    case KeyType::kInteger:
    case KeyType::kIntegers:
    case KeyType::kDecimal:
    case KeyType::kDuration:
    case KeyType::kBytes:
    case KeyType::kSpeed:
    case KeyType::kRate:
    case KeyType::kShare:
    case KeyType::kOneIn:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view type_name(KeyType type) {
  return text_of(type).name;
}

bool has_min(const Key& key) {
  return has_number(key.type) && key.min > 0;
}

bool has_max(const Key& key) {
  return has_number(key.type) && key.max != Key{}.max;
}

std::string limit_text(const Key& key, std::uint64_t number) {
  switch (key.type) {
    case KeyType::kDuration:
      return fmt::format("\"{}\"", to_text(base::Duration{static_cast<std::int64_t>(number)}));
    case KeyType::kBytes:
      return fmt::format("\"{}\"", to_text(base::Bytes{number}));
    case KeyType::kSpeed:
      return fmt::format("\"{}\"", to_text(base::BitsPerSec{number}));
    case KeyType::kShare:
      return fmt::format("\"{}\"", to_text(Rate{.unit = RateUnit::kShareOfPort, .value = number}));
    case KeyType::kOneIn:
      return fmt::format("\"1/{}\"", number);
    case KeyType::kDecimal:
      return fmt::format("{}.{:03}", number / 1000, number % 1000);
    default:
      return fmt::format("{}", number);
  }
}

std::string expectation(const Key& key) {
  std::string text{text_of(key.type).expected};
  if (!key.choices.empty()) {
    if (key.type != KeyType::kChoice) text = "one of";
    std::string_view separator = " ";
    for (const std::string_view choice : key.choices) {
      text += fmt::format("{}{}", std::exchange(separator, ", "), choice);
    }
    return text;
  }
  if (has_min(key)) text += fmt::format(", at least {}", limit_text(key, key.min));
  if (has_max(key)) text += fmt::format(", at most {}", limit_text(key, key.max));
  return text;
}

}  // namespace profile
