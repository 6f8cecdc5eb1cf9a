// Elementwise operators and activations as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Activation.h"
#include "tgc/frontend/library/composite/Arithmetic.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include "absl/strings/str_cat.h"

namespace tgc::onnx::convert {
namespace {

/// The second operand. Before opset 7 it broadcast only on request, with its
/// dimensions at those of the first from `axis` on.
Tensor secondOperand(Conversion &c) {
  const Tensor b = c.input(1);
  if (c.since() >= 7 || c.integer("broadcast") == 0 || !c.hasAttribute("axis"))
    return b;
  const int64_t rank = c.rank(0);
  const int64_t axis = c.axis("axis", rank);
  std::vector<int64_t> behind;
  for (int64_t d = b.rank(); d < rank - axis; ++d)
    behind.push_back(d);
  return tgc::unsqueeze(b, behind);
}

/// Combines all inputs from the left.
template <class Combine> Operands variadic(Conversion &c, Combine combine) {
  Tensor result = c.input(0);
  for (int i = 1; i < c.numInputs(); ++i)
    result = combine(result, c.input(i));
  return {result};
}

Operands comparison(Conversion &c, CompareDirection direction) {
  return {tgc::compare(c.input(0), secondOperand(c), direction)};
}

DType castTarget(Conversion &c, int64_t id) {
  const auto narrow = static_cast<int32_t>(id);
  const std::optional<DType> dtype =
      narrow == id ? dtypeFromId(narrow) : std::nullopt;
  if (!dtype || !isStored(*dtype))
    c.unsupported(Reason::DType, dtypeIdText(narrow));
  return *dtype;
}

/// `exponent` if it is a constant scalar.
std::optional<double> constantExponent(Conversion &c) {
  const std::optional<Value> value = c.constant(1);
  if (!value || value->numElements() != 1)
    return std::nullopt;
  switch (value->dtype) {
  case DType::f32:
    return *value->data<float>();
  case DType::f64:
    return *value->data<double>();
  case DType::i32:
    return *value->data<int32_t>();
  case DType::i64:
    return static_cast<double>(*value->data<int64_t>());
  default:
    return std::nullopt;
  }
}

} // namespace

Operands abs(Conversion &c) { return {tgc::abs(c.input(0))}; }
Operands add(Conversion &c) { return {tgc::add(c.input(0), secondOperand(c))}; }
Operands bitwiseAnd(Conversion &c) {
  return {tgc::bitwise_and(c.input(0), c.input(1))};
}
Operands bitwiseNot(Conversion &c) { return {tgc::bitwise_not(c.input(0))}; }
Operands bitwiseOr(Conversion &c) {
  return {tgc::bitwise_or(c.input(0), c.input(1))};
}
Operands bitwiseXor(Conversion &c) {
  return {tgc::bitwise_xor(c.input(0), c.input(1))};
}
Operands ceil(Conversion &c) { return {tgc::ceil(c.input(0))}; }
Operands celu(Conversion &c) {
  return {tgc::celu(c.input(0), c.real("alpha"))};
}
Operands cos(Conversion &c) { return {tgc::cos(c.input(0))}; }
Operands div(Conversion &c) {
  return {tgc::divide(c.input(0), secondOperand(c))};
}
Operands elu(Conversion &c) { return {tgc::elu(c.input(0), c.real("alpha"))}; }
Operands equal(Conversion &c) { return comparison(c, CompareDirection::EQ); }
Operands erf(Conversion &c) { return {tgc::erf(c.input(0))}; }
Operands exp(Conversion &c) { return {tgc::exp(c.input(0))}; }
Operands floor(Conversion &c) { return {tgc::floor(c.input(0))}; }
Operands gelu(Conversion &c) {
  return {
      tgc::gelu(c.input(0), {.approximate = c.text("approximate") == "tanh"})};
}
Operands greater(Conversion &c) { return comparison(c, CompareDirection::GT); }
Operands greaterOrEqual(Conversion &c) {
  return comparison(c, CompareDirection::GE);
}
Operands hardSigmoid(Conversion &c) {
  return {tgc::hard_sigmoid(c.input(0), {c.real("alpha"), c.real("beta")})};
}
Operands hardSwish(Conversion &c) { return {tgc::hard_swish(c.input(0))}; }
Operands isNaN(Conversion &c) { return {tgc::isnan(c.input(0))}; }
Operands leakyRelu(Conversion &c) {
  return {tgc::leaky_relu(c.input(0), c.real("alpha"))};
}
Operands less(Conversion &c) { return comparison(c, CompareDirection::LT); }
Operands lessOrEqual(Conversion &c) {
  return comparison(c, CompareDirection::LE);
}
Operands log(Conversion &c) { return {tgc::log(c.input(0))}; }
Operands logicalAnd(Conversion &c) {
  return {tgc::bitwise_and(c.input(0), secondOperand(c))};
}
Operands logicalNot(Conversion &c) { return {tgc::bitwise_not(c.input(0))}; }
Operands logicalOr(Conversion &c) {
  return {tgc::bitwise_or(c.input(0), secondOperand(c))};
}
Operands logicalXor(Conversion &c) {
  return {tgc::bitwise_xor(c.input(0), secondOperand(c))};
}
Operands max(Conversion &c) {
  return variadic(
      c, [](const Tensor &a, const Tensor &b) { return tgc::maximum(a, b); });
}
Operands min(Conversion &c) {
  return variadic(
      c, [](const Tensor &a, const Tensor &b) { return tgc::minimum(a, b); });
}
Operands mish(Conversion &c) { return {tgc::mish(c.input(0))}; }
Operands mul(Conversion &c) {
  return {tgc::multiply(c.input(0), secondOperand(c))};
}
Operands neg(Conversion &c) { return {tgc::negate(c.input(0))}; }
Operands reciprocal(Conversion &c) { return {tgc::divide(1, c.input(0))}; }
Operands relu(Conversion &c) { return {tgc::relu(c.input(0))}; }
Operands round(Conversion &c) { return {tgc::round(c.input(0))}; }
Operands select(Conversion &c) {
  return {tgc::select(c.input(0), c.input(1), c.input(2))};
}
Operands selu(Conversion &c) {
  return {tgc::selu(c.input(0), c.real("alpha"), c.real("gamma"))};
}
Operands shrink(Conversion &c) {
  return {tgc::shrink(c.input(0), c.real("lambd"), c.real("bias"))};
}
Operands sigmoid(Conversion &c) { return {tgc::logistic(c.input(0))}; }
Operands sign(Conversion &c) { return {tgc::sign(c.input(0))}; }
Operands sin(Conversion &c) { return {tgc::sin(c.input(0))}; }
Operands softplus(Conversion &c) { return {tgc::softplus(c.input(0))}; }
Operands softsign(Conversion &c) { return {tgc::softsign(c.input(0))}; }
Operands sqrt(Conversion &c) { return {tgc::sqrt(c.input(0))}; }
Operands sub(Conversion &c) {
  return {tgc::subtract(c.input(0), secondOperand(c))};
}
Operands sum(Conversion &c) {
  return variadic(
      c, [](const Tensor &a, const Tensor &b) { return tgc::add(a, b); });
}
Operands swish(Conversion &c) {
  return {tgc::swish(c.input(0), c.real("alpha"))};
}
Operands tanh(Conversion &c) { return {tgc::tanh(c.input(0))}; }
Operands thresholdedRelu(Conversion &c) {
  return {tgc::thresholded_relu(c.input(0), c.real("alpha"))};
}

Operands cast(Conversion &c) {
  return {tgc::convert(c.input(0), castTarget(c, c.integer("to")))};
}

/// Cast-1 spells the dtype: "FLOAT".
Operands castByName(Conversion &c) {
  constexpr std::pair<std::string_view, int64_t> names[] = {
      {"FLOAT", 1}, {"UINT8", 2},    {"INT32", 6},  {"INT64", 7},
      {"BOOL", 9},  {"FLOAT16", 10}, {"DOUBLE", 11}};
  for (auto [name, id] : names)
    if (name == c.text("to"))
      return {tgc::convert(c.input(0), castTarget(c, id))};
  c.unsupported(Reason::DType, c.text("to"));
}

Operands castLike(Conversion &c) {
  return {tgc::convert(c.input(0), c.dtype(1))};
}

Operands clip(Conversion &c) {
  const Tensor x = c.input(0);
  const std::optional<Tensor> lo = c.optionalInput(1), hi = c.optionalInput(2);
  if (lo && hi)
    return {tgc::clamp(*lo, x, *hi)};
  if (lo)
    return {tgc::maximum(x, *lo)};
  return {hi ? tgc::minimum(x, *hi) : x};
}

Operands clipByAttributes(Conversion &c) {
  const Tensor x = c.input(0);
  const bool lo = c.hasAttribute("min"), hi = c.hasAttribute("max");
  if (lo && hi)
    return {tgc::clamp(c.real("min"), x, c.real("max"))};
  if (lo)
    return {tgc::maximum(x, c.real("min"))};
  return {hi ? tgc::minimum(x, c.real("max")) : x};
}

/// At inference the identity; the mask keeps everything.
Operands dropout(Conversion &c) {
  bool training = c.since() < 7 && c.integer("is_test") == 0;
  if (c.since() >= 12 && c.has(2)) {
    const std::optional<ShapeValue> mode = c.shapeValue(2);
    if (!mode || mode->elements.size() != 1)
      c.unsupported(Reason::NotYet, "; training_mode is computed");
    training = mode->elements[0].constant() != 0;
  }
  if (training)
    c.unsupported(Reason::RandomValues, "; Dropout in training mode");
  if (!c.wants(1))
    return {c.operand(0)};
  const Tensor x = c.input(0);
  const DType dtype = c.since() >= 12 ? DType::i1 : x.dtype();
  const Tensor kept = scalarOf(1, dtype);
  return {x, tgc::broadcast_to(kept, x.shape())};
}

Operands identity(Conversion &c) { return {c.operand(0)}; }

Operands isInf(Conversion &c) {
  const Tensor x = c.input(0);
  const bool negative = c.integer("detect_negative") != 0;
  const bool positive = c.integer("detect_positive") != 0;
  const Tensor infinite = tgc::isinf(x);
  if (negative && positive)
    return {infinite};
  const Tensor side = tgc::compare(
      x, 0, negative ? CompareDirection::LT : CompareDirection::GT);
  const Tensor none = tgc::compare(x, x, CompareDirection::LT);
  return {negative || positive ? tgc::bitwise_and(infinite, side) : none};
}

Operands mean(Conversion &c) {
  const Tensor total = *sum(c)[0].tensor;
  return {c.numInputs() == 1
              ? total
              : tgc::divide(total, static_cast<double>(c.numInputs()))};
}

Operands mod(Conversion &c) {
  const Tensor a = c.input(0), b = c.input(1);
  if (c.integer("fmod") != 0)
    return {tgc::rem(a, b)};
  return {tgc::remainder(a, b)};
}

/// The result has the dtype of the base. Small whole exponents are products,
/// which are rounded at least as well.
Operands pow(Conversion &c) {
  const Tensor base = c.input(0);
  const std::optional<double> exponent =
      c.rank(1) <= c.rank(0) ? constantExponent(c) : std::nullopt;
  if (exponent == 1)
    return {base};
  if (exponent == 2 || exponent == 3) {
    const Tensor square = tgc::multiply(base, base);
    return {*exponent == 2 ? square : tgc::multiply(square, base)};
  }
  const Tensor power = tgc::power(base, secondOperand(c));
  return {power.dtype() == base.dtype() ? power
                                        : tgc::convert(power, base.dtype())};
}

/// Before opset 7 a vector of slopes was one per channel.
Operands prelu(Conversion &c) {
  const Tensor x = c.input(0);
  Tensor slope = c.input(1);
  if (c.opset() < 7 && slope.rank() == 1 && x.rank() > 2) {
    std::vector<int64_t> behind;
    for (int64_t d = 1; d < x.rank() - 1; ++d)
      behind.push_back(d);
    slope = tgc::unsqueeze(slope, behind);
  }
  return {tgc::prelu(x, slope)};
}

} // namespace tgc::onnx::convert
