#include "profile/describe.hpp"
#include "profile/scalar.hpp"
#include "profile/schema.hpp"
#include "profile/toml_reader.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace profile {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const RawNode& raw) {
  switch (raw.kind) {
    case RawKind::kTable: {
      Json object = Json::object();
      for (const RawMember& member : raw.members)
        object[member.key] = json_of(member.value);
      return object;
    }
    case RawKind::kArray: {
      Json array = Json::array();
      for (const RawNode& item : raw.items)
        array.push_back(json_of(item));
      return array;
    }
    case RawKind::kInteger:
      return raw.integer;
    case RawKind::kFlag:
      return raw.integer != 0;
    case RawKind::kDecimal:
      return Json::parse(raw.text);
    case RawKind::kText:
    case RawKind::kOther:
      break;
  }
  return raw.text;
}

Json words(std::string_view separated) {
  Json array = Json::array();
  while (!separated.empty()) {
    const std::size_t end = std::min(separated.find(' '), separated.size());
    array.push_back(separated.substr(0, end));
    separated.remove_prefix(std::min(end + 1, separated.size()));
  }
  return array;
}

Json table_schema(const Table& table);

/// What JSON knows of the type: one of the forms that its values take.
Json item_schema(const Key& key) {
  switch (key.type) {
    case KeyType::kInteger:
    case KeyType::kIntegers:
      return {{"type", "integer"}, {"minimum", key.min}, {"maximum", key.max}};
    case KeyType::kDecimal:
      return {{"type", "number"},
              {"minimum", static_cast<double>(key.min) / 1000},
              {"maximum", static_cast<double>(key.max) / 1000}};
    case KeyType::kFlag:
      return {{"type", "boolean"}};
    case KeyType::kBytes:
      return {{"type", Json::array({"string", "integer"})}};
    case KeyType::kLimit:
      return {{"type", Json::array({"string", "number"})}};
    case KeyType::kName:
    case KeyType::kNames:
      return {{"type", "string"}, {"pattern", "^[A-Za-z0-9_-]{1,64}$"}};
    case KeyType::kPoints: {
      const Json pair = {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}};
      return {{"type", "array"}, {"items", pair}};
    }
    case KeyType::kTable:
    case KeyType::kTables:
      return table_schema(*key.table);
    default:
      return {{"type", "string"}};
  }
}

Json choices_of(const Key& key) {
  Json choices = Json::array();
  for (const std::string_view choice : key.choices) {
    if (key.type == KeyType::kInteger) {
      choices.push_back(Json::parse(choice));
    } else {
      choices.push_back(choice);
    }
  }
  if (key.type == KeyType::kMetric) {
    for (const MetricFacts& metric : all_metrics())
      choices.push_back(metric.name);
  }
  return choices;
}

/// The item, or a list of them, or a shorthand for a table.
Json form_schema(const Key& key) {
  Json item = item_schema(key);
  if (const Json choices = choices_of(key); !choices.empty()) item = {{"enum", choices}};
  switch (key.type) {
    case KeyType::kTables:
    case KeyType::kFiles:
      return {{"type", "array"}, {"items", item}};
    case KeyType::kNames:
    case KeyType::kIntegers: {
      const Json list = {{"type", "array"}, {"items", item}};
      return {{"anyOf", Json::array({item, list})}};
    }
    case KeyType::kTable: {
      if (key.table->shorthand.empty()) return item;
      Json forms = Json::array({item, form_schema(*key.table->find(key.table->shorthand))});
      if (!key.table->integer_shorthand.empty()) {
        forms.push_back(form_schema(*key.table->find(key.table->integer_shorthand)));
      }
      return {{"anyOf", forms}};
    }
    default:
      return item;
  }
}

Json key_schema(const Key& key) {
  Json schema = form_schema(key);
  schema["description"] = key.doc;
  schema["x-type"] = type_name(key.type);
  if (!key.standard.empty()) schema["default"] = json_of(parse_value(key.standard, {}));
  if (has_min(key)) schema["x-min"] = json_of(parse_value(limit_text(key, key.min), {}));
  if (has_max(key)) schema["x-max"] = json_of(parse_value(limit_text(key, key.max), {}));
  if (!key.when.always()) schema["x-when"] = {{"key", key.when.key}, {"choices", words(key.when.choices)}};
  if (!key.unless.empty()) schema["x-unless"] = key.unless;
  if (key.required) schema["x-required"] = true;
  return schema;
}

Json table_schema(const Table& table) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Key& key : table.keys) {
    properties[std::string{key.name}] = key_schema(key);
    if (key.required && key.when.always() && key.unless.empty()) required.push_back(key.name);
  }
  Json schema = {{"type", "object"},
                 {"description", table.doc},
                 {"properties", properties},
                 {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

}  // namespace

std::string json_schema(FileKind kind) {
  const Table& root = kind == FileKind::kProfile ? profile_root() : testbed_root();
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", fmt::format("rocestorm {}", root.name)}};
  schema.update(table_schema(root));
  return schema.dump(2) + "\n";
}

std::string json_schemas() {
  const Json either = Json::array({Json{{"$ref", "#/$defs/profile"}}, Json{{"$ref", "#/$defs/testbed"}}});
  const Json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "rocestorm profile or testbed"},
      {"anyOf", either},
      {"$defs", {{"profile", table_schema(profile_root())}, {"testbed", table_schema(testbed_root())}}}};
  return schema.dump(2) + "\n";
}

}  // namespace profile
