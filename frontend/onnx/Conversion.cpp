// A node as its converter sees it.
#include "tgc/frontend/onnx/Conversion.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/TensorImpl.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tgc::onnx {

const Tensor &Operand::materialized() {
  if (!tensor)
    tensor = constant ? fromValue(*constant) : tensorOf(*shape);
  return *tensor;
}

const Value *Operand::value() const {
  if (constant)
    return &*constant;
  return tensor && tensor->impl()->isConcrete() ? &tensor->impl()->value
                                                : nullptr;
}

DType Operand::dtype() const {
  if (tensor)
    return tensor->dtype();
  return constant ? constant->dtype : shape->dtype;
}

int64_t Operand::rank() const {
  if (tensor)
    return tensor->rank();
  if (constant)
    return static_cast<int64_t>(constant->shape.size());
  return shape->scalar ? 0 : 1;
}

std::vector<DimExpr> Operand::sizes() const {
  if (tensor)
    return sizesOf(*tensor);
  if (constant)
    return {constant->shape.begin(), constant->shape.end()};
  if (shape->scalar)
    return {};
  return {static_cast<int64_t>(shape->elements.size())};
}

Conversion::Conversion(const Node &node, const OpRow &row, int64_t opset,
                       std::vector<Operand *> inputs,
                       std::vector<const Attribute *> attributes, Walk walk)
    : node(node), row(row), operatorSet(opset), inputs(std::move(inputs)),
      attributes(std::move(attributes)), walk(std::move(walk)) {}

bool Conversion::has(int i) const {
  return i < numInputs() && inputs[static_cast<size_t>(i)] != nullptr;
}

const Operand &Conversion::operand(int i) const {
  if (!has(i))
    invalid(absl::StrCat("input ", i,
                         " is left out; expected a tensor\n"
                         "  fix: export the model again"));
  return *inputs[static_cast<size_t>(i)];
}

Tensor Conversion::input(int i) {
  operand(i);
  return inputs[static_cast<size_t>(i)]->materialized();
}

std::optional<Tensor> Conversion::optionalInput(int i) {
  return has(i) ? std::optional(input(i)) : std::nullopt;
}

std::optional<ShapeValue> Conversion::shapeValue(int i) const {
  const Operand &from = operand(i);
  if (from.shape)
    return from.shape;
  const Value *value = from.value();
  return value ? shapeValueOf(*value) : std::nullopt;
}

std::vector<DimExpr> Conversion::knownIntegers(int i, const char *what) const {
  if (std::optional<ShapeValue> known = shapeValue(i))
    return known->elements;
  const std::vector<DimExpr> sizes = operand(i).sizes();
  if (sizes.size() == 1 && !sizes[0].isConstant())
    unsupported(
        Reason::RankUnknown,
        absl::StrCat("; ", what, " has ", sizes[0].text(), " elements"));
  unsupported(Reason::NotYet,
              absl::StrCat("; ", what, " is computed from values"));
}

std::vector<int64_t> Conversion::constantIntegers(int i,
                                                  const char *what) const {
  std::vector<int64_t> result;
  for (const DimExpr &element : knownIntegers(i, what)) {
    const std::optional<int64_t> number = element.constant();
    if (!number)
      unsupported(
          Reason::NotYet,
          absl::StrCat("; ", what, " depends on sizes: ", element.text()));
    result.push_back(*number);
  }
  return result;
}

std::optional<Value> Conversion::constant(int i) const {
  const Operand &from = operand(i);
  if (const Value *value = from.value())
    return *value;
  if (from.shape && from.shape->isConstant())
    return valueOrThrow(valueOf(*from.shape), std::source_location::current());
  return std::nullopt;
}

bool Conversion::wants(int i) const {
  return i < numOutputs() && !node.outputs[static_cast<size_t>(i)].empty();
}

const Attribute *Conversion::find(std::string_view name) const {
  for (const Attribute *attribute : attributes)
    if (attribute->name == name)
      return attribute;
  return nullptr;
}

std::string_view Conversion::defaultText(std::string_view name) const {
  for (const AttributeSpec &spec : attributeSpecs(row))
    if (spec.name == name && spec.defaultText)
      return *spec.defaultText;
  return "";
}

bool Conversion::hasAttribute(std::string_view name) const {
  return find(name) != nullptr;
}

int64_t Conversion::integer(std::string_view name) const {
  if (const Attribute *attribute = find(name))
    return attribute->i;
  int64_t value = 0;
  const std::string_view text = defaultText(name);
  (void)absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &value);
  return value;
}

double Conversion::real(std::string_view name) const {
  // Attributes are f32: the default is rounded alike.
  if (const Attribute *attribute = find(name))
    return attribute->f;
  float value = 0;
  const std::string_view text = defaultText(name);
  (void)absl::SimpleAtof(absl::string_view(text.data(), text.size()), &value);
  return value;
}

std::string Conversion::text(std::string_view name) const {
  if (const Attribute *attribute = find(name))
    return attribute->s;
  return std::string(defaultText(name));
}

std::vector<int64_t> Conversion::integers(std::string_view name) const {
  const Attribute *attribute = find(name);
  return attribute ? attribute->ints : std::vector<int64_t>();
}

std::vector<float> Conversion::reals(std::string_view name) const {
  const Attribute *attribute = find(name);
  return attribute ? attribute->floats : std::vector<float>();
}

std::vector<std::string> Conversion::texts(std::string_view name) const {
  const Attribute *attribute = find(name);
  return attribute ? attribute->strings : std::vector<std::string>();
}

const Value &Conversion::tensor(std::string_view name) const {
  const Attribute *attribute = find(name);
  if (!attribute || !attribute->tensor)
    invalid(absl::StrCat("attribute '", std::string(name),
                         "' has no value; expected a tensor\n  fix: export "
                         "the model again"));
  return *attribute->tensor;
}

Operands Conversion::inlined(std::string_view name) const {
  const Attribute *attribute = find(name);
  if (!attribute || !attribute->graph)
    invalid(absl::StrCat("attribute '", std::string(name),
                         "' has no value; expected a graph\n  fix: export "
                         "the model again"));
  return walk.inlined(*attribute->graph);
}

int64_t Conversion::axis(std::string_view name, int64_t rank) const {
  return normalAxis(integer(name), rank,
                    absl::StrCat("attribute '", std::string(name), "'"));
}

int64_t Conversion::normalAxis(int64_t dim, int64_t rank,
                               std::string_view what) const {
  if (dim < -rank || dim >= rank)
    invalid(absl::StrCat(std::string(what), " is ", dim, "; expected one in [",
                         -rank, ", ", rank, ")\n  fix: the operand has ", rank,
                         " dimensions"));
  return dim < 0 ? dim + rank : dim;
}

void Conversion::unsupported(Reason reason, std::string detail) const {
  throw Refusal{reason, std::move(detail)};
}

void Conversion::invalid(const std::string &message) const {
  throwStatus(absl::InvalidArgumentError(message),
              std::source_location::current());
}

} // namespace tgc::onnx
