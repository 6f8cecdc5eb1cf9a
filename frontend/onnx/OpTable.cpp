// The operators that are imported, one row per (domain, op, since_version).
#include "tgc/frontend/onnx/OpTable.h"

#include "tgc/frontend/onnx/ShapeRules.h"
#include "tgc/frontend/onnx/convert/Converters.h"

#include <unordered_map>

namespace tgc::onnx {
namespace {

constexpr ShapeRule none = nullptr;
constexpr int any = anyNumber;

constexpr OpRow rows[] = {
#define ONNX_OP(domain, op, since, converter, shape, least, most, outputs,     \
                attributes)                                                    \
  {domain, #op,  since,   &convert::converter, shape,                          \
   least,  most, outputs, attributes},
#include "tgc/frontend/onnx/OnnxOps.def"
};

/// "domain:op" to its rows, by since_version. Made once and never destroyed.
const std::unordered_map<std::string, std::vector<const OpRow *>> &index() {
  static const auto *map = [] {
    auto *made =
        new std::unordered_map<std::string, std::vector<const OpRow *>>;
    for (const OpRow &row : rows)
      (*made)[std::string(row.domain) + ':' + std::string(row.op)].push_back(
          &row);
    return made;
  }();
  return *map;
}

const std::vector<const OpRow *> *rowsOf(std::string_view domain,
                                         std::string_view op) {
  const auto found = index().find(std::string(domain) + ':' + std::string(op));
  return found == index().end() ? nullptr : &found->second;
}

AttributeType typeOf(std::string_view text) {
  constexpr std::pair<std::string_view, AttributeType> types[] = {
      {"i", AttributeType::Int},     {"f", AttributeType::Float},
      {"s", AttributeType::String},  {"t", AttributeType::Tensor},
      {"g", AttributeType::Graph},   {"is", AttributeType::Ints},
      {"fs", AttributeType::Floats}, {"ss", AttributeType::Strings},
  };
  for (auto [name, type] : types)
    if (name == text)
      return type;
  return AttributeType::Undefined;
}

AttributeSpec specOf(std::string_view text) {
  const size_t colon = text.find(':');
  std::string_view rest = text.substr(colon + 1);
  AttributeSpec spec{text.substr(0, colon), {}, true, {}, {}};
  if (rest.back() == '?') {
    rest.remove_suffix(1);
    spec.required = false;
  } else if (const size_t equals = rest.find('=');
             equals != std::string_view::npos) {
    std::string_view values = rest.substr(equals + 1);
    rest = rest.substr(0, equals);
    spec.required = false;
    const bool closed = values.find('|') != std::string_view::npos;
    spec.defaultText = values.substr(0, values.find('|'));
    while (closed && !values.empty()) {
      const size_t bar = std::min(values.find('|'), values.size());
      spec.allowed.push_back(values.substr(0, bar));
      values.remove_prefix(std::min(bar + 1, values.size()));
    }
  }
  spec.type = typeOf(rest);
  return spec;
}

} // namespace

std::vector<AttributeSpec> attributeSpecs(const OpRow &row) {
  std::vector<AttributeSpec> specs;
  std::string_view text = row.attributes;
  while (!text.empty()) {
    const size_t blank = std::min(text.find(' '), text.size());
    specs.push_back(specOf(text.substr(0, blank)));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return specs;
}

const OpRow *findOp(std::string_view domain, std::string_view op,
                    int64_t opset) {
  const OpRow *best = nullptr;
  if (const auto *versions = rowsOf(domain, op))
    for (const OpRow *row : *versions)
      if (row->since <= opset && (!best || row->since > best->since))
        best = row;
  return best;
}

bool isKnownOp(std::string_view domain, std::string_view op) {
  return rowsOf(domain, op) != nullptr;
}

} // namespace tgc::onnx
