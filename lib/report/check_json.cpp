#include "report/check_json.hpp"

#include <nlohmann/json.hpp>

namespace report {
namespace {

using nlohmann::ordered_json;

const char* name_of(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::kInput:
      return "input";
    case base::ErrorKind::kEnvironment:
      return "environment";
    case base::ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

}  // namespace

std::string check_json(const CheckReport& check) {
  ordered_json json{{"schema", kCheckSchema},
                    {"good", check.faults.empty()},
                    {"profile", check.profile},
                    {"testbed", text_or_null(check.testbed)},
                    {"profile_hash", text_or_null(check.profile_hash)},
                    {"faults", ordered_json::array()},
                    {"defaults", check.defaults}};
  for (const base::Error& fault : check.faults) {
    json["faults"].push_back({{"kind", name_of(fault.kind)},
                              {"where", fault.where},
                              {"what", fault.what},
                              {"remedy", text_or_null(fault.remedy)}});
  }
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace report
