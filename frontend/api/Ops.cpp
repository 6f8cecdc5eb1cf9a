// Public op functions: generated, and the operators on them.
#include "tgc/frontend/api/Ops.h"

#include "tgc/frontend/eager/Bind.h"

#include "absl/strings/str_cat.h"

namespace tgc {
namespace {

std::vector<DimExpr> expressions(const Dims &dims) {
  std::vector<DimExpr> result;
  result.reserve(dims.size());
  for (const Dim &dim : dims)
    result.push_back(dim.expr());
  return result;
}

/// Integers and bool as f32, for true division.
TensorArg asFloat(const TensorArg &x, std::source_location where) {
  if (x.kind == TensorArg::Kind::Float)
    return x;
  if (x.kind != TensorArg::Kind::Tensor)
    return TensorArg(static_cast<double>(x.integer), where);
  if (!x.tensor.impl() || isFloat(x.tensor.dtype())) // divide refuses none
    return x;
  return TensorArg(convert(x.tensor, DType::f32, where), where);
}

Tensor compared(const TensorArg &a, const TensorArg &b,
                CompareDirection direction) {
  return compare(a, b, direction, {}, a.location);
}

} // namespace

#include "tgc/frontend/Ops.cpp.inc"

Tensor operator+(const TensorArg &a, const TensorArg &b) {
  return add(a, b, a.location);
}
Tensor operator-(const TensorArg &a, const TensorArg &b) {
  return subtract(a, b, a.location);
}
Tensor operator*(const TensorArg &a, const TensorArg &b) {
  return multiply(a, b, a.location);
}
Tensor operator/(const TensorArg &a, const TensorArg &b) {
  return divide(asFloat(a, a.location), asFloat(b, a.location), a.location);
}
Tensor operator-(const TensorArg &x) { return negate(x.tensor, x.location); }

Tensor operator&(const TensorArg &a, const TensorArg &b) {
  return bitwise_and(a, b, a.location);
}
Tensor operator|(const TensorArg &a, const TensorArg &b) {
  return bitwise_or(a, b, a.location);
}
Tensor operator^(const TensorArg &a, const TensorArg &b) {
  return bitwise_xor(a, b, a.location);
}
Tensor operator~(const TensorArg &x) {
  return bitwise_not(x.tensor, x.location);
}
Tensor operator!(const TensorArg &x) {
  if (x.tensor.impl() && x.tensor.dtype() != DType::i1)
    throwStatus(absl::InvalidArgumentError(absl::StrCat(
                    "tgc.bitwise_not: operand 0 ('x') of ! has dtype ",
                    std::string(dtypeName(x.tensor.dtype())),
                    "; expected i1\n  fix: equal(x, 0) for zeros, ~x for "
                    "flipped bits")),
                x.location);
  return bitwise_not(x.tensor, x.location);
}

Tensor operator<(const TensorArg &a, const TensorArg &b) {
  return compared(a, b, CompareDirection::LT);
}
Tensor operator<=(const TensorArg &a, const TensorArg &b) {
  return compared(a, b, CompareDirection::LE);
}
Tensor operator>(const TensorArg &a, const TensorArg &b) {
  return compared(a, b, CompareDirection::GT);
}
Tensor operator>=(const TensorArg &a, const TensorArg &b) {
  return compared(a, b, CompareDirection::GE);
}

} // namespace tgc
