// Integers that a model computes from its sizes, known while it is imported.
#include "tgc/frontend/onnx/ShapeValue.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/eager/TensorImpl.h"
#include "tgc/frontend/library/composite/Shape.h"

#include <algorithm>
#include <cmath>

namespace tgc::onnx {
namespace {

/// Whole numbers up to 2^24 are exact in every float.
template <class T>
bool appendFloats(const Value &value, std::vector<DimExpr> &elements) {
  for (int64_t i = 0; i < value.numElements(); ++i) {
    const T element = value.data<T>()[i];
    if (!(std::abs(element) <= (1 << 24)) || element != std::trunc(element))
      return false;
    elements.push_back(static_cast<int64_t>(element));
  }
  return true;
}

template <class T>
bool appendIntegers(const Value &value, std::vector<DimExpr> &elements) {
  for (int64_t i = 0; i < value.numElements(); ++i)
    elements.push_back(static_cast<int64_t>(value.data<T>()[i]));
  return true;
}

} // namespace

bool ShapeValue::isConstant() const {
  return std::all_of(elements.begin(), elements.end(),
                     [](const DimExpr &e) { return e.isConstant(); });
}

std::optional<ShapeValue> shapeValueOf(const Value &value) {
  if (value.shape.size() > 1 || value.numElements() > ShapeValue::maxElements)
    return std::nullopt;
  ShapeValue result{value.dtype, value.shape.empty(), {}};
  bool known = false;
  switch (value.dtype) {
  case DType::i64:
    known = appendIntegers<int64_t>(value, result.elements);
    break;
  case DType::i32:
    known = appendIntegers<int32_t>(value, result.elements);
    break;
  case DType::i1:
    known = appendIntegers<bool>(value, result.elements);
    break;
  case DType::f32:
    known = appendFloats<float>(value, result.elements);
    break;
  case DType::f64:
    known = appendFloats<double>(value, result.elements);
    break;
  default:
    break;
  }
  return known ? std::optional(std::move(result)) : std::nullopt;
}

absl::StatusOr<Value> valueOf(const ShapeValue &shape) {
  Shape sizes;
  if (!shape.scalar)
    sizes.push_back(static_cast<int64_t>(shape.elements.size()));
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(shape.dtype, sizes));
  for (size_t i = 0; i < shape.elements.size(); ++i) {
    const int64_t element = shape.elements[i].constant().value_or(0);
    switch (shape.dtype) {
    case DType::i32: // wraps, as a cast of the model would
      value.data<int32_t>()[i] = static_cast<int32_t>(element);
      break;
    case DType::i1:
      value.data<bool>()[i] = element != 0;
      break;
    case DType::f32:
      value.data<float>()[i] = static_cast<float>(element);
      break;
    case DType::f64:
      value.data<double>()[i] = static_cast<double>(element);
      break;
    default:
      value.data<int64_t>()[i] = element;
      break;
    }
  }
  return value;
}

Tensor tensorOf(const ShapeValue &shape) {
  const auto where = std::source_location::current();
  if (shape.isConstant())
    return fromValue(valueOrThrow(valueOf(shape), where));
  std::vector<Tensor> elements;
  for (const DimExpr &element : shape.elements)
    elements.push_back(size_tensor(Dim(element), shape.dtype));
  if (shape.scalar)
    return elements[0];
  for (Tensor &element : elements)
    element = reshape(element, {1});
  return elements.size() == 1 ? elements[0] : concatenate(elements, 0);
}

std::vector<DimExpr> sizesOf(const Tensor &x) {
  std::vector<DimExpr> sizes;
  for (const Dim &size : x.shape())
    sizes.push_back(size.expr());
  return sizes;
}

Dims dimsOf(const std::vector<DimExpr> &sizes) {
  Dims dims;
  for (const DimExpr &size : sizes)
    dims.push_back(Dim(size));
  return dims;
}

DimExpr product(const std::vector<DimExpr> &sizes) {
  DimExpr result = 1;
  for (const DimExpr &size : sizes)
    result = result * size;
  return result;
}

DimExpr quotient(std::vector<DimExpr> numerator, std::vector<DimExpr> divisor) {
  std::vector<DimExpr> rest;
  for (DimExpr &factor : divisor) {
    auto same = std::find_if(
        numerator.begin(), numerator.end(), [&](const DimExpr &size) {
          return !size.isConstant() && size.provablyEqual(factor);
        });
    if (same == numerator.end())
      rest.push_back(std::move(factor));
    else
      numerator.erase(same);
  }
  return floor_div(product(numerator), product(rest));
}

} // namespace tgc::onnx
