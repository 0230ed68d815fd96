#include "profile/values.hpp"

#include <algorithm>
#include <utility>

namespace profile {

const Value* TableValue::find(std::string_view key) const {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const Value& v) { return v.key->name == key; });
  return found == values.end() ? nullptr : &*found;
}

Value* TableValue::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

std::vector<TableValue>& TableValue::tables(std::string_view key) {
  static std::vector<TableValue> none;
  Value* const value = find(key);
  return value == nullptr ? none : value->tables;
}

}  // namespace profile
